// A target in memory: applies each effect key once unless told otherwise, and can refuse, fail, or answer unknown after
// applying. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "gateway/base/executor.hpp"
#include "gateway/pipeline/target.hpp"

namespace crossdock::tests {

class FakeTarget final : public pipeline::TargetAdapter {
 public:
  explicit FakeTarget(base::Executor& executor) : executor_(executor) {}

  void attempt(const pipeline::DeliveryRequest& request, std::function<void(pipeline::AttemptOutcome)> done) override {
    ++attempts;
    last = request;
    pipeline::AttemptOutcome outcome;
    outcome.result = pipeline::AttemptResult::applied;
    outcome.http_status = 200;
    const auto planned = script.find(request.effect_key);
    std::deque<pipeline::AttemptOutcome>* steps = planned != script.end() ? &planned->second : nullptr;
    if (steps == nullptr || steps->empty()) steps = &any;
    bool apply = true;
    if (!steps->empty()) {
      outcome = steps->front();
      steps->pop_front();
      apply = outcome.result == pipeline::AttemptResult::applied ||
              (outcome.result == pipeline::AttemptResult::unknown && takes_unknown);
    }
    if (apply && ++effects[request.effect_key] == 1)
      order.push_back(request.event_id.empty() ? *request.payload : request.event_id);
    if (silent) return;
    executor_.post([done = std::move(done), outcome] { done(outcome); });
  }
  void look_up(const pipeline::DeliveryRequest& request, std::function<void(pipeline::LookupOutcome)> done) override {
    ++looks;
    const auto result =
        effects.contains(request.effect_key) ? pipeline::LookupResult::present : pipeline::LookupResult::absent;
    executor_.post([done = std::move(done), result] { done({result, 200, ""}); });
  }

  static pipeline::AttemptOutcome says(pipeline::AttemptResult result) {
    pipeline::AttemptOutcome out;
    out.result = result;
    out.detail = "as told";
    return out;
  }

  std::map<std::string, std::deque<pipeline::AttemptOutcome>> script;  ///< next answers by effect key
  std::deque<pipeline::AttemptOutcome> any;                            ///< next answers to whatever comes
  std::map<std::string, int> effects;
  std::vector<std::string> order;
  pipeline::DeliveryRequest last;
  int attempts = 0, looks = 0;
  bool takes_unknown = true;  ///< an unknown answer hides an effect
  bool silent = false;        ///< never answers

 private:
  base::Executor& executor_;
};

}  // namespace crossdock::tests
