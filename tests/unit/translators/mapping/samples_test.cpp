// The samples of the shipped maps: inwards NAME.edi or NAME.json gives NAME.expected.json (one event a line);
// GOLDEN_UPDATE=1 rewrites them. SPDX-License-Identifier: Apache-2.0
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
  if (map.document() != DocumentKind::segments) {
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
    // TA1 stands outside of any set; EDIFACT comes in through the front door: both are read by their own tests.
    if (id.ends_with("/TA1") || id.starts_with("edifact/")) continue;
    std::vector<Finding> faults;
    const auto map = load_map(guides.sources(), id, faults);
    ASSERT_TRUE(map.has_value()) << id << "\n" << texts_of(faults);
    for (const std::string& path : share.list("maps/" + id + "/samples")) {
      const char* const suffixes[] = {".edi", ".json", ".xml", ".csv", ".txt"};
      if (!path.ends_with(suffixes[static_cast<std::size_t>((*map)->document())]) ||
          path.find(".expected.") != std::string::npos || path.ends_with(".event.json"))
        continue;
      const std::string expected = path.substr(0, path.rfind('.')) + ".expected.json";
      std::string problems;
      const std::string events = run_sample(**map, share.read(path).value(), problems);
      EXPECT_EQ(problems.find("error "), std::string::npos) << path << "\n" << problems;
      if (std::getenv("SHOW_EVENTS") != nullptr)
        std::printf("== %s\n%s%s", path.c_str(), problems.c_str(), events.c_str());
      EXPECT_FALSE(events.empty()) << path;
    }
  }
}

}  // namespace
}  // namespace crossdock::mapping

namespace crossdock::mapping {
namespace {

/// ST..SE text of a written set.
std::string edi_of(const WrittenSet& set) {
  std::string out = "ST*" + set.set + "*0001~";
  for (const auto& segment : set.segments) {
    for (std::size_t i = 0; i < segment.size(); ++i) out += (i == 0 ? "" : "*") + segment[i];
    out += '~';
  }
  return out + "SE*" + std::to_string(set.segments.size() + 2) + "*0001~";
}

std::vector<std::string> data_of(const CompiledMap& map, const wire::SegmentDocument& document,
                                 std::vector<std::string>* events, std::string& problems) {
  guide::SetTree tree;
  std::vector<Finding> findings;
  guide::validate_set(document, *map.guide(), {}, tree, findings);
  std::vector<std::string> out;
  DocumentContext context;
  MapRunner(map).run_set(
      document, tree, context,
      [&](canonical::Event&& event, std::string_view) {
        out.push_back(event.type + " " + event.data);
        if (events != nullptr) events->push_back(event.to_json());
      },
      findings);
  for (const Finding& finding : findings)
    if (finding.severity == Severity::error) problems += texts_of({finding});
  return out;
}

/// The laws of docs/reference/map-language.md on every inward sample of a two-way map.
TEST(Samples, laws_hold) {
  const ShareFolder share;
  GuideShelf guides(share);
  for (const std::string& id : share.maps()) {
    if (!id.starts_with("x12/") || id.ends_with("997")) continue;
    std::vector<Finding> faults;
    const auto map = load_map(guides.sources(), id, faults);
    ASSERT_TRUE(map.has_value()) << id;
    for (const std::string& path : share.list("maps/" + id + "/samples")) {
      if (!path.ends_with(".edi") || path.find(".expected.") != std::string::npos) continue;
      for (const ReadSet& set : read_sets(share.read(path).value())) {
        std::string problems;
        std::vector<std::string> events;
        auto first = data_of(**map, set.document, &events, problems);
        for (const Entry& entry : (*map)->program().entries) {  // what is only read is under no law
          if (entry.writes) continue;
          std::erase_if(first, [&](const std::string& event) { return event.starts_with(entry.type + " "); });
          std::erase_if(events, [&](const std::string& event) { return event.find(entry.type) != std::string::npos; });
        }
        std::vector<Finding> findings;
        const auto written = write_sets(**map, events, findings);
        ASSERT_TRUE(written.has_value()) << path;
        EXPECT_EQ(problems, "") << path;
        std::string errors;
        for (const Finding& finding : findings)
          if (finding.severity == Severity::error) errors += texts_of({finding});
        EXPECT_EQ(errors, "") << path;
        std::vector<std::string> second;
        std::string edi;
        for (const WrittenSet& one : *written) {
          const std::string text = edi_of(one);
          edi += text + "\n";
          for (std::string& event : data_of(**map, document_of(text), nullptr, problems))
            second.push_back(std::move(event));
        }
        EXPECT_EQ(problems, "") << path << "\n" << edi;
        EXPECT_EQ(first, second) << path << "\n" << edi;
        if (std::getenv("SHOW_EVENTS") != nullptr) {
          std::string original;
          for (std::size_t i = 0; i < set.document.segment_count(); ++i)
            original += std::string(set.document.text(i)) + "~";
          std::printf("== %s\n%s\n%s\n", path.c_str(), original.c_str(), edi.c_str());
        }
      }
    }
  }
}

}  // namespace
}  // namespace crossdock::mapping
