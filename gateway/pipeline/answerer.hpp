// Decides which answers an interchange gets from us (997, 999, TA1, CONTRL; 824, APERAK) and has them written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/pipeline/planner.hpp"

namespace crossdock::pipeline {

/// Hears the verdicts of one payload, interchange after interchange. What a partner's profile says of a set decides;
/// beside it, an interchange that asks (ISA14, UNB 0031) or is rejected is answered as a whole.
class Answerer {
 public:
  explicit Answerer(const PlannerInput& input) : input_(input) {}
  void on_interchange(const x12::InterchangeHeader& header);
  void on_interchange_answer() { answers_ = true; }
  void on_group(const x12::InterchangeHeader& header, const x12::GroupHeader& group);
  /// `partner` is the sender; null: nobody is answered.
  void on_set(const PartnerSettings* partner, const x12::InterchangeHeader& header,
              acknowledgement::SetVerdict& verdict);
  void on_translated(const acknowledgement::SetVerdict& verdict, const std::vector<Finding>& findings,
                     std::uint64_t events);
  void on_group_end(const x12::InterchangeHeader& header, acknowledgement::GroupVerdict& verdict);
  /// Fills the interchange's answers.
  void on_interchange_end(const PartnerSettings* partner, acknowledgement::InterchangeVerdict& verdict,
                          PlannedInterchange& interchange);

 private:
  struct Open {
    std::string kind, target;
    bool advice = false;
    std::unique_ptr<Acknowledger> writer;
  };
  Open* ensure(const PartnerSettings& partner, const x12::InterchangeHeader& header, const std::string& kind,
               bool advice);
  void add_interchange_answer(const PartnerSettings& partner, acknowledgement::InterchangeVerdict& verdict,
                              PlannedInterchange& interchange);
  void add(Open& open, PlannedInterchange& interchange);

  const PlannerInput& input_;
  std::vector<Open> open_;
  x12::GroupHeader group_;
  bool group_open_ = false;
  bool answers_ = false, other_groups_ = false;  ///< what the interchange holds: acknowledgements, anything else
  bool answer_sets_ = false, other_sets_ = false;
  bool told_ = false;  ///< the set at hand goes to advices
  std::uint64_t good_sets_ = 0;
};

}  // namespace crossdock::pipeline
