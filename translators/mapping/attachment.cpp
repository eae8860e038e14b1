// Signatures of file formats, and base64.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/attachment.hpp"

#include <array>
#include <cstdint>

namespace crossdock::mapping {
namespace {

struct Signature {
  std::string_view start, media_type;
};

constexpr std::array signatures{
    Signature{"%PDF-", "application/pdf"},
    Signature{"\xFF\xD8\xFF", "image/jpeg"},
    Signature{std::string_view("II*\0", 4), "image/tiff"},
    Signature{std::string_view("MM\0*", 4), "image/tiff"},
    Signature{"\x89PNG\r\n", "image/png"},
    Signature{"GIF87a", "image/gif"},
    Signature{"GIF89a", "image/gif"},
    Signature{"BM", "image/bmp"},
    Signature{"PK\x03\x04", "application/zip"},
    Signature{"<?xml", "application/xml"},
};

/// Value of a base64 digit, 64 for padding, 65 for what is none.
constexpr unsigned digit(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
  return c == '+' ? 62 : c == '/' ? 63 : c == '=' ? 64 : 65;
}

}  // namespace

std::string_view media_type_of(std::string_view bytes) {
  for (const Signature& one : signatures)
    if (bytes.starts_with(one.start)) return one.media_type;
  return "application/octet-stream";
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned digits = 0, padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\r' || c == '\n' || c == '\t') continue;
    const unsigned value = digit(c);
    if (value == 65 || (padding != 0 && value != 64)) return std::nullopt;
    padding += value == 64 ? 1 : 0;
    bits = bits << 6U | (value & 63U);
    if (++digits % 4 != 0) continue;
    if (padding > 2) return std::nullopt;
    for (unsigned i = 0; i < 3 - padding; ++i) out += static_cast<char>(bits >> (16U - 8U * i) & 0xFFU);
    bits = 0;
  }
  return digits % 4 == 0 ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace crossdock::mapping
