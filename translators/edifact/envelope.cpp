// Rules of messages, packages and groups: nesting, counts, references. One function a control segment.
// SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/envelope.hpp"

#include "translators/wire/text.hpp"

namespace crossdock::edifact {

using wire::parse_number;
using wire::trim;

void Envelope::need(Code code, Level level, const wire::Segment& segment, Part part, std::string_view what) {
  if (!trim(raw(segment, part)).empty()) return;
  emit(code, level, segment, part, std::string(segment.tag()) + " lacks its " + std::string(what), what);
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
  sets_ = 0;
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
  sets_ = 0;
  handler_->on_group(group_);
  if (stated_groups_ != 0)
    emit(Code::edifact_group_mixed, Level::interchange, segment, {}, "a message stands behind the groups",
         "all messages in groups, or none");
}

void Envelope::open_set(wire::Segment& segment, bool package) {
  if (in_set_) abandon_set(segment.where, segment.tag());
  if (!in_group_) open_implied_group(segment);
  set_.ordinal = static_cast<std::uint32_t>(++sets_);
  ++sets_in_interchange_;
  take(set_.control_number, segment, {1, 0});
  set_.package = package;
  set_.package_bytes = 0;
  if (package) {
    for (std::string* none : {&set_.version, &set_.release, &set_.agency, &set_.implementation, &set_.access_reference})
      none->clear();
    set_.set = "UNO";
    type_text_.clear();
    set_.package_bytes = object_bytes_ = parse_number(text(segment, {4, 1})).value_or(0);
  } else {
    if (const std::string_view type = segment.element(2); segment.released || type.empty() || type != type_text_) {
      take(set_.set, segment, {2, 1});
      take(set_.version, segment, {2, 2});
      take(set_.release, segment, {2, 3});
      take(set_.agency, segment, {2, 4});
      take(set_.implementation, segment, {2, 5});
      type_text_ = segment.released ? std::string_view{} : type;
    }
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

void Envelope::close_set(wire::Segment& segment) {
  if (!in_set_ || set_.package) {
    emit(Code::edifact_trailer_unexpected, in_group_ && !group_.implied ? Level::group : Level::interchange, segment,
         {}, "UNT stands here but no message is open; UNH should come first", "UNH");
    return;
  }
  segment.where.segment = ++set_segments_;
  handler_->on_segment(segment);
  check_count(segment, Level::set, Code::edifact_unt_count, set_segments_, "segments from UNH to UNT");
  check_number(segment, Level::set, Code::edifact_unt_control_number, set_.control_number, "UNH.01");
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
  check_number(segment, Level::set, Code::edifact_unt_control_number, set_.control_number, "UNO.01");
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
  if (sets_ == 0) emit(Code::edifact_group_empty, Level::group, segment, {}, "the group holds no message", "UNH");
  check_count(segment, Level::group, Code::edifact_une_count, sets_, "messages");
  check_number(segment, Level::group, Code::edifact_une_control_number, group_.control_number, "UNG.05");
  end_group({true, std::string(segment.element(1)), text(segment, {2, 0}), sets_, segment.where});
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
    Finding finding = make(Code::edifact_une_missing, Level::group, where,
                           "group " + quoted(group_.control_number) + " has no UNE before " + std::string(before) +
                               "; UNE+" + std::to_string(sets_) + "+" + group_.control_number + " would be right");
    finding.segment_tag = finding.path = "UNE";
    handler_->on_finding(std::move(finding));
  }
  end_group({false, {}, {}, sets_, where});
}

}  // namespace crossdock::edifact
