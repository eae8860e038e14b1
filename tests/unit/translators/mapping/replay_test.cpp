// Runs that are remembered: events of sets alike are made of them, and are what they would be without.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"
#include "tests/unit/translators/mapping/set_reader.hpp"
#include "translators/guide/set_plan.hpp"

namespace crossdock::mapping {
namespace {

/// A carrier's statuses as they repeat themselves: numbers, codes and places differ.
std::string statuses(int count) {
  std::string out =
      "ISA*00*          *00*          *02*KNGT           *ZZ*SHIPPER        *260115*1230*U*00401*000000001*0*P*:~"
      "GS*QM*KNGT*SHIPPER*20260115*1230*5*X*004010~";
  constexpr const char* codes[] = {"X3", "D1", "AF", "X1", "SD"};
  constexpr const char* cities[] = {"LAREDO", "KANSAS CITY \"NORTH\"", "RENO"};
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(100000 + i * 7);
    out += "ST*214*" + number + "~B10*" + number + "*LD" + number + "*KNGT~L11*6" + number + "*" +
           (i % 7 == 3 ? "CN" : "BM") + "~LX*1~AT7*" + codes[i % 5] + "*" + (i % 11 == 5 ? "AO" : "NS") + "***2026011" +
           std::to_string(i % 10) + "*1" + std::to_string(i % 10) + "30*" + (i % 4 == 1 ? "UT" : "LT") + "~MS1*" +
           cities[i % 13 == 12 ? 1 : i % 2 * 2] + "*TX*US~MS2*" + (i % 3 == 0 ? "KNGT" : "ABCD") + "*TR" + number +
           "*TL~AT8*G*" + (i % 6 == 2 ? "K" : "L") + "*" + (i % 9 == 4 ? "0" : "") + number + "*18~SE*9*" + number +
           "~";
  }
  return out + "GE*" + std::to_string(count) + "*5~IEA*1*000000001~";
}

struct Told {
  std::vector<std::string> lines;
  std::vector<Finding> findings;
};

/// What a runner tells of sets: `remembers`: one runner for all of them, else a new one for each.
class Teller {
 public:
  Teller() : map_(*catalogue_.map("x12/004010/214")) {}
  Told tell(std::vector<ReadSet>& sets, bool remembers) {
    Told out;
    const LineSink sink = [&out](std::string_view line) { out.lines.emplace_back(line); };
    guide::SetPlans plans;
    plans.sets_before = 0;
    auto runner = std::make_unique<MapRunner>(*map_);
    DocumentContext context;
    context.sender = "KNGT";
    context.receiver = "SHIPPER";
    context.source = "/files/test";
    context.stated_at = "2026-01-15T12:30:00";
    context.lines = &sink;
    for (ReadSet& set : sets) {
      guide::SetTree tree;
      guide::ValidationOptions options;
      if (remembers) options.plans = &plans;
      std::vector<Finding> ignored;
      guide::validate_set(set.document, *map_->guide(), options, tree, ignored);
      if (!remembers) runner = std::make_unique<MapRunner>(*map_);
      runner->run_set(set.document, tree, context, {}, out.findings);
    }
    replayed = runner->replayed();
    distrusted = runner->distrusted();
    return out;
  }
  std::uint64_t replayed = 0, distrusted = 0;

 private:
  Catalogue catalogue_{std::make_shared<ShareFolder>()};
  const CompiledMap* map_;
};

TEST(Replay, gives_the_lines_that_a_run_gives) {
  std::vector<ReadSet> sets = read_sets(statuses(400));
  ASSERT_EQ(sets.size(), 400U);
  Teller teller;
  const Told each = teller.tell(sets, false);
  EXPECT_EQ(teller.replayed, 0U);
  const Told all = teller.tell(sets, true);
  EXPECT_EQ(all.lines, each.lines);
  EXPECT_EQ(all.lines.size(), 400U);
  EXPECT_EQ(all.findings.size(), each.findings.size());
  EXPECT_GT(teller.replayed, 250U);
  EXPECT_EQ(teller.distrusted, 0U);
}

}  // namespace
}  // namespace crossdock::mapping
