// Who may speak on which channel: the envelope's sender against the channel's partner. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/pipeline/settings.hpp"
#include "translators/base/code.hpp"

namespace crossdock::pipeline {

/// Who sent an interchange, or why nobody may have.
struct Identified {
  const PartnerSettings* partner = nullptr;  ///< null: park, for the code's reason
  Code code = Code::identify_unknown;
  std::string detail;
};

/// Finds senders by their envelope identity: qualifier, id and GS02.
class PartnerIndex {
 public:
  explicit PartnerIndex(const Bundle& bundle);
  /// `channel_partner`: as authenticated by the channel, empty when it authenticates nobody.
  [[nodiscard]] Identified identify(const std::string& channel_partner, const EnvelopeId& sender,
                                    const std::string& gs02) const;
  /// For documents without an envelope: the channel must say who it is.
  [[nodiscard]] Identified identify(const std::string& channel_partner) const;

 private:
  const Bundle& bundle_;
  std::multimap<EnvelopeId, const PartnerSettings*> by_envelope_;
};

}  // namespace crossdock::pipeline
