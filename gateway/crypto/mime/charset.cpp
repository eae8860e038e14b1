// Character sets by iconv from a list of names (a partner's text never chooses what is loaded), encoded words, names.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "gateway/crypto/mime/header_fields.hpp"
#include "gateway/crypto/mime/structured_value.hpp"
#include "gateway/crypto/mime/transfer_encoding.hpp"

namespace crossdock::mime {
namespace {

constexpr std::array known_charsets = {
    "iso-8859-1",   "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",   "iso-8859-6",   "iso-8859-7",
    "iso-8859-8",   "iso-8859-9",   "iso-8859-10",  "iso-8859-13",  "iso-8859-14",  "iso-8859-15",  "iso-8859-16",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
    "windows-1257", "windows-1258", "koi8-r",       "koi8-u",       "shift_jis",    "euc-jp",       "iso-2022-jp",
    "euc-kr",       "gb2312",       "gbk",          "gb18030",      "big5",         "utf-16",       "utf-16be",
    "utf-16le",     "tis-620",      "macintosh",    "ibm437",       "ibm850"};
constexpr std::size_t text_bytes_max = 1U << 20;
constexpr std::size_t encoded_word_bytes_max = 2048;  // RFC 2047 allows 75; longer ones are sent

std::optional<std::string> convert(std::string_view bytes, const char* charset) {
  if (bytes.size() > text_bytes_max) return std::nullopt;
  const iconv_t converter = iconv_open("UTF-8", charset);
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string in(bytes), out(bytes.size() * 4 + 16, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size(), room = out.size();
  const bool good = iconv(converter, &from, &left, &to, &room) != static_cast<std::size_t>(-1) && left == 0;
  iconv_close(converter);
  if (!good) return std::nullopt;
  out.resize(out.size() - room);
  return out;
}

struct EncodedWord {
  std::string text;
  std::size_t length = 0;  ///< of the source
};

/// Q encoding: `_` is a blank, `=XX` a byte (RFC 2047 s4.2).
std::string q_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const char* begin = text.data() + i + 1;
    if (text[i] == '=' && i + 2 < text.size() && std::from_chars(begin, begin + 2, byte, 16).ptr == begin + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

/// Reads an encoded word at the front of `text`.
std::optional<EncodedWord> encoded_word_at(std::string_view text) {
  if (!text.starts_with("=?")) return std::nullopt;
  text = text.substr(0, encoded_word_bytes_max);
  const std::size_t charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() || text[charset_end + 2] != '?') {
    return std::nullopt;
  }
  const std::size_t begin = charset_end + 3;
  const std::size_t end = text.find("?=", begin);
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view charset = text.substr(2, charset_end - 2);
  charset = charset.substr(0, charset.find('*'));  // RFC 2231 s5: a language may follow
  const std::string_view content = text.substr(begin, end - begin);
  std::optional<std::string> bytes;
  const char kind = text[charset_end + 1];
  if (kind == 'Q' || kind == 'q') bytes = q_decoded(content);
  if (kind == 'B' || kind == 'b') {
    if (auto decoded = base64_decode(content)) bytes = std::move(*decoded);
  }
  if (!bytes) return std::nullopt;
  std::optional<std::string> utf8 = to_utf8(*bytes, charset);
  if (!utf8) return std::nullopt;
  return EncodedWord{std::move(*utf8), end + 2};
}

std::string ascii_only(std::string_view utf8) {
  std::string out;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xC0) continue;  // the rest of a character
    out += byte < ' ' || byte >= 0x7F ? '_' : c;
  }
  return out;
}

bool printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; });
}

std::string extended_value(std::string_view utf8) {
  constexpr std::string_view hex = "0123456789ABCDEF", kept = "!#$&+-.^_`|~";
  std::string out = "UTF-8''";
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (plain || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out.append("%").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
    }
  }
  return out;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const std::size_t length = first < 0x80         ? 1
                               : (first >> 5) == 6  ? 2
                               : (first >> 4) == 14 ? 3
                               : (first >> 3) == 30 ? 4
                                                    : 0;
    if (length == 0 || i + length > bytes.size()) return false;
    std::uint32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if ((next >> 6) != 2) return false;
      point = point << 6 | (next & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
    i += length;
  }
  return true;
}

std::optional<std::string> to_utf8(std::string_view bytes, std::string_view charset) {
  std::string name = to_lower(trim(charset));
  if (name == "latin1" || name == "latin-1") name = "iso-8859-1";
  if (name.starts_with("cp125")) name = "windows-" + name.substr(2);
  if (name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii") {
    if (is_utf8(bytes)) return std::string(bytes);
    return convert(bytes, "windows-1252");
  }
  const auto* const found = std::find(known_charsets.begin(), known_charsets.end(), name);
  if (found == known_charsets.end()) return std::nullopt;
  return convert(bytes, *found);
}

std::string decode_encoded_words(std::string_view text) {
  std::string out;
  std::size_t after_word = std::string::npos;  // where the last encoded word ended in `out`
  for (std::size_t i = 0; i < text.size();) {
    std::optional<EncodedWord> word = text[i] == '=' ? encoded_word_at(text.substr(i)) : std::nullopt;
    if (!word) {
      out += text[i++];
      continue;
    }
    if (after_word != std::string::npos && trim(std::string_view(out).substr(after_word)).empty())
      out.resize(after_word);
    out += word->text;
    after_word = out.size();
    i += word->length;
  }
  return is_utf8(out) ? out : to_utf8(out, "windows-1252").value_or(ascii_only(out));
}

std::string encode_word(std::string_view utf8) {
  if (printable_ascii(utf8)) return std::string(utf8);
  std::string out;
  constexpr std::size_t bytes_max = 45;  // an encoded word has 75 characters at most
  for (std::size_t i = 0; i < utf8.size();) {
    std::size_t end = std::min(utf8.size(), i + bytes_max);
    while (end > i + 1 && end < utf8.size() && (static_cast<unsigned char>(utf8[end]) >> 6) == 2) --end;
    if (!out.empty()) out += ' ';
    out.append("=?utf-8?B?").append(base64_encode(utf8.substr(i, end - i))).append("?=");
    i = end;
  }
  return out;
}

std::string file_name_of(std::string_view content_disposition, std::string_view content_type) {
  const StructuredValue disposition = parse_structured_value(content_disposition);
  if (const std::string* name = disposition.find("filename"); name != nullptr && !name->empty()) {
    return decode_encoded_words(*name);
  }
  const StructuredValue type = parse_structured_value(content_type);
  if (const std::string* name = type.find("name"); name != nullptr && !name->empty())
    return decode_encoded_words(*name);
  return {};
}

std::string content_disposition(std::string_view utf8_name, FileNameForm form) {
  std::string out = "attachment; filename=";
  if (!printable_ascii(utf8_name)) {
    if (form == FileNameForm::encoded_word) return out + quoted(encode_word(utf8_name));
    return out + quoted(ascii_only(utf8_name)) + "; filename*=" + extended_value(utf8_name);
  }
  if (form == FileNameForm::bare && is_token(utf8_name)) return out + std::string(utf8_name);
  return out + quoted(utf8_name);
}

}  // namespace crossdock::mime
