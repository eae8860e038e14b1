// UTF-8 validation (RFC 3629 s4).
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/json_document.hpp"

namespace crossdock::json {

std::size_t valid_utf8(std::string_view text) {
  std::size_t at = 0;
  auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  auto more = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  while (at < text.size()) {
    const unsigned lead = byte(0);
    std::size_t length = 0;
    if (lead < 0x80)
      length = 1;
    else if (lead >= 0xC2 && lead <= 0xDF && more(1))
      length = 2;
    else if ((lead & 0xF0U) == 0xE0U && more(1) && more(2) && !(lead == 0xE0 && byte(1) < 0xA0) &&
             !(lead == 0xED && byte(1) > 0x9F))
      length = 3;
    else if (lead >= 0xF0 && lead <= 0xF4 && more(1) && more(2) && more(3) && !(lead == 0xF0 && byte(1) < 0x90) &&
             !(lead == 0xF4 && byte(1) > 0x8F))
      length = 4;
    if (length == 0) return at;
    at += length;
  }
  return at;
}

}  // namespace crossdock::json
