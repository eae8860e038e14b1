// The verdict on everything received: one error model from which 997, 999, TA1, 824 and the gateway's statuses are
// made. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/x12/interchange_reader.hpp"

namespace crossdock::acknowledgement {

enum class Verdict : std::uint8_t { accepted, accepted_with_warnings, rejected, unknown_type };
[[nodiscard]] std::string_view name(Verdict verdict);

/// One transaction set, judged. `findings` are those of the set only, in document order.
struct SetVerdict {
  x12::SetHeader header;
  bool trailer_present = true;
  Verdict verdict = Verdict::accepted;
  bool is_acknowledgement = false;            ///< 997, 999, TA1: never acknowledged
  std::string guide;                          ///< id of the guide used, empty for unknown_type
  std::string business_name, business_value;  ///< the sender's number of it, `B1002` and its value; only with findings
  std::vector<Finding> findings;
  std::uint64_t findings_dropped = 0;
  /// What only the partner's overlay found, kept out of acknowledgements, and the verdict with it.
  std::vector<Finding> overlay_findings;
  Verdict overlay_verdict = Verdict::accepted;

  /// What becomes of the set here: the worse of the two verdicts.
  [[nodiscard]] Verdict outcome() const { return std::max(verdict, overlay_verdict); }
};

struct GroupVerdict {
  x12::GroupHeader header;
  x12::GroupTrailer trailer;
  std::uint64_t sets_seen = 0, sets_accepted = 0, sets_rejected = 0;
  Verdict verdict = Verdict::accepted;
  std::vector<Finding> findings;  ///< of the group itself
};

struct InterchangeVerdict {
  x12::InterchangeHeader header;
  x12::InterchangeTrailer trailer;
  Verdict verdict = Verdict::accepted;
  std::vector<Finding> findings;  ///< of the interchange itself
};

/// The verdict on a set from its findings: rejected by an error, accepted with warnings by a warning, else accepted.
[[nodiscard]] Verdict judge_set(const std::vector<Finding>& findings);
/// The verdict on a group: rejected by an error of its own or if none of its sets was accepted; accepted with warnings
/// if some were rejected, or by a warning of its own or of its sets (`set_warnings`); else accepted.
[[nodiscard]] Verdict judge_group(const GroupVerdict& group, bool set_warnings);
/// The verdict on an interchange: rejected by an error of its own or if all of its groups were; accepted with warnings
/// if some were rejected or had warnings.
[[nodiscard]] Verdict judge_interchange(const std::vector<Finding>& findings, std::uint64_t groups_accepted,
                                        std::uint64_t groups_warned, std::uint64_t groups_rejected);

/// What a received TA1 says of an interchange that we sent. Source: X12.5 (TA1).
struct InterchangeAnswer {
  std::string control_number, date, time;  ///< TA101-TA103: ISA13, ISA09, ISA10 of what we sent
  std::string code;                        ///< TA104: A accepted, E accepted with errors, R rejected
  std::string note;                        ///< TA105: `000` none
  Position where;
};

/// Receives verdicts as they fall, in document order: constant memory whatever the number of sets.
class VerdictHandler {
 public:
  virtual ~VerdictHandler() = default;
  virtual void on_interchange(const x12::InterchangeHeader&) {}
  /// A TA1 between ISA and IEA; its event follows.
  virtual void on_interchange_answer(const x12::InterchangeHeader&, const InterchangeAnswer&) {}
  virtual void on_group(const x12::InterchangeHeader&, const x12::GroupHeader&) {}
  virtual void on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, SetVerdict&) {}
  /// After the events of an accepted set: what the map found (its errors leave the acknowledgement as it is), and how
  /// many events left.
  virtual void on_translated(const SetVerdict&, const std::vector<Finding>&, std::uint64_t) {}
  virtual void on_group_end(const x12::InterchangeHeader&, GroupVerdict&) {}
  virtual void on_interchange_end(InterchangeVerdict&) {}
};

}  // namespace crossdock::acknowledgement
