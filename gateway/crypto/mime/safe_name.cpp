// Names of files out of hostile text.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/safe_name.hpp"

#include <algorithm>
#include <array>

#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::mime {
namespace {

std::size_t character_bytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// Marks that turn or hide text (U+200B-200F, U+202A-202E, U+2060-2069, U+FEFF) and C1 controls.
bool hidden(std::string_view character) {
  if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
  if (character == "\xEF\xBB\xBF") return true;
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const auto second = static_cast<unsigned char>(character[1]), third = static_cast<unsigned char>(character[2]);
  if (second == 0x80) return (third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE);
  return second == 0x81 && third >= 0xA0 && third <= 0xA9;
}

bool device_name(std::string_view name) {
  const std::string stem = to_lower(name.substr(0, name.find('.')));
  constexpr std::array plain = {"con", "prn", "aux", "nul"};
  if (std::find(plain.begin(), plain.end(), stem) != plain.end()) return true;
  return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '1' && stem[3] <= '9';
}

void shorten(std::string& name) {
  if (name.size() <= file_name_bytes_max) return;
  constexpr std::size_t extension_bytes_max = 20;
  const std::size_t dot = name.rfind('.');
  std::string extension;
  if (dot != std::string::npos && name.size() - dot <= extension_bytes_max) extension = name.substr(dot);
  std::size_t end = file_name_bytes_max - extension.size();
  while (end > 0 && (static_cast<unsigned char>(name[end]) >> 6) == 2) --end;
  name = name.substr(0, end) + extension;
}

}  // namespace

SafeName safe_file_name(std::string_view utf8, std::string_view fallback) {
  const std::string readable = is_utf8(utf8) ? std::string(utf8) : to_utf8(utf8, "windows-1252").value_or("");
  const std::size_t slash = readable.find_last_of("/\\");
  const std::string_view last = std::string_view(readable).substr(slash == std::string::npos ? 0 : slash + 1);
  std::string out;
  for (std::size_t i = 0; i < last.size();) {
    const std::size_t length = character_bytes(last[i]);
    const std::string_view character = last.substr(i, length);
    i += length;
    if (hidden(character) || (length == 1 && (last[i - 1] < ' ' || last[i - 1] == 0x7F))) continue;
    constexpr std::string_view refused = "<>:\"|?*";
    if (length == 1 && refused.find(character[0]) != std::string_view::npos) {
      out += '_';
    } else {
      out += character;
    }
  }
  constexpr std::string_view ends = " .";
  const std::size_t begin = out.find_first_not_of(ends);
  out = begin == std::string::npos ? "" : out.substr(begin, out.find_last_not_of(ends) - begin + 1);
  shorten(out);
  if (device_name(out)) out.insert(out.begin(), '_');
  if (out.empty()) out = fallback;
  return {out, out != utf8};
}

}  // namespace crossdock::mime
