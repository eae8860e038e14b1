// Watches the bytes of an interchange's segments against the character set that it declares.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "translators/edifact/envelope.hpp"

namespace crossdock::edifact {

class CharacterCheck {
 public:
  CharacterCheck(Envelope& envelope, CharacterPolicy policy) : envelope_(&envelope), policy_(policy) {}
  /// True if every segment must be looked at; else only those with bytes above 0x7F.
  [[nodiscard]] bool watches() const { return policy_ != CharacterPolicy::sniff; }
  /// A UNB was read.
  void begin(const InterchangeHeader& header);
  /// A segment's text, as received.
  void look(std::string_view text, Position where, std::string_view tag);
  /// The interchange ends: what was found out about it.
  void finish(Position where);

 private:
  Envelope* envelope_;
  CharacterPolicy policy_;
  wire::CharacterSet declared_ = wire::CharacterSet::not_said;
  bool capitals_only_ = false, high_seen_ = false, utf8_ = true;
  std::string identifier_;
  Position first_;
};

}  // namespace crossdock::edifact
