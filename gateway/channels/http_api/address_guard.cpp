// Address ranges.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_api/address_guard.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace crossdock::http_api {
namespace {

struct Range {
  std::uint32_t network;
  int bits;
};

constexpr Range internal_ranges[] = {{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
                                     {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
                                     {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24},
                                     {0xe0000000, 4},  {0xf0000000, 4}};

bool is_internal_v4(std::uint32_t address) {
  return std::any_of(std::begin(internal_ranges), std::end(internal_ranges), [&](const Range& range) {
    return (address >> (32 - range.bits)) == (range.network >> (32 - range.bits));
  });
}

std::uint32_t v4_at(const std::array<std::uint8_t, 16>& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
         bytes[at + 3];
}

bool is_internal_v6(const std::array<std::uint8_t, 16>& bytes) {
  const bool zeros = std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
  if (zeros && bytes[10] == 0xff && bytes[11] == 0xff) return is_internal_v4(v4_at(bytes, 12));  // mapped
  if (zeros && bytes[10] == 0 && bytes[11] == 0) return true;                                    // ::, ::1, compatible
  if (bytes[0] == 0x00 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b)
    return is_internal_v4(v4_at(bytes, 12));                                         // NAT64
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_internal_v4(v4_at(bytes, 2));  // 6to4
  return (bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) ||
         (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0xc0) || bytes[0] == 0xff;
}

}  // namespace

bool is_internal_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return is_internal_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return true;
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), v6.sin6_addr.s6_addr, bytes.size());
  return is_internal_v6(bytes);
}

}  // namespace crossdock::http_api
