// AS2 names and Message-IDs.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/identity.hpp"

#include <algorithm>

#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::as2 {
namespace {

/// Without one pair of quotes; `\"` and `\\` are escapes. Unchanged when there is none.
std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string out;
  const std::string_view inside = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const bool escape = inside[i] == '\\' && i + 1 < inside.size() && (inside[i + 1] == '"' || inside[i + 1] == '\\');
    if (escape) ++i;
    out += inside[i];
  }
  return out;
}

std::string id_text(std::string_view text) {
  std::string out;
  constexpr std::string_view left_out = "<>()[]\\,;:\"@";
  for (const char c : text) {
    if (c > ' ' && c < 0x7F && left_out.find(c) == std::string_view::npos) out += c;
  }
  return out;
}

}  // namespace

Result<std::string> parse_as2_name(std::string_view value) {
  std::string name(mime::trim(value));
  for (std::size_t before = name.size() + 1; name.size() < before;) {
    before = name.size();
    name = unquoted(name);
  }
  if (name.empty()) return fail(Code::as2_name, "the AS2 name is empty");
  if (name.size() > name_bytes_max) {
    return fail(Code::as2_name, "an AS2 name of " + std::to_string(name.size()) + " bytes; 128 at most");
  }
  const auto bad = std::find_if(name.begin(), name.end(), [](char c) { return c < ' ' || c == 0x7F; });
  if (bad != name.end()) {
    return fail(Code::as2_name,
                "byte " + std::to_string(bad - name.begin() + 1) + " of the AS2 name is not printable ASCII");
  }
  return name;
}

std::string write_as2_name(std::string_view name) {
  if (name.find_first_of(" \"\\") == std::string_view::npos) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string_view MessageId::key() const {
  std::string_view text = mime::trim(raw);
  if (text.size() >= 2 && text.front() == '<' && text.back() == '>') text = mime::trim(text.substr(1, text.size() - 2));
  return text;
}

Result<MessageId> parse_message_id(std::string_view value) {
  MessageId id{std::string(mime::trim(value))};
  if (id.key().empty()) return fail(Code::as2_message_id, "the Message-ID is missing or empty");
  if (id.raw.size() > message_id_bytes_max) {
    return fail(Code::as2_message_id, "a Message-ID of " + std::to_string(id.raw.size()) + " bytes; 998 at most");
  }
  const bool control = std::any_of(id.raw.begin(), id.raw.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
  if (control) return fail(Code::as2_message_id, "the Message-ID holds control characters");
  return id;
}

std::string make_message_id(std::string_view unique, std::string_view host) {
  return "<" + id_text(unique) + "@" + id_text(host) + ">";
}

}  // namespace crossdock::as2
