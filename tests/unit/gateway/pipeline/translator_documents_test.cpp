// The line with the real guides and maps: a 214 in, a 997 back, a tender out as 204.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/translator_documents.hpp"

#include <fstream>
#include <sstream>

#include "tests/support/pipeline_fixture.hpp"

namespace crossdock::pipeline {
namespace {

class FolderTexts final : public TextSource {
 public:
  Result<std::string> read(const std::string& path) const override {
    std::ifstream in(root_ + path, std::ios::binary);
    if (!in) return fail(Code::file_unreadable, path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  bool exists(const std::string& path) const override { return std::filesystem::exists(root_ + path); }
  std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out;
    if (!std::filesystem::exists(root_ + folder)) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_ + folder))
      if (entry.is_regular_file()) out.push_back(entry.path().string().substr(root_.size()));
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::string root_ = std::string(CROSSDOCK_SOURCE_DIR) + "/";
};

class TranslatorDocumentsTest : public tests::PipelineFixture {
 protected:
  TranslatorDocumentsTest() { use_ = make_documents(); }
  void start_real() {
    documents_in_use_ = use_.get();
    catalogue_ = std::make_shared<const Catalogue>(std::make_shared<FolderTexts>());
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

}  // namespace
}  // namespace crossdock::pipeline
