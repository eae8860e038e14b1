// The structure of interchanges as values, one interchange at a time: what `crossdock inspect` shows, X12 and EDIFACT.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "translators/wire/interchange.hpp"

namespace crossdock {

struct FindingCounts {
  std::uint64_t errors = 0, warnings = 0, notes = 0;
  void add(Severity severity) {
    ++(severity == Severity::error ? errors : severity == Severity::warning ? warnings : notes);
  }
};

struct SetSummary {
  wire::SetHeader header;
  std::uint64_t segments = 0;  ///< ST and SE (UNH and UNT) included
  bool trailer_present = false;
  FindingCounts findings;  ///< of this set
};

struct GroupSummary {
  wire::GroupHeader header;
  wire::GroupTrailer trailer;
  std::vector<SetSummary> sets;  ///< the first of them, see InterchangeSummary
  std::uint64_t sets_seen = 0;
  FindingCounts findings;  ///< of the group itself
};

/// At most rows_max groups and as many sets are kept; the rest is only counted.
struct InterchangeSummary {
  static constexpr std::size_t rows_max = 5000;
  wire::InterchangeHeader header;
  wire::InterchangeTrailer trailer;
  std::vector<GroupSummary> groups;
  std::uint64_t groups_seen = 0, sets_kept = 0;
  std::uint64_t service_segments = 0;  ///< TA1, ISB and the like, and strays
  FindingCounts findings;              ///< of the interchange itself
};

struct StructureTotals {
  std::uint64_t interchanges = 0, groups = 0, sets = 0, segments = 0;
  FindingCounts findings;  ///< all of the input
};

/// Hand it to a reader. Each interchange comes to `on_summary` when it has ended, so that memory does not grow with the
/// input; findings are passed on to `on_each_finding` after counting; `totals` is complete when the reader has
/// finished.
class StructureHandler : public wire::InterchangeHandler {
 public:
  StructureTotals totals;

  void on_interchange(const wire::InterchangeHeader& header) override;
  void on_group(const wire::GroupHeader& header) override;
  void on_set(const wire::SetHeader& header) override;
  void on_segment(const wire::Segment& segment) override;
  void on_set_end(const wire::SetTrailer& trailer) override;
  void on_group_end(const wire::GroupTrailer& trailer) override;
  void on_interchange_end(const wire::InterchangeTrailer& trailer) override;
  void on_finding(Finding&& finding) override;

 protected:
  virtual void on_summary(const InterchangeSummary&) {}
  virtual void on_each_finding(Finding&&) {}

 private:
  InterchangeSummary interchange_;
  GroupSummary* group_ = nullptr;  // null: none open, or not kept
  SetSummary* set_ = nullptr;
  bool in_interchange_ = false, in_set_ = false;
};

/// A tree for people, lines ended by LF; the totals are its last line.
[[nodiscard]] std::string to_text(const InterchangeSummary& interchange);
[[nodiscard]] std::string to_text(const StructureTotals& totals);
/// {... "groups":[{... "sets":[...]}]} and {"interchanges":N,...,"findings":{...}}, without LF. Together they are
/// written as {"interchanges":[...],"totals":...}.
[[nodiscard]] std::string to_json(const InterchangeSummary& interchange);
[[nodiscard]] std::string to_json(const StructureTotals& totals);

}  // namespace crossdock
