// The envelope's rules: nesting, counts, references. One function a control segment.
// SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/envelope.hpp"

#include "translators/wire/released.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::edifact {
namespace {

using wire::parse_number;
using wire::trim;

constexpr std::size_t value_bytes_max = 200;

std::string quoted(std::string_view value) { return "'" + std::string(value.substr(0, value_bytes_max)) + "'"; }

bool equal_as_numbers(std::string_view left, std::string_view right) {
  const auto a = parse_number(left), b = parse_number(right);
  return a && b && *a == *b;
}

}  // namespace

std::string_view Envelope::raw(const wire::Segment& segment, Part part) const {
  std::string_view value = segment.element(part.element);
  const wire::Delimiters& signs = service_.delimiters;
  for (std::size_t number = 1; part.component != 0; ++number) {
    const std::size_t end =
        segment.released ? wire::find_unreleased(value, signs.component, signs.release) : value.find(signs.component);
    if (number == part.component) return value.substr(0, end);
    if (end == std::string_view::npos) return {};
    value.remove_prefix(end + 1);
  }
  return value;
}

std::string Envelope::text(const wire::Segment& segment, Part part) const {
  const std::string_view value = trim(raw(segment, part));
  return service_.delimiters.release == 0 ? std::string(value) : wire::unreleased(value, service_.delimiters.release);
}

void Envelope::take(std::string& out, const wire::Segment& segment, Part part) const {
  const std::string_view value = trim(raw(segment, part));
  out.clear();
  if (segment.released)
    wire::append_unreleased(out, value, service_.delimiters.release);
  else
    out = value;
}

Finding Envelope::make(Code code, Level level, Position where, std::string message) const {
  Finding finding;
  finding.code = code;
  finding.severity = info(code).severity;
  finding.message = std::move(message);
  finding.where = where;
  finding.interchange = in_interchange_ ? interchange_.ordinal : 0;
  finding.control_number = in_interchange_ ? interchange_.control_number : std::string();
  if (level >= Level::group && in_group_) {
    finding.group = group_.ordinal;
    finding.control_number = group_.control_number;
  }
  if (level == Level::set && in_set_) {
    finding.set = set_.ordinal;
    finding.control_number = set_.control_number;
  }
  return finding;
}

void Envelope::emit(Code code, Level level, const wire::Segment& segment, Part part, std::string message,
                    std::string_view expected) {
  Position where = segment.where;
  std::string_view value;
  if (part.element != 0) {
    value = raw(segment, part);
    const char* const at = value.data() == nullptr ? segment.block + segment.ends.back() : value.data();
    where.offset += static_cast<std::uint64_t>(at - (segment.block + segment.start));
    where.length = static_cast<std::uint32_t>(value.size());
  }
  Finding finding = make(code, level, where, std::move(message));
  finding.segment_tag = segment.tag().substr(0, value_bytes_max);
  finding.path = part.element == 0 ? finding.segment_tag : wire::element_place(finding.segment_tag, part.element);
  if (part.component != 0) finding.path += "." + std::to_string(part.component);
  finding.element = static_cast<std::uint16_t>(part.element);
  finding.component = static_cast<std::uint16_t>(part.component);
  finding.value = value.substr(0, value_bytes_max);
  finding.expected = expected;
  handler_->on_finding(std::move(finding));
}

void Envelope::report(Code code, Position where, std::string message, std::string_view value, std::string_view expected,
                      std::string_view tag, bool only_warn) {
  const Level level = in_set_ ? Level::set : in_group_ && !group_.implied ? Level::group : Level::interchange;
  Finding finding = make(code, level, where, std::move(message));
  finding.value = value.substr(0, value_bytes_max);
  finding.expected = expected;
  finding.segment_tag = finding.path = tag.substr(0, value_bytes_max);
  if (only_warn) finding.severity = Severity::warning;
  handler_->on_finding(std::move(finding));
}

void Envelope::note_once(Code code, Position where, std::string_view message) {
  static_assert(1024 > static_cast<std::size_t>(Code::edifact_acknowledgement_unreadable));
  if (noted(code)) return;
  noted_.set(static_cast<std::size_t>(code));
  Finding finding = make(code, Level::interchange, where, std::string(message.empty() ? info(code).what : message));
  finding.expected = info(code).remedy;
  handler_->on_finding(std::move(finding));
}

void Envelope::need(Code code, Level level, const wire::Segment& segment, Part part, std::string_view what) {
  if (!trim(raw(segment, part)).empty()) return;
  emit(code, level, segment, part, std::string(segment.tag()) + " lacks its " + std::string(what), what);
}

void Envelope::expect(const ServiceString& service, Position where) {
  if (in_interchange_) abandon_interchange(where, service.una ? "UNA" : "UNB");
  service_ = service;
  service_where_ = where;
}

bool Envelope::control(wire::Segment& segment) {
  const std::string_view tag = segment.tag();
  if (tag == "UNB" && !in_interchange_) {
    open_interchange(segment);
    return false;
  }
  if (!in_interchange_) open_implied(segment.where);
  segment.where.segment = ++interchange_segments_;
  switch (tag.size() == 3 && tag.substr(0, 2) == "UN" ? tag[2] : '\0') {
    case 'H': open_set(segment, false); return false;
    case 'O': open_set(segment, true); return false;
    case 'T': close_set(segment); return false;
    case 'P': close_package(segment); return false;
    case 'G': open_group(segment); return false;
    case 'E': close_group(segment); return false;
    case 'Z': close_interchange(segment); return true;
    default: stray(segment); return false;
  }
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
  header.delimiters = service_.delimiters;
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
  for (std::size_t element = 1; element <= segment.element_count(); ++element)
    if (const std::string_view value = segment.element(element); !value.empty() && trim(value).empty())
      note_once(Code::edifact_unb_blank, segment.where,
                wire::element_place("UNB", element) + " holds nothing but blanks; it is read as empty");
  if (!header.control_number.empty() &&
      seen_interchanges_.seen(header.sender_qualifier + ":" + header.sender_id + ":" + header.receiver_qualifier + ":" +
                              header.receiver_id + ":" + header.control_number))
    emit(Code::edifact_interchange_duplicate, level, segment, {5, 0},
         "the control reference " + quoted(header.control_number) + " of this sender stood already in this input",
         "a reference not used before");
}

void Envelope::stray(wire::Segment& segment) {
  const std::string_view tag = segment.tag();
  if (in_package()) return;  // the object's length was wrong, which is said already
  const bool security = tag.size() == 3 && tag.substr(0, 2) == "US";
  if (!security)
    emit(Code::edifact_segment_stray, in_group_ && !group_.implied ? Level::group : Level::interchange, segment, {},
         "segment " + quoted(tag) + " stands outside of any message; between UNH and UNT would be right",
         "between UNH and UNT");
  handler_->on_segment(segment);
}

void Envelope::open_group(const wire::Segment& segment) {
  if (in_group_) abandon_group(segment.where, "UNG");
  if (stated_groups_ == 0 && sets_in_interchange_ != 0)
    emit(Code::edifact_group_mixed, Level::interchange, segment, {}, "a group begins behind messages without one",
         "all messages in groups, or none");
  group_ = {};
  GroupHeader& group = group_;
  group.ordinal = static_cast<std::uint32_t>(++groups_);
  ++stated_groups_;
  const auto take = [&](std::size_t element, std::size_t component) { return text(segment, {element, component}); };
  group.functional_id = take(1, 0);
  group.sender = take(2, 1);
  group.sender_qualifier = take(2, 2);
  group.receiver = take(3, 1);
  group.receiver_qualifier = take(3, 2);
  group.date = take(4, 1);
  group.time = take(4, 2);
  group.control_number = take(5, 0);
  group.agency = take(6, 0);
  group.version = take(7, 1) + take(7, 2);
  group.where = segment.where;
  in_group_ = true;
  sets_in_group_ = 0;
  seen_sets_.clear();
  handler_->on_group(group);
  need(Code::edifact_ung_element, Level::group, segment, {5, 0}, "group reference");
  if (interchange_.version < "4") need(Code::edifact_ung_element, Level::group, segment, {1, 0}, "message type");
  if (!group.control_number.empty() && seen_groups_.seen(group.control_number))
    emit(Code::edifact_group_duplicate, Level::group, segment, {5, 0},
         "the group reference " + quoted(group.control_number) + " stood already in this interchange",
         "a reference not used before");
}

// What stands without UNG gets a group of its own: of the interchange's parties and the message's type.
void Envelope::open_implied_group(const wire::Segment& segment) {
  group_ = {};
  group_.ordinal = static_cast<std::uint32_t>(++groups_);
  group_.implied = true;
  group_.functional_id = text(segment, {2, 1});
  group_.sender = interchange_.sender_id;
  group_.receiver = interchange_.receiver_id;
  group_.sender_qualifier = interchange_.sender_qualifier;
  group_.receiver_qualifier = interchange_.receiver_qualifier;
  group_.date = interchange_.date;
  group_.time = interchange_.time;
  group_.control_number = interchange_.control_number;
  group_.agency = text(segment, {2, 4});
  group_.version = text(segment, {2, 2}) + text(segment, {2, 3});
  group_.where = segment.where;
  in_group_ = true;
  sets_in_group_ = 0;
  handler_->on_group(group_);
  if (stated_groups_ != 0)
    emit(Code::edifact_group_mixed, Level::interchange, segment, {}, "a message stands behind the groups",
         "all messages in groups, or none");
}

void Envelope::open_set(wire::Segment& segment, bool package) {
  if (in_set_) abandon_set(segment.where, segment.tag());
  if (!in_group_) open_implied_group(segment);
  set_.ordinal = static_cast<std::uint32_t>(++sets_in_group_);
  ++sets_in_interchange_;
  take(set_.control_number, segment, {1, 0});
  set_.package = package;
  set_.package_bytes = 0;
  if (package) {
    for (std::string* none : {&set_.version, &set_.release, &set_.agency, &set_.implementation, &set_.access_reference})
      none->clear();
    set_.set = "UNO";
    set_.package_bytes = object_bytes_ = parse_number(text(segment, {4, 1})).value_or(0);
  } else {
    take(set_.set, segment, {2, 1});
    take(set_.version, segment, {2, 2});
    take(set_.release, segment, {2, 3});
    take(set_.agency, segment, {2, 4});
    take(set_.implementation, segment, {2, 5});
    take(set_.access_reference, segment, {3, 0});
  }
  set_segments_ = segment.where.segment = 1;
  set_.where = segment.where;
  in_set_ = true;
  handler_->on_set(set_);
  handler_->on_segment(segment);
  check_set(segment);
}

void Envelope::check_set(const wire::Segment& segment) {
  const Level level = Level::set;
  if (set_.control_number.empty()) need(Code::edifact_unh_element, level, segment, {1, 0}, "reference");
  if (!set_.package) {
    if (set_.set.empty()) need(Code::edifact_unh_element, level, segment, {2, 1}, "message type");
    if (set_.version.empty()) need(Code::edifact_unh_element, level, segment, {2, 2}, "version");
    if (set_.release.empty()) need(Code::edifact_unh_element, level, segment, {2, 3}, "release");
    if (set_.agency.empty()) need(Code::edifact_unh_element, level, segment, {2, 4}, "controlling agency");
    if (!group_.implied && !group_.functional_id.empty() && group_.functional_id != set_.set)
      emit(Code::edifact_group_types, level, segment, {2, 1},
           "a message of type " + quoted(set_.set) + " stands in a group of type " + quoted(group_.functional_id),
           group_.functional_id);
  } else if (!parse_number(text(segment, {4, 1}))) {
    emit(Code::edifact_package_length, level, segment, {4, 1}, "UNO does not say how long its object is",
         "a number of octets");
  }
  if (!set_.control_number.empty() && seen_sets_.seen(set_.control_number))
    emit(Code::edifact_message_duplicate, level, segment, {1, 0},
         "the reference " + quoted(set_.control_number) + " stood already in this " +
             (group_.implied ? "interchange" : "group"),
         "a reference not used before");
}

void Envelope::check_count(const wire::Segment& trailer, Level level, Code code, std::uint64_t actual,
                           std::string_view what) {
  const std::string_view stated = trim(trailer.element(1));
  const auto number = parse_number(stated);
  const bool padded = stated.size() > 1 && stated[0] == '0';
  if (number && *number == actual && (!padded || noted(Code::edifact_count_padded))) return;
  const std::string due = std::to_string(actual), place = wire::element_place(trailer.tag(), 1);
  if (!number || *number != actual) {
    emit(code, level, trailer, {1, 0},
         place + " is " + quoted(stated) + "; " + due + " " + std::string(what) + " were found", due);
    return;
  }
  noted_.set(static_cast<std::size_t>(Code::edifact_count_padded));
  emit(Code::edifact_count_padded, level, trailer, {1, 0},
       place + " is " + quoted(stated) + ", padded with zeros; " + due + " would be right", due);
}

void Envelope::check_reference(const wire::Segment& trailer, Level level, Code code, std::string_view due,
                               std::string_view header_place) {
  if (!trailer.released && trim(trailer.element(2)) == due) return;  // no text is made on the good path
  const std::string stated = text(trailer, {2, 0});
  if (stated == due) return;
  const std::string message = wire::element_place(trailer.tag(), 2) + " is " + quoted(stated) + " and " +
                              std::string(header_place) + " is " + quoted(due);
  if (!equal_as_numbers(stated, due)) {
    emit(code, level, trailer, {2, 0}, message + "; the trailer should repeat the header's reference", due);
  } else if (!noted(Code::edifact_control_number_padded)) {
    noted_.set(static_cast<std::size_t>(Code::edifact_control_number_padded));
    emit(Code::edifact_control_number_padded, level, trailer, {2, 0}, message + ": equal as numbers, not as text", due);
  }
}

void Envelope::close_set(wire::Segment& segment) {
  if (!in_set_ || set_.package) {
    emit(Code::edifact_trailer_unexpected, in_group_ && !group_.implied ? Level::group : Level::interchange, segment,
         {}, "UNT stands here but no message is open; UNH should come first", "UNH");
    return;
  }
  segment.where.segment = ++set_segments_;
  handler_->on_segment(segment);
  check_count(segment, Level::set, Code::edifact_unt_count, set_segments_, "segments from UNH to UNT");
  check_reference(segment, Level::set, Code::edifact_unt_control_number, set_.control_number, "UNH.01");
  handler_->on_set_end({true, segment.where});
  in_set_ = false;
}

void Envelope::close_package(wire::Segment& segment) {
  if (!in_set_ || !set_.package) {
    emit(Code::edifact_trailer_unexpected, Level::interchange, segment, {},
         "UNP stands here but no package is open; UNO should come first", "UNO");
    return;
  }
  segment.where.segment = ++set_segments_;
  handler_->on_segment(segment);
  check_count(segment, Level::set, Code::edifact_package_length, set_.package_bytes, "octets, as UNO says,");
  check_reference(segment, Level::set, Code::edifact_unt_control_number, set_.control_number, "UNO.01");
  handler_->on_set_end({true, segment.where});
  in_set_ = false;
}

void Envelope::end_group(GroupTrailer trailer) {
  handler_->on_group_end(trailer);
  in_group_ = false;
}

void Envelope::close_group(const wire::Segment& segment) {
  if (in_set_) abandon_set(segment.where, "UNE");
  if (!in_group_ || group_.implied) {
    emit(Code::edifact_trailer_unexpected, Level::interchange, segment, {},
         "UNE stands here but no group is open; UNG should come first", "UNG");
    return;
  }
  if (sets_in_group_ == 0)
    emit(Code::edifact_group_empty, Level::group, segment, {}, "the group holds no message", "UNH");
  check_count(segment, Level::group, Code::edifact_une_count, sets_in_group_, "messages");
  check_reference(segment, Level::group, Code::edifact_une_control_number, group_.control_number, "UNG.05");
  end_group({true, std::string(segment.element(1)), text(segment, {2, 0}), sets_in_group_, segment.where});
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
    check_reference(segment, Level::interchange, Code::edifact_unz_control_number, interchange_.control_number,
                    "UNB.05");
  InterchangeTrailer trailer{true, std::string(segment.element(1)), text(segment, {2, 0}), 0, segment.where};
  end_interchange(std::move(trailer));
}

void Envelope::abandon_set(Position where, std::string_view before) {
  where.length = 0;
  const bool package = set_.package;
  const std::string trailer = package ? "UNP" : "UNT";
  Finding finding = make(Code::edifact_unt_missing, Level::set, where,
                         (package ? "package " : "message " + set_.set + " ") + quoted(set_.control_number) +
                             " has no " + trailer + " before " + std::string(before) + "; " + trailer + "+" +
                             std::to_string(package ? set_.package_bytes : set_segments_ + 1) + "+" +
                             set_.control_number + " would be right");
  finding.segment_tag = finding.path = trailer;
  handler_->on_finding(std::move(finding));
  handler_->on_set_end({false, where});
  in_set_ = false;
}

void Envelope::abandon_group(Position where, std::string_view before) {
  if (in_set_) abandon_set(where, before);
  where.length = 0;
  if (!group_.implied) {
    Finding finding =
        make(Code::edifact_une_missing, Level::group, where,
             "group " + quoted(group_.control_number) + " has no UNE before " + std::string(before) + "; UNE+" +
                 std::to_string(sets_in_group_) + "+" + group_.control_number + " would be right");
    finding.segment_tag = finding.path = "UNE";
    handler_->on_finding(std::move(finding));
  }
  end_group({false, {}, {}, sets_in_group_, where});
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
