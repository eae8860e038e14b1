// The vector scan and its scalar twin give the same index.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/scan.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace crossdock::wire {
namespace {

std::vector<std::vector<std::uint32_t>> entries(const DelimiterIndex& index) {
  return {{index.delimiters.get(), index.delimiters.get() + index.delimiter_count},
          {index.terminators.get(), index.terminators.get() + index.terminator_count},
          {index.newlines.get(), index.newlines.get() + index.newline_count}};
}

/// The forms that this machine can run.
std::vector<VectorForm> forms() {
  std::vector<VectorForm> out;
  for (const VectorForm form : {VectorForm::none, VectorForm::avx2, VectorForm::avx512})
    if (form <= vector_form()) out.push_back(form);
  return out;
}

TEST(Scan, equals_its_scalar_twin_on_random_input) {
  std::mt19937 random(20260518);
  constexpr std::string_view alphabet = "*~\n\rAB:*~ \x80";
  for (int round = 0; round < 300; ++round) {
    std::string bytes(random() % 700, ' ');
    const bool dense = round % 3 == 0;
    for (char& byte : bytes) byte = dense ? "*~"[random() % 2] : alphabet[random() % alphabet.size()];
    const auto from = static_cast<std::uint32_t>(bytes.empty() ? 0 : random() % bytes.size());
    const auto to = static_cast<std::uint32_t>(bytes.size());
    const char terminator = round % 5 == 0 ? '\n' : '~';
    DelimiterIndex slow;
    slow.reserve(to + 1);
    scan_scalar(bytes.data(), from, to, '*', terminator, slow);
    for (const VectorForm form : forms()) {
      DelimiterIndex fast;
      fast.reserve(to + 1);
      scan(bytes.data(), from, to, '*', terminator, fast, form);
      ASSERT_EQ(entries(fast), entries(slow)) << "round " << round << ", form " << static_cast<int>(form);
    }
  }
}

TEST(Scan, with_releases_equals_its_scalar_twin) {
  std::mt19937 random(9735);
  constexpr std::string_view alphabet = "+'?\nA?:";
  for (int round = 0; round < 600; ++round) {
    std::string bytes(random() % 500, ' ');
    for (char& byte : bytes) byte = round % 3 == 0 ? "?'"[random() % 2] : alphabet[random() % alphabet.size()];
    if (round % 7 == 0) std::fill(bytes.begin(), bytes.end(), '?');
    const auto size = static_cast<std::uint32_t>(bytes.size());
    DelimiterIndex slow;
    slow.reserve(size + 1);
    bool slow_carry = false;
    scan_released_scalar(bytes.data(), 0, size, '+', '\'', '?', slow_carry, slow);
    const std::uint32_t middle = size == 0 ? 0 : static_cast<std::uint32_t>(random() % size);
    for (const VectorForm form : forms()) {
      DelimiterIndex fast;
      fast.reserve(size + 1);
      bool fast_carry = false;
      scan_released(bytes.data(), 0, middle, '+', '\'', '?', fast_carry, fast, form);
      scan_released(bytes.data(), middle, size, '+', '\'', '?', fast_carry, fast, form);
      ASSERT_EQ(entries(fast), entries(slow)) << "round " << round << ", form " << static_cast<int>(form);
      ASSERT_EQ(fast_carry, slow_carry) << "round " << round << ", form " << static_cast<int>(form);
    }
  }
}

TEST(Scan, terminators_are_indexes_into_delimiters) {
  const std::string bytes = "ST*214*0001~SE*2*0001~";
  DelimiterIndex index;
  index.reserve(64);
  scan(bytes.data(), 0, static_cast<std::uint32_t>(bytes.size()), '*', '~', index);
  EXPECT_EQ(entries(index), (std::vector<std::vector<std::uint32_t>>{{2, 6, 11, 14, 16, 21}, {2, 5}, {}}));
}

TEST(Scan, shift_moves_what_is_left) {
  const std::string bytes = "ST*214~\nB10*1~\nL11*";
  DelimiterIndex index;
  index.reserve(64);
  scan(bytes.data(), 0, static_cast<std::uint32_t>(bytes.size()), '*', '~', index);
  index.shift(8, 2, 1, 1);
  EXPECT_EQ(entries(index), (std::vector<std::vector<std::uint32_t>>{{3, 5, 10}, {1}, {6}}));
}

TEST(Scan, multibyte_terminator_needs_all_its_bytes) {
  const std::string bytes =
      "A*\xE2\x80\x93\xE2\x80\xA6"
      "B*C\xE2\x80";
  DelimiterIndex index;
  index.reserve(64);
  scan_multibyte(bytes, 0, static_cast<std::uint32_t>(bytes.size()), '*', "\xE2\x80\xA6", index);
  EXPECT_EQ(entries(index), (std::vector<std::vector<std::uint32_t>>{{1, 5, 9}, {1}, {}}));
}

}  // namespace
}  // namespace crossdock::wire
