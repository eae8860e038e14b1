// Segments taken one by one and as runs make the same document.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/segment_document.hpp"

#include <gtest/gtest.h>

#include <string>

#include "translators/wire/scan.hpp"

namespace crossdock::wire {
namespace {

struct Indexed {
  explicit Indexed(std::string_view text) : bytes(text) {
    index.reserve(static_cast<std::uint32_t>(bytes.size()));
    scan(bytes.data(), 0, static_cast<std::uint32_t>(bytes.size()), '*', '~', index);
  }
  [[nodiscard]] SegmentRun run(std::uint32_t gap) const {
    return {bytes.data(), index.delimiters.get(), index.terminators.get(), index.terminator_count, 0, 0, gap,
            false,        {1000, 0, 7, 3}};
  }
  std::string bytes;
  DelimiterIndex index;
};

void expect_same(const SegmentDocument& left, const SegmentDocument& right) {
  ASSERT_EQ(left.segment_count(), right.segment_count());
  for (std::size_t i = 0; i < left.segment_count(); ++i) {
    EXPECT_EQ(left.text(i), right.text(i));
    EXPECT_EQ(left.tag(i), right.tag(i));
    ASSERT_EQ(left.element_count(i), right.element_count(i));
    for (std::size_t element = 0; element <= left.element_count(i) + 1; ++element) {
      EXPECT_EQ(left.element(i, element + 1), right.element(i, element + 1));
      const Position a = left.where(i, element), b = right.where(i, element);
      EXPECT_EQ(a.offset, b.offset);
      EXPECT_EQ(a.length, b.length);
      EXPECT_EQ(a.line, b.line);
      EXPECT_EQ(a.segment, b.segment);
    }
  }
}

TEST(SegmentDocument, a_run_is_the_same_as_its_segments) {
  for (const std::uint32_t gap : {0U, 1U, 2U}) {
    std::string text;
    for (const std::string_view segment : {"B10*1*2*3", "L11", "L11*A**C*D*E*F*G*H*I*J", "N1*"})
      text += (text.empty() ? std::string() : std::string("\r\n").substr(2 - gap)) + std::string(segment) + "~";
    const Indexed indexed(text);
    SegmentDocument whole, single;
    whole.append(indexed.run(gap));
    indexed.run(gap).each([&](const Segment& segment) { single.append(segment); });
    ASSERT_EQ(whole.segment_count(), 4U);
    expect_same(whole, single);
    EXPECT_EQ(whole.tag(3), "N1");
    EXPECT_EQ(whole.where(3).line, gap == 0 ? 7U : 10U);
    EXPECT_EQ(whole.gap_bytes(), 3 * gap);
    whole.append(indexed.run(gap));
    EXPECT_EQ(whole.text(6), "L11*A**C*D*E*F*G*H*I*J");
    EXPECT_EQ(whole.element(6, 10), "J");
  }
}

}  // namespace
}  // namespace crossdock::wire
