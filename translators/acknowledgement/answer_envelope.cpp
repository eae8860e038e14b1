// Every value is cleaned and cut to its width: whatever came in, the answer's ISA is well formed.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/answer_envelope.hpp"

#include <algorithm>

#include "translators/wire/character_set.hpp"
#include "translators/wire/segment_writer.hpp"
#include "translators/x12/interchange_writer.hpp"

namespace crossdock::acknowledgement {
namespace {

constexpr std::uint64_t control_numbers = 1000000000;

std::string fit(std::string value, std::size_t width) {
  value.resize(width, ' ');
  return value;
}

bool is_five_digits(std::string_view value) {
  return value.size() == 5 &&
         std::all_of(value.begin(), value.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
}

}  // namespace

std::string cleaned(std::string value, const wire::Delimiters& delimiters) {
  for (char& byte : value) {
    const std::string_view one(&byte, 1);
    const bool mark = byte == wire::component_mark || byte == wire::repetition_mark;
    if (mark || wire::find_control_character(one) == 0 || wire::find_delimiter(one, delimiters) == 0) byte = ' ';
  }
  value.resize(value.find_last_not_of(' ') + 1);
  return value;
}

AnswerIsa answer_isa(const x12::InterchangeHeader& received, const wire::Delimiters& delimiters, std::string_view date,
                     std::string_view time, std::uint64_t number) {
  AnswerIsa answer;
  answer.delimiters = delimiters;
  if (received.version < "00402") answer.delimiters.repetition = 0;
  const auto clean = [&](const std::string& value, std::size_t width) {
    return cleaned(value.substr(0, width), answer.delimiters);
  };
  x12::OutgoingInterchange out;
  out.sender_qualifier = fit(clean(received.receiver_qualifier, 2), 2);
  out.sender_id = clean(received.receiver_id, 15);
  out.receiver_qualifier = fit(clean(received.sender_qualifier, 2), 2);
  out.receiver_id = clean(received.sender_id, 15);
  out.date = fit(std::string(date.size() == 8 ? date.substr(2) : date), 6);
  out.time = fit(std::string(time), 4);
  out.version = is_five_digits(received.version) ? received.version : "00401";
  out.control_number = std::to_string(number % control_numbers);
  out.usage = fit(clean(received.usage.empty() ? "P" : received.usage, 1), 1);
  answer.control_number = std::string(9 - out.control_number.size(), '0') + out.control_number;
  if (auto isa = x12::write_isa(out, answer.delimiters)) answer.bytes = std::move(*isa);  // fitted: it cannot fail
  return answer;
}

edifact::OutgoingInterchange answer_unb(const x12::InterchangeHeader& received, std::string_view date,
                                        std::string_view time, std::uint64_t number) {
  edifact::OutgoingInterchange out;
  const bool known = wire::character_set_of(received.standards_id) != wire::CharacterSet::not_said;
  out.syntax_identifier = known ? received.standards_id : "UNOC";
  out.syntax_version = received.version.empty() ? "3" : received.version.substr(0, 1);
  const auto or_unknown = [](const std::string& id) { return id.empty() ? std::string("UNKNOWN") : id.substr(0, 35); };
  out.sender_id = or_unknown(received.receiver_id);
  out.sender_qualifier = received.receiver_qualifier.substr(0, 4);
  out.sender_internal = received.receiver_internal;
  out.receiver_id = or_unknown(received.sender_id);
  out.receiver_qualifier = received.sender_qualifier.substr(0, 4);
  out.receiver_internal = received.sender_internal;
  out.date = date;
  out.time = time;
  out.reference = std::to_string(number);
  out.test = received.usage == "T";
  return out;
}

}  // namespace crossdock::acknowledgement
