// Writes 997 and 999 from verdicts as they fall: one interchange per received interchange, one group and one set per
// received group. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "translators/acknowledgement/report.hpp"
#include "translators/wire/byte_sink.hpp"
#include "translators/wire/delimiters.hpp"

namespace crossdock::acknowledgement {

/// Which set answers a group. A 999 exists from release 005010 on: groups of earlier ones get a 997 whatever is asked.
enum class AnswerSet : std::uint8_t {
  automatic,       ///< 999 where GS08 names an implementation guide (`005010X...`) or an ST03 stands, else 997
  functional,      ///< 997
  implementation,  ///< 999
};

struct AcknowledgementOptions {
  AnswerSet set = AnswerSet::functional;
  std::string date;                                   ///< CCYYMMDD, when the acknowledgement is written
  std::string time;                                   ///< HHMM
  std::function<std::uint64_t()> interchange_number;  ///< next ISA13, 1..999999999; empty: 1, 2, 3 ...
  std::function<std::uint64_t()> group_number;        ///< next GS06, 1..999999999; empty: 1, 2, 3 ...
  bool acknowledge_warnings = false;                  ///< warnings are reported too: AK5 E instead of A, AK9 E
  wire::Delimiters delimiters{
      .element = '*', .component = ':', .repetition = '^', .release = 0, .decimal_mark = '.', .segment = "~"};
  std::string line_break;  ///< behind each terminator: empty, LF or CR LF
};

/// What was written for one received group: for whoever keeps the books.
struct AcknowledgedGroup {
  std::uint32_t interchange = 0, group = 0;                      ///< ordinals of what was received
  std::string interchange_control_number, group_control_number;  ///< of the 997
  char code = 'A';                                               ///< AK901
};

/// The 997 and 999 writer. Give it the verdicts in document order; it never answers groups of functional id FA, groups
/// without GS, and sets that are acknowledgements themselves. Memory does not grow with the number of sets. Values are
/// cut to what the 997 carries and cleaned of delimiters. The 999 adds CTX: the sender's own number of the set, and
/// what made a condition apply. Source: X12.20 (997) 004010 and 005010, 005010X231A1 (999); the form follows the
/// received GS08.
class FunctionalAcknowledgement : public VerdictHandler {
 public:
  FunctionalAcknowledgement(wire::ByteSink& sink, AcknowledgementOptions options);
  ~FunctionalAcknowledgement() override;
  void on_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group) override;
  void on_set(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group, SetVerdict& set) override;
  void on_group_end(const x12::InterchangeHeader& interchange, GroupVerdict& group) override;
  void on_interchange_end(InterchangeVerdict& interchange) override;

  /// Called after each group's GE is written.
  std::function<void(const AcknowledgedGroup&)> on_acknowledged;
  /// Interchanges written so far; 0: nothing deserved an answer.
  [[nodiscard]] std::uint64_t interchanges_written() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::acknowledgement
