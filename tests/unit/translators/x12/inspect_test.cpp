// The structure of files, as values, tree and JSON; bounded for huge files.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/inspect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/support/x12_recorder.hpp"

namespace crossdock::x12 {
namespace {

using testing::HasSubstr;

Structure inspect(std::string_view bytes) {
  StructureHandler handler;
  InterchangeReader reader(handler);
  EXPECT_TRUE(reader.feed(bytes));
  EXPECT_TRUE(reader.finish());
  return std::move(handler.structure);
}

TEST(Inspect, shows_a_tree) {
  const std::string bytes = support::replace(support::replace(support::sample(), "~", "~\n"), "SE*4*0002~\n", "");
  EXPECT_EQ(to_text(inspect(bytes)),
            "interchange 1  02:ACFL -> ZZ:SHIPCO  version 00401  control number 000000007  production  (line 1, byte "
            "0)  1 note\n"
            "  delimiters  element '*'  component '>'  repetition none  segment '~'\n"
            "  group 1  QM  ACFL -> SHIPCO  version 004010  control number 7  2 sets  (line 2, byte 107)\n"
            "    set 1  214  control number 0001  5 segments  (line 3, byte 151)\n"
            "    set 2  214  control number 0002  3 segments  (line 8, byte 231)  1 error  no SE\n"
            "total  1 interchange  1 group  2 sets  12 segments  1 error  0 warnings  1 note\n");
}

TEST(Inspect, json_holds_the_same) {
  const std::string text =
      to_json(inspect(support::replace(support::sample(), "GS*QM", "TA1*1*260518*1432*A*000~GS*QM")));
  const boost::json::value json = boost::json::parse(text);
  const auto& interchange = json.at("interchanges").at(0);
  EXPECT_EQ(interchange.at("sender").as_string(), "ACFL");
  EXPECT_EQ(interchange.at("service_segments").to_number<int>(), 1);
  EXPECT_EQ(interchange.at("delimiters").at("segment").as_string(), "~");
  const auto& set = interchange.at("groups").at(0).at("sets").at(1);
  EXPECT_EQ(set.at("control_number").as_string(), "0002");
  EXPECT_EQ(set.at("segments").to_number<int>(), 4);
  EXPECT_EQ(set.at("offset").to_number<std::size_t>(), support::sample().find("ST*214*0002") + 24);
  EXPECT_EQ(json.at("totals").at("segments").to_number<int>(), 14);
  EXPECT_EQ(json.at("totals").at("findings").at("errors").to_number<int>(), 0);
}

TEST(Inspect, keeps_a_bounded_number_of_rows) {
  std::string bytes = support::sample().substr(0, support::sample().find("ST*214"));
  constexpr std::size_t sets = Structure::rows_max + 5;
  for (std::size_t i = 0; i < sets; ++i)
    bytes += "ST*214*" + std::to_string(100000 + i) + "~SE*2*" + std::to_string(100000 + i) + "~";
  bytes += "GE*" + std::to_string(sets) + "*7~IEA*1*000000007~";
  const Structure structure = inspect(bytes);
  EXPECT_EQ(structure.sets_seen, sets);
  EXPECT_EQ(structure.interchanges.at(0).groups.at(0).sets.size(), Structure::rows_max);
  EXPECT_EQ(structure.findings.errors, 0U);
  EXPECT_THAT(to_text(structure), HasSubstr("    ... 5 more sets\n"));
}

TEST(Inspect, control_characters_do_not_reach_the_terminal) {
  EXPECT_THAT(to_text(inspect(support::replace(support::sample(), "QM*ACFL", "QM*A\x1B[2J"))), HasSubstr("A?[2J"));
}

}  // namespace
}  // namespace crossdock::x12
