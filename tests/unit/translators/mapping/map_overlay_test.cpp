// `extends`: which lines of an overlay take the place of which.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"
#include "translators/mapping/faults.hpp"
#include "translators/mapping/map_parser.hpp"

namespace crossdock::mapping {
namespace {

const char* const base_text = R"(map: base
guide: x12/t/ord
events:
  - type: x.v1
    relate:
      - BEG.01 <- "00"
      - BEG.02 <-> id
      - BEG.03 -> kind | table(a) when BEG.04 = A
      - BEG.03 -> kind | table(b) when BEG.04 = B
      - BEG.05 <-> last
)";

/// The lines of base and overlay together, `;` between them.
std::string laid(const std::string& lines) {
  std::vector<Finding> findings;
  Faults faults(findings);
  auto base = parse_map(base_text, "base/map.yaml", DocumentKind::segments, faults);
  const auto over = parse_map("map: over\nextends: base\nevents:\n  - type: x.v1\n    relate:\n" + lines,
                              "over/map.yaml", DocumentKind::segments, faults);
  EXPECT_EQ(texts_of(findings), "");
  if (!base || !over) return "unreadable";
  const MapText whole = lay_over(std::move(*base), *over, faults);
  std::string out = texts_of(findings);
  for (const Relation& relation : whole.events.at(0).relate)
    out += (out.empty() ? "" : "; ") + (relation.line ? relation.line->text : std::string("block"));
  return out;
}

TEST(MapOverlay, lines_with_equal_fields_take_the_place_of_their_like_together) {
  EXPECT_EQ(laid("      - BEG.06 -> kind | table(c) when BEG.04 = A\n      - BEG.07 <-> new\n"
                 "      - BEG.06 -> kind | table(d) when BEG.04 = B\n"),
            "BEG.07 <-> new; BEG.01 <- \"00\"; BEG.02 <-> id; BEG.06 -> kind | table(c) when BEG.04 = A; "
            "BEG.06 -> kind | table(d) when BEG.04 = B; BEG.05 <-> last");
}

TEST(MapOverlay, two_new_lines_with_equal_fields_both_stand) {
  EXPECT_EQ(laid("      - BEG.08 -> note when BEG.04 = A\n      - BEG.09 -> note when BEG.04 = B\n"),
            "BEG.08 -> note when BEG.04 = A; BEG.09 -> note when BEG.04 = B; BEG.01 <- \"00\"; BEG.02 <-> id; "
            "BEG.03 -> kind | table(a) when BEG.04 = A; BEG.03 -> kind | table(b) when BEG.04 = B; BEG.05 <-> last");
}

TEST(MapOverlay, a_literal_takes_the_place_of_the_literal_at_its_element) {
  EXPECT_EQ(laid("      - BEG.01 <- \"04\"\n"),
            "BEG.01 <- \"04\"; BEG.02 <-> id; BEG.03 -> kind | table(a) when BEG.04 = A; "
            "BEG.03 -> kind | table(b) when BEG.04 = B; BEG.05 <-> last");
}

}  // namespace
}  // namespace crossdock::mapping
