// Writes APERAK: what became of a received EDIFACT message, with its faults.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "translators/acknowledgement/advice.hpp"
#include "translators/wire/byte_sink.hpp"

namespace crossdock::acknowledgement {

/// One interchange for each received one, in it an APERAK for each message that was rejected, accepted with errors or,
/// if asked for, accepted. RFF+ACW names the message's own number (BGM 1004), RFF+AGO its reference (UNH 0062), RFF+TN
/// the interchange (UNB 0020); below, an ERC for each finding (codes of data element 0085 where there is one) with its
/// text. The directory is D.96A, for messages of D.98A and later D.01B. Source: UN/EDIFACT APERAK D.96A, D.01B.
class ApplicationError : public AdviceGatherer {
 public:
  ApplicationError(wire::ByteSink& sink, AdviceOptions options);
  ~ApplicationError() override;
  [[nodiscard]] std::uint64_t interchanges_written() const;

 private:
  void say(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group, const Advice& advice) override;
  void end_interchange(const x12::InterchangeHeader& interchange) override;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::acknowledgement
