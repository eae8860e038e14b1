// The loop that moves messages through the steps: receive, identify, validate, acknowledge, translate, route, deliver.
// Single-threaded on its executor; knows no Asio. Restart is reading the tables: start() does nothing else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/random.hpp"
#include "gateway/pipeline/documents.hpp"
#include "gateway/pipeline/intake.hpp"
#include "gateway/pipeline/operations.hpp"
#include "gateway/pipeline/settings.hpp"
#include "gateway/pipeline/target.hpp"
#include "gateway/store/store.hpp"

namespace crossdock::pipeline {

/// Everything the pipeline works with; all of it outlives the pipeline.
struct Parts {
  store::Store& store;
  base::Executor& executor;
  base::Workers& workers;
  const base::Clock& clock;
  base::Random& random;
  base::Registry& metrics;
  AdapterFinder adapters;
  const Documents& documents;  ///< the translators: make_documents()
};

/// How a target stands at this moment: for people and metrics.
struct TargetState {
  std::string name, partner;
  Once once = Once::key;
  std::string breaker;  ///< closed | open | half_open
  std::uint64_t in_flight = 0, waiting = 0;
  bool accepts_test = false, accepts_production = true;
};

class Pipeline {
 public:
  Pipeline(Parts parts, std::shared_ptr<const Bundle> bundle);
  ~Pipeline();
  /// Reads what stands open in the store and goes on with it. `ready` runs when intake may begin.
  void start(std::function<void(Status)> ready);
  /// New configuration from here on; messages already translated keep their bundle's hash.
  void use(std::shared_ptr<const Bundle> bundle);
  [[nodiscard]] Intake& intake();
  [[nodiscard]] Operations& operations();
  /// One for each target of the configuration in force.
  [[nodiscard]] std::vector<TargetState> targets() const;
  /// What is wrong outside the steps, such as files of partners that are not used: an exception stands for each subject
  /// (with its detail), and those of this code about anything else are closed.
  void show_exactly(Code code, const std::map<std::string, std::string>& subjects);
  /// The outcome of a delivery that was pending is known now: it is asked for at once.
  void look_again(const std::string& delivery_id);
  /// One exception, raised or closed. Takes the code, what it is about and a sentence.
  void alarm(Code code, const std::string& subject, const std::string& detail);
  void all_clear(Code code, const std::string& subject);
  /// No new attempts and no new intake; `drained` runs when nothing is in flight any more.
  void stop(std::function<void()> drained);

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace crossdock::pipeline
