// Prometheus text exposition format 0.0.4.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/metrics.hpp"

#include <fmt/format.h>

namespace crossdock::base {

/// All metrics of one name; keyed by their labels as printed.
struct Registry::Family {
  std::string help, type;
  std::map<std::string, std::unique_ptr<Counter>> counters;
  std::map<std::string, std::unique_ptr<Gauge>> gauges;
  std::map<std::string, std::unique_ptr<Histogram>> histograms;
};

namespace {

void append_escaped(std::string& out, std::string_view value, bool quote) {
  for (const char c : value) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quote)
      out += "\\\"";
    else
      out += c;
  }
}

/// `a="x",b="y"`, without braces.
std::string print(const Labels& labels) {
  std::string out;
  for (const auto& [key, value] : labels) {
    if (!out.empty()) out += ',';
    out += key;
    out += "=\"";
    append_escaped(out, value, true);
    out += '"';
  }
  return out;
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix, std::string_view labels,
                   std::string_view value) {
  out += name;
  out += suffix;
  if (!labels.empty()) {
    out += '{';
    out += labels;
    out += '}';
  }
  out += ' ';
  out += value;
  out += '\n';
}

}  // namespace

void Histogram::observe(double seconds) {
  std::size_t bucket = 0;
  while (bucket < bound_count && seconds > bounds[bucket]) ++bucket;
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(seconds, std::memory_order_relaxed);
}

Registry::Family& Registry::family(std::string_view name, std::string_view help, std::string_view type) {
  auto found = families_.find(name);
  if (found == families_.end()) {
    found = families_.emplace(std::string(name), std::make_shared<Family>()).first;
    found->second->help = help;
    found->second->type = type;
  }
  return *found->second;
}

Counter& Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  auto& slot = family(name, help, "counter").counters[print(labels)];
  if (!slot) slot = std::make_unique<Counter>();
  return *slot;
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  auto& slot = family(name, help, "gauge").gauges[print(labels)];
  if (!slot) slot = std::make_unique<Gauge>();
  return *slot;
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  auto& slot = family(name, help, "histogram").histograms[print(labels)];
  if (!slot) slot = std::make_unique<Histogram>();
  return *slot;
}

std::string Registry::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    out += "# HELP " + name + ' ';
    append_escaped(out, family->help, false);
    out += "\n# TYPE " + name + ' ' + family->type + '\n';
    for (const auto& [labels, counter] : family->counters)
      append_sample(out, name, "", labels, fmt::format("{}", counter->value()));
    for (const auto& [labels, gauge] : family->gauges)
      append_sample(out, name, "", labels, fmt::format("{}", gauge->value()));
    for (const auto& [labels, histogram] : family->histograms) {
      const std::string before = labels.empty() ? "" : labels + ',';
      std::uint64_t total = 0;
      for (std::size_t i = 0; i <= Histogram::bound_count; ++i) {
        total += histogram->buckets_[i].load(std::memory_order_relaxed);
        const std::string bound = i < Histogram::bound_count ? fmt::format("{}", Histogram::bounds[i]) : "+Inf";
        append_sample(out, name, "_bucket", fmt::format("{}le=\"{}\"", before, bound), fmt::format("{}", total));
      }
      append_sample(out, name, "_sum", labels, fmt::format("{}", histogram->sum_.load(std::memory_order_relaxed)));
      append_sample(out, name, "_count", labels, fmt::format("{}", total));
    }
  }
  return out;
}

Registry& metrics() {
  static Registry registry;
  return registry;
}

}  // namespace crossdock::base
