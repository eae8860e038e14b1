// Names, attributes and texts of XML: entities, encodings, namespaces; and escaping.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/xml/xml_reader.hpp"

namespace crossdock::xml {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";

bool is_xml_char(std::uint32_t code) {
  return code == 9 || code == 10 || code == 13 || (code >= 0x20 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

bool starts_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// `#10`, `#x1F`; 0 where it is no character.
std::uint32_t character(std::string_view text) {
  std::uint32_t out = 0;
  const bool hex = text.starts_with("#x");
  text.remove_prefix(hex ? 2 : 1);
  if (text.empty() || text.size() > 8) return 0;
  for (const char c : text) {
    std::uint32_t digit = 99;
    if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
    if (hex && c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a' + 10);
    if (hex && c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A' + 10);
    if (digit == 99 || out > 0x10FFFF) return 0;
    out = out * (hex ? 16 : 10) + digit;
  }
  return is_xml_char(out) ? out : 0;
}

}  // namespace

bool is_xml_name(std::string_view text) {
  return !text.empty() && starts_name(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return starts_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

Status XmlReader::read_attributes(std::string_view tag, std::size_t at) {
  attributes_.clear();
  for (;;) {
    const std::size_t start = tag.find_first_not_of(blanks, at);
    if (start == std::string_view::npos) return {};
    if (start == at) return wrong(Code::xml_syntax, "a blank was expected between attributes", at);
    const std::size_t end = tag.find_first_of(" \t\r\n=", start);
    const std::size_t equals = end == std::string_view::npos ? end : tag.find_first_not_of(blanks, end);
    if (equals == std::string_view::npos || tag[equals] != '=' || end == start)
      return wrong(Code::xml_syntax, "an attribute has no value", start);
    const std::size_t open = tag.find_first_not_of(blanks, equals + 1);
    if (open == std::string_view::npos || (tag[open] != '"' && tag[open] != '\''))
      return wrong(Code::xml_syntax, "the value of an attribute stands in quotes", equals);
    const std::size_t close = tag.find(tag[open], open + 1);
    if (close == std::string_view::npos)
      return wrong(Code::xml_syntax, "the value of an attribute is not closed", open);
    Attribute attribute{tag.substr(start, end - start), open + 1, close - open - 1, {}};
    const std::string_view raw = tag.substr(open + 1, close - open - 1);
    if (raw.find('<') != std::string_view::npos)
      return wrong(Code::xml_syntax, "`<` stands in the value of an attribute", open);
    for (const Attribute& other : attributes_)
      if (other.name == attribute.name)
        return wrong(Code::xml_syntax, "attribute " + std::string(attribute.name.substr(0, 100)) + " stands twice",
                     start);
    if (attributes_.size() >= attributes_max)
      return wrong(Code::xml_limit, "a tag has more than 1000 attributes", start);
    TRY_STATUS(decode(raw, open + 1, attribute.value));
    std::replace_if(
        attribute.value.begin(), attribute.value.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    attributes_.push_back(std::move(attribute));
    at = close + 1;
  }
}

/// Entities and encoding. `ahead`: where `raw` stands in the token at hand.
Status XmlReader::decode(std::string_view raw, std::size_t ahead, std::string& out) const {
  constexpr std::pair<std::string_view, char> known[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  auto plain = [&](std::string_view text, std::size_t at) -> Status {
    const auto bad = std::find_if(text.begin(), text.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
    });
    if (bad != text.end())
      return wrong(Code::xml_syntax, "a control character stands in the document",
                   at + static_cast<std::size_t>(bad - text.begin()));
    if (!tree::append_as_utf8(out, text, encoding_))
      return wrong(Code::xml_encoding, "the bytes are not " + std::string(tree::name(encoding_)), at);
    return {};
  };
  std::size_t at = 0;
  for (std::size_t next = raw.find('&'); next != std::string_view::npos; next = raw.find('&', at)) {
    TRY_STATUS(plain(raw.substr(at, next - at), ahead + at));
    const std::size_t end = raw.find(';', next);
    if (end == std::string_view::npos || end - next > 12)
      return wrong(Code::xml_entity, "`&` begins no entity; write &amp;", ahead + next);
    const std::string_view name = raw.substr(next + 1, end - next - 1);
    const auto* const found =
        std::find_if(std::begin(known), std::end(known), [&](const auto& one) { return one.first == name; });
    if (found != std::end(known)) {
      out += found->second;
    } else {
      const std::uint32_t code = name.starts_with("#") ? character(name) : 0;
      if (code == 0)
        return wrong(Code::xml_entity,
                     "entity `&" + std::string(name) + ";` is not one of amp, lt, gt, quot, apos or a character number",
                     ahead + next);
      tree::append_code_point(out, code);
    }
    at = end + 1;
  }
  TRY_STATUS(plain(raw.substr(at), ahead + at));
  std::erase(out, '\r');
  return {};
}

Status XmlReader::text(std::string_view raw, bool literal, std::size_t ahead) {
  std::string value;
  if (literal) {
    if (!tree::append_as_utf8(value, raw, encoding_))
      return wrong(Code::xml_encoding, "the bytes are not " + std::string(tree::name(encoding_)), ahead);
    std::erase(value, '\r');
  } else {
    if (const std::size_t at = raw.find("]]>"); at != std::string_view::npos)
      return wrong(Code::xml_syntax, "`]]>` stands in text", at);
    TRY_STATUS(decode(raw, ahead, value));
  }
  if (replaying_ && outside()) return {};
  const std::uint32_t node = open_.back().node;
  if (tree_.node(node).text.empty()) {
    const std::size_t first = value.find_first_not_of(blanks);
    if (first == std::string::npos) return {};
    const std::size_t raw_first = literal ? 0 : raw.find_first_not_of(blanks);
    const std::size_t raw_last = literal ? raw.size() - 1 : raw.find_last_not_of(blanks);
    tree_.set_where(node, where(ahead + raw_first, raw_last - raw_first + 1));
    tree_.set_text(node, std::string_view(value).substr(first));
  } else {
    tree_.append_text(node, value);
  }
  return {};
}

Result<std::string> XmlReader::key_of(std::string_view name, bool attribute) const {
  const std::size_t colon = name.find(':');
  const std::string_view prefix = colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
  const std::string_view local = colon == std::string_view::npos ? name : name.substr(colon + 1);
  if (!is_xml_name(local) || (colon != std::string_view::npos && !is_xml_name(prefix)))
    return wrong(Code::xml_syntax, "`" + std::string(name.substr(0, 100)) + "` is no name");
  std::string key;
  if (!tree::append_as_utf8(key, local, encoding_))
    return wrong(Code::xml_encoding, "the bytes are not " + std::string(tree::name(encoding_)));
  if (attribute && prefix.empty()) return key;  // attributes without a prefix have no namespace
  std::string_view uri = prefix == "xml" ? xml_namespace : std::string_view{};
  bool bound = prefix.empty() || prefix == "xml";
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
    if (scope->first == prefix) {
      uri = scope->second;
      bound = true;
      break;
    }
  if (!bound) return wrong(Code::xml_syntax, "prefix `" + std::string(prefix) + "` is bound to no namespace");
  bool strict = false;
  for (const auto& [ours, wanted] : settings_.namespaces) {
    if (wanted == uri) return ours.empty() ? key : ours + ":" + key;
    strict = strict || ours.empty();
  }
  return strict && !attribute ? "{" + std::string(uri) + "}" + key : key;
}

void append_escaped(std::string& out, std::string_view text, bool attribute) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += attribute ? "&quot;" : "\""; break;
      case '\n': out += attribute ? "&#10;" : "\n"; break;
      case '\t': out += attribute ? "&#9;" : "\t"; break;
      case '\r': out += "&#13;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += "\xEF\xBF\xBD";
        else
          out += c;
    }
  }
}

}  // namespace crossdock::xml
