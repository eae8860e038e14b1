// What goes into the working file of a large payload comes out again, in order and in parts.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/interchange_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace crossdock::pipeline {
namespace {

PlannedInterchange interchange(std::uint32_t ordinal) {
  PlannedInterchange out;
  out.row.ordinal = ordinal;
  out.row.sender = "02:ACFL";
  out.row.control_number = std::to_string(ordinal);
  out.row.verdict = store::Validation::rejected;
  out.row.findings = std::string("[\"\n") + '\0' + "\"]";
  out.begin = ordinal * 100;
  out.end = out.begin + 99;
  out.truncated = ordinal % 2 == 0;
  if (ordinal % 3 == 0)
    out.answers.push_back({"acme/directory",
                           "acknowledges",
                           {{"997", "FA", "004010", {{"AK1", "QM", "7"}, {"AK9", "", "1"}}}},
                           "message",
                           "delivery"});
  return out;
}

TEST(InterchangeFile, needs_a_folder_it_may_write_to) {
  const auto made = InterchangeFile::make(testing::TempDir() + "no-such-folder");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::file_unwritable);
}

TEST(InterchangeFile, gives_back_what_it_took_in_parts_and_leaves_no_file) {
  const std::string folder = testing::TempDir() + "interchanges-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  {
    auto made = InterchangeFile::make(folder);
    ASSERT_TRUE(made);
    InterchangeFile& file = **made;
    for (std::uint32_t i = 1; i <= 10; ++i) ASSERT_TRUE(file.add(interchange(i)));
    EXPECT_EQ(file.size(), 10U);
    for (const std::size_t skipped : {0U, 4U}) {
      ASSERT_TRUE(file.rewind());
      ASSERT_TRUE(file.skip(skipped));
      auto ordinal = static_cast<std::uint32_t>(skipped);
      for (;;) {
        const auto part = file.next(3);
        ASSERT_TRUE(part);
        if (part->empty()) break;
        for (const PlannedInterchange& read : *part) {
          const PlannedInterchange wanted = interchange(++ordinal);
          EXPECT_EQ(read.row.ordinal, ordinal);
          EXPECT_EQ(read.row.sender, wanted.row.sender);
          EXPECT_EQ(read.row.control_number, wanted.row.control_number);
          EXPECT_EQ(read.row.verdict, wanted.row.verdict);
          EXPECT_EQ(read.row.findings, wanted.row.findings);
          EXPECT_EQ(read.end, wanted.end);
          EXPECT_EQ(read.truncated, wanted.truncated);
          ASSERT_EQ(read.answers.size(), wanted.answers.size());
          if (!read.answers.empty()) {
            EXPECT_EQ(read.answers[0].target, "acme/directory");
            EXPECT_EQ(read.answers[0].delivery_id, "delivery");
            EXPECT_EQ(read.answers[0].sets[0].segments, wanted.answers[0].sets[0].segments);
            EXPECT_EQ(read.answers[0].sets[0].version, "004010");
          }
        }
      }
      EXPECT_EQ(ordinal, 10U);
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace crossdock::pipeline
