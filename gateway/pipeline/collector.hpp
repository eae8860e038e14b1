// Receives verdicts and events of an X12 payload and turns them into rows of a plan.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/pipeline/answerer.hpp"
#include "gateway/pipeline/planner.hpp"

namespace crossdock::pipeline {

/// JSON array text of findings, at most base::limits::findings_stored_max of them; empty when there are none.
[[nodiscard]] std::string findings_text(const std::vector<Finding>& findings);
/// The plan's message parks as a whole.
void park(Plan& plan, Code code, std::string detail);

/// What a reading is for.
struct Purpose {
  bool keep_sets = true;    ///< false: only verdicts, envelopes and acknowledgements (first pass over a large payload)
  bool acknowledge = true;  ///< false in the second pass
  std::uint64_t skip_sets = 0;  ///< sets that are stored already (second pass, resumed)
  /// Second pass: called between two sets when the plan holds enough rows; takes them out of it. Empty: never.
  std::function<Status(Plan&, std::uint64_t sets_done)> flush;
  /// Takes over each interchange as it ends. Empty: they stay in the plan.
  std::function<Status(PlannedInterchange&&)> interchange;
};

class Collector final : public acknowledgement::VerdictHandler {
 public:
  Collector(const PlannerInput& input, Plan& plan, Purpose purpose)
      : input_(input), plan_(plan), purpose_(std::move(purpose)) {}
  void on_interchange(const x12::InterchangeHeader& header) override;
  void on_interchange_answer(const x12::InterchangeHeader& header,
                             const acknowledgement::InterchangeAnswer& answer) override;
  void on_group(const x12::InterchangeHeader& header, const x12::GroupHeader& group) override;
  void on_set(const x12::InterchangeHeader& header, const x12::GroupHeader& group,
              acknowledgement::SetVerdict& verdict) override;
  void on_translated(const acknowledgement::SetVerdict& verdict, const std::vector<Finding>& findings,
                     std::uint64_t events) override;
  void on_group_end(const x12::InterchangeHeader& header, acknowledgement::GroupVerdict& verdict) override;
  void on_interchange_end(acknowledgement::InterchangeVerdict& verdict) override;
  void on_event(canonical::Event&& event);

  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] bool test() const { return test_ || (partner_ != nullptr && partner_->test); }
  [[nodiscard]] const PartnerSettings* partner() const { return partner_; }
  [[nodiscard]] std::uint64_t sets_seen() const { return sets_seen_; }
  /// One of the interchanges had no trailer.
  [[nodiscard]] bool truncated() const { return truncated_; }
  /// The first failure of those that the purpose hands rows to.
  [[nodiscard]] const Status& flushed() const { return flushed_; }
  /// Validation status of the message as a whole.
  [[nodiscard]] store::Validation validation() const;

 private:
  void identify(const x12::InterchangeHeader& header, const std::string& gs02);
  void check_receiver(const x12::InterchangeHeader& header);
  void settle(const std::string& type, const std::string& data, const std::string& answer);
  void on_service_event(canonical::Event&& event);
  void add_findings(std::vector<Finding>& findings);
  [[nodiscard]] bool skipping() const { return !purpose_.keep_sets || sets_seen_ <= purpose_.skip_sets; }

  PlannerInput input_;
  Plan& plan_;
  Purpose purpose_;
  Status flushed_;
  PlannedInterchange interchange_;
  x12::GroupHeader group_;
  const PartnerSettings* partner_ = nullptr;
  Answerer answerer_{input_};
  std::vector<Finding> findings_;
  std::array<std::size_t, 4> counts_{};
  std::uint64_t sets_seen_ = 0, rows_ = 0;
  bool identified_ = false, refused_ = false, test_ = false, service_answer_ = false, truncated_ = false;
};

}  // namespace crossdock::pipeline
