// An intake held in memory: answers later, as the real one does after its commit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/executor.hpp"
#include "gateway/pipeline/intake.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::test {

class FakeIntake final : public pipeline::Intake {
 public:
  explicit FakeIntake(base::Executor& executor) : executor_(executor) {}

  void receive(pipeline::Incoming incoming, Callback callback) override {
    if (!incoming.spooled_path.empty()) {
      std::ifstream file(incoming.spooled_path);
      std::stringstream text;
      text << file.rdbuf();
      incoming.payload = text.str();
    }
    answer(incoming.channel + "|" + incoming.external_id, incoming.payload, incoming.external_id.empty(),
           std::move(callback));
    received.push_back(std::move(incoming));
  }
  void receive_event(pipeline::IncomingEvent incoming, Callback callback) override {
    answer(incoming.system + "|" + incoming.idempotency_key, incoming.event_json, false, std::move(callback));
    events.push_back(std::move(incoming));
  }
  [[nodiscard]] bool accepting() const override { return is_accepting; }

  bool is_accepting = true;
  bool busy = false;  ///< answers store.busy
  std::vector<pipeline::Incoming> received;
  std::vector<pipeline::IncomingEvent> events;

 private:
  void answer(const std::string& key, const std::string& bytes, bool without_key, Callback callback) {
    Result<pipeline::Receipt> out = fail(Code::channel_http_busy);
    if (!busy) {
      const std::string digest = to_hex(sha256(bytes));
      const pipeline::Receipt fresh{
          "message-" + std::to_string(++made_), digest, pipeline::ReceiptOutcome::accepted, {}};
      const auto [found, is_new] = without_key ? std::pair{seen_.end(), true} : seen_.try_emplace(key, fresh);
      out = is_new ? fresh : found->second;
      if (!is_new)
        out->outcome =
            found->second.sha256 == digest ? pipeline::ReceiptOutcome::repeated : pipeline::ReceiptOutcome::conflict;
    }
    executor_.post([out = std::move(out), callback = std::move(callback)] { callback(out); });
  }

  base::Executor& executor_;
  std::map<std::string, pipeline::Receipt> seen_;
  int made_ = 0;
};

}  // namespace crossdock::test
