// Taking headers and trailers over from the reader, text by text where they differ.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/interchange.hpp"

#include "translators/wire/text.hpp"

namespace crossdock::wire {

void follow(InterchangeHeader& kept, const InterchangeHeader& next) {
  using Header = InterchangeHeader;
  constexpr std::string Header::*texts[] = {&Header::sender_qualifier,
                                            &Header::sender_id,
                                            &Header::receiver_qualifier,
                                            &Header::receiver_id,
                                            &Header::authorization_qualifier,
                                            &Header::authorization,
                                            &Header::security_qualifier,
                                            &Header::security,
                                            &Header::date,
                                            &Header::time,
                                            &Header::standards_id,
                                            &Header::version,
                                            &Header::control_number,
                                            &Header::acknowledgement_requested,
                                            &Header::usage,
                                            &Header::sender_internal,
                                            &Header::receiver_internal,
                                            &Header::sender_subordinate,
                                            &Header::receiver_subordinate,
                                            &Header::recipient_reference,
                                            &Header::application_reference,
                                            &Header::priority,
                                            &Header::agreement,
                                            &Header::test_indicator};
  for (const auto text : texts) assign(kept.*text, next.*text);
  assign(kept.delimiters.segment, next.delimiters.segment);
  kept.delimiters.element = next.delimiters.element;
  kept.delimiters.component = next.delimiters.component;
  kept.delimiters.repetition = next.delimiters.repetition;
  kept.delimiters.release = next.delimiters.release;
  kept.delimiters.decimal_mark = next.delimiters.decimal_mark;
  kept.ordinal = next.ordinal;
  kept.syntax = next.syntax;
  kept.una = next.una;
  kept.implied = next.implied;
  kept.where = next.where;
}

void follow(GroupHeader& kept, const GroupHeader& next) {
  using Header = GroupHeader;
  constexpr std::string Header::*texts[] = {&Header::functional_id,
                                            &Header::sender,
                                            &Header::receiver,
                                            &Header::date,
                                            &Header::time,
                                            &Header::control_number,
                                            &Header::agency,
                                            &Header::version,
                                            &Header::sender_qualifier,
                                            &Header::receiver_qualifier};
  for (const auto text : texts) assign(kept.*text, next.*text);
  kept.ordinal = next.ordinal;
  kept.where = next.where;
  kept.implied = next.implied;
}

void follow(SetHeader& kept, const SetHeader& next) {
  using Header = SetHeader;
  constexpr std::string Header::*texts[] = {
      &Header::set,     &Header::control_number, &Header::implementation,  &Header::version,
      &Header::release, &Header::agency,         &Header::access_reference};
  for (const auto text : texts) assign(kept.*text, next.*text);
  kept.ordinal = next.ordinal;
  kept.where = next.where;
  kept.package = next.package;
  kept.package_bytes = next.package_bytes;
}

void follow(GroupTrailer& kept, const GroupTrailer& next) {
  assign(kept.stated_count, next.stated_count);
  assign(kept.control_number, next.control_number);
  kept.present = next.present;
  kept.sets_seen = next.sets_seen;
  kept.where = next.where;
}

void follow(InterchangeTrailer& kept, const InterchangeTrailer& next) {
  assign(kept.stated_count, next.stated_count);
  assign(kept.control_number, next.control_number);
  kept.present = next.present;
  kept.groups_seen = next.groups_seen;
  kept.sets_seen = next.sets_seen;
  kept.where = next.where;
}

}  // namespace crossdock::wire
