// Reads the ISA segment: the one place where delimiters are found. Pure functions over a look-ahead window.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"
#include "translators/wire/delimiters.hpp"

namespace crossdock::x12 {

/// Bytes from the I of ISA that are looked at before delimiters are decided; fewer only at the end of the input.
inline constexpr std::uint32_t isa_window_bytes = 1024;
/// Bytes that looks_like_isa needs.
inline constexpr std::uint32_t isa_start_bytes = 7;
/// Widths of ISA01..ISA16. Source: X12.5.
inline constexpr std::array<std::uint8_t, 17> isa_widths{0, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1};

/// A deviation found in an ISA: to become a finding once the interchange is open. `offset` counts from the I of ISA.
struct IsaRemark {
  Code code;
  std::uint32_t offset = 0, length = 0;
  std::uint16_t element = 0;
  std::string message, value, expected;
};

struct IsaReading {
  wire::Delimiters delimiters;
  std::array<std::string_view, 17> elements;  ///< as received, untrimmed; views of the window; [0] unused
  std::uint32_t length = 0;                   ///< bytes of ISA with its terminator
  bool newline_terminator = false;            ///< segments end with LF or CR LF: a CR before the LF is no data
  std::vector<IsaRemark> remarks;
  static constexpr std::uint32_t all = 0xFFFFFFFF;
  std::uint32_t changed = all;  ///< bits of the elements (1 << 13: ISA13) that may differ from the ISA read before
};

/// True if an ISA segment seems to begin here: `ISA`, a separator, and the same separator behind ISA01.
[[nodiscard]] bool looks_like_isa(std::string_view text);

/// Reads the ISA at the beginning of `window`, which holds isa_window_bytes or all that is left of the input.
/// Errors: x12.isa.length, x12.isa.separators, x12.isa.terminator; Error::where.offset counts from the I of ISA.
/// Source: X12.5 (ISA), X12.6 (delimiters by position).
[[nodiscard]] Result<IsaReading> read_isa(std::string_view window);

/// The last ISA of a file, for those that follow in the same form: most differ in their control number only.
class IsaMemory {
 public:
  /// What read_isa() would return for `window`, by comparison with the last one; null where that cannot be told so.
  [[nodiscard]] const IsaReading* repeat(std::string_view window);
  /// Keeps a reading of `window`; views in it live as long as the window.
  const IsaReading& remember(std::string_view window, IsaReading&& reading);

 private:
  static constexpr std::size_t compared_bytes = 112;
  IsaReading last_;
  std::array<char, compared_bytes> text_{};
  bool usable_ = false;
};

/// Columns at which a file is hard-wrapped, judged by its first lines; 0 if it is not. `at_end`: the window is all that
/// is left.
[[nodiscard]] std::uint32_t find_wrap_columns(std::string_view window, bool at_end);

}  // namespace crossdock::x12
