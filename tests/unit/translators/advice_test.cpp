// 824 and APERAK through the front door: what they say of real sets and messages, and that they are valid themselves.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/mini_edifact.hpp"
#include "translators/acknowledgement/application_advice.hpp"
#include "translators/acknowledgement/application_error.hpp"
#include "translators/translate.hpp"

namespace crossdock {
namespace {

using acknowledgement::AdviceOptions;
using testing::HasSubstr;
using testing::Not;

const Catalogue& catalogue() {
  static const Catalogue made(std::make_shared<test::FolderSource>(CROSSDOCK_SOURCE_DIR));
  return made;
}

AdviceOptions options(bool accepted = false, bool warnings = false) {
  AdviceOptions out;
  out.date = "20260519";
  out.time = "0801";
  out.accepted = accepted;
  out.warnings = warnings;
  return out;
}

template <class Writer>
std::string advice(const std::string& document, AdviceOptions wanted) {
  wire::StringSink sink;
  Writer writer(sink, std::move(wanted));
  Translator translator(catalogue(), {}, writer, [](canonical::Event&&, std::string_view) {});
  EXPECT_TRUE(translator.feed(document));
  EXPECT_TRUE(translator.finish());
  return sink.bytes;
}

/// Findings that the document has as it is, but for notes.
struct Faults : acknowledgement::VerdictHandler {
  std::string text;
  void add(const std::vector<Finding>& findings) {
    for (const Finding& one : findings)
      if (one.severity != Severity::note) text += to_text(one) + "\n";
  }
  void on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, acknowledgement::SetVerdict& set) override {
    add(set.findings);
    if (set.guide.empty()) text += "no guide for " + set.header.set + "\n";
  }
  void on_group_end(const x12::InterchangeHeader&, acknowledgement::GroupVerdict& group) override {
    add(group.findings);
  }
  void on_interchange_end(acknowledgement::InterchangeVerdict& interchange) override { add(interchange.findings); }
};

std::string faults_of(const std::string& document) {
  Faults faults;
  TranslateOptions reading;
  reading.make_events = false;
  Translator translator(catalogue(), reading, faults, [](canonical::Event&&, std::string_view) {});
  EXPECT_TRUE(translator.feed(document));
  EXPECT_TRUE(translator.finish());
  return faults.text;
}

std::string x12(const std::string& version, const std::string& sets, int count) {
  const bool five = version.starts_with("005");
  return "ISA*00*          *00*          *02*ACFL           *ZZ*SHIPCO         *260518*1432*" +
         std::string(five ? "^*00501" : "U*00401") + "*000000417*0*P*:~GS*GF*ACFL*SHIPCO*20260518*1432*417*X*" +
         version + "~" + sets + "GE*" + std::to_string(count) + "*417~IEA*1*000000417~";
}

std::string set_990(const std::string& number, const std::string& b1, int segments = 3) {
  return "ST*990*" + number + "~" + b1 + "~SE*" + std::to_string(segments) + "*" + number + "~";
}

using Application = acknowledgement::ApplicationAdvice;
using Aperak = acknowledgement::ApplicationError;

TEST(ApplicationAdvice, says_of_each_faulty_set_what_an_application_would) {
  const std::string good = set_990("0001", "B1*ACFL*LD1*20260518*A"), wrong = set_990("0002", "B1*ACFL*LD2*20261340*A");
  const std::string said = advice<Application>(x12("004010", good + wrong, 2), options());
  EXPECT_THAT(said, HasSubstr("~GS*AG*SHIPCO*ACFL*20260519*0801*1*X*004010~ST*824*0001~BGN*11*000000417-417*20260519*"
                              "0801**000000417~"));
  EXPECT_THAT(said, HasSubstr("~OTI*TR*TN*LD2*ACFL*SHIPCO*20260518*1432*417*0002*990*004010~TED*009*"));
  EXPECT_THAT(said, HasSubstr("*B1*2*3*373*20261340~"));
  EXPECT_THAT(said, Not(HasSubstr("LD1")));
  EXPECT_EQ(faults_of(said), "");
  const std::string all = advice<Application>(x12("004010", good + wrong, 2), options(true));
  EXPECT_THAT(all, HasSubstr("~OTI*TA*TN*"));
  EXPECT_EQ(faults_of(all), "");
}

TEST(ApplicationAdvice, nothing_is_said_of_what_is_in_order_or_an_advice_itself) {
  const std::string good = x12("004010", set_990("0001", "B1*ACFL*LD1*20260518*A"), 1);
  EXPECT_EQ(advice<Application>(good, options()), "");
  const std::string wrong = x12("004010", set_990("0002", "B1*ACFL*LD2*20261340*A"), 1);
  EXPECT_EQ(advice<Application>(advice<Application>(wrong, options()), options(true)), "");
}

TEST(ApplicationAdvice, follows_the_release_and_what_the_map_finds) {
  // A load nobody can name: the guide takes it, the map does not.
  const std::string nameless = x12("005010", set_990("0001", "B1*ACFL**20260518*A"), 1);
  const std::string said = advice<Application>(nameless, options());
  EXPECT_THAT(said, HasSubstr("*X*005010~ST*824*0001~"));
  EXPECT_THAT(said, HasSubstr("~OTI*TR*TN*0001*"));
  EXPECT_THAT(said, HasSubstr("~TED*812*"));
  EXPECT_EQ(faults_of(said), "");
}

TEST(ApplicationAdvice, long_findings_go_on_in_notes_and_hold_no_delimiters) {
  const std::string wrong = x12("004010", set_990("0002", "B1*ACFL*LD2*20261340*A*" + std::string(90, 'x')), 1);
  const std::string said = advice<Application>(wrong, options());
  EXPECT_THAT(said, HasSubstr("~NTE*ADD*x12."));
  EXPECT_EQ(faults_of(said), "");
}

std::string edifact(const std::string& directory, const std::string& body, int segments) {
  return "UNB+UNOC:3+S:14+R:14+260518:1432+REF1'UNH+77+IFTSTA:D:" + directory + ":UN'" + body + "UNT+" +
         std::to_string(segments + 2) + "+77'UNZ+1+REF1'";
}

TEST(ApplicationError, names_the_message_and_its_faults_in_either_directory) {
  for (const std::string directory : {"96A", "01B"}) {
    const std::string said = advice<Aperak>(edifact(directory, "BGM+44+STATUS?+1+9'XYZ+1'", 2), options());
    EXPECT_THAT(said, HasSubstr("UNB+UNOC:3+R:14+S:14+260519:0801+1'UNH+1+APERAK:D:" + directory + ":UN'"));
    EXPECT_THAT(said, HasSubstr("+REF1-77+27+RE'"));
    EXPECT_THAT(said, HasSubstr("DTM+137:202605190801:203'RFF+ACW:STATUS?+1'RFF+AGO:77'RFF+TN:REF1'"));
    EXPECT_THAT(said, HasSubstr("ERC+1"));
    EXPECT_THAT(said, HasSubstr("FTX+AAO+++"));
    EXPECT_EQ(faults_of(said), "") << said;
    EXPECT_EQ(advice<Aperak>(said, options(true)), "");
  }
}

TEST(ApplicationError, says_nothing_of_x12_and_the_824_nothing_of_edifact) {
  EXPECT_EQ(advice<Aperak>(x12("004010", set_990("0002", "B1*ACFL*LD2*20261340*A"), 1), options(true)), "");
  EXPECT_EQ(advice<Application>(edifact("96A", "BGM+44+S1+9'", 1), options(true)), "");
}

}  // namespace
}  // namespace crossdock
