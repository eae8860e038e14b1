// What a reader holds of its input: the block, the index of its delimiters, and how far both are consumed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "translators/base/position.hpp"
#include "translators/wire/body_runs.hpp"
#include "translators/wire/input_block.hpp"
#include "translators/wire/scan.hpp"

namespace crossdock::wire {

/// Lines: `here.line` is that of `line_position`, which only moves forward; by bytes, or by the index where there is
/// one.
struct InputCursor {
  InputBlock block;
  DelimiterIndex index;  ///< its `newlines` hold release characters too where there are any
  IndexPlace here;       ///< everything before it is consumed
  std::uint32_t line_position = 0;
  std::uint32_t scanned = 0;  ///< indexed up to here; may lie behind the block's end while a binary segment arrives
  bool reading = false;       ///< inside of an interchange: the index is in use
  bool at_end = false;        ///< no more bytes will come
  bool begun = false;         ///< the first bytes (BOM) were looked at

  [[nodiscard]] std::string_view window() const { return block.from(here.byte); }
  /// The position of block[start, end) in the raw input, on the line at hand.
  [[nodiscard]] Position place(std::uint32_t start, std::uint32_t end) const {
    const std::uint64_t offset = block.raw(start);
    return {offset, static_cast<std::uint32_t>(block.raw(end) - offset), here.line, 0};
  }
  /// Drops what is consumed; false where nothing is.
  bool drop_consumed();
  /// Drops what is consumed, or grows the block where nothing is.
  void make_room() {
    if (!drop_consumed()) block.grow();
  }
  void count_lines(std::uint32_t to);
  void count_indexed_lines(std::uint32_t to);
  /// Forgets the index: the next scan begins at `position`.
  void restart_index(std::uint32_t position);
  /// Behind a header whose service characters are still those that the block was indexed with: goes on with the index
  /// from `position`. `expected`: so many of its entries the header has, if it is as usual.
  void resume_index(std::uint32_t position, std::uint32_t expected = 0);
  /// Forgets the index where all of it is used, and makes room in it for what the block holds more, up to `to`. False
  /// where nothing is left to scan.
  bool prepare_scan(std::uint32_t to);
  /// The input ends at `end` without a terminator: one is assumed there.
  void assume_terminator(std::uint32_t end);
  /// First byte from the cursor on that is no blank.
  [[nodiscard]] std::uint32_t behind_blanks() const;
};

}  // namespace crossdock::wire
