// The loader: what it accepts, every fault with its place, version differences, limits, ambiguity, and the places of a
// loaded guide. SPDX-License-Identifier: Apache-2.0
#include "translators/guide/load.hpp"

#include <gtest/gtest.h>

#include "tests/support/mini_guide.hpp"
#include "translators/guide/code_list.hpp"
#include "translators/guide/structure.hpp"

namespace crossdock::guide {
namespace {

constexpr const char* folder = "maps/guides/test/000001/";

void replace(std::string& text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), by);
}

/// Faults as `code@file:line:column`, the folder left out.
std::string faults_of(const TextSource& source, const std::string& id = "test/000001/900") {
  std::vector<Finding> faults;
  const auto guide = load_guide(source, id, faults);
  EXPECT_EQ(guide.has_value(), faults.empty());
  std::string out;
  for (const Finding& fault : faults) {
    std::string path = fault.path;
    if (path.starts_with(folder)) path = path.substr(std::string_view(folder).size());
    out += (out.empty() ? "" : " ") + std::string(info(fault.code).text) + "@" + path;
    EXPECT_FALSE(fault.message.empty());
  }
  return out;
}

std::string with(const std::string& file, const std::string& what, const std::string& by) {
  test::MemorySource source = test::mini_source();
  replace(source.texts.at(folder + file), what, by);
  return faults_of(source);
}

TEST(Load, accepts_the_form_and_finds_places) {
  std::vector<Finding> faults;
  const auto loaded = load_guide(test::mini_source(), "test/000001/900", faults);
  ASSERT_TRUE(loaded) << loaded.error().text();
  const CompiledGuide& guide = **loaded;
  EXPECT_EQ(guide.set, "900");
  EXPECT_EQ(guide.version, "000001");
  EXPECT_EQ(guide.functional_group, "TT");
  ASSERT_EQ(guide.tables.size(), 3U);
  const NodeIndex lx = guide.find_child(0, "LX");
  ASSERT_NE(lx, no_node);
  EXPECT_EQ(guide.nodes[lx].kind, Node::Kind::loop);
  EXPECT_EQ(guide.tables[1].first, lx);
  const NodeIndex at = guide.find_child(lx, "AT");
  const NodeIndex ms = guide.find_child(at, "MS");
  EXPECT_EQ(guide.path(ms), "LX/AT/MS");
  EXPECT_EQ(guide.path(at), "LX/AT");
  EXPECT_EQ(guide.path(guide.nodes[at].first_child), "LX/AT");
  EXPECT_EQ(guide.find_child(0, "RF", guide.find_child(0, "RF")), no_node);
  EXPECT_EQ(guide.find_child(lx, "HD"), no_node);
  EXPECT_EQ(described(guide, ms), "loop 0200 (LX)/loop 0205 (AT)/MS");
}

TEST(Load, says_every_fault_with_its_place) {
  std::vector<Finding> none;
  const auto unknown = load_guide(test::mini_source(), "test/000001/901", none);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::guide_unknown);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(with("900.yaml", "functional_group", "functional_grup"),
            "guide.key@900.yaml:3:1 guide.key_missing@900.yaml:1:1");
  EXPECT_EQ(with("900.yaml", "usage: M, repeat: 1}", "usage: X, repeat: 0}"),
            "guide.value@900.yaml:8:30 guide.value@900.yaml:8:41");
  EXPECT_EQ(with("900.yaml", "segment: HD", "segment: HDD"), "guide.reference@900.yaml:9:9");
  EXPECT_EQ(with("900.yaml", "guide: test/000001/900", "guide: test/000001/901"), "guide.value@900.yaml:1:8");
  EXPECT_EQ(with("900.yaml", "{segment: LX, usage: M, repeat: 1}", "{segment: LX, usage: O, repeat: 1}"),
            "guide.structure@900.yaml:20:9");
  EXPECT_EQ(with("900.yaml", "name: test set", "name: [a"), "guide.syntax@900.yaml:3:17");
  EXPECT_EQ(with("900.yaml", "name: test set", "name: &a b"), "guide.limit@900.yaml:2:7");
  EXPECT_EQ(with("900.yaml", "name: test set", "name: test set\nname: again"), "guide.duplicate@900.yaml:3:1");
  EXPECT_EQ(with("elements.yaml", "type: R,", "type: Q,"), "guide.value@elements.yaml:6:29");
  EXPECT_EQ(with("elements.yaml", "min: 1, max: 10", "min: 11, max: 10"), "guide.value@elements.yaml:3:41");
  EXPECT_EQ(with("elements.yaml", "notes: [P0203]", "notes: [P0204, Q0102, P01]"),
            "guide.value@elements.yaml:13:73 guide.value@elements.yaml:13:80 guide.value@elements.yaml:13:87");
  EXPECT_EQ(with("elements.yaml", "codes: \"2\"", "codes: \"77\""), "guide.reference@codes/77.yaml:1:1");
  EXPECT_EQ(with("segments.yaml", "[[\"9\", M], [\"1\", M]]", "[[\"99\", M], [\"1\"]]"),
            "guide.value@segments.yaml:3:44 guide.reference@segments.yaml:3:34");
  EXPECT_EQ(with("segments.yaml", "TT: {name", "T+: {name"),
            "guide.value@segments.yaml:18:3 guide.reference@900.yaml:32:9");
  EXPECT_EQ(with("codes/2.yaml", "\"BB\"", "BB"), "guide.value@codes/2.yaml:4:3");
  EXPECT_EQ(with("codes/2.yaml", "\"BB\"", "\"AA\""), "guide.duplicate@codes/2.yaml:4:3");
}

TEST(Load, refuses_places_that_cannot_be_told_apart) {
  EXPECT_EQ(with("900.yaml", "{segment: NR, usage: O, repeat: 1}", "{segment: NP, usage: O, repeat: 1}"),
            "guide.ambiguous@900.yaml:11:9");
  EXPECT_EQ(with("900.yaml", "{segment: NR, usage: O, repeat: 1}", "{segment: HD, usage: M, repeat: 1}"), "");
  // a place that another one always takes: after AT the inner RF swallows what the outer should get
  EXPECT_EQ(with("900.yaml", "{segment: MS, usage: O, repeat: 1}]", "{segment: RF, usage: O, repeat: unbounded}]"), "");
}

TEST(Load, states_versions_as_differences) {
  test::MemorySource source = test::mini_source();
  source.texts["maps/guides/test/000002/elements.yaml"] =
      "version: test/000002\nextends: test/000001\nremove: [\"8\"]\nelements: {\"1\": {name: longer text, type: AN, "
      "min: 1, max: 20}}\n";
  source.texts["maps/guides/test/000002/segments.yaml"] =
      "version: test/000002\nextends: test/000001\nsegments: {HD: {name: head, elements: [[\"1\", M], [\"2\", O]]}}\n";
  source.texts["maps/guides/test/000002/codes/2.yaml"] =
      "list: \"2\"\nextends: test/000001\nadd: {\"ZZ\": \"own\"}\nremove: [\"BB\"]\n";
  std::string text = source.texts[std::string(folder) + "900.yaml"];
  replace(text, "test/000001/900", "test/000002/900");
  source.texts["maps/guides/test/000002/900.yaml"] = text;
  EXPECT_EQ(faults_of(source, "test/000002/900"), "");
  std::vector<Finding> faults;
  const auto guide = load_guide(source, "test/000002/900", faults);
  ASSERT_TRUE(guide);
  const SegmentRule& head = (*guide)->segments[(*guide)->nodes[(*guide)->find_child(0, "HD")].rule];
  ASSERT_EQ(head.elements.size(), 2U);
  EXPECT_EQ(head.elements[0].length_max, 20U);
  ASSERT_NE(head.elements[1].codes, nullptr);
  EXPECT_EQ(head.elements[1].codes->summary(), "AA, D1, ZZ");
  EXPECT_EQ(head.elements[1].codes->meaning("ZZ"), "own");
  source.texts["maps/guides/test/000002/elements.yaml"] = "version: test/000002\nextends: test/000002\nelements: {}\n";
  EXPECT_NE(faults_of(source, "test/000002/900").find("guide.limit@maps/guides/test/000002/elements.yaml:2:10"),
            std::string::npos);
}

TEST(Load, bounds_hostile_texts) {
  test::MemorySource source = test::mini_source();
  std::string& text = source.texts[std::string(folder) + "900.yaml"];
  text = std::string(yaml_bytes_max + 1, ' ');
  EXPECT_EQ(faults_of(source), "guide.limit@900.yaml:1:1");
  text = std::string(100'000, '[');
  EXPECT_EQ(faults_of(source), "guide.limit@900.yaml:1:1");
  text.clear();
  for (int i = 0; i < 60; ++i) text += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_NE(faults_of(source).find("guide.limit@900.yaml"), std::string::npos);
  text.clear();
  EXPECT_EQ(faults_of(source), "guide.syntax@900.yaml:1:1");
  text = "a: *b\n";
  EXPECT_NE(faults_of(source), "");
  text = "guide: test/000001/900\nname: n\nfunctional_group: T\ntables: [{table: t, content: {}}]\n";
  EXPECT_NE(faults_of(source), "");
}

TEST(CodeList, knows_its_members_and_what_is_near) {
  const CodeList list("x", {{"D1", "done"}, {"X1", ""}, {"ABCDEFGH", "long"}, {"A", ""}, {"ABC", ""}});
  for (const char* code : {"D1", "X1", "ABCDEFGH", "A", "ABC"}) EXPECT_TRUE(list.contains(code)) << code;
  for (std::string_view code : {"", "D", "D2", "d1", "ABCDEFG", "ABCDEFGHI", "AB"})
    EXPECT_FALSE(list.contains(code)) << code;
  EXPECT_FALSE(list.contains(std::string_view("D1\0", 3)));
  EXPECT_FALSE(list.contains(std::string_view("\0\0", 2)));
  EXPECT_EQ(list.nearest("DI"), "D1");
  EXPECT_EQ(list.nearest("1X"), "X1");
  EXPECT_EQ(list.nearest("abcdefgh"), "ABCDEFGH");
  EXPECT_EQ(list.nearest("ABCDEFGX"), "ABCDEFGH");
  EXPECT_EQ(list.nearest("D7"), "");
}

TEST(Load, of_the_installed_guides_is_quiet) {
  const test::FolderSource source(CROSSDOCK_SOURCE_DIR);
  GuideLoader loader(source);
  const std::vector<std::string> ids = test::guide_ids(source);
  EXPECT_GE(ids.size(), 10U);
  for (const std::string& id : ids) {
    std::vector<Finding> faults;
    EXPECT_TRUE(loader.load(id, faults)) << id;
    for (const Finding& fault : faults) ADD_FAILURE() << to_text(fault);
  }
}

}  // namespace
}  // namespace crossdock::guide
