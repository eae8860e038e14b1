// Strict and declared: byte by byte. Sniff: whether what stands above 0x7F is UTF-8.
// SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/characters.hpp"

#include "translators/wire/character_set.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::edifact {

using wire::CharacterSet;

void CharacterCheck::begin(const InterchangeHeader& header) {
  declared_ = wire::character_set_of(header.standards_id);
  identifier_ = header.standards_id;
  capitals_only_ = header.standards_id == "UNOA";
  high_seen_ = false;
  utf8_ = true;
}

void CharacterCheck::look(std::string_view text, Position where, std::string_view tag) {
  if (policy_ == CharacterPolicy::sniff) {
    if (!wire::has_high_bytes(text)) return;
    if (!high_seen_) first_ = where;
    high_seen_ = true;
    utf8_ = utf8_ && wire::is_utf8(text);
    return;
  }
  const wire::Delimiters& signs = envelope_->interchange().delimiters;
  std::size_t at = 0;
  for (std::size_t found = 0; at < text.size(); at += found + 1) {  // service characters of a set's own are no fault
    found = wire::find_foreign(text.substr(at), declared_, capitals_only_);
    if (found == std::string_view::npos) return;
    const char byte = text[at + found];
    if (byte == signs.element || byte == signs.component || byte == signs.release || byte == signs.repetition) continue;
    where.offset += at + found;
    where.length = 1;
    envelope_->report(Code::edifact_character_outside, where,
                      "the byte " + wire::visible(byte) + " is not in the character set of " + identifier_ + " (" +
                          std::string(wire::name(declared_)) + ")",
                      text.substr(at + found, 1), wire::name(declared_), tag, policy_ == CharacterPolicy::declared);
    return;
  }
}

void CharacterCheck::finish(Position where) {
  if (high_seen_) {
    const bool declared_utf8 = declared_ == CharacterSet::utf_8;
    const bool other =
        declared_ == CharacterSet::ascii || declared_ == CharacterSet::not_said || utf8_ != declared_utf8;
    where = first_;
    if (other)
      envelope_->note_once(
          Code::edifact_character_other_set, where,
          "the interchange declares " + identifier_ + " (" + std::string(wire::name(declared_)) + ") but holds " +
              (utf8_ ? "UTF-8" : "bytes above 0x7F that are no UTF-8; they are read as ISO 8859-1 or as declared"));
  }
  high_seen_ = false;
}

}  // namespace crossdock::edifact
