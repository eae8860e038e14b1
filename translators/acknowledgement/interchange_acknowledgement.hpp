// Writes TA1 from the verdicts on interchanges; reads a received one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "translators/acknowledgement/report.hpp"
#include "translators/wire/byte_sink.hpp"
#include "translators/wire/segment.hpp"

namespace crossdock::acknowledgement {

/// When an interchange gets a TA1.
enum class AnswerInterchange : std::uint8_t {
  never,
  on_request,  ///< where ISA14 is 1, or its envelope is rejected
  rejected,    ///< only where its envelope is rejected
  always,
};

struct InterchangeAcknowledgementOptions {
  AnswerInterchange when = AnswerInterchange::on_request;
  std::string date;                                   ///< YYMMDD or CCYYMMDD, when it is written
  std::string time;                                   ///< HHMM
  std::function<std::uint64_t()> interchange_number;  ///< next ISA13, 1..999999999; empty: 1, 2, 3 ...
  std::string line_break;                             ///< behind each terminator: empty, LF or CR LF
};

/// The verdict that a TA1 states on an interchange.
struct InterchangeNote {
  char code = 'A';           ///< TA104: A, E (accepted, with errors), R
  std::string note = "000";  ///< TA105, element I18
};

/// TA104 and TA105 for the findings on the envelope: the first error's code rejects, else the first warning's is noted.
/// What stands in groups does not count: that is the functional acknowledgement's. Source: X12.5, element I18.
[[nodiscard]] InterchangeNote judge_envelope(const InterchangeVerdict& interchange);

/// The elements of the TA1 for an interchange, tag first; empty where the rule gives none. An interchange that holds
/// only acknowledgements (TA1, groups of functional id FA) is never answered: `only_acknowledgements`.
[[nodiscard]] std::optional<std::vector<std::string>> interchange_answer(const InterchangeVerdict& interchange,
                                                                         AnswerInterchange when,
                                                                         bool only_acknowledgements);

/// Writes each TA1 as an interchange of its own: ISA, TA1, IEA with a count of 0.
class InterchangeAcknowledgement : public VerdictHandler {
 public:
  InterchangeAcknowledgement(wire::ByteSink& sink, InterchangeAcknowledgementOptions options);
  void on_interchange(const x12::InterchangeHeader& interchange) override;
  void on_interchange_answer(const x12::InterchangeHeader& interchange, const InterchangeAnswer& answer) override;
  void on_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group) override;
  void on_interchange_end(InterchangeVerdict& interchange) override;
  [[nodiscard]] std::uint64_t interchanges_written() const { return written_; }

 private:
  wire::ByteSink& sink_;
  InterchangeAcknowledgementOptions options_;
  std::uint64_t written_ = 0;
  bool answers_ = false, other_groups_ = false;  ///< of the interchange at hand
};

/// Reads a TA1 segment.
[[nodiscard]] InterchangeAnswer read_interchange_answer(const wire::Segment& segment);

}  // namespace crossdock::acknowledgement
