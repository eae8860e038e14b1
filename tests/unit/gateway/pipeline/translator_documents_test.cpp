// The line with the real guides and maps: documents in, their answers of every kind back, a tender out as 204.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/translator_documents.hpp"

#include "tests/support/folder_texts.hpp"
#include "tests/support/pipeline_fixture.hpp"

namespace crossdock::pipeline {
namespace {

class TranslatorDocumentsTest : public tests::PipelineFixture {
 protected:
  TranslatorDocumentsTest() { use_ = make_documents(); }
  void start_real() {
    documents_in_use_ = use_.get();
    catalogue_ = std::make_shared<const Catalogue>(std::make_shared<tests::FolderTexts>());
    start();
  }
  std::unique_ptr<Documents> use_;
};

TEST_F(TranslatorDocumentsTest, a_status_message_becomes_an_event_and_is_acknowledged) {
  start_real();
  const std::string payload = tests::FakeDocuments::isa("02", "ACFL", "ZZ", "SHIPCO", "000000042", "P") +
                              "GS*QM*ACFL*SHIPCO*20260518*1432*7*X*004010~ST*214*0001~B10*PRO778899*SHP1001*ACFL~LX*1~"
                              "AT7*D1*NS***20260518*1432*CT~"
                              "MS1*MEMPHIS*TN*US~SE*6*0001~GE*1*7~IEA*1*000000042~";
  const Receipt receipt = receive(file(payload));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered")
      << ask("SELECT findings FROM transaction_set") << ask("SELECT detail FROM message");
  ASSERT_EQ(target("erp").attempts, 1);
  EXPECT_NE(target("erp").last.event_json->find("\"SHP1001\""), std::string::npos);
  ASSERT_EQ(target("acme/directory").order.size(), 1U);
  const std::string& answer = target("acme/directory").order[0];
  EXPECT_NE(answer.find("AK1*QM*7~"), std::string::npos) << answer;
  EXPECT_NE(answer.find("AK9*A*1*1*1~"), std::string::npos) << answer;
}

TEST_F(TranslatorDocumentsTest, a_tender_is_written_as_a_204_that_reads_back_without_errors) {
  start_real();
  post_event(
      R"({"specversion":"1.0","type":"crossdock.load.tendered.v1","subject":"load/SHP1001","data":{"tender":{"purpose":"original"},
    "load":{"id":"SHP1001"},"shipment":{"id":"SHP1001"},"carrier":{"scac":"ACFL"},"stops":[
    {"sequence":1,"role":"pickup","location":{"name":"PLANT","city":"MEMPHIS","region":"TN","country":"US"}},
    {"sequence":2,"role":"delivery","location":{"name":"STORE","city":"DALLAS","region":"TX","country":"US"}}]}})",
      "t1");
  quiet();
  const std::string problem = ask("SELECT coalesce(detail,'') FROM delivery");
  ASSERT_EQ(target("acme/directory").order.size(), 1U) << problem;
  EXPECT_NE(target("acme/directory").order[0].find("~B2*"), std::string::npos) << target("acme/directory").order[0];
}

TEST_F(TranslatorDocumentsTest, what_stands_for_a_delimiter_in_data_is_the_partners_to_say) {
  bundle_.partners["acme"].delimiter_in_data = DelimiterInData::replace;
  bundle_.partners["acme"].delimiter_replacement = '.';
  start_real();
  post_event(
      R"({"specversion":"1.0","type":"crossdock.load.tendered.v1","subject":"load/SHP1001","data":{"tender":{"purpose":"original"},
    "load":{"id":"SHP1001"},"shipment":{"id":"SHP1001"},"carrier":{"scac":"ACFL"},"notes":[{"text":"gate * 4 ~ ring"}],"stops":[
    {"sequence":1,"role":"pickup","location":{"name":"PLANT","city":"MEMPHIS","region":"TN","country":"US"}}]}})",
      "t1");
  quiet();
  ASSERT_EQ(target("acme/directory").order.size(), 1U) << ask("SELECT coalesce(detail,'') FROM delivery");
  EXPECT_NE(target("acme/directory").order[0].find("gate . 4 . ring~"), std::string::npos)
      << target("acme/directory").order[0];
}

const std::string status_214 =
    "ST*214*0001~B10*PRO778899*SHP1001*ACFL~LX*1~AT7*D1*NS***20260518*1432*CT~MS1*MEMPHIS*TN*US~SE*6*0001~";

std::string x12_214(const std::string& sets, const std::string& number, char asked) {
  std::string isa = tests::FakeDocuments::isa("02", "ACFL", "ZZ", "SHIPCO", number, "P");
  isa[isa.size() - 6] = asked;  // ISA14
  return isa + "GS*QM*ACFL*SHIPCO*20260518*1432*7*X*004010~" + sets + "GE*1*7~IEA*1*" + number + "~";
}

std::string all(const std::vector<std::string>& documents) {
  std::string out;
  for (const std::string& one : documents) out += one + "\n";
  return out;
}

TEST_F(TranslatorDocumentsTest, an_interchange_that_asks_for_it_gets_a_ta1_beside_the_997) {
  start_real();
  receive(file(x12_214(status_214, "000000043", '1')));
  quiet();
  const std::string answers = all(target("acme/directory").order);
  EXPECT_EQ(target("acme/directory").order.size(), 2U) << answers;
  EXPECT_NE(answers.find("~TA1*000000043*260518*1200*A*000~IEA*0*"), std::string::npos) << answers;
  EXPECT_NE(answers.find("~ST*997*0001~AK1*QM*7~"), std::string::npos) << answers;
  EXPECT_EQ(ask("SELECT acknowledgement FROM message WHERE direction='in'"), "2");
  EXPECT_TRUE(balanced());
}

TEST_F(TranslatorDocumentsTest, what_the_profile_forbids_is_not_asked_for) {
  bundle_.partners["acme"].answer_interchange = AnswerInterchange::never;
  start_real();
  receive(file(x12_214(status_214, "000000043", '1')));
  quiet();
  EXPECT_EQ(target("acme/directory").order.size(), 1U);
}

TEST_F(TranslatorDocumentsTest, a_faulty_set_is_advised_by_an_824_that_reads_back_as_valid) {
  bundle_.partners["acme"].sends[0].advise = "824";
  start_real();
  std::string faulty = status_214;
  faulty.replace(faulty.find("20260518"), 8, "20261340");
  receive(file(x12_214(faulty, "000000044", '0')));
  receive(file(x12_214(status_214, "000000045", '0')));
  quiet();
  const std::string answers = all(target("acme/directory").order);
  EXPECT_EQ(target("acme/directory").order.size(), 3U) << answers;  // two 997, one 824
  EXPECT_NE(answers.find("~GS*AG*SHIPCO*ACFL*"), std::string::npos) << answers;
  EXPECT_NE(answers.find("~BGN*11*000000044-7*"), std::string::npos) << answers;
  EXPECT_NE(answers.find("~OTI*TR*TN*SHP1001*ACFL*SHIPCO*20260518*1432*7*0001*214*004010~TED*009*"), std::string::npos)
      << answers;
  EXPECT_EQ(ask("SELECT count(*) FROM message WHERE link='advises'"), "1");
  EXPECT_TRUE(balanced());
}

std::string edifact(const std::string& reference, const std::string& asked, const std::string& segment) {
  const std::string body = "UNH+1+IFTSTA:D:96A:UN'BGM+44+STATUS1+9'" + segment + "'UNT+4+1'";
  return "UNB+UNOC:3+ACFL:14+SHIPCO:ZZ+260518:1432+" + reference + "++++" + asked + "'" + body + "UNZ+1+" + reference +
         "'";
}

TEST_F(TranslatorDocumentsTest, an_answer_that_cannot_be_written_does_not_hold_up_what_it_answers) {
  bundle_.partners["acme"].identifiers.edifact.push_back({"edifact:14", "ACFL"});
  start_real();
  std::string nameless = edifact("R7", "1", "DTM+137:20260518:102");
  nameless.replace(nameless.find("SHIPCO:ZZ"), 9, "");  // who are we? neither UNB nor the profile says
  receive(file(nameless));
  quiet();
  EXPECT_EQ(target("acme/directory").order.size(), 0U);
  EXPECT_EQ(ask("SELECT count(*) FROM message WHERE direction='in' AND stage=2"), "1");
  EXPECT_EQ(ask("SELECT count(*) FROM exception WHERE code='edifact.write.header'"), "1");
  EXPECT_TRUE(balanced());
}

TEST_F(TranslatorDocumentsTest, a_contrl_is_never_answered_whatever_is_wrong_with_its_envelope) {
  bundle_.partners["acme"].identifiers.edifact.push_back({"edifact:14", "ACFL"});
  start_real();
  const std::string contrl =
      "UNB+UNOC:3+ACFL:14+SHIPCO:ZZ+260518:1432+C1'UNH+1+CONTRL:D:3:UN'UCI+9+SHIPCO:ZZ+ACFL:14+7'UNT+3+1'";
  receive(file(contrl + "UNZ+2+C1'"));
  quiet();
  EXPECT_EQ(target("acme/directory").order.size(), 0U) << all(target("acme/directory").order);
}

TEST_F(TranslatorDocumentsTest, edifact_is_answered_by_contrl_and_aperak) {
  PartnerSettings& acme = bundle_.partners["acme"];
  acme.identifiers.edifact.push_back({"edifact:14", "ACFL"});
  start_real();
  receive(file(edifact("R1", "", "DTM+137:20260518:102")));  // neither the profile nor UNB asks
  quiet();
  EXPECT_EQ(target("acme/directory").order.size(), 0U) << all(target("acme/directory").order);
  receive(file(edifact("R2", "1", "DTM+137:20260518:102")));  // UNB asks
  quiet();
  ASSERT_EQ(target("acme/directory").order.size(), 1U);
  const std::string& contrl = target("acme/directory").order[0];
  EXPECT_EQ(contrl.substr(0, 29), "UNB+UNOC:3+SHIPCO:ZZ+ACFL:14+") << contrl;
  EXPECT_NE(contrl.find("'UNH+1+CONTRL:D:3:UN'UCI+R2+ACFL:14+SHIPCO:ZZ+7'UNT+3+1'"), std::string::npos) << contrl;
  halt();
  acme.sends.push_back({"edifact/d96a/IFTSTA", "CONTRL", "", "APERAK"});
  start_real();
  receive(file(edifact("R3", "", "XYZ+1")));
  quiet();
  const std::string answers = all(target("acme/directory").order);
  EXPECT_NE(answers.find("UCM+1+IFTSTA:D:96A:UN+4'"), std::string::npos) << answers;
  EXPECT_NE(answers.find("+APERAK:D:96A:UN'BGM++R3-1+27+RE'"), std::string::npos) << answers;
  EXPECT_TRUE(balanced());
}

TEST(WriteEdifact, puts_messages_into_groups_where_the_profile_says_so) {
  EnvelopePlan plan;
  plan.sender = {"14", "SHIPCO"};
  plan.receiver = {"ZZ", "ACFL"};
  plan.interchange_number = 12;
  plan.at = "2026-05-18T19:32:00Z";
  plan.acknowledgement_requested = true;
  const std::vector<mapping::WrittenSet> sets{{"IFTMIN", "IFTMIN", "d96a", {{"BGM", "335", "B?1"}}},
                                              {"IFTMIN", "IFTMIN", "d96a", {{"BGM", "335", "B2"}}}};
  ASSERT_TRUE(is_edifact(sets));
  EXPECT_EQ(numbered_groups(plan, sets), 0U);
  const auto documents = make_documents();
  const auto plain = documents->write_interchange(plan, sets);
  ASSERT_TRUE(plain) << plain.error().text();
  EXPECT_EQ(*plain,
            "UNB+UNOC:3+SHIPCO:14+ACFL:ZZ+260518:1932+12++++1'UNH+1+IFTMIN:D:96A:UN'BGM+335+B??1'UNT+3+1'"
            "UNH+2+IFTMIN:D:96A:UN'BGM+335+B2'UNT+3+2'UNZ+2+12'");
  plan.edifact.groups = true;
  plan.edifact.una = EdifactEnvelope::Una::always;
  plan.usage = "T";
  EXPECT_EQ(numbered_groups(plan, sets), 1U);
  plan.group_numbers = {7};
  const auto grouped = documents->write_interchange(plan, sets);
  ASSERT_TRUE(grouped) << grouped.error().text();
  EXPECT_EQ(grouped->substr(0, 9), "UNA:+.? '");
  EXPECT_NE(grouped->find("'UNG+IFTMIN+SHIPCO:14+ACFL:ZZ+260518:1932+7+UN+D:96A'UNH+1+"), std::string::npos)
      << *grouped;
  EXPECT_NE(grouped->find("'UNE+2+7'UNZ+1+12'"), std::string::npos) << *grouped;
}

}  // namespace
}  // namespace crossdock::pipeline
