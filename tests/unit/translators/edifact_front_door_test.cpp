// EDIFACT through the front door: guides chosen by UNH, findings with EDIFACT's codes and places, events, CONTRL.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/mini_edifact.hpp"
#include "translators/acknowledgement/contrl.hpp"
#include "translators/acknowledgement/contrl_reader.hpp"
#include "translators/translate.hpp"

namespace crossdock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The small directory, under the names of two real ones, with the installed service directories.
class Source : public TextSource {
 public:
  Source() : folder_(CROSSDOCK_SOURCE_DIR) {
    for (const auto& [path, text] : test::mini_edifact_source().texts)
      for (const std::string directory : {"test", "d96a", "d01b"}) {
        std::string copy = text, name = path;
        for (std::string* one : {&copy, &name})
          for (std::size_t at; (at = one->find("edifact/test")) != std::string::npos && directory != "test";)
            one->replace(at, 12, "edifact/" + directory);
        memory_.texts[name] = copy;
      }
    memory_.texts["maps/edifact/test/TSTMSG/map.yaml"] = R"(map: edifact/test/TSTMSG
guide: edifact/test/TSTMSG
events:
  - type: probe.v1
    for: CNI
    subject: reference
    relate:
      - CNI.02 -> reference
      - QTY.01 -> quantity
      - NAD[01=CN].02.1 -> party
      - NAD[01=CN]/DTM[01.1=137].01.2 .01.3 -> at | datetime(2379)
      - /NAD[01=SH]/FTX[01=AAI].02.2 -> text
)";
    memory_.texts["maps/canonical/probe.v1.schema.json"] =
        R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{)"
        R"("reference":{"type":"string"},"quantity":{"type":"string"},"party":{"type":"string"},)"
        R"("at":{"type":"string"},"text":{"type":"string"}},"additionalProperties":false})";
  }
  [[nodiscard]] Result<std::string> read(const std::string& path) const override {
    return memory_.exists(path) ? memory_.read(path) : folder_.read(path);
  }
  [[nodiscard]] bool exists(const std::string& path) const override {
    return memory_.exists(path) || folder_.exists(path);
  }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out = memory_.list(folder);
    for (const std::string& path : folder_.list(folder))
      if (path.find("edifact/service") != std::string::npos) out.push_back(path);
    return out;
  }

 private:
  test::MemorySource memory_;
  test::FolderSource folder_;
};

const Catalogue& catalogue() {
  static const Catalogue made(std::make_shared<Source>());
  return made;
}

struct Report : acknowledgement::VerdictHandler {
  std::vector<std::string> findings, guides;
  std::vector<acknowledgement::Verdict> verdicts;
  void keep(const std::vector<Finding>& all) {
    for (const Finding& one : all) findings.push_back(std::string(info(one.code).text) + "@" + one.path);
  }
  void on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, acknowledgement::SetVerdict& set) override {
    verdicts.push_back(set.verdict);
    guides.push_back(set.guide);
    keep(set.findings);
  }
  void on_translated(const acknowledgement::SetVerdict&, const std::vector<Finding>& all, std::uint64_t) override {
    for (const Finding& one : all)
      if (one.severity == Severity::error) keep({one});
  }
};

std::string interchange(const std::string& messages, const std::string& version = "3", std::size_t count = 1) {
  return "UNB+UNOC:" + version + "+S:14+R:14+260518:1432+REF1'" + messages + "UNZ+" + std::to_string(count) + "+REF1'";
}

std::string message(const std::string& body, std::size_t segments, const std::string& directory = "TE:ST") {
  return "UNH+1+TSTMSG:" + directory + ":UN'" + body + "UNT+" + std::to_string(segments + 2) + "+1'";
}

Report judge(const std::string& bytes, std::vector<std::string>* events = nullptr) {
  Report report;
  TranslateOptions options;
  options.make_events = events != nullptr;
  Translator translator(catalogue(), options, report, [&](canonical::Event&& event, std::string_view) {
    std::string text;
    event.append_json(text);
    events->push_back(text);
  });
  const Status read = translator.feed(bytes);
  EXPECT_TRUE(read) << (read ? "" : read.error().text());
  EXPECT_TRUE(translator.finish());
  return report;
}

TEST(EdifactFrontDoor, guides_are_chosen_by_unh) {
  const std::pair<const char*, const char*> cases[] = {
      {"D:96A", "edifact/d96a/TSTMSG"}, {"D:01B", "edifact/d01b/TSTMSG"}, {"D:95B", "edifact/d96a/TSTMSG"},
      {"D:97A", "edifact/d96a/TSTMSG"}, {"D:00A", "edifact/d01b/TSTMSG"}, {"D:21B", "edifact/d01b/TSTMSG"},
      {"S:93A", "edifact/d96a/TSTMSG"}};
  for (const auto& [directory, guide] : cases) {
    const Report seen = judge(interchange(message("BGM+77'", 1, directory)));
    EXPECT_THAT(seen.guides, ElementsAre(guide)) << directory;
    const bool exact = std::string(directory) == "D:96A" || std::string(directory) == "D:01B";
    EXPECT_EQ(seen.findings,
              exact ? std::vector<std::string>{} : std::vector<std::string>{"edifact.release.substituted@UNH"});
  }
  const Report unknown = judge(interchange("UNH+1+NOMSG:D:96A:UN'UNT+2+1'"));
  EXPECT_THAT(unknown.findings, ElementsAre("edifact.message.unsupported@UNH.02.1"));
}

TEST(EdifactFrontDoor, findings_have_codes_and_places) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"BGM+77'NAD+CN+A?+B:100'", {}},
      {"BGM+77'NAD+CN+" + std::string(30, 'x') + "?+?+?+?+?+'", {}},
      {"BGM+77'NAD+CN+" + std::string(31, 'x') + "?+?+?+?+?+'", {"edifact.element.long@NAD[1].02.1"}},
      {"BGM+77'NAD+CN+A:10'", {"edifact.element.short@NAD[1].02.2"}},
      {"BGM+77'NAD+CN'", {"edifact.element.conditional_missing@NAD[1].02"}},
      {"BGM+77'NAD+CN++Miller 2'", {"edifact.element.character@NAD[1].03.1"}},
      {"BGM+77'CNI+1,5'", {}},
      {"BGM+77'CNI+,5'", {"edifact.element.decimal@CNI[1].01"}},
      {"BGM+77'CNI+x'", {"edifact.element.character@CNI[1].01"}},
      {"BGM+99'", {"edifact.element.code@BGM.01"}},
      {"BGM+77:1'", {"edifact.element.component_separator@BGM.01"}},
      {"BGM+77'DTM+137::102'", {"edifact.element.conditional_missing@DTM[1].01.2"}},
      {"BGM+77'CNI+1'QTY+5+100'", {"edifact.element.excluded@CNI[1]/QTY[1].02"}},
      {"BGM+77'CNI+1'QTY'", {"edifact.element.conditional_missing@CNI[1]/QTY[1].01"}},
      {"BGM+77'ZZZ+1'", {"edifact.segment.unknown@ZZZ"}},
      {"DTM+137:20260518:102'", {"edifact.segment.missing@BGM"}},
      {"BGM+77'BGM+77'", {"edifact.segment.too_many@BGM"}},
      {"BGM+77'NAD+CN+A+B+C'", {"edifact.element.too_many@NAD[1].04"}},
      {"BGM+77'NAD+SH+X'FTX+AAI+one\ntwo'", {}},
      {"BGM+77'NAD+SH+X'FTX+AAI+M\xFCller'", {}},
  };
  for (const auto& [body, findings] : cases) {
    const auto segments = static_cast<std::size_t>(std::count(body.begin(), body.end(), '\''));
    EXPECT_EQ(judge(interchange(message(body, segments))).findings, findings) << body;
  }
}

TEST(EdifactFrontDoor, repetitions_are_read_from_syntax_4_on) {
  const std::string body = "BGM+77'CNI+1'QTY+1*2*3*4'";
  EXPECT_THAT(judge(interchange(message(body, 3), "4")).findings,
              ElementsAre("edifact.element.repeats@CNI[1]/QTY[1].01[4]"));
  EXPECT_THAT(judge(interchange(message(body, 3), "3")).findings,
              ElementsAre("edifact.element.character@CNI[1]/QTY[1].01"));
}

TEST(EdifactFrontDoor, values_reach_events_as_they_are_meant) {
  const auto map = catalogue().map("edifact/test/TSTMSG");
  ASSERT_TRUE(map) << map.error().text();
  std::vector<std::string> events;
  const Report seen = judge(interchange(message("BGM+77'NAD+SH+X'FTX+AAI+a:it?'s 5?:30 ?\?'"
                                                "CNI+1+SHP?+1'QTY+12,5'NAD+CN+A?:B:100'DTM+137:202605181432:203'",
                                                7)),
                            &events);
  EXPECT_THAT(seen.findings, IsEmpty());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_THAT(events[0], HasSubstr(R"("reference":"SHP+1")"));
  EXPECT_THAT(events[0], HasSubstr(R"("quantity":"12.5")"));
  EXPECT_THAT(events[0], HasSubstr(R"("party":"A:B")"));
  EXPECT_THAT(events[0], HasSubstr(R"("at":"2026-05-18T14:32:00")"));
  EXPECT_THAT(events[0], HasSubstr(R"("text":"it's 5:30 ?")"));
}

std::string contrl_of(const std::string& bytes, acknowledgement::ContrlOptions options = {}) {
  wire::StringSink sink;
  options.date = "20260519";
  options.time = "0800";
  acknowledgement::ContrlWriter writer(sink, options);
  TranslateOptions translate;
  translate.make_events = false;
  Translator translator(catalogue(), translate, writer);
  EXPECT_TRUE(translator.feed(bytes));
  EXPECT_TRUE(translator.finish());
  return sink.bytes;
}

TEST(Contrl, says_what_was_found) {
  const std::string head = "UNB+UNOC:3+R:14+S:14+260519:0800+1'UNH+1+CONTRL:D:3:UN'UCI+REF1+S:14+R:14+";
  const std::pair<std::string, std::string> cases[] = {
      {interchange(message("BGM+77'", 1)), "7'UNT+3+1'"},
      {interchange(message("BGM+77'NAD+CN+A:10'", 2)), "7'UCM+1+TSTMSG:TE:ST:UN+4'UCS+3'UCD+40+2:2'UNT+6+1'"},
      {interchange(message("DTM+137:20260518:102'", 1)), "7'UCM+1+TSTMSG:TE:ST:UN+4'UCS+1+13'UNT+5+1'"},
      {interchange(message("BGM+77'", 5)), "7'UCM+1+TSTMSG:TE:ST:UN+4+29+UNT+1'UNT+4+1'"},
      {interchange("UNH+1+NOMSG:D:96A:UN'UNT+2+1'"), "7'UCM+1+NOMSG:D:96A:UN+4+14+UNH+2:1'UNT+4+1'"},
      {interchange(message("BGM+77'", 1), "3", 7), "4+29+UNZ+1'UNT+3+1'"},
  };
  for (const auto& [bytes, said] : cases) EXPECT_EQ(contrl_of(bytes), head + said + "UNZ+1+1'") << bytes;
}

TEST(Contrl, has_the_layout_of_the_syntax_version) {
  const std::string bytes = interchange(message("BGM+77'CNI+1'QTY+1*2*3*x'", 3), "4");
  EXPECT_EQ(contrl_of(bytes),
            "UNB+UNOC:4+R:14+S:14+20260519:0800+1'UNH+1+CONTRL:4:1:UN'UCI+REF1+S:14+R:14+7'"
            "UCM+1+TSTMSG:TE:ST:UN+4'UCS+4'UCD+16+1::4'UCD+37+1::4'UNT+7+1'UNZ+1+1'");
}

TEST(Contrl, answers_groups_and_never_a_contrl) {
  const std::string group = "UNG+TSTMSG+S+R+260518:1432+G1+UN+TE:ST'" + message("BGM+77'NAD'", 2) + "UNE+1+G1'";
  EXPECT_THAT(contrl_of(interchange(group)), HasSubstr("7'UCF+G1+S+R+7'UCM+1+TSTMSG:TE:ST:UN+4'"));
  EXPECT_EQ(contrl_of(interchange("UNH+1+CONTRL:D:3:UN'UCI+1+A+B+7'UNT+3+1'")), "");
  EXPECT_EQ(
      contrl_of("ISA*00*          *00*          *ZZ*A              *ZZ*B              *260518*1432*U*00401*000000001*"
                "0*P*>~IEA*0*000000001~"),
      "");
  acknowledgement::ContrlOptions options;
  options.on_request_only = true;
  EXPECT_EQ(contrl_of(interchange(message("BGM+77'", 1)), options), "");
  EXPECT_NE(contrl_of(interchange(message("BGM+77'", 5)), options), "");
}

TEST(Contrl, that_is_written_is_valid_and_read_back) {
  for (const char* version : {"3", "4"}) {
    const std::string answer = contrl_of(interchange(message("BGM+77'NAD+CN+A:10'", 2), version));
    const Report seen = judge(answer);
    EXPECT_THAT(seen.findings, IsEmpty()) << answer;
    EXPECT_THAT(seen.guides, ElementsAre("edifact/service-" + std::string(version) + "/CONTRL"));
    wire::Delimiters signs{.element = '+', .component = ':', .repetition = 0, .release = '?', .segment = "'"};
    const std::size_t begin = answer.find("UNH"), end = answer.find("UNZ");
    const auto read = acknowledgement::read_contrl(test::document_of(answer.substr(begin, end - begin), signs));
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->reference, "REF1");
    EXPECT_EQ(read->action, "7");
    EXPECT_FALSE(read->positive());
    EXPECT_EQ(read->verdict_of("1"), "rejected");
    EXPECT_EQ(read->verdict_of("2"), "accepted");
    ASSERT_EQ(read->messages.size(), 1U);
    ASSERT_EQ(read->messages[0].segments.size(), 1U);
    EXPECT_EQ(read->messages[0].segments[0].elements[0].code, "40");
    EXPECT_EQ(read->messages[0].segments[0].elements[0].component, 2U);
  }
  EXPECT_FALSE(acknowledgement::read_contrl(test::document_of("UNH*1*CONTRL~UNT*2*1~", {})));
}

TEST(AnyReader, finds_out_the_syntax) {
  const std::pair<std::string, std::optional<wire::Syntax>> cases[] = {
      {"ISA*00*", wire::Syntax::x12},
      {"\xEF\xBB\xBF\r\nUNA:+.? '", wire::Syntax::edifact},
      {"'UNB+UNOA:1", wire::Syntax::edifact},
      {"UNH+1+IFTSTA", wire::Syntax::edifact},
      {"Hello,\nUNB+UNOA:1+SENDER+RECEIVER+260101", wire::Syntax::edifact},
      {"Hello,\nISA*00*          *00*          *ZZ*", wire::Syntax::x12},
      {"Hello, UNITED ISA", std::nullopt},
      {"", std::nullopt}};
  for (const auto& [begin, syntax] : cases) EXPECT_EQ(find_syntax(begin, false), syntax) << begin;
  EXPECT_EQ(find_syntax("Hello", true), wire::Syntax::x12);
}

}  // namespace
}  // namespace crossdock
