// Follows the envelope segment by segment: what is open, what trailers must say, what is wrong. Knows no bytes beyond
// its segments. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "translators/edifact/interchange_reader.hpp"
#include "translators/edifact/service_string.hpp"
#include "translators/wire/seen_numbers.hpp"

namespace crossdock::edifact {

/// The state machine of UNB ((UNG (UNH UNT)* UNE)* | (UNH UNT)*) UNZ, with UNO..UNP where a message may stand. Calls
/// the handler in document order; every deviation becomes a finding.
class Envelope {
 public:
  explicit Envelope(InterchangeHandler& handler) : handler_(&handler) {}

  /// The service characters of the interchange that the next control segment opens; `where` is the place of its UNA.
  void expect(const ServiceString& service, Position where);
  /// Takes a segment that is not the body of a message (see is_control): its `where.segment` is set here. True when it
  /// was UNZ.
  bool control(wire::Segment& segment);
  /// Takes a segment of a message's body.
  void body(wire::Segment& segment) {
    ++interchange_segments_;
    segment.where.segment = ++set_segments_;
    handler_->on_segment(segment);
  }
  /// Closes whatever is open: the input ended here.
  void close(Position where);
  [[nodiscard]] bool in_set() const { return in_set_ && !set_.package; }
  [[nodiscard]] bool in_package() const { return in_set_ && set_.package; }
  [[nodiscard]] bool in_interchange() const { return in_interchange_; }
  [[nodiscard]] bool seen_any() const { return interchange_.ordinal != 0; }
  [[nodiscard]] const InterchangeHeader& interchange() const { return interchange_; }
  /// Octets of the object that follows a UNO just taken; asked for once.
  [[nodiscard]] std::uint64_t take_object_bytes() { return std::exchange(object_bytes_, 0); }

  /// Reports a wire quirk the first time it is met in an interchange (or outside of any).
  void note_once(Code code, Position where, std::string_view message = {});
  [[nodiscard]] bool noted(Code code) const { return noted_.test(static_cast<std::size_t>(code)); }
  /// Reports a finding at the innermost open level.
  void report(Code code, Position where, std::string message, std::string_view value = {},
              std::string_view expected = {}, std::string_view tag = {}, bool only_warn = false);
  /// Asked before an interchange ends: what is to be said of all of it.
  std::function<void(Position)> before_end;

 private:
  enum class Level : std::uint8_t { interchange, group, set };
  /// An element or component of a segment: where it stands and what it says.
  struct Part {
    std::size_t element = 0, component = 0;
  };
  [[nodiscard]] std::string_view raw(const wire::Segment& segment, Part part) const;
  [[nodiscard]] std::string text(const wire::Segment& segment, Part part) const;
  /// text() into a string that keeps its room.
  void take(std::string& out, const wire::Segment& segment, Part part) const;
  Finding make(Code code, Level level, Position where, std::string message) const;
  void emit(Code code, Level level, const wire::Segment& segment, Part part, std::string message,
            std::string_view expected = {});
  void need(Code code, Level level, const wire::Segment& segment, Part part, std::string_view what);
  void check_count(const wire::Segment& trailer, Level level, Code code, std::uint64_t actual, std::string_view what);
  void check_reference(const wire::Segment& trailer, Level level, Code code, std::string_view due,
                       std::string_view header_place);
  void open_interchange(wire::Segment& segment);
  void open_implied(Position where);
  void read_unb(const wire::Segment& segment);
  void check_unb(const wire::Segment& segment);
  void settle_delimiters(Position where);
  void open_group(const wire::Segment& segment);
  void open_implied_group(const wire::Segment& segment);
  void open_set(wire::Segment& segment, bool package);
  void check_set(const wire::Segment& segment);
  void close_set(wire::Segment& segment);
  void close_package(wire::Segment& segment);
  void close_group(const wire::Segment& segment);
  void end_group(GroupTrailer trailer);
  void close_interchange(const wire::Segment& segment);
  void end_interchange(InterchangeTrailer trailer);
  void stray(wire::Segment& segment);
  void abandon_set(Position where, std::string_view before);
  void abandon_group(Position where, std::string_view before);
  void abandon_interchange(Position where, std::string_view before);

  InterchangeHandler* handler_;
  ServiceString service_;
  Position service_where_;
  InterchangeHeader interchange_;
  GroupHeader group_;
  SetHeader set_;
  bool in_interchange_ = false, in_group_ = false, in_set_ = false;
  std::uint32_t interchange_segments_ = 0, set_segments_ = 0;
  std::uint64_t groups_ = 0, stated_groups_ = 0, sets_in_group_ = 0, sets_in_interchange_ = 0, object_bytes_ = 0;
  wire::SeenNumbers seen_interchanges_, seen_groups_, seen_sets_;
  std::bitset<1024> noted_;
};

/// True for a segment that the envelope must see while a message is open. Judged by the tag only: UNA is found before
/// tags are read.
[[nodiscard]] inline bool is_control(const char* tag, std::uint32_t length) {
  if (length != 3 || tag[0] != 'U' || tag[1] != 'N') return false;
  switch (tag[2]) {
    case 'H':
    case 'T':
    case 'B':
    case 'Z':
    case 'G':
    case 'E':
    case 'O':
    case 'P': return true;
    default: return false;
  }
}

}  // namespace crossdock::edifact
