// The one file that knows the logging library.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <mutex>

namespace crossdock::base {
namespace {

std::atomic<LogLevel> threshold_level{LogLevel::info};
std::mutex sink_mutex;
std::function<void(LogLevel, std::string_view)> other_sink;

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("crossdock", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::alarm: return "alarm";
  }
  return "info";
}

/// logfmt: bare when plain, else quoted with control characters made visible, so that a hostile value stays on its
/// line.
void append_value(std::string& out, std::string_view value) {
  bool plain = !value.empty();
  for (const char c : value) plain = plain && c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7F;
  if (plain) {
    out += value;
    return;
  }
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void log(LogLevel level, std::string_view component, std::string_view sentence, LogFields fields) {
  if (level < threshold_level.load(std::memory_order_relaxed)) return;
  std::string line = "level=";
  line += name(level);
  line += " part=";
  append_value(line, component);
  line += " message=";
  append_value(line, sentence);
  for (const auto& [key, value] : fields) {
    line += ' ';
    line += key;
    line += '=';
    append_value(line, value);
  }
  {
    const std::lock_guard lock(sink_mutex);
    if (other_sink) {
      other_sink(level, line);
      return;
    }
  }
  logger().log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void log(LogLevel level, std::string_view component, const Error& error, LogFields fields) {
  if (level < threshold_level.load(std::memory_order_relaxed)) return;
  std::string sentence = error.text();
  for (const auto& [key, value] : fields) sentence.append(" ").append(key).append("=").append(value);
  log(level, component, sentence, {{"code", info(error.code).text}});
}

void set_log_level(LogLevel threshold) { threshold_level.store(threshold, std::memory_order_relaxed); }

void set_log_sink(std::function<void(LogLevel, std::string_view line)> sink) {
  const std::lock_guard lock(sink_mutex);
  other_sink = std::move(sink);
}

}  // namespace crossdock::base
