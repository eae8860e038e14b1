// The service characters of one interchange.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace crossdock::wire {

/// The family of a document's syntax.
enum class Syntax : std::uint8_t { x12, edifact };

/// X12: found by position in the ISA; EDIFACT: from UNA or the syntax's defaults. 0 = this character does not exist
/// here.
struct Delimiters {
  char element = '*';
  char component = ':';
  char repetition = 0;
  char release = 0;
  char decimal_mark = '.';
  std::string segment = "~";  ///< one byte as a rule; up to 4 where a sender uses a multi-byte character

  bool operator==(const Delimiters&) const = default;
};

}  // namespace crossdock::wire
