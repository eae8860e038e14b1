// Writes 824: what became of the sets of each received group, with their faults as an application names them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "translators/acknowledgement/advice.hpp"
#include "translators/wire/byte_sink.hpp"

namespace crossdock::acknowledgement {

/// One interchange a received interchange, one group (AG) and one 824 a received group, an OTI for each set that was
/// rejected (TR), accepted with errors (TE) or, if asked for, accepted (TA); below it a TED for each finding, its text
/// in TED02 and, where longer, in NTE. The release is the received group's. Where no set deserves one, nothing is
/// written. Source: X12 824 in 004010 and 005010.
class ApplicationAdvice : public AdviceGatherer {
 public:
  ApplicationAdvice(wire::ByteSink& sink, AdviceOptions options);
  ~ApplicationAdvice() override;
  [[nodiscard]] std::uint64_t interchanges_written() const;

 private:
  void say(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group, const Advice& advice) override;
  void end_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group) override;
  void end_interchange(const x12::InterchangeHeader& interchange) override;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::acknowledgement
