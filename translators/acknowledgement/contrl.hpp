// Writes CONTRL from verdicts as they fall: one interchange with one CONTRL for each received EDIFACT interchange.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "translators/acknowledgement/advice.hpp"
#include "translators/wire/byte_sink.hpp"

namespace crossdock::acknowledgement {

struct ContrlOptions {
  std::string date;                                   ///< CCYYMMDD, when the CONTRL is written
  std::string time;                                   ///< HHMM
  std::function<std::uint64_t()> interchange_number;  ///< next control reference; empty: 1, 2, 3 ...
  bool on_request_only = false;                       ///< only where UNB 0031 is 1, or something is rejected
  /// Instead of bytes: the message, its directory `d3` or, in syntax 4, `41`; its envelope is the caller's.
  std::function<void(AnswerMessage&&)> on_message;
  bool receipt_only = false;  ///< action 8: received, nothing said of the content
  std::string line_break;     ///< behind each terminator: empty, LF or CR LF
};

/// The CONTRL writer. Give it the verdicts in document order; X12 interchanges pass it by, and what holds nothing but
/// CONTRL is never answered. The layout (UNH D:3 or 4:1, S011 with or without occurrence) follows the syntax version
/// received, so do the syntax identifier and the test indicator. Messages that were accepted are acknowledged by the
/// interchange's action 7; the rejected ones are named with segments and elements in error, at most details_max each.
/// Memory grows with rejected messages only. Codes: CodeInfo, data element 0085. Source: ISO 9735-4:2002; CONTRL D:3.
class ContrlWriter : public VerdictHandler {
 public:
  static constexpr std::size_t details_max = 99;
  ContrlWriter(wire::ByteSink& sink, ContrlOptions options);
  ~ContrlWriter() override;
  void on_interchange(const x12::InterchangeHeader& interchange) override;
  void on_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group) override;
  void on_set(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group, SetVerdict& set) override;
  void on_group_end(const x12::InterchangeHeader& interchange, GroupVerdict& group) override;
  void on_interchange_end(InterchangeVerdict& interchange) override;

  [[nodiscard]] std::uint64_t interchanges_written() const;
  /// Control reference of the last interchange written.
  [[nodiscard]] const std::string& last_reference() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::acknowledgement
