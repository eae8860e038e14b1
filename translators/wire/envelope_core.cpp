// Findings about envelopes, counts and control numbers.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/envelope_core.hpp"

#include "translators/wire/input_block.hpp"
#include "translators/wire/released.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::wire {

std::string_view EnvelopeCore::raw(const Segment& segment, Part part) const {
  std::string_view value = segment.element(part.element);
  const Delimiters& signs = interchange_.delimiters;
  for (std::size_t number = 1; part.component != 0; ++number) {
    const std::size_t end =
        segment.released ? find_unreleased(value, signs.component, signs.release) : value.find(signs.component);
    if (number == part.component) return value.substr(0, end);
    if (end == std::string_view::npos) return {};
    value.remove_prefix(end + 1);
  }
  return value;
}

std::string EnvelopeCore::text(const Segment& segment, Part part) const {
  std::string out;
  take(out, segment, part);
  return out;
}

void EnvelopeCore::take(std::string& out, const Segment& segment, Part part) const {
  const std::string_view value = trim(raw(segment, part));
  if (!segment.released) return assign(out, value);
  out.clear();
  append_unreleased(out, value, interchange_.delimiters.release);
}

Finding EnvelopeCore::make(Code code, Level level, Position where, std::string message) const {
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

void EnvelopeCore::emit(Code code, Level level, const Segment& segment, Part part, std::string message,
                        std::string_view expected) {
  Position where = segment.where;
  std::string_view value;
  if (part.element != 0) {
    value = raw(segment, part);
    const char* const at = value.data() == nullptr ? segment.block + segment.ends.back() : value.data();
    where.length = static_cast<std::uint32_t>(value.size());
    if (segment.wrapped != nullptr)
      where.offset = segment.wrapped->raw(static_cast<std::uint32_t>(at - segment.block));
    else
      where.offset += static_cast<std::uint64_t>(at - (segment.block + segment.start));
  }
  Finding finding = make(code, level, where, std::move(message));
  finding.segment_tag = segment.tag().substr(0, value_bytes_max);
  finding.path = part.element == 0 ? finding.segment_tag : element_place(finding.segment_tag, part.element);
  if (part.component != 0) finding.path += "." + std::to_string(part.component);
  if (words_->names_elements) {
    finding.element = static_cast<std::uint16_t>(part.element);
    finding.component = static_cast<std::uint16_t>(part.component);
  }
  finding.value = value.substr(0, value_bytes_max);
  finding.expected = expected;
  handler_->on_finding(std::move(finding));
}

void EnvelopeCore::report(Code code, Position where, std::string message, std::string_view value,
                          std::string_view expected, std::string_view tag, bool only_warn) {
  const Level level = in_set_ ? Level::set : in_group_ && !group_.implied ? Level::group : Level::interchange;
  Finding finding = make(code, level, where, std::move(message));
  finding.value = value.substr(0, value_bytes_max);
  finding.expected = expected;
  finding.segment_tag = finding.path = tag.substr(0, value_bytes_max);
  if (only_warn) finding.severity = Severity::warning;
  handler_->on_finding(std::move(finding));
}

void EnvelopeCore::note_once(Code code, Position where, std::string_view message) {
  if (noted(code)) return;
  noted_.set(static_cast<std::size_t>(code));
  Finding finding = make(code, Level::interchange, where, std::string(message.empty() ? info(code).what : message));
  finding.expected = info(code).remedy;
  handler_->on_finding(std::move(finding));
}

void EnvelopeCore::check_count(const Segment& trailer, Level level, Code code, std::uint64_t actual,
                               std::string_view what) {
  if (const std::string_view plain = trailer.element(1); plain.size() - 1 < 8 && plain[0] != '0') {
    const std::uint64_t word = zero_padded(short_word(plain), plain.size());
    if (eight_digits(word) && number_of(word) == actual) return;
  }
  const std::string_view stated = trim(trailer.element(1));
  const auto number = parse_number(stated);
  const bool padded = stated.size() > 1 && stated[0] == '0';
  if (number && *number == actual && (!padded || noted(words_->count_padded)))
    return;  // no text is made on the good path
  const std::string due = std::to_string(actual), place = element_place(trailer.tag(), 1);
  if (!number || *number != actual) {
    emit(code, level, trailer, {1, 0},
         place + " is " + quoted(stated) + "; " + due + " " + std::string(what) + " were found", due);
    return;
  }
  noted_.set(static_cast<std::size_t>(words_->count_padded));
  emit(words_->count_padded, level, trailer, {1, 0},
       place + " is " + quoted(stated) + ", padded with zeros; " + due + " would be right", due);
}

void EnvelopeCore::check_number(const Segment& trailer, Level level, Code code, std::string_view due,
                                std::string_view header_place) {
  if (!trailer.released && same_text(trailer.element(2), due)) return;
  due = trim(due);
  if (!trailer.released && trim(trailer.element(2)) == due) return;  // no text is made on the good path
  const std::string stated = text(trailer, {2, 0});
  if (stated == due) return;
  const std::string message = element_place(trailer.tag(), 2) + " is " + quoted(stated) + " and " +
                              std::string(header_place) + " is " + quoted(due);
  const auto left = parse_number(stated), right = parse_number(due);
  if (!left || !right || *left != *right) {
    emit(code, level, trailer, {2, 0},
         message + "; the trailer should repeat the header's " + std::string(words_->number), due);
  } else if (!noted(words_->number_padded)) {
    noted_.set(static_cast<std::size_t>(words_->number_padded));
    emit(words_->number_padded, level, trailer, {2, 0}, message + ": equal as numbers, not as text", due);
  }
}

bool EnvelopeCore::seen_interchange(bool same_parties) {
  const InterchangeHeader& header = interchange_;
  if (!same_parties) {
    parties_ = 0;
    for (const std::string* part :
         {&header.sender_qualifier, &header.sender_id, &header.receiver_qualifier, &header.receiver_id})
      parties_ = hash_text(parties_, *part);
  }
  return seen_interchanges_.seen_hash(hash_text(parties_, header.control_number));
}

}  // namespace crossdock::wire
