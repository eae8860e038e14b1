// Follows the envelope segment by segment: what is open, what trailers must say, what is wrong. Knows no bytes beyond
// its segments. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <string>
#include <string_view>

#include "translators/wire/segment.hpp"
#include "translators/x12/interchange_reader.hpp"
#include "translators/x12/isa.hpp"
#include "translators/x12/text.hpp"

namespace crossdock::x12 {

/// The state machine of ISA (GS (ST SE)* GE)* IEA. Calls the handler in document order; every deviation becomes a
/// finding.
class Envelope {
 public:
  explicit Envelope(InterchangeHandler& handler) : handler_(&handler) {}

  /// Opens an interchange, closing first what a missing trailer left open. `where` is the place of its ISA.
  void open(const IsaReading& isa, Position where);
  /// Takes a segment that is not the body of a set (see is_body): its `where.segment` is set here. True when it was
  /// IEA.
  bool control(wire::Segment& segment);
  /// Takes a segment of a set's body.
  void body(wire::Segment& segment) {
    ++interchange_segments_;
    segment.where.segment = ++set_segments_;
    handler_->on_segment(segment);
  }
  /// Closes whatever is open: the input ended here.
  void close(Position where);
  [[nodiscard]] bool in_set() const { return in_set_; }
  [[nodiscard]] bool in_interchange() const { return in_interchange_; }
  /// True once any interchange was opened.
  [[nodiscard]] bool seen_any() const { return interchange_.ordinal != 0; }
  [[nodiscard]] const wire::Delimiters& delimiters() const { return interchange_.delimiters; }

  /// Reports a wire quirk the first time it is met in an interchange (or outside of any).
  void note_once(Code code, Position where, std::string_view message = {});
  [[nodiscard]] bool noted(Code code) const { return noted_.test(static_cast<std::size_t>(code)); }
  /// Reports a finding at the innermost open level.
  void report(Code code, Position where, std::string message, std::string_view value = {},
              std::string_view expected = {});

 private:
  enum class Level : std::uint8_t { interchange, group, set };
  Finding make(Code code, Level level, Position where, std::string message) const;
  void emit(Code code, Level level, const wire::Segment& segment, std::size_t element, std::string message,
            std::string_view expected = {});
  void check_isa(const IsaReading& isa, Position where);
  void check_count(const wire::Segment& trailer, Level level, Code code, std::uint64_t actual, std::string_view what);
  void check_control_number(const wire::Segment& trailer, Level level, Code code, std::string_view due,
                            std::string_view header_place);
  void open_group(const wire::Segment& segment);
  void check_group(const wire::Segment& segment);
  void open_set(wire::Segment& segment);
  void check_set(const wire::Segment& segment);
  void close_set(wire::Segment& segment);
  void close_group(const wire::Segment& segment);
  void close_interchange(const wire::Segment& segment);
  void stray(wire::Segment& segment);
  void abandon_set(Position where, std::string_view before);
  void abandon_group(Position where, std::string_view before);
  void abandon_interchange(Position where, std::string_view before);

  InterchangeHandler* handler_;
  InterchangeHeader interchange_;
  GroupHeader group_;
  SetHeader set_;
  bool in_interchange_ = false, in_group_ = false, in_set_ = false, group_implied_ = false;
  std::uint32_t interchange_segments_ = 0, set_segments_ = 0;
  std::uint64_t groups_ = 0, sets_ = 0;
  SeenNumbers seen_interchanges_, seen_groups_, seen_sets_;
  std::bitset<1024> noted_;
};

/// True for a segment that the envelope must see while a set is open: ST, SE, GS, GE, IEA. Judged by the tag only.
[[nodiscard]] inline bool is_control(const char* tag, std::uint32_t length) {
  if (length == 2)
    return (tag[0] == 'S' && (tag[1] == 'T' || tag[1] == 'E')) || (tag[0] == 'G' && (tag[1] == 'S' || tag[1] == 'E'));
  return length == 3 && tag[0] == 'I' && tag[1] == 'E' && tag[2] == 'A';
}

}  // namespace crossdock::x12
