// A sender may only speak for itself, or for those it is declared to carry.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/identify.hpp"

#include <algorithm>

namespace crossdock::pipeline {
namespace {

bool speaks_as(const PartnerSettings& partner, const std::string& gs02) {
  const auto& known = partner.identifiers.gs;
  return known.empty() || gs02.empty() || std::find(known.begin(), known.end(), gs02) != known.end();
}

std::string describe(const EnvelopeId& sender, const std::string& gs02) {
  return sender.qualifier + ":" + sender.id + (gs02.empty() ? "" : " (GS02 " + gs02 + ")");
}

}  // namespace

PartnerIndex::PartnerIndex(const Bundle& bundle) : bundle_(bundle) {
  for (const auto& [name, target] : bundle.targets)
    if (target.partner.empty()) systems_.push_back(&target);
  for (const auto& [name, partner] : bundle.partners) {
    for (const std::string& scac : partner.identifiers.scac) by_scac_.emplace(scac, &partner);
    if (!partner.quarantine.empty()) continue;
    for (const EnvelopeId& id : partner.identifiers.x12) by_envelope_.emplace(id, &partner);
    for (const EnvelopeId& id : partner.identifiers.edifact) by_envelope_.emplace(id, &partner);
  }
}

Identified PartnerIndex::identify(const std::string& channel_partner, const EnvelopeId& sender,
                                  const std::string& gs02) const {
  const PartnerSettings* named = nullptr;
  const auto [first, last] = by_envelope_.equal_range(sender);
  for (auto at = first; at != last; ++at) {
    if (!speaks_as(*at->second, gs02)) continue;
    // Two partners may share an interchange identity (a hub's); the channel's own comes first.
    if (named == nullptr || at->second->name == channel_partner) named = at->second;
  }
  if (named == nullptr)
    return {nullptr, first == last ? Code::identify_unknown : Code::identify_mismatch,
            "no partner has the sender " + describe(sender, gs02) + (first == last ? "" : ": its GS02 is another's")};
  if (channel_partner.empty() || named->name == channel_partner) return {named, {}, {}};
  const auto speaker = bundle_.partners.find(channel_partner);
  if (speaker != bundle_.partners.end()) {
    const auto& carried = speaker->second.carries;
    if (std::find(carried.begin(), carried.end(), named->name) != carried.end()) return {named, {}, {}};
  }
  return {nullptr, Code::identify_mismatch,
          "the sender " + describe(sender, gs02) + " is partner " + named->name + ", and the channel is that of " +
              channel_partner};
}

const PartnerSettings* PartnerIndex::by_scac(const std::string& scac) const {
  const auto found = by_scac_.find(scac);
  return found == by_scac_.end() ? nullptr : found->second;
}

Identified PartnerIndex::identify(const std::string& channel_partner) const {
  const auto found = bundle_.partners.find(channel_partner);
  if (found == bundle_.partners.end() || !found->second.quarantine.empty())
    return {nullptr, Code::identify_unknown,
            channel_partner.empty() ? "the document names no sender and its channel authenticates none"
                                    : "there is no partner " + channel_partner + " in the configuration"};
  return {&found->second, {}, {}};
}

}  // namespace crossdock::pipeline
