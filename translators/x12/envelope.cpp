// The envelope's rules: nesting, counts, control numbers, identifiers. One function a control segment.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/envelope.hpp"

#include <bit>
#include <utility>

#include "translators/x12/due_text.hpp"
#include "translators/x12/functional_ids.hpp"
#include "translators/x12/text.hpp"

namespace crossdock::x12 {
namespace {

constexpr unsigned tag_key(char first, char second) {
  return static_cast<unsigned char>(first) * 256U + static_cast<unsigned char>(second);
}

/// Elements of ISA that are judged, those that name the parties: one bit each.
constexpr std::uint32_t judged_elements = 1U << 9 | 1U << 10 | 1U << 12 | 1U << 14 | 1U << 15;
constexpr std::uint32_t party_elements = 1U << 5 | 1U << 6 | 1U << 7 | 1U << 8;

bool is_two_digits_in(std::string_view value, unsigned low, unsigned high) {
  const auto number = parse_number(value);
  return number && *number >= low && *number <= high;
}

bool is_short_date(std::string_view date) {
  return date.size() == 6 && is_digits(date) && is_two_digits_in(date.substr(2, 2), 1, 12) &&
         is_two_digits_in(date.substr(4, 2), 1, 31);
}

bool is_short_time(std::string_view time) {
  return time.size() == 4 && is_digits(time) && is_two_digits_in(time.substr(0, 2), 0, 23) &&
         is_two_digits_in(time.substr(2, 2), 0, 59);
}

}  // namespace

void Envelope::open(const IsaReading& isa, Position where) {
  if (in_interchange_) abandon_interchange(where, "ISA");
  noted_.reset();
  groups_ = 0;
  seen_groups_.clear();
  first_group_unseen_ = false;
  interchange_segments_ = 1;
  where.segment = 1;
  InterchangeHeader& header = interchange_;
  ++header.ordinal;
  if (isa.changed == IsaReading::all) header.delimiters = isa.delimiters;
  std::string* const fields[] = {nullptr,
                                 &header.authorization_qualifier,
                                 &header.authorization,
                                 &header.security_qualifier,
                                 &header.security,
                                 &header.sender_qualifier,
                                 &header.sender_id,
                                 &header.receiver_qualifier,
                                 &header.receiver_id,
                                 &header.date,
                                 &header.time,
                                 &header.standards_id,
                                 &header.version,
                                 &header.control_number,
                                 &header.acknowledgement_requested,
                                 &header.usage};
  for (std::uint32_t todo = isa.changed & 0xFFFE; todo != 0; todo &= todo - 1) {
    const auto element = static_cast<std::size_t>(std::countr_zero(todo));
    const std::string_view value = isa.elements[element];
    wire::assign(*fields[element], element == 11 || element == 13 ? value : trim_right(value));
  }
  header.where = where;
  in_interchange_ = true;
  handler_->on_interchange(header);
  check_isa(isa, where);
}

void Envelope::check_isa(const IsaReading& isa, Position where) {
  const auto say = [&](Code code, Position place, std::size_t element, std::string message, std::string_view value,
                       std::string expected) {
    Finding finding = make(code, Level::interchange, place, std::move(message));
    finding.segment_tag = "ISA";
    finding.path = element == 0 ? "ISA" : element_place("ISA", element);
    finding.value = value.substr(0, value_bytes_max);
    finding.expected = std::move(expected);
    handler_->on_finding(std::move(finding));
  };
  for (const IsaRemark& remark : isa.remarks) {
    Position place = where;
    place.offset += remark.offset;
    place.length = remark.length;
    say(remark.code, place, remark.element, remark.message, remark.value, remark.expected);
  }
  const auto wrong = [&](Code code, std::size_t element, std::string_view expected) {
    isa_good_ = false;
    Position place = where;
    place.offset += static_cast<std::uint64_t>(isa.elements[element].data() - isa.elements[1].data()) + 4;
    place.length = static_cast<std::uint32_t>(isa.elements[element].size());
    say(code, place, element,
        element_place("ISA", element) + " is " + quoted(isa.elements[element]) + "; it should be " +
            std::string(expected),
        isa.elements[element], std::string(expected));
  };
  const InterchangeHeader& header = interchange_;
  if ((isa.changed & judged_elements) != 0 || !isa_good_) {
    isa_good_ = isa.remarks.empty();
    if (!is_short_date(header.date)) wrong(Code::x12_isa_date, 9, "a date as YYMMDD");
    if (!is_short_time(header.time)) wrong(Code::x12_isa_date, 10, "a time as HHMM");
    if (!is_digits(header.version)) wrong(Code::x12_isa_element, 12, "a version such as 00401");
    if (!is_digits(trim(header.control_number))) wrong(Code::x12_isa_control_number, 13, "nine digits");
    if (header.acknowledgement_requested != "0" && header.acknowledgement_requested != "1")
      wrong(Code::x12_isa_element, 14, "0 or 1");
    if (header.usage != "P" && header.usage != "T" && header.usage != "I")
      wrong(Code::x12_isa_element, 15, "P, T or I");
  } else if (!is_digits(trim(header.control_number))) {
    wrong(Code::x12_isa_control_number, 13, "nine digits");
  }
  if (seen_interchange((isa.changed & party_elements) == 0))
    wrong(Code::x12_interchange_duplicate, 13, "a number that this sender has not used before in this input");
}

bool Envelope::control(wire::Segment& segment) {
  ++interchange_segments_;
  segment.where.segment = interchange_segments_;
  const std::string_view tag = segment.tag();
  switch (tag.size() == 2 ? tag_key(tag[0], tag[1]) : 0) {
    case tag_key('S', 'T'): open_set(segment); return false;
    case tag_key('S', 'E'): close_set(segment); return false;
    case tag_key('G', 'S'): open_group(segment); return false;
    case tag_key('G', 'E'): close_group(segment); return false;
    default: break;
  }
  if (tag != "IEA") {
    stray(segment);
    return false;
  }
  close_interchange(segment);
  return true;
}

void Envelope::stray(wire::Segment& segment) {
  const std::string_view tag = segment.tag();
  const bool service = tag == "TA1" || tag == "TA3" || tag == "ISB" || tag == "ISE";
  if (!service || in_group_)
    emit(Code::x12_segment_stray, in_group_ ? Level::group : Level::interchange, segment, {0, 0},
         service
             ? "segment " + std::string(tag) + " stands inside a group; its place is between ISA and the first GS"
             : "segment " + quoted(tag) + " stands outside of any transaction set; between ST and SE would be right",
         service ? "before GS" : "between ST and SE");
  handler_->on_segment(segment);
}

void Envelope::open_group(const wire::Segment& segment) {
  if (in_group_) abandon_group(segment.where, "GS");
  GroupHeader& group = group_;
  group.ordinal = static_cast<std::uint32_t>(++groups_);
  if (std::exchange(first_group_unseen_, false)) (void)seen_groups_.seen(group.control_number);
  const bool repeats = repeats_group(segment);
  if (repeats) {
    wire::assign(group.control_number, trim_right(segment.element(6)));
  } else {
    std::string* const fields[] = {&group.functional_id, &group.sender,         &group.receiver, &group.date,
                                   &group.time,          &group.control_number, &group.agency,   &group.version};
    for (std::size_t element = 1; element <= 8; ++element)
      wire::assign(*fields[element - 1], trim_right(segment.element(element)));
  }
  set_fits_ = set_fits_ && repeats;
  group.where = segment.where;
  in_group_ = true;
  group_implied_ = first_set_unseen_ = false;
  sets_ = 0;
  seen_sets_.clear();
  handler_->on_group(group);
  check_group(segment);
}

/// True where this GS has the text of the one before but for its control number. Keeps it.
bool Envelope::repeats_group(const wire::Segment& segment) {
  if (segment.ends.size() != 9) {
    group_before_.clear();
    return false;
  }
  const char* const text = segment.block;
  const std::string_view before(text + segment.start, segment.ends[5] + 1 - segment.start);
  const std::string_view behind(text + segment.ends[6], segment.ends[8] - segment.ends[6]);
  if (before == group_before_ && behind == group_behind_) return true;
  group_before_ = before;
  group_behind_ = behind;
  return false;
}

void Envelope::check_group(const wire::Segment& segment) {
  std::size_t elements = segment.element_count();
  while (elements > 8 && segment.element(elements).empty()) --elements;
  if (elements != 8)
    emit(Code::x12_gs_elements, Level::group, segment, {0, 0},
         "GS has " + std::to_string(elements) + " elements; it should have 8", "8 elements");
  const std::string& number = group_.control_number;
  if (!is_digits(number) || number.size() > 9)
    emit(Code::x12_gs_control_number, Level::group, segment, {6, 0},
         "GS.06 is " + quoted(number) + "; it should be one to nine digits", "1 to 9 digits");
  else if (groups_ == 1)
    first_group_unseen_ = true;
  else if (seen_groups_.seen(number))
    emit(Code::x12_group_duplicate, Level::group, segment, {6, 0},
         "group control number " + quoted(number) + " stood already in this interchange; each group needs its own",
         "a number not used before");
}

void Envelope::open_set(wire::Segment& segment) {
  if (in_set_) abandon_set(segment.where, "ST");
  if (!in_group_) open_implied_group(segment);
  set_.ordinal = static_cast<std::uint32_t>(++sets_);
  if (const std::string_view id = trim_right(segment.element(1)); !wire::same_text(set_.set, id)) {
    set_.set = id;
    set_fits_ = false;
  }
  if (std::exchange(first_set_unseen_, false)) (void)seen_sets_.seen(set_.control_number);
  wire::assign(set_.control_number, trim_right(segment.element(2)));
  wire::assign(set_.implementation, trim_right(segment.element(3)));
  set_segments_ = segment.where.segment = 1;
  set_.where = segment.where;
  in_set_ = true;
  handler_->on_set(set_);
  handler_->on_segment(segment);
  check_set(segment);
}

void Envelope::open_implied_group(const wire::Segment& segment) {
  if (std::exchange(first_group_unseen_, false)) (void)seen_groups_.seen(group_.control_number);
  first_set_unseen_ = false;
  group_ = GroupHeader{};
  group_before_.clear();
  group_.ordinal = static_cast<std::uint32_t>(++groups_);
  group_.where = segment.where;
  in_group_ = group_implied_ = true;
  set_fits_ = false;
  sets_ = 0;
  seen_sets_.clear();
  handler_->on_group(group_);
  emit(Code::x12_gs_missing, Level::group, segment, {},
       "a transaction set begins outside of any group; GS should come before it", "GS");
}

/// Judged for the first set of its type in a group, and for each one that does not fit.
void Envelope::check_set_type(const wire::Segment& segment) {
  const std::string& set = set_.set;
  set_fits_ = set.size() == 3 && is_digits(set) && (group_implied_ || belongs_to_group(set, group_.functional_id));
  if (set_fits_) return;
  if (set.size() != 3 || !is_digits(set))
    emit(Code::x12_st_set_id, Level::set, segment, {1, 0},
         "ST.01 is " + quoted(set) + "; it should be three digits such as 214", "3 digits");
  else
    emit(Code::x12_set_functional_group, Level::set, segment, {1, 0},
         "transaction set " + set + " stands in a group of GS.01 " + quoted(group_.functional_id) + "; its group is " +
             std::string(functional_ids(set)),
         std::string("GS.01 ") + std::string(functional_ids(set)));
}

void Envelope::check_set(const wire::Segment& segment) {
  const std::string& number = set_.control_number;
  if (!set_fits_) check_set_type(segment);
  if (number.empty() || number.size() > 9)
    emit(Code::x12_st_control_number, Level::set, segment, {2, 0},
         "ST.02 is " + quoted(number) + "; it should be four to nine characters", "4 to 9 characters");
  else if (sets_ == 1)
    first_set_unseen_ = true;
  else if (seen_sets_.seen(number))
    emit(Code::x12_set_duplicate, Level::set, segment, {2, 0},
         "set control number " + quoted(number) + " stood already in this group; each transaction set needs its own",
         "a number not used before");
}

void Envelope::close_set(wire::Segment& segment) {
  if (!in_set_) {
    emit(Code::x12_trailer_unexpected, in_group_ ? Level::group : Level::interchange, segment, {0, 0},
         "SE stands here but no transaction set is open; ST should come first", "ST");
    return;
  }
  segment.where.segment = ++set_segments_;
  handler_->on_segment(segment);
  check_count(segment, Level::set, Code::x12_se_count, set_segments_, "segments from ST to SE");
  check_number(segment, Level::set, Code::x12_se_control_number, set_.control_number, "ST.02");
  end_set(segment);
}

void Envelope::end_set(wire::Segment& segment) {
  handler_->on_set_end({true, segment.where});
  in_set_ = false;
}

void Envelope::close_group(const wire::Segment& segment) {
  if (in_set_) abandon_set(segment.where, "GE");
  if (!in_group_) {
    emit(Code::x12_trailer_unexpected, Level::interchange, segment, {0, 0},
         "GE stands here but no group is open; GS should come first", "GS");
    return;
  }
  check_count(segment, Level::group, Code::x12_ge_count, sets_, "transaction sets");
  if (!group_implied_) check_number(segment, Level::group, Code::x12_ge_control_number, group_.control_number, "GS.06");
  end_group(segment);
}

void Envelope::end_group(const wire::Segment& segment) {
  group_trailer_.present = true;
  wire::assign(group_trailer_.stated_count, segment.element(1));
  wire::assign(group_trailer_.control_number, segment.element(2));
  group_trailer_.sets_seen = sets_;
  group_trailer_.where = segment.where;
  handler_->on_group_end(group_trailer_);
  in_group_ = false;
}

void Envelope::close_interchange(const wire::Segment& segment) {
  if (in_group_) abandon_group(segment.where, "IEA");
  check_count(segment, Level::interchange, Code::x12_iea_count, groups_, "groups");
  check_number(segment, Level::interchange, Code::x12_iea_control_number, interchange_.control_number, "ISA.13");
  end_interchange(segment);
}

void Envelope::end_interchange(const wire::Segment& segment) {
  trailer_.present = true;
  wire::assign(trailer_.stated_count, segment.element(1));
  wire::assign(trailer_.control_number, segment.element(2));
  trailer_.groups_seen = groups_;
  trailer_.where = segment.where;
  handler_->on_interchange_end(trailer_);
  in_interchange_ = false;
  noted_.reset();
}

bool Envelope::trailers_due(std::string_view text, char element, char terminator) const {
  const auto fits = [](const std::string& number) { return number.size() - 1 < DueText::text_max; };
  if (!in_set_ || group_implied_ || !fits(set_.control_number) || !fits(group_.control_number) ||
      !fits(interchange_.control_number))
    return false;
  DueText due;
  due.add("SE", set_segments_ + 1, set_.control_number, element, terminator);
  due.add("GE", sets_, group_.control_number, element, terminator);
  due.add("IEA", groups_, interchange_.control_number, element, terminator);
  return due.is(text);
}

void Envelope::close_as_due(wire::Segment& segment) {
  segment.where.segment = ++interchange_segments_;
  if (in_set_) {
    segment.where.segment = ++set_segments_;
    handler_->on_segment(segment);
    return end_set(segment);
  }
  if (in_group_) return end_group(segment);
  end_interchange(segment);
}

void Envelope::abandon_set(Position where, std::string_view before) {
  where.length = 0;
  handler_->on_finding(make(Code::x12_se_missing, Level::set, where,
                            "transaction set " + set_.set + " " + quoted(set_.control_number) + " has no SE before " +
                                std::string(before) + "; SE*" + std::to_string(set_segments_ + 1) + "*" +
                                set_.control_number + " would be right"));
  handler_->on_set_end({false, where});
  in_set_ = false;
}

void Envelope::abandon_group(Position where, std::string_view before) {
  if (in_set_) abandon_set(where, before);
  where.length = 0;
  if (!group_implied_)
    handler_->on_finding(make(Code::x12_ge_missing, Level::group, where,
                              "group " + quoted(group_.control_number) + " has no GE before " + std::string(before) +
                                  "; GE*" + std::to_string(sets_) + "*" + group_.control_number + " would be right"));
  handler_->on_group_end({false, {}, {}, sets_, where});
  in_group_ = false;
}

void Envelope::abandon_interchange(Position where, std::string_view before) {
  if (in_group_) abandon_group(where, before);
  where.length = 0;
  handler_->on_finding(make(Code::x12_iea_missing, Level::interchange, where,
                            "interchange " + quoted(interchange_.control_number) + " has no IEA before " +
                                std::string(before) + "; IEA*" + std::to_string(groups_) + "*" +
                                interchange_.control_number + " would be right"));
  handler_->on_interchange_end({false, {}, {}, groups_, where});
  in_interchange_ = false;
  noted_.reset();
}

void Envelope::close(Position where) {
  if (in_interchange_) abandon_interchange(where, "the end of the input");
}

}  // namespace crossdock::x12
