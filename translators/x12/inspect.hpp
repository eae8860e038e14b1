// The structure of a file as values: what `crossdock inspect` shows. Bounded whatever the size of the file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "translators/x12/interchange_reader.hpp"

namespace crossdock::x12 {

struct FindingCounts {
  std::uint64_t errors = 0, warnings = 0, notes = 0;
  void add(Severity severity) {
    ++(severity == Severity::error ? errors : severity == Severity::warning ? warnings : notes);
  }
};

struct SetSummary {
  SetHeader header;
  std::uint64_t segments = 0;  ///< ST and SE included
  bool trailer_present = false;
  FindingCounts findings;  ///< of this set
};

struct GroupSummary {
  GroupHeader header;
  GroupTrailer trailer;
  std::vector<SetSummary> sets;  ///< the first of them, see Structure
  std::uint64_t sets_seen = 0;
  FindingCounts findings;  ///< of the group itself
};

struct InterchangeSummary {
  InterchangeHeader header;
  InterchangeTrailer trailer;
  std::vector<GroupSummary> groups;
  std::uint64_t groups_seen = 0, service_segments = 0;  ///< TA1, ISB and the like, and strays
  FindingCounts findings;                               ///< of the interchange itself
};

/// At most rows_max interchanges, groups and sets are kept (each kind counted over the whole file); the rest is only
/// counted.
struct Structure {
  static constexpr std::size_t rows_max = 10000;
  std::vector<InterchangeSummary> interchanges;
  std::uint64_t interchanges_seen = 0, groups_seen = 0, sets_seen = 0, segments_seen = 0;
  FindingCounts findings;  ///< all of the file
};

/// Hand it to an InterchangeReader, then take `structure`. Findings are passed on to `on_each_finding` of a subclass
/// after counting.
class StructureHandler : public InterchangeHandler {
 public:
  Structure structure;

  void on_interchange(const InterchangeHeader& header) override;
  void on_group(const GroupHeader& header) override;
  void on_set(const SetHeader& header) override;
  void on_segment(const wire::Segment& segment) override;
  void on_set_end(const SetTrailer& trailer) override;
  void on_group_end(const GroupTrailer& trailer) override;
  void on_interchange_end(const InterchangeTrailer& trailer) override;
  void on_finding(Finding&& finding) override;

 protected:
  virtual void on_each_finding(Finding&&) {}

 private:
  InterchangeSummary* interchange_ = nullptr;  // null: not kept
  GroupSummary* group_ = nullptr;
  SetSummary* set_ = nullptr;
  bool in_set_ = false;
  std::uint64_t groups_kept_ = 0, sets_kept_ = 0;
};

/// A tree for people, lines ended by LF.
[[nodiscard]] std::string to_text(const Structure& structure);
/// One JSON object: {"interchanges":[{... "groups":[{... "sets":[...]}]}],"totals":{...}}; ends without LF.
[[nodiscard]] std::string to_json(const Structure& structure);

}  // namespace crossdock::x12
