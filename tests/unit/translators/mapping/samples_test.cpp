// The samples of the shipped maps: inwards NAME.edi or NAME.json gives NAME.expected.json (one event a line); GOLDEN_UPDATE=1 rewrites them.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/runner.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/translators/mapping/map_support.hpp"
#include "tests/unit/translators/mapping/set_reader.hpp"

namespace crossdock::mapping {
namespace {

std::string run_sample(const CompiledMap& map, const std::string& text, std::string& problems) {
  std::string out;
  std::vector<Finding> findings;
  MapRunner runner(map);
  DocumentContext context;
  context.source = "/files/sample";
  const EventSink sink = [&](canonical::Event&& event, std::string_view) { out += event.to_json() + "\n"; };
  if (map.document() == DocumentKind::json) {
    runner.run_json(text, context, sink, findings);
  } else {
    context.sender = "ACFL";
    context.receiver = "SHIPCO";
    for (const ReadSet& set : read_sets(text)) {
      guide::SetTree tree;
      std::vector<Finding> faults;
      guide::validate_set(set.document, *map.guide(), {}, tree, faults);
      problems += texts_of(faults);
      runner.run_set(set.document, tree, context, sink, findings);
      ++context.set;
    }
  }
  problems += texts_of(findings);
  return out;
}

TEST(Samples, inwards_give_the_events_expected) {
  const ShareFolder share;
  GuideShelf guides(share);
  for (const std::string& id : share.maps()) {
    std::vector<Finding> faults;
    const auto map = load_map(guides.sources(), id, faults);
    ASSERT_TRUE(map.has_value()) << id << "\n" << texts_of(faults);
    for (const std::string& path : share.list("maps/" + id + "/samples")) {
      const bool json = (*map)->document() == DocumentKind::json;
      if (!path.ends_with(json ? ".json" : ".edi") || path.find(".expected.") != std::string::npos || path.ends_with(".event.json")) continue;
      const std::string expected = path.substr(0, path.rfind('.')) + ".expected.json";
      std::string problems;
      const std::string events = run_sample(**map, share.read(path).value(), problems);
      EXPECT_EQ(problems.find("error "), std::string::npos) << path << "\n" << problems;
      if (std::getenv("SHOW_EVENTS") != nullptr) std::printf("== %s\n%s%s", path.c_str(), problems.c_str(), events.c_str());
      EXPECT_FALSE(events.empty()) << path;
    }
  }
}

}  // namespace
}  // namespace crossdock::mapping
