// Reads a received CONTRL into values: what was answered, and how. Enough to settle what was sent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::acknowledgement {

/// UCD: one element in error.
struct ContrlElement {
  std::uint32_t element = 0, component = 0, occurrence = 0;  ///< 1-based; 0: not stated
  std::string code;                                          ///< 0085
};

/// UCS: one segment in error; `code` empty where only its elements are.
struct ContrlSegment {
  std::uint32_t segment = 0;  ///< ordinal in the message, UNH = 1
  std::string code;
  std::vector<ContrlElement> elements;
};

/// UCM: the answer to one message.
struct ContrlMessage {
  std::string reference, type, version, release, agency, association;
  std::string action, code, service_segment;  ///< 0083, 0085, 0013
  std::string group;                          ///< reference of the group it stood in, empty: none
  std::vector<ContrlSegment> segments;
};

/// UCF: the answer to one group.
struct ContrlGroup {
  std::string reference, action, code;
};

/// UCI and all below it: the answer to one interchange that was sent.
struct ContrlAnswer {
  std::string reference, sender, recipient;   ///< 0020, 0004, 0010 of what was sent
  std::string action, code, service_segment;  ///< of the interchange
  std::vector<ContrlGroup> groups;
  std::vector<ContrlMessage> messages;
  std::size_t details_dropped = 0;  ///< messages, segments and elements beyond what is kept

  /// True if nothing in the interchange was rejected.
  [[nodiscard]] bool positive() const;
  /// What is said of one message that was sent: `accepted`, `rejected`, or `received` where the answer says only that
  /// the interchange arrived (action 8). `group`: reference of its group, empty without one.
  [[nodiscard]] std::string_view verdict_of(std::string_view message, std::string_view group = {}) const;
};

/// Reads the message in `document` (UNH..UNT), both layouts. Errors: edifact.acknowledgement.unreadable (no CONTRL, no
/// UCI, no action). Source: ISO 9735-4.
[[nodiscard]] Result<ContrlAnswer> read_contrl(const wire::SegmentDocument& document);

}  // namespace crossdock::acknowledgement
