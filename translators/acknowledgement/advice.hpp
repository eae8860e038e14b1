// What an application says of the sets it received, before it is an 824 or an APERAK: verdict, findings of the guide,
// of the partner's overlay and of the map, set by set. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/acknowledgement/report.hpp"
#include "translators/wire/segment_writer.hpp"

namespace crossdock::acknowledgement {

/// A transaction set or message that answers, ready for an envelope of the caller's: without ST, SE, UNH, UNT.
struct AnswerMessage {
  std::string set;               ///< `824`, `APERAK`, `CONTRL`
  std::string functional_group;  ///< `AG`; empty in EDIFACT
  std::string version;           ///< `004010`; in EDIFACT the directory, `d96a`, `d3`
  std::vector<wire::OutgoingSegment> segments;
};

struct AdviceOptions {
  std::string date;                                   ///< CCYYMMDD, when the advice is written
  std::string time;                                   ///< HHMM
  std::function<std::uint64_t()> interchange_number;  ///< next control number; empty: 1, 2, 3 ...
  std::function<std::uint64_t()> group_number;        ///< X12: next GS06; empty: 1, 2, 3 ...
  bool accepted = false;                              ///< accepted sets are named too
  bool warnings = false;   ///< sets that were accepted with warnings are, with their findings
  std::string line_break;  ///< behind each terminator: empty, LF or CR LF
  /// Instead of bytes: each message as it is made; its envelope is the caller's.
  std::function<void(AnswerMessage&&)> on_message;
};

/// One set with everything that is known of it.
struct Advice {
  enum class Outcome : std::uint8_t { accepted, accepted_with_errors, rejected };
  SetVerdict set;
  std::vector<Finding> application;  ///< what the map found
  std::uint64_t events = 0;          ///< that the map made
  bool translated = false;
  /// Rejected by its verdict, or because the map found errors and made nothing of it.
  [[nodiscard]] Outcome outcome(bool warnings) const;
  /// Those worth saying, in document order: errors, with `warnings` these too; at most findings_max.
  [[nodiscard]] std::vector<Finding> findings(bool warnings) const;
  static constexpr std::size_t findings_max = 999;
};

/// The fault as an application names it (X12 data element 647): missing data, wrong date, total out of balance ...
[[nodiscard]] std::string_view application_error(Code code);

/// Gathers what belongs to one set, and gives it to the writer when the next one begins. Advices and acknowledgements
/// themselves are never advised.
class AdviceGatherer : public VerdictHandler {
 public:
  explicit AdviceGatherer(bool accepted, bool warnings) : accepted_(accepted), warnings_(warnings) {}
  void on_interchange(const x12::InterchangeHeader& interchange) override;
  void on_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group) override;
  void on_set(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group, SetVerdict& set) override;
  void on_translated(const SetVerdict& set, const std::vector<Finding>& findings, std::uint64_t events) override;
  void on_group_end(const x12::InterchangeHeader& interchange, GroupVerdict& group) override;
  void on_interchange_end(InterchangeVerdict& interchange) override;

 protected:
  /// A set that deserves an advice.
  virtual void say(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group, const Advice& advice) = 0;
  virtual void end_group(const x12::InterchangeHeader&, const x12::GroupHeader&) {}
  virtual void end_interchange(const x12::InterchangeHeader&) {}
  [[nodiscard]] bool warnings() const { return warnings_; }

 private:
  void flush();
  bool accepted_, warnings_;
  x12::InterchangeHeader interchange_;
  x12::GroupHeader group_;
  std::optional<Advice> pending_;
};

}  // namespace crossdock::acknowledgement
