// Where an event goes: which targets subscribe to it, and which partner is to receive it as a document. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/pipeline/identify.hpp"
#include "gateway/pipeline/settings.hpp"
#include "translators/canonical/event.hpp"

namespace crossdock::pipeline {

/// One way out of an event.
struct RouteStep {
  std::string target;
  std::string operation;
  const PartnerSettings* partner = nullptr;  ///< set for a document to a partner
  const ReceivedSet* set = nullptr;          ///< the set it becomes
};

/// 0 tender, 1 milestone and everything unnamed, 2 invoice, 3 replay.
[[nodiscard]] int priority_of(const std::string& event_type);

/// `crossdock.shipment.milestone.v1` against `shipment.milestone.v1`, `shipment.milestone`, `shipment.*`, `*`.
[[nodiscard]] bool type_matches(const std::string& pattern, const std::string& type);

/// The event types that a set towards a partner is made from: those given, else those of the map.
using TypesOfMap = std::function<std::vector<std::string>(const std::string& map)>;

/// All ways out, in the order of the configuration. An event never returns to the partner it came from; test events go
/// only where test is accepted, others only where production is.
[[nodiscard]] std::vector<RouteStep> route(const Bundle& bundle, const PartnerIndex& index,
                                           const canonical::Event& event, bool test, const TypesOfMap& types_of_map);

}  // namespace crossdock::pipeline
