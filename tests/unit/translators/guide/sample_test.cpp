// Every sample of every guide validates without a finding.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/sample.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include <set>

#include "tests/support/mini_guide.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/validate.hpp"

namespace crossdock::guide {
namespace {

void expect_clean(const CompiledGuide& guide, const SampleOptions& options) {
  const std::string text = sample_text(guide, options);
  const wire::SegmentDocument document = test::document_of(text, options.delimiters);
  SetTree tree;
  std::vector<Finding> findings;
  validate_set(document, guide, {}, tree, findings);
  for (const Finding& finding : findings)
    ADD_FAILURE() << guide.id << " seed " << options.seed << ": " << to_text(finding) << "\n"
                  << document.text(finding.where.segment - 1);
}

/// Documents drawn from each guide: few in every run; CROSSDOCK_SEEDS asks for more.
std::uint64_t seeds() {
  const char* wanted = std::getenv("CROSSDOCK_SEEDS");
  return wanted == nullptr ? 3 : std::strtoull(wanted, nullptr, 10);
}

TEST(Sample, of_every_guide_is_valid) {
  const test::FolderSource source(CROSSDOCK_SOURCE_DIR);
  GuideLoader loader(source);
  const std::vector<std::string> ids = test::guide_ids(source);
  ASSERT_FALSE(ids.empty());
  for (const std::string& id : ids) {
    std::vector<Finding> faults;
    const auto guide = loader.load(id, faults);
    ASSERT_TRUE(guide) << guide.error().text();
    SampleOptions options;
    expect_clean(**guide, options);
    options.full = true;
    expect_clean(**guide, options);
    options.random = true;
    for (options.seed = 1; options.seed <= seeds() && !testing::Test::HasFailure(); ++options.seed)
      expect_clean(**guide, options);
  }
}

TEST(Sample, is_the_same_for_the_same_seed) {
  std::vector<Finding> faults;
  const auto guide = load_guide(test::mini_source(), "test/000001/900", faults);
  ASSERT_TRUE(guide);
  SampleOptions options;
  options.random = true;
  std::set<std::string> texts;
  for (options.seed = 1; options.seed <= 20; ++options.seed) {
    EXPECT_EQ(sample_text(**guide, options), sample_text(**guide, options));
    texts.insert(sample_text(**guide, options));
    expect_clean(**guide, options);
  }
  EXPECT_GT(texts.size(), 15U);
}

TEST(Sample, minimal_holds_only_what_must_be) {
  std::vector<Finding> faults;
  const auto guide = load_guide(test::mini_source(), "test/000001/900", faults);
  ASSERT_TRUE(guide);
  const auto segments = sample_set(**guide);
  std::vector<std::string> tags;
  for (const auto& segment : segments) tags.push_back(segment[0]);
  EXPECT_EQ(tags, (std::vector<std::string>{"ST", "HD", "LX", "SE"}));
  EXPECT_EQ(segments[0], (std::vector<std::string>{"ST", "900", "0001"}));
  EXPECT_EQ(segments[3], (std::vector<std::string>{"SE", "4", "0001"}));
}

}  // namespace
}  // namespace crossdock::guide
