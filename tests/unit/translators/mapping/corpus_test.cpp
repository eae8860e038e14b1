// Documents from the field through the shipped maps, in both directions: no crash, and what was read can be written and
// read again. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/translators/mapping/map_support.hpp"
#include "tests/unit/translators/mapping/set_reader.hpp"

namespace crossdock::mapping {

TEST(Corpus, sets_of_our_maps_run_both_ways) {
  const char* const given = std::getenv("CROSSDOCK_CORPUS");
  const std::filesystem::path root = given != nullptr
                                         ? std::filesystem::path(given)
                                         : std::filesystem::path(CROSSDOCK_SOURCE_DIR) / "../shared/corpus";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no corpus at " << root << " (set CROSSDOCK_CORPUS)";
  const ShareFolder share;
  GuideShelf guides(share);
  std::size_t events_made = 0, documents = 0;
  for (const std::string set : {"204", "990", "214", "210"}) {
    std::vector<Finding> faults;
    const auto map = load_map(guides.sources(), "x12/004010/" + set, faults);
    ASSERT_TRUE(map.has_value()) << texts_of(faults);
    for (const auto& entry : std::filesystem::directory_iterator(root / set)) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::stringstream text;
      text << file.rdbuf();
      ++documents;
      for (const ReadSet& one : read_sets(text.str())) {
        if (one.header.set != set) continue;
        guide::SetTree tree;
        std::vector<Finding> findings;
        guide::validate_set(one.document, *(*map)->guide(), {}, tree, findings);
        std::vector<std::string> events;
        DocumentContext context;
        context.source = "/files/corpus";
        translate_set(
            **map, one.document, tree, context,
            [&](canonical::Event&& event, std::string_view) { events.push_back(event.to_json()); }, findings);
        events_made += events.size();
        for (const std::string& event : events) {
          std::vector<Finding> problems;
          ASSERT_TRUE(check_event(share, event, problems).has_value());
          for (const Finding& problem : problems)
            EXPECT_NE(problem.severity, Severity::error) << entry.path() << "\n"
                                                         << event << "\n"
                                                         << texts_of({problem});
        }
        std::vector<Finding> ignored;
        EXPECT_TRUE(write_sets(**map, events, ignored).has_value());
      }
    }
  }
  EXPECT_GT(documents, 10U);
  EXPECT_GT(events_made, 20U);
}

}  // namespace crossdock::mapping
