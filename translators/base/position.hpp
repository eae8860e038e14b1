// Where something stands in a payload.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace crossdock {

/// Byte offset and length (0-based, of the payload as received), line (1-based, counted by LF, or CR without LF),
/// segment ordinal (1-based: within its transaction set, ST or UNH = 1; for envelope segments within the interchange,
/// ISA or UNB = 1). Zero = unknown.
struct Position {
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
  std::uint32_t line = 0;
  std::uint32_t segment = 0;
};

}  // namespace crossdock
