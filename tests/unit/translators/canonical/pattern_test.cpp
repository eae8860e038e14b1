// Patterns of schemas.
// SPDX-License-Identifier: Apache-2.0
#include "translators/canonical/pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace crossdock::canonical {

TEST(Pattern, matches_as_ecma_262_says) {
  struct Case {
    const char* pattern;
    const char* value;
    bool matches;
  };
  for (const Case& one :
       {Case{"^[a-z][a-z0-9_]*$", "in_transit", true}, Case{"^[a-z][a-z0-9_]*$", "1x", false},
        Case{"^-?[0-9]+(\\.[0-9]+)?$", "-12.50", true}, Case{"^-?[0-9]+(\\.[0-9]+)?$", "12.", false},
        Case{"^[A-Z]{2,3}$", "ABCD", false}, Case{"^[A-Z]{2,3}$", "ABC", true}, Case{"^(a|bc)+$", "abcbca", true},
        Case{"^(a|bc)+$", "ab", false}, Case{"b", "abc", true}, Case{"^b", "abc", false}, Case{"c$", "abc", true},
        Case{"^[^ ]+$", "a b", false}, Case{"^\\d{4}$", "2026", true}, Case{"^(|x)$", "", true},
        Case{"^a{0,2}$", "aaa", false}, Case{"^(a*)*$", "aaaa", true}, Case{"^a{3,}$", "aa", false}}) {
    const auto pattern = Pattern::parse(one.pattern);
    ASSERT_TRUE(pattern.has_value()) << one.pattern;
    EXPECT_EQ(pattern->matches(one.value), one.matches) << one.pattern << " on " << one.value;
  }
}

TEST(Pattern, refuses_what_it_does_not_know) {
  for (const char* text : {"(", ")", "[a", "a{", "a{2,1}", "*", "(?=a)", "\\b", "a\\", "[z-a]", "a{99999}"})
    EXPECT_FALSE(Pattern::parse(text).has_value()) << text;
}

TEST(Pattern, hostile_values_cost_little) {
  const auto pattern = Pattern::parse("^(a|aa)+$");
  EXPECT_FALSE(pattern->matches(std::string(1000, 'a') + "b"));
  EXPECT_FALSE(pattern->matches(std::string(5000, 'a')));
}

}  // namespace crossdock::canonical
