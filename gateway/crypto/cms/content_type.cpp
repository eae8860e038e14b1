// Content types of CMS. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/content_type.hpp"

#include <array>

namespace crossdock::crypto::cms {
namespace {

using std::string_view_literals::operator""sv;

struct Row {
  std::string_view name, oid;
};
constexpr auto rows = std::to_array<Row>({
    {"data", "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"sv},
    {"signed-data", "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"sv},
    {"enveloped-data", "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"sv},
    {"authEnveloped-data", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"sv},
    {"compressed-data", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"sv},
    {"other", ""sv},
});

}  // namespace

std::string_view name(ContentType type) { return rows[static_cast<std::size_t>(type)].name; }
std::string_view oid(ContentType type) { return rows[static_cast<std::size_t>(type)].oid; }

ContentType find_content_type(std::string_view oid_bytes) {
  for (std::size_t i = 0; i + 1 < rows.size(); ++i)
    if (rows[i].oid == oid_bytes) return static_cast<ContentType>(i);
  return ContentType::other;
}

std::optional<ContentType> sniff(std::string_view prefix) {
  const auto byte = [prefix](std::size_t i) { return static_cast<unsigned char>(prefix[i]); };
  if (prefix.size() < 4 || byte(0) != 0x30) return std::nullopt;
  const std::size_t at = 2 + (byte(1) > 0x80 ? byte(1) & 0x7FU : 0U);
  if (prefix.size() < at + 2 || byte(at) != 0x06 || byte(at + 1) >= 0x80) return std::nullopt;
  if (prefix.size() < at + 2 + byte(at + 1)) return std::nullopt;
  return find_content_type(prefix.substr(at + 2, byte(at + 1)));
}

}  // namespace crossdock::crypto::cms
