// Values are turned into the character set first, then released, then joined.
// SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/interchange_writer.hpp"

#include "translators/wire/character_set.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::edifact {
namespace {

using wire::component_mark;
using wire::OutgoingSegment;
using wire::repetition_mark;

constexpr std::size_t reference_max = 14, party_max = 35, type_max = 6;

void append_value(std::string& out, std::string_view value, const wire::Delimiters& signs) {
  for (const char byte : value) {
    const bool service = byte == signs.element || byte == signs.component || byte == signs.segment[0] ||
                         (signs.release != 0 && byte == signs.release) ||
                         (signs.repetition != 0 && byte == signs.repetition);
    if (service && signs.release == 0) {
      out += ' ';
      continue;
    }
    if (service) out += signs.release;
    out += byte;
  }
}

/// The parts of a value at a mark, empty ones at the end left out, joined by the separator.
template <class Append>
void append_parts(std::string& out, std::string_view value, char mark, char separator, const Append& append) {
  while (!value.empty() && value.back() == mark) value.remove_suffix(1);
  for (;;) {
    const std::size_t end = value.find(mark);
    append(value.substr(0, end));
    if (end == std::string_view::npos) return;
    out += separator == 0 ? ' ' : separator;
    value.remove_prefix(end + 1);
  }
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view& part : parts) {
    if (&part != parts.begin()) out += component_mark;
    out += part;
  }
  while (!out.empty() && out.back() == component_mark) out.pop_back();
  return out;
}

OutgoingSegment head_of(const OutgoingMessage& message) {
  return {"UNH", message.reference,
          joined({message.type, message.version, message.release, message.agency, message.association}),
          message.access_reference};
}

OutgoingSegment tail_of(const OutgoingMessage& message) {
  return {"UNT", std::to_string(message.segments.size() + 2), message.reference};
}

class Writer {
 public:
  Writer(const OutgoingInterchange& interchange, const WriteOptions& options)
      : interchange_(interchange),
        options_(options),
        set_(wire::character_set_of(interchange.syntax_identifier)),
        four_(interchange.syntax_version == "4") {
    out_.delimiters = options.delimiters;
    if (!four_) out_.delimiters.repetition = 0;
    if (four_ && out_.delimiters.repetition == 0) out_.delimiters.repetition = '*';
  }

  Result<WrittenInterchange> write() {
    TRY_STATUS(check());
    write_una();
    const OutgoingInterchange& head = interchange_;
    put({"UNB", joined({head.syntax_identifier, head.syntax_version}),
         joined({head.sender_id, head.sender_qualifier, head.sender_internal}),
         joined({head.receiver_id, head.receiver_qualifier, head.receiver_internal}),
         joined({date(head.date), head.time}), head.reference, head.recipient_reference, head.application_reference,
         head.priority, head.acknowledgement_requested ? "1" : "", head.agreement, head.test ? "1" : ""});
    for (const OutgoingGroup& group : head.groups) write_group(group);
    for (const OutgoingMessage& message : head.messages) write_message(message);
    put({"UNZ", std::to_string(head.groups.empty() ? head.messages.size() : head.groups.size()), head.reference});
    if (refused_) return fail(Code::edifact_write_character, refusal_);
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string date(const std::string& text) const {
    return !four_ && text.size() == 8 ? text.substr(2) : text;
  }

  Status need(std::string_view value, std::size_t most, std::string_view what) const {
    if (!value.empty() && value.size() <= most) return {};
    return fail(Code::edifact_write_header, std::string(what) + " is '" + std::string(value.substr(0, 40)) +
                                                "'; one to " + std::to_string(most) + " characters are needed");
  }

  Status check_message(const OutgoingMessage& message) const {
    TRY_STATUS(need(message.reference, reference_max, "a message reference"));
    TRY_STATUS(need(message.type, type_max, "a message type"));
    return need(message.release, 3, "a message release");
  }

  Status check() const {
    const wire::Delimiters& signs = out_.delimiters;
    const std::string all{signs.element, signs.component, signs.segment.empty() ? '\0' : signs.segment[0]};
    for (const char sign : all)
      if (sign == 0 || sign == ' ' || wire::is_alphanumeric(sign) || sign == component_mark || sign == repetition_mark)
        return fail(Code::edifact_write_header, wire::visible(sign) + " cannot be a service character");
    TRY_STATUS(need(interchange_.sender_id, party_max, "the sender"));
    TRY_STATUS(need(interchange_.receiver_id, party_max, "the recipient"));
    TRY_STATUS(need(interchange_.reference, reference_max, "the control reference"));
    if (!interchange_.groups.empty() && !interchange_.messages.empty())
      return fail(Code::edifact_write_header, "messages stand beside groups; all must be in groups, or none");
    for (const OutgoingMessage& message : interchange_.messages) TRY_STATUS(check_message(message));
    for (const OutgoingGroup& group : interchange_.groups) {
      TRY_STATUS(need(group.reference, reference_max, "a group reference"));
      for (const OutgoingMessage& message : group.messages) TRY_STATUS(check_message(message));
    }
    return {};
  }

  void write_una() {
    const wire::Delimiters& signs = out_.delimiters;
    const bool usual = signs.element == '+' && signs.component == ':' && signs.release == '?' && signs.segment == "'" &&
                       signs.decimal_mark == '.' && (signs.repetition == 0 || signs.repetition == '*');
    if (options_.una == UnaPolicy::never || (options_.una == UnaPolicy::when_needed && usual)) return;
    const auto or_blank = [](char sign) { return sign == 0 ? ' ' : sign; };
    out_.bytes += "UNA";
    out_.bytes +=
        {signs.component, signs.element, signs.decimal_mark, or_blank(signs.release), or_blank(signs.repetition),
         signs.segment[0]};
    out_.bytes += options_.line_break;
  }

  void write_group(const OutgoingGroup& group) {
    ++group_;
    message_ = 0;
    put({"UNG", group.type, joined({group.sender, group.sender_qualifier}),
         joined({group.receiver, group.receiver_qualifier}), joined({date(group.date), group.time}), group.reference,
         group.agency, joined({group.version, group.release, group.association})});
    for (const OutgoingMessage& message : group.messages) write_message(message);
    put({"UNE", std::to_string(group.messages.size()), group.reference});
  }

  void write_message(const OutgoingMessage& message) {
    ++message_;
    put(head_of(message));
    for (const OutgoingSegment& segment : message.segments) put(segment);
    put(tail_of(message));
  }

  void put(const OutgoingSegment& segment) {
    OutgoingSegment encoded;
    encoded.reserve(segment.size());
    for (std::size_t i = 0; i < segment.size(); ++i) {
      std::string value;
      if (wire::has_high_bytes(segment[i])) {
        if (!wire::append_in(value, segment[i], set_)) foreign(segment, i);
      } else {
        value = segment[i];
      }
      if (wire::find_control_character(value) != std::string::npos && value.find('\n') == std::string::npos)
        foreign(segment, i);
      encoded.push_back(std::move(value));
    }
    append_segment(out_.bytes, encoded, out_.delimiters);
    out_.bytes += options_.line_break;
  }

  void foreign(const OutgoingSegment& segment, std::size_t element) {
    Finding finding;
    finding.code = Code::edifact_write_character;
    finding.severity = Severity::warning;
    finding.segment_tag = segment[0];
    finding.path = wire::element_place(segment[0], element);
    finding.value = segment[element].substr(0, 200);
    finding.expected = std::string(wire::name(set_));
    finding.message = finding.path + " holds a character that " + interchange_.syntax_identifier + " (" +
                      finding.expected + ") does not have";
    finding.interchange = 1;
    finding.group = group_;
    finding.set = message_;
    if (options_.foreign == ForeignCharacter::refuse && !refused_) {
      refused_ = true;
      refusal_ = finding.message;
    }
    out_.findings.push_back(std::move(finding));
  }

  const OutgoingInterchange& interchange_;
  const WriteOptions& options_;
  wire::CharacterSet set_;
  bool four_, refused_ = false;
  std::string refusal_;
  std::uint32_t group_ = 0, message_ = 0;
  WrittenInterchange out_;
};

}  // namespace

void append_segment(std::string& out, const OutgoingSegment& segment, const wire::Delimiters& delimiters) {
  std::size_t used = segment.size();
  const auto blank = [](const std::string& value) {
    return value.find_first_not_of(std::string{component_mark, repetition_mark}) == std::string::npos;
  };
  while (used > 1 && blank(segment[used - 1])) --used;
  for (std::size_t i = 0; i < used; ++i) {
    if (i != 0) out += delimiters.element;
    append_parts(out, segment[i], repetition_mark, delimiters.repetition, [&](std::string_view repetition) {
      append_parts(out, repetition, component_mark, delimiters.component,
                   [&](std::string_view part) { append_value(out, part, delimiters); });
    });
  }
  out += delimiters.segment;
}

void name_directory(std::string_view directory, OutgoingMessage& message) {
  const auto upper = [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); };
  const std::string_view base = directory.substr(0, directory.find('-'));
  if (directory == "service-3" || directory == "service-4") {  // CONTRL: D:3:UN (syntax 1 to 3), 4:1:UN
    message.version = directory.back() == '3' ? "D" : "4";
    message.release = directory.back() == '3' ? "3" : "1";
    return;
  }
  message.version.clear();
  for (std::size_t i = 0; i < base.size(); ++i) (i == 0 ? message.version : message.release) += upper(base[i]);
  if (base.size() == directory.size()) return;
  for (const char c : directory.substr(base.size() + 1)) message.association += upper(c);
}

void append_message(std::string& out, const OutgoingMessage& message, const wire::Delimiters& delimiters,
                    std::string_view line_break) {
  const auto put = [&](const OutgoingSegment& segment) {
    append_segment(out, segment, delimiters);
    out += line_break;
  };
  put(head_of(message));
  for (const OutgoingSegment& segment : message.segments) put(segment);
  put(tail_of(message));
}

Result<WrittenInterchange> write_interchange(const OutgoingInterchange& interchange, const WriteOptions& options) {
  return Writer(interchange, options).write();
}

}  // namespace crossdock::edifact
