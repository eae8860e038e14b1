// The look at a set's text: what it says of single bytes, and that both of its forms say the same.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/scan_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/scan_twins.hpp"

namespace crossdock::wire {
namespace {

struct Seen {
  TextFacts facts;
  std::vector<std::uint32_t> components;
  bool operator==(const Seen&) const = default;
};

template <class Scan>
Seen look(const std::string& text, const Delimiters& signs, Scan scan) {
  GrowingArray<char> bytes;  // has the slack that the vector form reads
  std::copy(text.begin(), text.end(), bytes.extend(text.size()));
  GrowingArray<std::uint32_t> components;
  Seen out;
  out.facts = scan({bytes.data(), bytes.size()}, signs, components);
  out.components.assign(components.data(), components.data() + components.size());
  return out;
}

Delimiters edifact() {
  return {.element = '+', .component = ':', .repetition = '*', .release = '?', .decimal_mark = '.', .segment = "'"};
}

/// The best form that the machine has.
TextFacts scan(std::string_view bytes, const Delimiters& signs, GrowingArray<std::uint32_t>& components) {
  return scan_text(bytes, signs, components);
}

TEST(ScanText, facts_of_small_texts) {
  const Delimiters x12{.element = '*', .component = ':', .repetition = '^'};
  const auto facts = [&](const std::string& text) { return look(text, x12, scan).facts; };
  EXPECT_EQ(facts("ST*214*0001~"), (TextFacts{}));
  EXPECT_EQ(facts("B10*A B~"), (TextFacts{}));
  EXPECT_EQ(facts("B10*A ~"), (TextFacts{0, false, true}));
  EXPECT_EQ(facts("B10*A *B~"), (TextFacts{0, false, true}));
  EXPECT_EQ(facts("B10*A :B~"), (TextFacts{0, false, true}));
  EXPECT_EQ(facts("B10*A\tB~"), (TextFacts{0, true, false}));
  EXPECT_EQ(facts("B10*A\x7F~"), (TextFacts{0, true, false}));
  EXPECT_EQ(facts("B10*A\xC3~"), (TextFacts{0, true, false}));
  EXPECT_EQ(facts("B10*A^B~"), (TextFacts{0, true, false}));
  EXPECT_EQ(facts("B10*A~\r\nL11~"), (TextFacts{2, false, false}));
  EXPECT_EQ(look("A*B:C~D*:~", x12, scan).components, (std::vector<std::uint32_t>{3, 8}));
}

TEST(ScanText, control_characters_that_are_service_characters_are_not_odd) {
  const Delimiters signs{.element = '\x1D', .component = '\x1F', .segment = "\n"};
  const Seen seen = look("A\x1D\x42\nC\n", signs, scan);
  EXPECT_EQ(seen.facts, (TextFacts{}));
}

TEST(ScanText, released_separators_are_data) {
  EXPECT_EQ(look("A+B?:C:D'", edifact(), scan).components, (std::vector<std::uint32_t>{6}));
  EXPECT_EQ(look("A+B??:C'", edifact(), scan).components, (std::vector<std::uint32_t>{5}));
}

TEST(ScanText, tells_where_all_separators_stand) {
  GrowingArray<char> bytes;
  const std::string_view text = "A+B?:C:D'E?++:'";
  std::copy(text.begin(), text.end(), bytes.extend(text.size()));
  TextMarks marks;
  scan_marks({bytes.data(), bytes.size()}, edifact(), marks);
  EXPECT_EQ(std::vector<std::uint32_t>(marks.places.data(), marks.places.data() + marks.places.size()),
            (std::vector<std::uint32_t>{1, 6, 8, 12, 13, 14}));
  std::string kinds;
  for (std::size_t i = 0; i < marks.places.size(); ++i) kinds += marks.is_component(i) ? 'c' : '-';
  EXPECT_EQ(kinds, "-c--c-");
}

TEST(ScanText, equals_its_scalar_twin_on_random_input) {
  std::mt19937 random(59);
  constexpr std::string_view common = "+:' ABC1", rare = "?*\n\r\x1C\x80\x7F";
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 300, 'x');
    for (char& byte : text)
      byte = random() % (round % 50 + 2) == 0 ? rare[random() % rare.size()] : common[random() % common.size()];
    if (round % 11 == 0) std::fill(text.begin(), text.end(), '?');
    Delimiters signs = edifact();
    if (round % 3 == 0) signs.release = 0;
    if (round % 4 == 0) signs.repetition = 0;
    if (round % 5 == 0) signs.component = 0;
    if (round % 7 == 0) signs.segment = "\n";
    const Seen slow = look(text, signs, scan_text_scalar);
    for (const VectorForm form : test::vector_forms()) {
      const auto fast = [form](std::string_view bytes, const Delimiters& given, auto& components) {
        return scan_text(bytes, given, components, form);
      };
      ASSERT_EQ(look(text, signs, fast), slow) << "round " << round << ": " << text;
    }
    ASSERT_TRUE(test::marks_agree(text, signs)) << "round " << round << ": " << text;
  }
}

}  // namespace
}  // namespace crossdock::wire
