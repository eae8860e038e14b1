// Long texts folded into elements and segments and joined again; words that no row of a table writes.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/fold.hpp"

#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"
#include "translators/mapping/map_set.hpp"

namespace crossdock::mapping {
namespace {

Codec codec_of(std::string separator, std::uint32_t width) {
  Codec codec;
  codec.kind = CodecKind::fold;
  codec.text = std::move(separator);
  codec.number = width;
  return codec;
}

/// Pieces with `|` between them, and behind `>` what is left.
std::string folded(const std::string& text, const std::string& separator, std::uint32_t width, std::uint32_t places) {
  Values values;
  values.text[0] = text;
  values.count = 1;
  fold(codec_of(separator, width), places, values);
  std::string out;
  for (std::uint32_t i = 0; i < values.count; ++i) out += (i > 0 ? "|" : "") + std::string(values.text[i]);
  return values.rest.empty() ? out : out + ">" + std::string(values.rest);
}

TEST(Fold, breaks_at_words_and_at_parts_and_else_where_the_element_is_full) {
  EXPECT_EQ(folded("call before arrival", " ", 8, 3), "call|before|arrival");
  EXPECT_EQ(folded("call before arrival", " ", 12, 3), "call before|arrival|");
  EXPECT_EQ(folded("abcdefgh ij", " ", 8, 2), "abcdefgh| ij");  // a full piece goes on without a blank
  EXPECT_EQ(folded("abcdefghij", " ", 4, 3), "abcd|efgh|ij");
  EXPECT_EQ(folded("abcdefghij", " ", 4, 2), "abcd|efgh>ij");
  EXPECT_EQ(folded("one; two; three", "; ", 8, 3), "one|two|three");
  EXPECT_EQ(folded("one; two; three", "; ", 12, 2), "one|two; three");
  EXPECT_EQ(folded("one; two; three", "; ", 9, 2), "one; two;| three");  // full pieces take the least room
  EXPECT_EQ(folded("a part; b", "; ", 4, 3), "a pa|rt|b");
  EXPECT_EQ(folded("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", " ", 2, 2), "\xC3\xA4\xC3\xB6|\xC3\xBC\xC3\x9F");
}

TEST(Fold, what_was_folded_is_read_as_it_was) {
  const std::string texts[] = {"call before arrival, gate 4 is closed on Sunday",
                               "abcdefghijklmnopqrstuvwxyz",
                               "a",
                               "twelve chars",
                               "two  blanks   and more    blanks",
                               "one; two; three; four; five; six",
                               "\xC3\xA4 sehr sch\xC3\xB6ner Text mit \xC3\x9C"
                               "berl\xC3\xA4nge"};
  for (const std::string& text : texts)
    for (const std::string separator : {" ", "; "})
      for (std::uint32_t width = 1; width <= 14; ++width) {
        const Codec codec = codec_of(separator, width);
        std::string again, rest = text;
        bool goes_on = true;
        while (!rest.empty()) {
          ASSERT_TRUE(goes_on) << text << " in " << width;
          Values values;
          Arena arena;
          values.text[0] = rest;
          values.count = 1;
          fold(codec, 3, values);
          const std::string left(values.rest);
          goes_on = unfold(codec, values, arena);
          again += values.text[0];
          rest = left;
        }
        EXPECT_EQ(again, text) << "in " << width << " by `" << separator << "`";
      }
}

class Notes : public ::testing::Test {
 protected:
  Notes() {
    shelf_.texts = {{"maps/guides/x12/t/elements.yaml", R"(version: x12/t
elements:
  "1": {name: text, type: AN, min: 1, max: 10}
  "2": {name: kind, type: ID, min: 2, max: 3}
)"},
                    {"maps/guides/x12/t/segments.yaml", R"(version: x12/t
segments:
  ST: {name: header, elements: [["1", M], ["1", M]]}
  SE: {name: trailer, elements: [["1", M], ["1", M]]}
  BEG: {name: begin, elements: [["1", M], ["2", O], ["1", O], ["1", O]]}
  NTE: {name: note, elements: [["2", O], ["1", M]]}
)"},
                    {"maps/guides/x12/t/ord.yaml", R"(guide: x12/t/ord
name: order
functional_group: PO
sources: [ours]
tables:
  - table: detail
    content:
      - {segment: ST, usage: M, repeat: 1}
      - {segment: BEG, usage: M, repeat: 1}
      - {segment: NTE, usage: O, repeat: 4}
      - {segment: SE, usage: M, repeat: 1}
)"},
                    {"maps/canonical/x.v1.schema.json", R"({"type":"object","required":["id"],"properties":{
  "id":{"type":"string"},"kind":{"type":"string"},"about":{"type":"string"},
  "notes":{"type":"array","items":{"type":"object","properties":{"kind":{"type":"string"},"text":{"type":"string"}}}}}})"},
                    {"maps/codes/kinds.yaml", R"(table: kinds
list: "2"
keys: [code]
columns: [word]
otherwise: {word: other}
default: ZZZ
rows:
  - {code: AA, word: first}
  - {code: BB, word: second}
)"}};
  }
  std::unique_ptr<CompiledMap> load(const std::string& lines, std::string* problems = nullptr) {
    shelf_.texts["maps/x12/t/ord/map.yaml"] =
        "map: x12/t/ord\nguide: x12/t/ord\nevents:\n  - type: x.v1\n    subject: id\n    relate:\n" + lines;
    std::vector<Finding> faults;
    auto map = load_map(guides_.sources(), "x12/t/ord", faults);
    if (problems != nullptr)
      *problems = texts_of(faults);
    else
      EXPECT_EQ(texts_of(faults), "");
    return map ? std::move(*map) : nullptr;
  }
  static std::string write(const CompiledMap& map, const std::string& data) {
    std::vector<Finding> findings;
    const auto sets = write_sets(map, {R"({"type":"crossdock.x.v1","data":)" + data + "}"}, findings);
    std::string out;
    for (const WrittenSet& set : *sets)
      for (const auto& segment : set.segments) {
        for (std::size_t i = 0; i < segment.size(); ++i) out += (i == 0 ? "" : "*") + segment[i];
        out += '~';
      }
    return out + texts_of(findings);
  }
  static std::string read(const CompiledMap& map, const std::string& body, std::string* trace = nullptr) {
    const auto document = document_of("ST*ORD*0001~" + body + "SE*9*0001~");
    guide::SetTree tree;
    std::vector<Finding> findings, unused;
    guide::validate_set(document, *map.guide(), {}, tree, unused);
    DocumentContext context;
    context.trace = trace != nullptr;
    std::string out;
    translate_set(
        map, document, tree, context,
        [&](canonical::Event&& event, std::string_view traced) {
          out += event.data;
          if (trace != nullptr) *trace = traced;
        },
        findings);
    return out + texts_of(findings);
  }
  TextShelf shelf_;
  GuideShelf guides_{shelf_};
};

const char* const note_lines = R"(      - BEG.01 <-> id
      - for: NTE <-> notes[]
        relate:
          - NTE.01 <-> kind
          - NTE.02 <-> text | fold
)";

TEST_F(Notes, a_long_note_goes_on_in_segments_of_its_kind) {
  const auto map = load(note_lines);
  ASSERT_NE(map, nullptr);
  const std::string event =
      R"({"id":"N1","notes":[{"kind":"AA","text":"call before arrival"},{"kind":"AA","text":"thanks"}]})";
  const std::string text = "BEG*N1~NTE*AA*call befor~NTE*AA*e arrival~NTE*AA*thanks~";
  EXPECT_EQ(write(*map, event), text);
  EXPECT_EQ(read(*map, text), event);
  std::string trace;
  EXPECT_EQ(read(*map, text, &trace), event);
  EXPECT_EQ(trace.find("notes[2]"), std::string::npos) << trace;
  EXPECT_NE(trace.find(R"("field":"notes[0].text","line":"x12/t/ord/map.yaml:11)"), std::string::npos) << trace;
  // Another kind is another note, and what does not fill its element is at its end.
  EXPECT_EQ(read(*map, "BEG*N1~NTE*AA*0123456789~NTE*BB*0123456789~"),
            R"({"id":"N1","notes":[{"kind":"AA","text":"0123456789"},{"kind":"BB","text":"0123456789"}]})");
  EXPECT_EQ(read(*map, "BEG*N1~NTE*AA*012345678~NTE*AA*0123456789~"),
            R"({"id":"N1","notes":[{"kind":"AA","text":"012345678"},{"kind":"AA","text":"0123456789"}]})");
}

TEST_F(Notes, more_segments_than_the_guide_allows_are_refused) {
  const auto map = load(note_lines);
  ASSERT_NE(map, nullptr);
  const std::string out = write(
      *map, R"({"id":"N1","notes":[{"text":"0123456789012345678901234567890123456789012345678901234567890123"}]})");
  EXPECT_NE(out.find("error map.too_many NTE"), std::string::npos) << out;
}

TEST_F(Notes, a_text_that_has_no_room_is_said_with_its_room) {
  const auto map = load("      - BEG.01 <-> id\n      - BEG.03 .04 <-> about | fold\n");
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(write(*map, R"({"id":"N1","about":"call before arrival"})"), "BEG*N1**call befor*e arrival~");
  EXPECT_EQ(write(*map, R"({"id":"N1","about":"call at noon"})"), "BEG*N1**call at*noon~");
  const std::string out = write(*map, R"({"id":"N1","about":"call long before the arrival"})");
  EXPECT_NE(out.find("error map.element.length data.about"), std::string::npos) << out;
  EXPECT_NE(out.find("28 characters does not fit into the 2 x 10 of BEG.03"), std::string::npos) << out;
}

TEST_F(Notes, fold_is_for_elements_of_one_segment) {
  std::string problems;
  EXPECT_EQ(load("      - BEG.01 <-> id\n      - BEG.03 NTE.02 <-> about | fold\n", &problems), nullptr);
  EXPECT_NE(problems.find("map.step.wrong"), std::string::npos) << problems;
  EXPECT_NE(problems.find("elements of one segment"), std::string::npos) << problems;
}

TEST_F(Notes, a_word_without_a_row_is_written_by_the_default_of_its_table) {
  const auto map = load("      - BEG.01 <-> id\n      - BEG.02 <-> kind | table(kinds)\n");
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(write(*map, R"({"id":"N1","kind":"second"})"), "BEG*N1*BB~");
  const std::string out = write(*map, R"({"id":"N1","kind":"third"})");
  EXPECT_TRUE(out.starts_with("BEG*N1*ZZZ~warning map.table.otherwise data.kind")) << out;
  EXPECT_NE(out.find("`third`; its default ZZZ was written"), std::string::npos) << out;
  shelf_.texts["maps/codes/kinds.yaml"].replace(shelf_.texts["maps/codes/kinds.yaml"].find("default: ZZZ\n"), 13, "");
  const auto strict = load("      - BEG.01 <-> id\n      - BEG.02 <-> kind | table(kinds)\n");
  const std::string refused = write(*strict, R"({"id":"N1","kind":"third"})");
  EXPECT_NE(refused.find("error map.table.unwritable data.kind"), std::string::npos) << refused;
  EXPECT_NE(refused.find("no row of table kinds writes `third`"), std::string::npos) << refused;
}

TEST_F(Notes, a_word_that_only_describes_is_left_out) {
  auto& table = shelf_.texts["maps/codes/kinds.yaml"];
  table.replace(table.find("default: ZZZ"), 12, "default: none");
  const auto map = load("      - BEG.01 <-> id\n      - BEG.02 <-> kind | table(kinds)\n");
  ASSERT_NE(map, nullptr);
  const std::string out = write(*map, R"({"id":"N1","kind":"third"})");
  EXPECT_TRUE(out.starts_with("BEG*N1~warning map.table.otherwise data.kind")) << out;
  EXPECT_NE(out.find("it was left out"), std::string::npos) << out;
}

TEST_F(Notes, a_finding_names_the_field_of_the_item) {
  const auto map =
      load("      - BEG.01 <-> id\n      - for: NTE <-> notes[]\n        relate: [NTE.01 <-> kind, NTE.02 <-> text]\n");
  ASSERT_NE(map, nullptr);
  const std::string out = write(*map, R"({"id":"N1","notes":[{"kind":"AA","text":"0123456789A"}]})");
  EXPECT_NE(out.find("(field data.notes[].text)"), std::string::npos) << out;
}

TEST_F(Notes, codes_of_a_line_are_named_as_such) {
  const auto map = load("      - BEG.01 <-> id\n      - BEG.02 <-> kind | codes(AA=first, BB=second)\n");
  ASSERT_NE(map, nullptr);
  const std::string out = read(*map, "BEG*N1*CC~");
  EXPECT_NE(out.find("code `CC` in BEG.02 (element 2) is none of the codes of this line"), std::string::npos) << out;
}

}  // namespace
}  // namespace crossdock::mapping
