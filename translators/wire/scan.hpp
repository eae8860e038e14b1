// Finds delimiters in a block of bytes: AVX-512 or AVX2 where the machine has it, a scalar twin everywhere; all give
// the same index. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace crossdock::wire {

/// Which vector instructions are used.
enum class VectorForm : std::uint8_t { none, avx2, avx512 };
/// The best one that this machine has: avx512 is VBMI2's compression, without which it brings nothing over AVX2.
[[nodiscard]] VectorForm vector_form();

/// Where the delimiters of a block stand. Arrays are allocated once and reused; positions are offsets into the block,
/// ascending. Shape: `delimiters` holds element separators and segment terminators mixed; `terminators[i]` is the index
/// in `delimiters` of the i-th terminator, so that the entries from one terminator to the next are the `ends` of one
/// segment; `newlines` holds CR and LF, after scan_released() also the release characters.
class DelimiterIndex {
 public:
  /// Makes room for this many entries in each array; keeps what is there.
  void reserve(std::uint32_t entries);
  void clear() { delimiter_count = terminator_count = newline_count = 0; }
  /// Moves the index with its block: drops entries before the given ones, subtracts `bytes` from all positions.
  void shift(std::uint32_t bytes, std::uint32_t first_delimiter, std::uint32_t first_terminator,
             std::uint32_t first_newline);

  std::unique_ptr<std::uint32_t[]> delimiters, terminators, newlines;
  std::uint32_t delimiter_count = 0, terminator_count = 0, newline_count = 0;
  bool high = false;  ///< scan_released() met bytes above 0x7F; the caller takes it back

 private:
  std::uint32_t capacity_ = 0;
};

/// Appends to `index` what stands in block[from, to). The index must have room for to - from more entries (reserve).
/// `form`: at most vector_form().
void scan(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator, DelimiterIndex& index,
          VectorForm form = vector_form());
/// The scalar twin of scan().
void scan_scalar(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator,
                 DelimiterIndex& index);
/// The EDIFACT scan: as scan(), but what follows a release character is data, releases themselves included. `carry`
/// says whether the byte at `from` is released, and is set for the byte at `to`.
void scan_released(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator, char release,
                   bool& carry, DelimiterIndex& index, VectorForm form = vector_form());
/// The scalar twin of scan_released().
void scan_released_scalar(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator,
                          char release, bool& carry, DelimiterIndex& index);
/// For a terminator of several bytes, indexed at its first byte; looks no further than the end of `block`.
void scan_multibyte(std::string_view block, std::uint32_t from, std::uint32_t to, char element,
                    std::string_view terminator, DelimiterIndex& index);

}  // namespace crossdock::wire
