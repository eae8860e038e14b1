// Who may speak on which channel: the envelope's sender against the channel's partner. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/pipeline/settings.hpp"
#include "translators/base/code.hpp"

namespace crossdock::pipeline {

/// Who sent an interchange, or why nobody may have.
struct Identified {
  const PartnerSettings* partner = nullptr;  ///< null: park, for the code's reason
  Code code = Code::identify_unknown;
  std::string detail;
};

/// Finds senders by their envelope identity (qualifier, id and GS02) and partners by SCAC, and knows which targets are
/// systems of ours: with thousands of partners nothing may look through all of them for each event.
class PartnerIndex {
 public:
  explicit PartnerIndex(const Bundle& bundle);
  /// `channel_partner`: as authenticated by the channel, empty when it authenticates nobody.
  [[nodiscard]] Identified identify(const std::string& channel_partner, const EnvelopeId& sender,
                                    const std::string& gs02) const;
  /// For documents without an envelope: the channel must say who it is.
  [[nodiscard]] Identified identify(const std::string& channel_partner) const;

  /// The partner of that SCAC, the first by name; null when none.
  [[nodiscard]] const PartnerSettings* by_scac(const std::string& scac) const;
  /// Targets that are no partner's channel, by name.
  [[nodiscard]] const std::vector<const TargetSettings*>& systems() const { return systems_; }

 private:
  const Bundle& bundle_;
  std::unordered_map<std::string, const PartnerSettings*> by_scac_;
  std::vector<const TargetSettings*> systems_;
  std::multimap<EnvelopeId, const PartnerSettings*> by_envelope_;
};

}  // namespace crossdock::pipeline
