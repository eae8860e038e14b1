// Runs in both directions over the 214 guide with a small map: what the shipped maps' samples do not show.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/runner.hpp"

#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"

namespace crossdock::mapping {
namespace {

class Runs : public ::testing::Test {
 protected:
  Runs() {
    std::vector<Finding> faults;
    auto loaded = load_map(guides_.sources(), "x12/004010/214", faults);
    EXPECT_TRUE(loaded.has_value()) << texts_of(faults);
    map_ = std::move(*loaded);
  }
  std::vector<canonical::Event> run(const std::string& text, DocumentContext context = {}) {
    const auto document = document_of(text);
    guide::SetTree tree;
    std::vector<Finding> ignored;
    guide::validate_set(document, *map_->guide(), {}, tree, ignored);
    std::vector<canonical::Event> out;
    findings_.clear();
    translate_set(
        *map_, document, tree, context,
        [&](canonical::Event&& event, std::string_view trace) {
          out.push_back(event);
          trace_ = trace;
        },
        findings_);
    return out;
  }
  static ShareFolder share_;
  GuideShelf guides_{share_};
  std::unique_ptr<CompiledMap> map_;
  std::vector<Finding> findings_;
  std::string trace_;
};
ShareFolder Runs::share_;

const std::string head = "ST*214*0001~B10*PRO1*SHP1*ACFL~";
const std::string tail = "SE*9*0001~";

TEST_F(Runs, attributes_do_not_depend_on_the_source_and_differ_by_occurrence) {
  DocumentContext context;
  context.payload_hash = sha256("payload");
  context.sender = "ACFL";
  context.receiver = "SHIPCO";
  context.source = "/files/a";
  const std::string text = head + "LX*1~AT7*D1*NS***20260518*1432*CT~LX*2~AT7*D1*NS***20260518*1432*CT~" + tail;
  const auto first = run(text, context);
  context.source = "/files/b";
  const auto second = run(text, context);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].id, second[0].id);
  EXPECT_NE(first[0].id, first[1].id);
  EXPECT_EQ(first[0].factkey, first[1].factkey);  // the same fact told twice
  EXPECT_EQ(first[0].partitionkey, "SHIPCO/SHP1");
  EXPECT_EQ(first[0].subject, "shipment/SHP1");
  EXPECT_EQ(first[0].time, "2026-05-18T14:32:00-05:00");
  EXPECT_EQ(first[1].sequence, "2");
  EXPECT_GE(first[0].id.size(), 32U);
  EXPECT_EQ(first[0].id.find_first_not_of("0123456789abcdef"), std::string::npos);
  context.set = 2;
  EXPECT_NE(run(text, context)[0].id, first[0].id);
}

TEST_F(Runs, an_unknown_code_is_an_error_with_place_list_and_nearest_and_makes_no_event) {
  const auto events = run(head + "LX*1~AT7*ZZ9*NS***20260518*1432*CT~LX*2~AT7*D1*NS***20260518*1500*CT~" + tail);
  EXPECT_EQ(events.size(), 1U);
  ASSERT_EQ(findings_.size(), 1U) << texts_of(findings_);
  EXPECT_EQ(findings_[0].code, Code::map_table_code);
  EXPECT_EQ(findings_[0].path, "LX[1]/AT7[1].01");
  EXPECT_EQ(findings_[0].value, "ZZ9");
  EXPECT_EQ(findings_[0].where.offset, head.size() + 9);
  EXPECT_EQ(findings_[0].where.length, 3U);
  EXPECT_NE(findings_[0].map_line.find("x12/004010/214/map.yaml:"), std::string::npos);
  EXPECT_NE(findings_[0].message.find("1650"), std::string::npos);
}

TEST_F(Runs, a_set_without_shipment_is_rejected_by_the_map) {
  EXPECT_TRUE(run("ST*214*0001~B10***ACFL~LX*1~AT7*D1*NS***20260518*1432*CT~" + tail).empty());
  ASSERT_FALSE(findings_.empty());
  EXPECT_EQ(findings_[0].code, Code::shipment_unidentified);
}

TEST_F(Runs, a_set_without_events_is_told) {
  EXPECT_TRUE(run(head + tail).empty());
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, Code::map_event_unmatched);
}

TEST_F(Runs, trace_names_the_bytes_of_each_field) {
  DocumentContext context;
  context.trace = true;
  const std::string text = head + "L11*B1*BM~LX*1~AT7*D1*NS***20260518*1432*CT~" + tail;
  ASSERT_EQ(run(text, context).size(), 1U);
  EXPECT_NE(trace_.find(R"({"field":"shipment.id","line":"x12/004010/214/map.yaml:)"), std::string::npos) << trace_;
  EXPECT_NE(trace_.find(R"("offset":)" + std::to_string(text.find("SHP1")) + R"(,"length":4,"value":"SHP1")"),
            std::string::npos)
      << trace_;
  EXPECT_NE(trace_.find(R"("field":"shipment.references[0].value")"), std::string::npos) << trace_;
}

TEST_F(Runs, many_loops_cost_no_more_each) {
  std::string text = head;
  for (int i = 1; i <= 20000; ++i) text += "LX*1~AT7*X6*NS***20260518*1432*CT~L11*1*QN~";
  EXPECT_EQ(run(text + tail).size(), 20000U);
}

TEST_F(Runs, reads_code_tells_what_the_validator_must_refuse) {
  const guide::NodeIndex lx = map_->guide()->find_child(0, "LX"), at7 = map_->guide()->find_child(lx, "AT7");
  EXPECT_TRUE(map_->reads_code(at7, 1));
  EXPECT_FALSE(map_->reads_code(at7, 5));
}

TEST_F(Runs, coverage_lists_what_nothing_reads) {
  const auto document =
      document_of("ST*214*0001~B10*PRO1*SHP1*ACFL**BM*B7~MS3*ACFL*B~LX*1~AT7*D1*NS***20260518*1432*CT~" + tail);
  guide::SetTree tree;
  std::vector<Finding> findings;
  guide::validate_set(document, *map_->guide(), {}, tree, findings);
  Coverage coverage;
  MapRunner(*map_).run_set(
      document, tree, {}, [](canonical::Event&&, std::string_view) {}, findings, &coverage);
  std::string unread;
  for (const auto& one : coverage.unread) unread += one.path + "=" + one.value + " ";
  EXPECT_EQ(unread, "MS3[1].01=ACFL MS3[1].02=B ");
  bool ran = false;
  for (const auto& line : coverage.lines(*map_)) ran = ran || (line.runs > 0 && line.text.starts_with("B10.03"));
  EXPECT_TRUE(ran);
}

std::string event_of(const std::string& data) {
  return R"({"specversion":"1.0","type":"crossdock.shipment.milestone.v1","source":"/s","id":"1","data":)" + data + "}";
}

std::string written(const CompiledMap& map, const std::vector<std::string>& events, std::string& problems) {
  std::vector<Finding> findings;
  const auto sets = write_sets(map, events, findings);
  problems = texts_of(findings);
  std::string out;
  for (const WrittenSet& set : *sets) {
    for (const auto& segment : set.segments) {
      for (std::size_t i = 0; i < segment.size(); ++i) out += (i > 0 ? "*" : "") + segment[i];
      out += '~';
    }
    out += '\n';
  }
  return out;
}

const std::string plain =
    R"({"shipment":{"id":"SHP1","carrier_reference":"PRO1"},"carrier":{"scac":"ACFL"},)"
    R"("milestone":{"code":"delivered","classifier":"actual","occurred_at":"2026-05-18T14:32:00-05:00"},)"
    R"("stop":{"sequence":2,"role":"delivery"}})";

TEST_F(Runs, an_event_without_codes_of_x12_is_written_with_the_preferred_ones) {
  std::string problems;
  EXPECT_EQ(written(*map_, {event_of(plain)}, problems),
            "B10*PRO1*SHP1*ACFL~LX*1~AT7*D1****20260518*1432*CT~L11*2*QN~\n")
      << problems;
}

TEST_F(Runs, events_alike_in_the_group_share_a_set_with_a_loop_each) {
  std::string problems, other = plain;
  other.replace(other.find("SHP1"), 4, "SHP2");
  const std::string out = written(*map_, {event_of(plain), event_of(other), event_of(plain)}, problems);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2) << out << problems;
  EXPECT_NE(out.find("LX*2~"), std::string::npos) << out;
}

TEST_F(Runs, what_cannot_be_written_is_told_by_the_name_of_the_field) {
  std::string problems, bad = plain;
  bad.replace(bad.find("delivered"), 9, "beamed_up");
  EXPECT_EQ(written(*map_, {event_of(bad)}, problems), "");
  EXPECT_NE(problems.find("map.table.unwritable data.milestone.code"), std::string::npos) << problems;
  bad = plain;
  bad.replace(bad.find("PRO1"), 4, std::string(40, 'P'));
  EXPECT_EQ(written(*map_, {event_of(bad)}, problems), "");
  EXPECT_NE(problems.find("map.element.length"), std::string::npos) << problems;
  EXPECT_NE(problems.find("data.shipment.carrier_reference"), std::string::npos) << problems;
  EXPECT_EQ(written(*map_, {"[1]", R"({"type":"crossdock.other.v1","data":{}})", "{"}, problems), "");
  EXPECT_NE(problems.find("map.event.unwritable"), std::string::npos) << problems;
  EXPECT_NE(problems.find("json.syntax"), std::string::npos) << problems;
}

}  // namespace
}  // namespace crossdock::mapping
