// The shown forms, and the counts of every guide against the facts that were written before the guides.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/show.hpp"

#include <gtest/gtest.h>

#include "tests/support/mini_guide.hpp"
#include "translators/guide/load.hpp"

namespace crossdock::guide {
namespace {

std::unique_ptr<CompiledGuide> load(const TextSource& source, const std::string& id) {
  std::vector<Finding> faults;
  auto result = load_guide(source, id, faults);
  for (const Finding& fault : faults) ADD_FAILURE() << to_text(fault);
  return result ? std::move(*result) : nullptr;
}

TEST(Show, counts_the_places_of_a_guide) {
  const auto guide = load(test::mini_source(), "test/000001/900");
  ASSERT_NE(guide, nullptr);
  const GuideCounts counts = count(*guide);
  EXPECT_EQ(counts.segments, 17U);
  EXPECT_EQ(counts.distinct_segments, 16U);
  EXPECT_EQ(counts.loops, 3U);
  EXPECT_EQ(counts.mandatory_segments, 6U);
  EXPECT_EQ(counts.codes, (std::map<std::string, std::size_t>{{"2", 3}}));
}

TEST(Show, writes_json_text_and_markdown) {
  const auto guide = load(test::mini_source(), "test/000001/900");
  ASSERT_NE(guide, nullptr);
  const std::string json = show_json(*guide);
  EXPECT_TRUE(json.starts_with(
      R"({"guide":"test/000001/900","name":"test set","functional_group":"TT","version":"000001","set":"900","segments":17,)"));
  EXPECT_NE(
      json.find(
          R"({"loop":"0205","usage":"O","repeat":10,"content":[{"segment":"AT","name":"event","path":"LX/AT","usage":"M","repeat":1)"),
      std::string::npos);
  EXPECT_NE(json.find(R"("code_lists":{"2":{"AA":"first","BB":"second","D1":"third"}})"), std::string::npos);
  EXPECT_NE(show_text(*guide).find("  loop 0205 (AT)  O  x 10\n"), std::string::npos);
  EXPECT_NE(show_markdown(*guide).find("| AT.01 | 2 | status | optional | ID | 2-2 | AA, BB, D1 |"), std::string::npos);
}

std::size_t stated(const YamlNode& fact, std::string_view key) {
  const YamlNode* node = fact.find(key);
  return node == nullptr ? std::size_t{0} : whole_number(node->text).value_or(0);
}

/// Every guide of one standard against its facts file, and no guide without facts.
void expect_facts(const std::string& standard) {
  const test::FolderSource source(CROSSDOCK_SOURCE_DIR);
  const std::string file = "maps/guides/" + standard + "/facts.yaml";
  ASSERT_TRUE(source.exists(file)) << file << " is missing";
  std::vector<Finding> faults;
  Faults reporter(file, faults);
  const auto root = parse_yaml(*source.read(file), reporter);
  ASSERT_TRUE(root && faults.empty());
  GuideLoader loader(source);
  std::vector<std::string> covered;
  for (const YamlNode& fact : root->find("facts")->items) {
    const std::string id = fact.find("guide")->text;
    covered.push_back(id);
    const auto loaded = loader.load(id, faults);
    ASSERT_TRUE(loaded) << loaded.error().text();
    const GuideCounts counts = count(**loaded);
    if (const YamlNode* group = fact.find("functional_group")) {
      EXPECT_EQ((*loaded)->functional_group, group->text) << id;
    }
    EXPECT_EQ(counts.segments, stated(fact, "segments")) << id;
    EXPECT_EQ(counts.distinct_segments, stated(fact, "distinct_segments")) << id;
    EXPECT_EQ(counts.loops, stated(fact, "loops")) << id;
    EXPECT_EQ(counts.elements, stated(fact, "elements")) << id;
    EXPECT_EQ(counts.mandatory_segments, stated(fact, "mandatory_segments")) << id;
    const YamlNode& codes = *fact.find("codes");
    EXPECT_EQ(counts.codes.size(), codes.items.size() / 2) << id;
    for (const auto& [list, size] : counts.codes) EXPECT_EQ(size, stated(codes, list)) << id << " list " << list;
  }
  std::sort(covered.begin(), covered.end());
  std::vector<std::string> installed = test::guide_ids(source);
  std::erase_if(installed, [&](const std::string& id) { return !id.starts_with(standard + "/"); });
  std::erase(installed, "x12/004010/TA1");  // a segment, no transaction set: nothing to count
  EXPECT_EQ(covered, installed);
}

TEST(Facts, agree_with_every_x12_guide) { expect_facts("x12"); }

TEST(Facts, agree_with_every_edifact_guide) { expect_facts("edifact"); }

}  // namespace
}  // namespace crossdock::guide
