// Relational conditions: which element a finding points at, and which one asked for it.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/syntax_note.hpp"

#include <gtest/gtest.h>

namespace crossdock::guide {
namespace {

struct Case {
  const char* note;
  std::uint64_t present;  // bit 0 = element 1
  std::uint16_t culprit, trigger;
};

TEST(SyntaxNote, points_at_the_culprit_and_at_what_asked_for_it) {
  const Case cases[] = {
      {"C0201", 0b010, 1, 2}, {"L010203", 0b001, 2, 1}, {"P0102", 0b01, 2, 1},
      {"P0102", 0b10, 1, 2},  {"R0102", 0b00, 1, 0},    {"E0103", 0b101, 3, 1},
  };
  for (const Case& c : cases) {
    const auto note = parse_note(c.note, 3);
    ASSERT_TRUE(note) << c.note;
    ASSERT_FALSE(satisfied(*note, c.present)) << c.note;
    const std::uint16_t wrong = culprit(*note, c.present);
    EXPECT_EQ(wrong, c.culprit) << c.note;
    EXPECT_EQ(trigger(*note, c.present, wrong), c.trigger) << c.note;
  }
}

}  // namespace
}  // namespace crossdock::guide
