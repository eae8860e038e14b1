// Reads a received 997 (or 999) into values: what was answered, and how. Enough to settle what was sent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "translators/base/result.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::acknowledgement {

/// AK4 / IK4: one element in error.
struct ElementAnswer {
  std::uint32_t element = 0, component = 0, repetition = 0;  ///< 1-based; 0: not stated
  std::string reference;                                     ///< data element number
  std::string code;                                          ///< element 723 / 621
  std::string value;                                         ///< copy of the bad value, may be empty
};

/// AK3 / IK3: one segment in error.
struct SegmentAnswer {
  std::string tag;
  std::uint32_t segment = 0;  ///< ordinal in the set, ST = 1
  std::string loop_id, code;
  std::vector<ElementAnswer> elements;
};

/// AK2 .. AK5: the answer to one transaction set.
struct SetAnswer {
  std::string set, control_number, implementation;
  std::string code;                ///< AK501: A E M P R W X; empty: the 997 lacks its AK5
  std::vector<std::string> codes;  ///< AK502..AK506
  std::vector<SegmentAnswer> segments;
  std::size_t details_dropped = 0;  ///< segments and elements in error beyond details_max
};

/// AK1 .. AK9: the answer to one group that was sent.
struct GroupAnswer {
  std::string functional_id, control_number, version;                   ///< AK101, AK102, AK103
  std::vector<SetAnswer> sets;                                          ///< those named; a positive 997 may name none
  std::string code;                                                     ///< AK901: A E M P R W X
  std::uint64_t sets_stated = 0, sets_received = 0, sets_accepted = 0;  ///< AK902-AK904
  std::vector<std::string> codes;                                       ///< AK905..AK909

  /// True if everything sent in the group was accepted (with or without errors noted).
  [[nodiscard]] bool positive() const { return code == "A" || code == "E"; }
  /// The answer to one of the sets sent: its own, or what the group's verdict says of sets that are not named. `A`, `E`
  /// or `R`.
  [[nodiscard]] std::string verdict_of(std::string_view set, std::string_view control_number) const;
};

/// Details kept per set; the rest is counted.
inline constexpr std::size_t details_max = 1000;

/// Reads the set in `document` (ST..SE). Numbers that are none read as 0; unknown segments (CTX) are passed over.
/// Errors: x12.acknowledgement.unreadable (not a 997 or 999, no AK1, no AK9).
[[nodiscard]] Result<GroupAnswer> read_acknowledgement(const wire::SegmentDocument& document);

}  // namespace crossdock::acknowledgement
