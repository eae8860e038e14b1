// The structure of files, as values, tree and JSON; bounded for huge files.
// SPDX-License-Identifier: Apache-2.0
#include "translators/structure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/support/x12_recorder.hpp"
#include "translators/any_reader.hpp"

namespace crossdock {
namespace {

using testing::HasSubstr;
namespace support = x12::support;

struct Gatherer : StructureHandler {
  std::vector<InterchangeSummary> interchanges;
  void on_summary(const InterchangeSummary& interchange) override { interchanges.push_back(interchange); }
  [[nodiscard]] std::string text() const {
    std::string out;
    for (const InterchangeSummary& interchange : interchanges) out += to_text(interchange);
    return out + to_text(totals);
  }
};

Gatherer inspect(std::string_view bytes) {
  Gatherer gatherer;
  AnyReader reader(gatherer);
  EXPECT_TRUE(reader.feed(bytes));
  EXPECT_TRUE(reader.finish());
  return gatherer;
}

TEST(Inspect, shows_a_tree) {
  const std::string bytes = support::replace(support::replace(support::sample(), "~", "~\n"), "SE*4*0002~\n", "");
  EXPECT_EQ(inspect(bytes).text(),
            "interchange 1  02:ACFL -> ZZ:SHIPCO  version 00401  control number 000000007  production  (line 1, byte "
            "0)  1 note\n"
            "  delimiters  element '*'  component '>'  repetition none  segment '~'\n"
            "  group 1  QM  ACFL -> SHIPCO  version 004010  control number 7  2 sets  (line 2, byte 107)\n"
            "    set 1  214  control number 0001  5 segments  (line 3, byte 151)\n"
            "    set 2  214  control number 0002  3 segments  (line 8, byte 231)  1 error  no SE\n"
            "total  1 interchange  1 group  2 sets  12 segments  1 error  0 warnings  1 note\n");
}

TEST(Inspect, json_holds_the_same) {
  const Gatherer seen = inspect(support::replace(support::sample(), "GS*QM", "TA1*1*260518*1432*A*000~GS*QM"));
  const boost::json::value interchange = boost::json::parse(to_json(seen.interchanges.at(0)));
  const boost::json::value totals = boost::json::parse(to_json(seen.totals));
  EXPECT_EQ(interchange.at("sender").as_string(), "ACFL");
  EXPECT_EQ(interchange.at("service_segments").to_number<int>(), 1);
  EXPECT_EQ(interchange.at("delimiters").at("segment").as_string(), "~");
  const auto& set = interchange.at("groups").at(0).at("sets").at(1);
  EXPECT_EQ(set.at("control_number").as_string(), "0002");
  EXPECT_EQ(set.at("segments").to_number<int>(), 4);
  EXPECT_EQ(set.at("offset").to_number<std::size_t>(), support::sample().find("ST*214*0002") + 24);
  EXPECT_EQ(totals.at("segments").to_number<int>(), 14);
  EXPECT_EQ(totals.at("findings").at("errors").to_number<int>(), 0);
}

TEST(Inspect, keeps_a_bounded_number_of_rows) {
  std::string bytes = support::sample().substr(0, support::sample().find("ST*214"));
  constexpr std::size_t sets = InterchangeSummary::rows_max + 5;
  for (std::size_t i = 0; i < sets; ++i)
    bytes += "ST*214*" + std::to_string(100000 + i) + "~SE*2*" + std::to_string(100000 + i) + "~";
  bytes += "GE*" + std::to_string(sets) + "*7~IEA*1*000000007~";
  const Gatherer seen = inspect(bytes);
  EXPECT_EQ(seen.totals.sets, sets);
  EXPECT_EQ(seen.interchanges.at(0).groups.at(0).sets.size(), InterchangeSummary::rows_max);
  EXPECT_EQ(seen.totals.findings.errors, 0U);
  EXPECT_THAT(seen.text(), HasSubstr("    ... 5 more sets\n"));
}

TEST(Inspect, edifact_messages_stand_below_their_interchange) {
  const std::string text =
      inspect("UNB+UNOA:3+ACFL:14+SHIPCO:14+260518:1432+7'UNH+1+IFTSTA:D:01B:UN'BGM+77+X+9'UNT+3+1'").text();
  EXPECT_THAT(text, HasSubstr("interchange 1  14:ACFL -> 14:SHIPCO  version 3"));
  EXPECT_THAT(text, HasSubstr("  no UNZ\n"));
  EXPECT_THAT(text, HasSubstr("\n  message 1  IFTSTA  control number 1  3 segments"));
  EXPECT_THAT(text, HasSubstr("total  1 interchange  0 groups  1 set  4 segments  1 error"));
}

TEST(Inspect, control_characters_do_not_reach_the_terminal) {
  EXPECT_THAT(inspect(support::replace(support::sample(), "QM*ACFL", "QM*A\x1B[2J")).text(), HasSubstr("A?[2J"));
}

}  // namespace
}  // namespace crossdock
