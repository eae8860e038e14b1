// Follows the envelope segment by segment: what is open, what trailers must say, what is wrong. Knows no bytes beyond
// its segments. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "translators/edifact/interchange_reader.hpp"
#include "translators/edifact/service_string.hpp"
#include "translators/wire/envelope_core.hpp"

namespace crossdock::edifact {

/// The state machine of UNB ((UNG (UNH UNT)* UNE)* | (UNH UNT)*) UNZ, with UNO..UNP where a message may stand. Calls
/// the handler in document order; every deviation becomes a finding.
class Envelope : public wire::EnvelopeCore {
 public:
  explicit Envelope(InterchangeHandler& handler) : EnvelopeCore(handler, words) {}

  /// The service characters of the interchange that the next control segment opens; `where` is the place of its UNA.
  void expect(const ServiceString& service, Position where);
  /// Takes a segment that is not the body of a message (see is_control): its `where.segment` is set here. True when it
  /// was UNZ.
  bool control(wire::Segment& segment);
  /// Closes whatever is open: the input ended here.
  void close(Position where);
  [[nodiscard]] bool in_package() const { return in_set_ && set_.package; }
  /// Octets of the object that follows a UNO just taken; asked for once.
  [[nodiscard]] std::uint64_t take_object_bytes() { return std::exchange(object_bytes_, 0); }

  /// Asked before an interchange ends: what is to be said of all of it.
  std::function<void(Position)> before_end;

 private:
  static constexpr wire::EnvelopeWords words{Code::edifact_count_padded, Code::edifact_control_number_padded,
                                             "reference", true};
  void need(Code code, Level level, const wire::Segment& segment, Part part, std::string_view what);
  // interchange_envelope.cpp:
  void open_interchange(wire::Segment& segment);
  void open_implied(Position where);
  void read_unb(const wire::Segment& segment);
  void check_unb(const wire::Segment& segment);
  void check_unb_date(const wire::Segment& segment);
  void settle_delimiters(Position where);
  void close_interchange(const wire::Segment& segment);
  void end_interchange(InterchangeTrailer trailer);
  void abandon_interchange(Position where, std::string_view before);
  // envelope.cpp:
  void open_group(const wire::Segment& segment);
  void open_implied_group(const wire::Segment& segment);
  void open_set(wire::Segment& segment, bool package);
  void check_set(const wire::Segment& segment);
  void close_set(wire::Segment& segment);
  void close_package(wire::Segment& segment);
  void close_group(const wire::Segment& segment);
  void end_group(GroupTrailer trailer);
  void stray(wire::Segment& segment);
  void abandon_set(Position where, std::string_view before);
  void abandon_group(Position where, std::string_view before);

  ServiceString service_;
  Position service_where_;
  std::string type_text_;  ///< UNH S009 that filled set_, as received; most messages repeat it
  std::uint64_t stated_groups_ = 0, sets_in_interchange_ = 0, object_bytes_ = 0;
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
