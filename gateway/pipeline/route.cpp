// Subscriptions and partners of an event.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/route.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <optional>

namespace crossdock::pipeline {
namespace {

constexpr std::string_view type_prefix = "crossdock.";

std::string_view bare(std::string_view type) {
  if (type.substr(0, type_prefix.size()) == type_prefix) type.remove_prefix(type_prefix.size());
  return type;
}

/// Without `.v1`.
std::string_view unversioned(std::string_view type) {
  const std::size_t dot = type.rfind(".v");
  if (dot == std::string_view::npos || dot + 2 >= type.size()) return type;
  const std::string_view digits = type.substr(dot + 2);
  return digits.find_first_not_of("0123456789") == std::string_view::npos ? type.substr(0, dot) : type;
}

/// Text of a value: strings bare, numbers and words as JSON writes them.
std::string text_of(const boost::json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

const boost::json::value* find_path(const boost::json::value& root, std::string_view path) {
  const boost::json::value* at = &root;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const boost::json::object* object = at->if_object();
    if (object == nullptr) return nullptr;
    at = object->if_contains(path.substr(0, dot));
    if (at == nullptr) return nullptr;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at;
}

boost::json::value parse_data(const canonical::Event& event) {
  boost::system::error_code problem;
  boost::json::value data = boost::json::parse(event.data, problem);
  return problem ? boost::json::value{} : data;
}

/// The event's data, parsed when a rule first asks for it: most events are routed by their type alone.
class Data {
 public:
  explicit Data(const canonical::Event& event) : event_(event) {}
  [[nodiscard]] const boost::json::value& get() {
    if (!value_) value_ = parse_data(event_);
    return *value_;
  }

 private:
  const canonical::Event& event_;
  std::optional<boost::json::value> value_;
};

bool passes(const Subscription& subscription, Data& data) {
  return std::all_of(subscription.filters.begin(), subscription.filters.end(), [&](const auto& filter) {
    const boost::json::value* value = find_path(data.get(), filter.first);
    return value != nullptr && text_of(*value) == filter.second;
  });
}

const PartnerSettings* partner_of(const PartnerIndex& index, const boost::json::value& data) {
  const boost::json::value* scac = find_path(data, "carrier.scac");
  return scac != nullptr && scac->is_string() ? index.by_scac(std::string(scac->get_string())) : nullptr;
}

/// `/partners/acme` and `/systems/tms` are named by their last part.
bool told_by(const Subscription& subscription, const std::string& source) {
  if (subscription.from.empty()) return true;
  const std::string who = source.substr(source.rfind('/') + 1);
  return std::find(subscription.from.begin(), subscription.from.end(), who) != subscription.from.end();
}

void route_to_targets(const PartnerIndex& index, const canonical::Event& event, Data& data, bool test,
                      std::vector<RouteStep>& out) {
  for (const TargetSettings* system : index.systems()) {
    const TargetSettings& target = *system;
    if (!(test ? target.accepts_test : target.accepts_production)) continue;
    for (const Subscription& subscription : target.subscribes) {
      if (!type_matches(subscription.type, event.type) || !told_by(subscription, event.source) ||
          !passes(subscription, data))
        continue;
      std::string operation = subscription.operation;
      if (operation.empty()) operation = target.operations.empty() ? "post" : target.operations.front();
      const bool known = std::any_of(out.begin(), out.end(), [&](const RouteStep& step) {
        return step.target == target.name && step.operation == operation;
      });
      if (!known) out.push_back({target.name, std::move(operation), nullptr, nullptr});
    }
  }
}

void route_to_partner(const Bundle& bundle, const PartnerIndex& index, const canonical::Event& event, Data& data,
                      bool test, const TypesOfMap& types_of_map, std::vector<RouteStep>& out) {
  if (event.source.starts_with("/partners/"))
    return;  // what partners tell goes to our systems, never to another partner
  const PartnerSettings* partner = partner_of(index, data.get());
  if (partner == nullptr) return;
  for (const ReceivedSet& set : partner->receives) {
    const std::vector<std::string> types =
        set.event_types.empty() ? types_of_map(set.map.empty() ? set.guide : set.map) : set.event_types;
    const bool wanted = std::any_of(types.begin(), types.end(),
                                    [&](const std::string& type) { return type_matches(type, event.type); });
    if (!wanted || event.type.find("message.acknowledged") != std::string::npos) continue;
    const std::string name = partner->name + "/" + set.via;
    const auto target = bundle.targets.find(name);
    if (target != bundle.targets.end() && !(test ? target->second.accepts_test : target->second.accepts_production))
      continue;
    out.push_back({name, "send", partner, &set});
    return;  // one document for one event: the first set that takes it
  }
}

}  // namespace

int priority_of(const std::string& event_type) {
  const std::string_view type = bare(event_type);
  if (type.starts_with("load.")) return 0;
  if (type.starts_with("freight.invoiced") || type.starts_with("goods.invoiced") || type.starts_with("invoice."))
    return 2;
  return 1;
}

bool type_matches(const std::string& pattern, const std::string& type) {
  const std::string_view wanted = bare(pattern), given = bare(type);
  if (wanted == "*" || wanted == given || wanted == unversioned(given)) return true;
  return wanted.ends_with(".*") && given.starts_with(wanted.substr(0, wanted.size() - 1));
}

std::vector<RouteStep> route(const Bundle& bundle, const PartnerIndex& index, const canonical::Event& event, bool test,
                             const TypesOfMap& types_of_map) {
  std::vector<RouteStep> out;
  Data data(event);
  route_to_targets(index, event, data, test, out);
  route_to_partner(bundle, index, event, data, test, types_of_map, out);
  return out;
}

}  // namespace crossdock::pipeline
