// Rules of the interchange: service characters, UNB, UNZ.
// SPDX-License-Identifier: Apache-2.0
#include <iterator>

#include "translators/edifact/envelope.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::edifact {

using wire::parse_number;
using wire::trim;

void Envelope::expect(const ServiceString& service, Position where) {
  if (in_interchange_) abandon_interchange(where, service.una ? "UNA" : "UNB");
  service_ = service;
  type_text_.clear();  // other service characters may read it in another way
  service_where_ = where;
}

void Envelope::open_interchange(wire::Segment& segment) {
  noted_.reset();
  groups_ = stated_groups_ = sets_in_interchange_ = 0;
  seen_groups_.clear();
  seen_sets_.clear();
  interchange_segments_ = segment.where.segment = 1;
  read_unb(segment);
  in_interchange_ = true;
  handler_->on_interchange(interchange_);
  settle_delimiters(segment.where);
  check_unb(segment);
}

void Envelope::open_implied(Position where) {
  noted_.reset();
  groups_ = stated_groups_ = sets_in_interchange_ = 0;
  interchange_segments_ = 0;
  seen_sets_.clear();
  const std::uint32_t ordinal = interchange_.ordinal + 1;
  interchange_ = {};
  interchange_.ordinal = ordinal;
  interchange_.syntax = wire::Syntax::edifact;
  interchange_.delimiters = service_.delimiters;
  interchange_.una = service_.una;
  interchange_.implied = true;
  interchange_.usage = "P";
  interchange_.where = where;
  in_interchange_ = true;
  handler_->on_interchange(interchange_);
  note_once(Code::edifact_unb_implied, where,
            "a message begins without UNB before it; sender and recipient are unknown");
}

void Envelope::read_unb(const wire::Segment& segment) {
  const std::uint32_t ordinal = interchange_.ordinal + 1;
  interchange_ = {};
  InterchangeHeader& header = interchange_;
  header.delimiters = service_.delimiters;
  header.ordinal = ordinal;
  header.syntax = wire::Syntax::edifact;
  header.una = service_.una;
  const auto take = [&](std::size_t element, std::size_t component) { return text(segment, {element, component}); };
  header.standards_id = take(1, 1);
  header.version = take(1, 2);
  while (header.version.size() > 1 && header.version[0] == '0') header.version.erase(0, 1);
  header.sender_id = take(2, 1);
  header.sender_qualifier = take(2, 2);
  header.sender_internal = take(2, 3);
  header.sender_subordinate = take(2, 4);
  header.receiver_id = take(3, 1);
  header.receiver_qualifier = take(3, 2);
  header.receiver_internal = take(3, 3);
  header.receiver_subordinate = take(3, 4);
  header.date = take(4, 1);
  header.time = take(4, 2);
  header.control_number = take(5, 0);
  header.recipient_reference = take(6, 1);
  header.application_reference = take(7, 0);
  header.priority = take(8, 0);
  header.acknowledgement_requested = take(9, 0);
  header.agreement = take(10, 0);
  header.test_indicator = take(11, 0);
  header.usage = header.test_indicator == "1" ? "T" : "P";
  header.where = segment.where;
  const bool repeats = header.version >= "4" && header.version.size() == 1;
  if (!repeats) header.delimiters.repetition = 0;
  if (repeats && !service_.una) header.delimiters.repetition = '*';
}

void Envelope::settle_delimiters(Position where) {
  const wire::Delimiters& signs = interchange_.delimiters;
  if (service_.una_short)
    note_once(Code::edifact_una_short, service_where_,
              "UNA has five service characters; the reserved one was left out");
  if (service_.delimiters.repetition != 0 && signs.repetition == 0)
    note_once(Code::edifact_una_repetition, service_where_,
              "UNA names " + wire::visible(service_.delimiters.repetition) + " as repetition separator, which syntax " +
                  quoted(interchange_.version) + " does not have; it is read as data");
  if (service_.derived)
    note_once(Code::edifact_unb_delimiters, where,
              "the service characters are not the default ones and no UNA declares them; " +
                  wire::visible(signs.element) + ", " + wire::visible(signs.component) + " and " +
                  wire::visible(signs.segment[0]) + " were taken from UNB");
  const char all[] = {signs.component, signs.element, signs.release, signs.repetition, signs.segment[0]};
  for (std::size_t i = 0; i < std::size(all); ++i)
    for (std::size_t k = i + 1; k < std::size(all); ++k)
      if (all[i] != 0 && all[i] == all[k])
        note_once(Code::edifact_una_clash, service_where_,
                  wire::visible(all[i]) + " stands for two service characters at once");
}

void Envelope::check_unb(const wire::Segment& segment) {
  const InterchangeHeader& header = interchange_;
  const Level level = Level::interchange;
  const std::string& id = header.standards_id;
  const bool known = id.size() == 4 && id.substr(0, 3) == "UNO" &&
                     ((id[3] >= 'A' && id[3] <= 'L') || id[3] == 'W' || id[3] == 'X' || id[3] == 'Y');
  if (!known)
    emit(Code::edifact_unb_syntax, level, segment, {1, 1}, "the syntax identifier " + quoted(id) + " is not known",
         "UNOA to UNOL, UNOW, UNOX or UNOY");
  if (header.version.size() != 1 || header.version[0] < '1' || header.version[0] > '4')
    emit(Code::edifact_unb_syntax, level, segment, {1, 2},
         "the syntax version " + quoted(header.version) + " is not known", "1, 2, 3 or 4");
  need(Code::edifact_unb_element, level, segment, {2, 1}, "sender");
  need(Code::edifact_unb_element, level, segment, {3, 1}, "recipient");
  need(Code::edifact_unb_element, level, segment, {5, 0}, "control reference");
  check_unb_date(segment);
  for (std::size_t element = 1; element <= segment.element_count(); ++element)
    if (const std::string_view value = segment.element(element); !value.empty() && trim(value).empty())
      note_once(Code::edifact_unb_blank, segment.where,
                wire::element_place("UNB", element) + " holds nothing but blanks; it is read as empty");
  if (!header.control_number.empty() && seen_interchange())
    emit(Code::edifact_interchange_duplicate, level, segment, {5, 0},
         "the control reference " + quoted(header.control_number) + " of this sender stood already in this input",
         "a reference not used before");
}

void Envelope::check_unb_date(const wire::Segment& segment) {
  const InterchangeHeader& header = interchange_;
  const Level level = Level::interchange;
  const std::string_view date = header.date, time = header.time;
  const std::string_view tail = date.size() == 8 ? date.substr(2) : date;
  const auto between = [](std::string_view digits, std::uint64_t low, std::uint64_t high) {
    const auto number = parse_number(digits);
    return number && *number >= low && *number <= high;
  };
  if (tail.size() != 6 || !wire::is_digits(date) || !between(tail.substr(2, 2), 1, 12) ||
      !between(tail.substr(4, 2), 1, 31))
    emit(Code::edifact_unb_date, level, segment, {4, 1}, "the date of preparation is " + quoted(date),
         header.version == "4" ? "CCYYMMDD" : "YYMMDD");
  if (time.size() != 4 || !wire::is_digits(time) || !between(time.substr(0, 2), 0, 23) ||
      !between(time.substr(2, 2), 0, 59))
    emit(Code::edifact_unb_date, level, segment, {4, 2}, "the time of preparation is " + quoted(time), "HHMM");
}

void Envelope::end_interchange(InterchangeTrailer trailer) {
  if (before_end) before_end(trailer.where);
  trailer.groups_seen = stated_groups_;
  trailer.sets_seen = sets_in_interchange_;
  handler_->on_interchange_end(trailer);
  in_interchange_ = false;
  noted_.reset();
}

void Envelope::close_interchange(const wire::Segment& segment) {
  if (in_group_) abandon_group(segment.where, "UNZ");
  if (sets_in_interchange_ == 0 && stated_groups_ == 0)
    emit(Code::edifact_interchange_empty, Level::interchange, segment, {}, "the interchange holds no message", "UNH");
  const bool groups = stated_groups_ != 0;
  check_count(segment, Level::interchange, Code::edifact_unz_count, groups ? stated_groups_ : sets_in_interchange_,
              groups ? "groups" : "messages");
  if (!interchange_.implied)
    check_number(segment, Level::interchange, Code::edifact_unz_control_number, interchange_.control_number, "UNB.05");
  InterchangeTrailer trailer{true, std::string(segment.element(1)), text(segment, {2, 0}), 0, segment.where};
  end_interchange(std::move(trailer));
}

void Envelope::abandon_interchange(Position where, std::string_view before) {
  if (in_group_) abandon_group(where, before);
  where.length = 0;
  if (!interchange_.implied) {
    const std::uint64_t count = stated_groups_ != 0 ? stated_groups_ : sets_in_interchange_;
    Finding finding =
        make(Code::edifact_unz_missing, Level::interchange, where,
             "interchange " + quoted(interchange_.control_number) + " has no UNZ before " + std::string(before) +
                 "; UNZ+" + std::to_string(count) + "+" + interchange_.control_number + " would be right");
    finding.segment_tag = finding.path = "UNZ";
    handler_->on_finding(std::move(finding));
  }
  end_interchange({false, {}, {}, 0, where});
}

void Envelope::close(Position where) {
  if (in_interchange_) abandon_interchange(where, "the end of the input");
}

}  // namespace crossdock::edifact
