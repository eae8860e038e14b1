// What answers say of what was sent, by their canonical events.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/settlement.hpp"

#include <gtest/gtest.h>

namespace crossdock::pipeline {
namespace {

constexpr const char* acknowledged = "crossdock.message.acknowledged.v1";
constexpr const char* advised = "crossdock.message.advised.v1";

/// `functional/number + settles answer`, `-` where it is negative; empty when nothing is settled.
std::string of(const char* answer, const char* type, const std::string& data) {
  const auto found = settlement_of(answer, type, data);
  if (!found) return {};
  return found->functional_id + "/" + found->control_number + (found->positive ? " +" : " -") +
         (found->settles ? " settles " : " waits ") + found->answer + (found->advises ? " advice" : "");
}

TEST(Settlement, is_of_the_group_or_interchange) {
  struct Row {
    const char *answer, *type, *data, *expected;
  };
  for (const Row& row : {
           Row{"997", acknowledged,
               R"({"acknowledged":{"functional_group":"SM","control_number":"17"},"outcome":"accepted"})",
               "SM/17 + settles 997"},
           Row{"999", acknowledged,
               R"({"acknowledged":{"functional_group":"SM","control_number":"0017"},"outcome":"rejected"})",
               "SM/17 - settles 999"},
           Row{"997", acknowledged,
               R"({"acknowledged":{"functional_group":"SM","control_number":"17"},"outcome":"partially_accepted"})",
               "SM/17 - settles 997"},
           Row{"TA1", acknowledged, R"({"acknowledged":{"control_number":"000000007"},"outcome":"accepted"})",
               "/7 + waits TA1"},
           Row{"TA1", acknowledged, R"({"acknowledged":{"control_number":"000000007"},"outcome":"rejected"})",
               "/7 - settles TA1"},
           Row{"CONTRL", acknowledged, R"({"acknowledged":{"control_number":"12"},"outcome":"accepted"})",
               "/12 + settles CONTRL"},
           Row{"824", advised,
               R"({"advised":{"set":"204","reference":"SHP1","group_control_number":"17"},"outcome":"rejected"})",
               "SM/17 - settles 824 advice"},
           Row{"APERAK", advised,
               R"({"advised":{"reference":"B1"},"outcome":"rejected","references":[)"
               R"({"type":"previous_message","value":"5"},{"type":"transaction_reference","value":"12"}]})",
               "/12 - settles APERAK advice"},
       })
    EXPECT_EQ(of(row.answer, row.type, row.data), row.expected) << row.data;
}

TEST(Settlement, is_nothing_where_nothing_of_ours_is_named) {
  EXPECT_EQ(of("997", acknowledged,
               R"({"acknowledged":{"functional_group":"SM","control_number":"17","set":"204"},"outcome":"accepted"})"),
            "");
  EXPECT_EQ(of("824", advised, R"({"advised":{"reference":"SHP1"},"outcome":"accepted"})"), "");
  EXPECT_EQ(of("214", "crossdock.shipment.milestone.v1", R"({"acknowledged":{"control_number":"1"}})"), "");
  EXPECT_EQ(of("997", acknowledged, "no json"), "");
  EXPECT_EQ(of("997", acknowledged, R"({"acknowledged":7,"outcome":"accepted"})"), "");
  EXPECT_EQ(of("997", acknowledged, R"({"acknowledged":{"control_number":"1"}})"), "");
}

TEST(Settlement, answers_by_number_are_known) {
  for (const char* set : {"997", "999", "TA1", "CONTRL"}) EXPECT_TRUE(answers_by_number(set)) << set;
  for (const char* set : {"824", "990", "APERAK"}) EXPECT_FALSE(answers_by_number(set)) << set;
  EXPECT_TRUE(answers_interchange("TA1"));
  EXPECT_FALSE(answers_interchange("997"));
}

}  // namespace
}  // namespace crossdock::pipeline
