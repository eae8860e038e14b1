// Follows the envelope segment by segment: what is open, what trailers must say, what is wrong. Knows no bytes beyond
// its segments. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "translators/wire/envelope_core.hpp"
#include "translators/x12/interchange_reader.hpp"
#include "translators/x12/isa.hpp"
#include "translators/x12/text.hpp"

namespace crossdock::x12 {

/// The state machine of ISA (GS (ST SE)* GE)* IEA. Calls the handler in document order; every deviation becomes a
/// finding.
class Envelope : public wire::EnvelopeCore {
 public:
  explicit Envelope(InterchangeHandler& handler) : EnvelopeCore(handler, words) {}

  /// Opens an interchange, closing first what a missing trailer left open. `where` is the place of its ISA.
  void open(const IsaReading& isa, Position where);
  /// Takes a segment that is not the body of a set (see is_control): its `where.segment` is set here. True when it was
  /// IEA.
  bool control(wire::Segment& segment);
  /// True where `text` is SE, GE and IEA of what is open as they are due: counts, numbers, nothing besides.
  [[nodiscard]] bool trailers_due(std::string_view text, char element, char terminator) const;
  /// Takes one of them after the other.
  void close_as_due(wire::Segment& segment);
  /// Closes whatever is open: the input ended here.
  void close(Position where);

 private:
  static constexpr wire::EnvelopeWords words{Code::x12_count_padded, Code::x12_control_number_padded, "control number",
                                             false};
  void check_isa(const IsaReading& isa, Position where);
  void open_group(const wire::Segment& segment);
  [[nodiscard]] bool repeats_group(const wire::Segment& segment);
  void check_group(const wire::Segment& segment);
  void open_set(wire::Segment& segment);
  void open_implied_group(const wire::Segment& segment);
  void check_set(const wire::Segment& segment);
  void check_set_type(const wire::Segment& segment);
  void close_set(wire::Segment& segment);
  void close_group(const wire::Segment& segment);
  void close_interchange(const wire::Segment& segment);
  void end_set(wire::Segment& segment);
  void end_group(const wire::Segment& segment);
  void end_interchange(const wire::Segment& segment);
  void stray(wire::Segment& segment);
  void abandon_set(Position where, std::string_view before);
  void abandon_group(Position where, std::string_view before);
  void abandon_interchange(Position where, std::string_view before);

  std::string group_before_, group_behind_;  ///< text of the last GS before and behind GS06; empty: compare nothing
  GroupTrailer group_trailer_;               ///< the last one: keeps its room
  InterchangeTrailer trailer_;
  bool group_implied_ = false;
  /// The number of the first group, of the first set in its group: remembered as seen only when another one follows.
  bool first_group_unseen_ = false, first_set_unseen_ = false;
  bool isa_good_ = false;  ///< nothing was to be said of the last ISA
  bool set_fits_ = false;  ///< sets of the last one's type may stand in this group
};

/// True for a segment that the envelope must see while a set is open: ST, SE, GS, GE, IEA. Judged by the tag only.
[[nodiscard]] inline bool is_control(const char* tag, std::uint32_t length) {
  if (length == 2)
    return (tag[0] == 'S' && (tag[1] == 'T' || tag[1] == 'E')) || (tag[0] == 'G' && (tag[1] == 'S' || tag[1] == 'E'));
  return length == 3 && tag[0] == 'I' && tag[1] == 'E' && tag[2] == 'A';
}

}  // namespace crossdock::x12
