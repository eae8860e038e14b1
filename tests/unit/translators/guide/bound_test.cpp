// Loops between LS and LE: chosen by identifier, closed, nested, and what is said when they are not.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/mini_guide.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/validate.hpp"

namespace crossdock::guide {
namespace {

constexpr const char* bounded_guide = R"(guide: test/000001/902
name: bounds
functional_group: TT
sources: [ours]
tables:
  - table: detail
    content:
      - {segment: ST, usage: M, repeat: 1}
      - loop: "0100"
        usage: O
        repeat: 1
        bounded: ["0110"]
        content:
          - {segment: LS, usage: M, repeat: 1}
          - {loop: "0110", usage: O, repeat: 9, content: [{segment: PT, usage: M, repeat: 1}, {segment: AD, usage: O, repeat: 2}]}
          - {segment: LE, usage: M, repeat: 1}
      - loop: "0200"
        usage: O
        repeat: 2
        bounded: ["0210", "XX"]
        content:
          - {segment: LS, usage: M, repeat: 1}
          - loop: "0210"
            usage: O
            repeat: 9
            content:
              - {segment: LX, usage: M, repeat: 1}
              - loop: "0220"
                usage: O
                repeat: 1
                bounded: ["0230"]
                content:
                  - {segment: LS, usage: M, repeat: 1}
                  - {loop: "0230", usage: O, repeat: 9, content: [{segment: PT, usage: M, repeat: 1}, {segment: AD, usage: O, repeat: 2}]}
                  - {segment: LE, usage: M, repeat: 1}
              - {segment: RF, usage: O, repeat: 9}
          - {segment: LE, usage: M, repeat: 1}
      - {loop: "0300", usage: O, repeat: 9, content: [{segment: PT, usage: M, repeat: 1}, {segment: AD, usage: O, repeat: 2}]}
      - {segment: SE, usage: M, repeat: 1}
)";

Result<std::unique_ptr<CompiledGuide>> load(const std::string& text, std::vector<Finding>& faults) {
  test::MemorySource source = test::mini_source();
  source.texts.at("maps/guides/test/000001/segments.yaml") +=
      "  LS: {name: bound begin, elements: [[\"1\", M]]}\n  LE: {name: bound end, elements: [[\"1\", M]]}\n";
  source.texts["maps/guides/test/000001/902.yaml"] = text;
  return load_guide(source, "test/000001/902", faults);
}

/// Findings, then `|`, then the loop id of every segment.
std::string read(const std::string& body) {
  std::vector<Finding> findings;
  const auto guide = load(bounded_guide, findings);
  if (!guide) return guide.error().text();
  SetTree tree;
  const auto document = test::document_of("ST*902*0001~" + body + "SE*9*0001~");
  validate_set(document, **guide, {}, tree, findings);
  std::string out;
  for (const Finding& finding : findings)
    out += (out.empty() ? "" : " ") + std::string(info(finding.code).text) + "@" + finding.path;
  out += "|";
  for (std::size_t i = 1; i + 1 < document.segment_count(); ++i)
    out += " " + (*guide)->nodes[tree.loops[tree.loop_of_segment[i]].node].loop_id;
  return out;
}

TEST(Bound, places_by_identifier) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"LS*0110~PT*AA~LE*0110~", "| 0100 0110 0100"},
      {"LS*0110~PT*AA~AD*x~PT*BB~LE*0110~LS*0210~LX*1~LE*0210~PT*AA~",
       "| 0100 0110 0110 0110 0100 0200 0210 0200 0300"},
      {"LS*0210~LX*1~RF*x~LX*2~LE*0210~LS*XX~LX*3~LE*XX~", "| 0200 0210 0210 0210 0200 0200 0210 0200"},
      {"LS*0210~LX*1~LS*0230~PT*AA~LE*0230~RF*x~LE*0210~PT*AA~AD*x~", "| 0200 0210 0220 0230 0220 0210 0200 0300 0300"},
      {"PT*AA~", "| 0300"},
      // an inner bound that is not closed, an outer one that is not closed
      {"LS*0210~LX*1~LS*0230~PT*AA~LE*0210~", "x12.segment.missing@LS[1]/LX[1]/LS/LE| 0200 0210 0220 0230 0200"},
      {"LS*0110~PT*AA~LS*0210~LX*1~LE*0210~", "x12.segment.missing@LS/LE| 0100 0110 0200 0210 0200"},
      {"LS*0110~PT*AA~", "x12.segment.missing@LS/LE| 0100 0110"},
      // identifiers that nothing here has
      {"LS*0999~PT*AA~LE*0999~", "x12.bound.id@LS.01| 0100 0110 0100"},
      {"LS*0110~PT*AA~LE*0999~", "x12.bound.id@LS/LE.01| 0100 0110 0100"},
      {"LS*0110~LE~", "x12.element.missing@LS/LE.01| 0100 0100"},
  };
  for (const auto& [body, expected] : table) EXPECT_EQ(read(body), expected) << body;
}

TEST(Bound, faults_of_the_file) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"bounded: [\"0110\"]", "bounded: x"},
      {"          - {segment: LE, usage: M, repeat: 1}\n", ""},
      {"bounded: [\"0110\"]", "bounded: [\"0210\"]"},  // two neighbours with one identifier
      {"bounded: [\"0110\"]", "bounded: []"},
  };
  for (const auto& [what, by] : table) {
    std::string text = bounded_guide;
    const std::size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), by);
    std::vector<Finding> faults;
    EXPECT_FALSE(load(text, faults)) << by;
    EXPECT_FALSE(faults.empty()) << by;
  }
}

}  // namespace
}  // namespace crossdock::guide
