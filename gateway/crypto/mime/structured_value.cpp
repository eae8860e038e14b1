// Values with parameters: RFC 2045 syntax with what partners send instead, RFC 2231 continuations.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/structured_value.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::mime {
namespace {

constexpr std::size_t parameters_max = 64;

/// One parameter as it stands in the text.
struct RawParameter {
  std::string name, value;
};

/// Reads `"..."` at the front of `rest`; an unclosed one ends with the text.
std::string take_quoted(std::string_view& rest) {
  std::string out;
  std::size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    const bool escape = rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
    if (escape) ++i;
    out += rest[i];
  }
  rest.remove_prefix(std::min(rest.size(), i + 1));
  return out;
}

void skip_to_semicolon(std::string_view& rest) {
  const std::size_t at = rest.find(';');
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at);
}

std::optional<RawParameter> take_parameter(std::string_view& rest) {
  const std::size_t stop = rest.find_first_of("=;");
  if (stop == std::string_view::npos || rest[stop] == ';') {
    skip_to_semicolon(rest);
    return std::nullopt;
  }
  RawParameter out;
  out.name = to_lower(trim(rest.substr(0, stop)));
  rest.remove_prefix(stop + 1);
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t\r\n")));
  if (!rest.empty() && rest.front() == '"') {
    out.value = take_quoted(rest);
    skip_to_semicolon(rest);
  } else {
    const std::size_t end = std::min(rest.size(), rest.find(';'));
    out.value = trim(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  if (out.name.empty()) return std::nullopt;
  return out;
}

/// The sections of one RFC 2231 parameter.
struct Sections {
  std::map<unsigned, RawParameter> parts;  ///< name holds "*" when the section is percent-encoded
};

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const char* begin = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(begin, begin + 2, byte, 16).ptr == begin + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Joins the sections in their order and decodes them (RFC 2231 s3-4).
std::string joined(const Sections& sections) {
  std::string charset, bytes;
  bool encoded_any = false;
  unsigned expected = 0;
  for (const auto& [number, part] : sections.parts) {
    if (number != expected++) break;
    std::string_view value = part.value;
    if (part.name != "*") {
      bytes += value;
      continue;
    }
    if (!encoded_any && number == 0) {
      const std::size_t first = value.find('\'');
      const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
      if (second != std::string_view::npos) {
        charset = value.substr(0, first);
        value.remove_prefix(second + 1);
      }
    }
    encoded_any = true;
    bytes += percent_decoded(value);
  }
  return encoded_any ? to_utf8(bytes, charset.empty() ? "utf-8" : charset).value_or(bytes) : bytes;
}

/// `filename*0*` -> name, section 0, encoded. Nothing when the name has no star or a bad one.
struct StarName {
  std::string name;
  unsigned section = 0;
  bool encoded = false;
};
std::optional<StarName> star_name(std::string_view name) {
  const std::size_t star = name.find('*');
  if (star == std::string_view::npos || star == 0) return std::nullopt;
  StarName out{.name = std::string(name.substr(0, star))};
  std::string_view rest = name.substr(star + 1);
  if (rest.empty()) {
    out.encoded = true;
    return out;
  }
  if (rest.back() == '*') {
    out.encoded = true;
    rest.remove_suffix(1);
  }
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out.section);
  if (error != std::errc{} || end != rest.data() + rest.size() || out.section > parameters_max) return std::nullopt;
  return out;
}

}  // namespace

const std::string* StructuredValue::find(std::string_view name) const {
  for (const Parameter& at : parameters) {
    if (at.name == name) return &at.value;
  }
  return nullptr;
}

std::string_view StructuredValue::parameter(std::string_view name) const {
  const std::string* found = find(name);
  return found == nullptr ? std::string_view{} : std::string_view(*found);
}

StructuredValue parse_structured_value(std::string_view text) {
  StructuredValue out;
  std::string_view rest = text;
  const std::size_t end = std::min(rest.size(), rest.find(';'));
  std::string_view head = rest.substr(0, end);
  head = trim(head.substr(0, head.find('(')));
  out.value = to_lower(head);
  rest.remove_prefix(end);
  std::map<std::string, Sections> starred;
  for (std::size_t count = 0; !rest.empty() && count < parameters_max;) {
    if (rest.front() == ';') {
      rest.remove_prefix(1);
      continue;
    }
    std::optional<RawParameter> raw = take_parameter(rest);
    if (!raw) continue;
    ++count;
    if (const auto star = star_name(raw->name)) {
      starred[star->name].parts.emplace(star->section, RawParameter{star->encoded ? "*" : "", std::move(raw->value)});
    } else {
      out.parameters.push_back({std::move(raw->name), std::move(raw->value)});
    }
  }
  for (const auto& [name, sections] : starred) {  // RFC 6266 s4.3: the extended form is preferred
    std::erase_if(out.parameters, [&wanted = name](const Parameter& at) { return at.name == wanted; });
    out.parameters.push_back({name, joined(sections)});
  }
  return out;
}

bool is_token(std::string_view text) {
  constexpr std::string_view specials = "()<>@,;:\\\"/[]?=";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return c > ' ' && c < 0x7F && specials.find(c) == std::string_view::npos;
  });
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' || c == 0x7F ? ' ' : c;
  }
  return out + '"';
}

std::string write_structured_value(const StructuredValue& value) {
  std::string out = value.value;
  for (const Parameter& at : value.parameters) {
    out.append("; ").append(at.name).append("=");
    out += is_token(at.value) ? at.value : quoted(at.value);
  }
  return out;
}

std::string media_type(std::string_view content_type) {
  std::string out = parse_structured_value(content_type).value;
  return out.empty() ? "application/octet-stream" : out;
}

}  // namespace crossdock::mime
