// Real documents of our sets run through reader and validator: no crash, every segment has its entry, every loop nests,
// every finding an address. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/guide_texts.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/validate.hpp"
#include "translators/x12/interchange_reader.hpp"

namespace crossdock::guide {
namespace {

class Runner : public x12::InterchangeHandler {
 public:
  explicit Runner(std::map<std::string, std::unique_ptr<CompiledGuide>>& guides) : guides_(&guides) {}
  std::size_t sets = 0;
  void on_interchange(const x12::InterchangeHeader& header) override { document_.delimiters = header.delimiters; }
  void on_group(const x12::GroupHeader& group) override { version_ = group.version.substr(0, 6); }
  void on_set(const x12::SetHeader& header) override {
    document_.clear();
    set_ = header.set;
    inside_ = true;
  }
  void on_segment(const wire::Segment& segment) override {
    if (inside_) document_.append(segment);
  }
  void on_set_end(const x12::SetTrailer&) override {
    inside_ = false;
    auto guide = guides_->find("x12/" + version_ + "/" + set_);
    if (guide == guides_->end()) guide = guides_->find("x12/004010/" + set_);
    if (guide == guides_->end()) return;
    ++sets;
    std::vector<Finding> findings;
    validate_set(document_, *guide->second, {}, tree_, findings);
    check(findings);
  }

 private:
  void check(const std::vector<Finding>& findings) const {
    ASSERT_EQ(tree_.node_of_segment.size(), document_.segment_count());
    for (std::size_t i = 0; i < tree_.loop_of_segment.size(); ++i) {
      const LoopInstance& loop = tree_.loops.at(tree_.loop_of_segment[i]);
      EXPECT_LE(loop.first_segment, i);
      EXPECT_LT(i, loop.end_segment);
    }
    for (std::size_t i = 1; i < tree_.loops.size(); ++i) {
      const LoopInstance& loop = tree_.loops[i];
      const LoopInstance& parent = tree_.loops.at(loop.parent);
      EXPECT_LT(loop.parent, i);
      EXPECT_LE(loop.end_segment, parent.end_segment);
      EXPECT_LE(loop.end_instance, parent.end_instance);
    }
    for (const Finding& finding : findings) {
      EXPECT_FALSE(finding.path.empty());
      EXPECT_FALSE(finding.message.empty());
      EXPECT_GE(finding.where.segment, 1U);
      EXPECT_LE(finding.where.segment, document_.segment_count());
    }
  }
  std::map<std::string, std::unique_ptr<CompiledGuide>>* guides_;
  wire::SegmentDocument document_;
  SetTree tree_;
  std::string version_, set_;
  bool inside_ = false;
};

TEST(Corpus, of_our_sets_is_judged_without_harm) {
  const char* named = std::getenv("CROSSDOCK_CORPUS");
  const std::string corpus = named != nullptr ? named : CROSSDOCK_SOURCE_DIR "/../shared/corpus";
  if (!std::filesystem::is_directory(corpus)) GTEST_SKIP() << "no corpus at " << corpus << " (set CROSSDOCK_CORPUS)";
  const test::FolderSource project(CROSSDOCK_SOURCE_DIR);
  GuideLoader loader(project);
  std::map<std::string, std::unique_ptr<CompiledGuide>> guides;
  for (const std::string& id : test::guide_ids(project)) {
    std::vector<Finding> faults;
    auto guide = loader.load(id, faults);
    ASSERT_TRUE(guide) << guide.error().text();
    guides[id] = std::move(*guide);
  }
  const test::FolderSource texts(corpus);
  std::size_t sets = 0;
  for (const std::string& path : texts.list(".")) {
    Runner runner(guides);
    x12::InterchangeReader reader(runner);
    if (reader.feed(texts.read(path).value_or(""))) (void)reader.finish();
    sets += runner.sets;
  }
  EXPECT_GT(sets, 50U);
}

}  // namespace
}  // namespace crossdock::guide
