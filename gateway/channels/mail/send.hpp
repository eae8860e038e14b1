// Documents that leave by mail: one SMTP session a mail, by libcurl.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/base/executor.hpp"
#include "gateway/channels/curl/easy.hpp"
#include "gateway/channels/mail/compose.hpp"

namespace crossdock::mail {

struct SendSettings {
  curl::ServerSettings server;
  ComposeSettings compose;
  std::uint64_t mail_bytes_max = 25ULL << 20;
};

/// What came of a session. `given`: some of the mail left us; `whole`: all of it did.
/// Before the mail nothing can have happened; behind its end only the server's reply says what did. A mail that was cut
/// before its end is none (RFC 5321 s4.1.1.4).
[[nodiscard]] pipeline::AttemptOutcome outcome_of(const curl::Failure& failure, bool given, bool whole);

/// All calls on the executor; sessions run on the workers. A mail server cannot be asked what became of a mail: what is
/// unknown is sent again with the same Message-ID.
class SendAdapter final : public pipeline::TargetAdapter {
 public:
  SendAdapter(SendSettings settings, base::Executor& executor, base::Workers& workers, const base::Clock& clock)
      : settings_(std::make_shared<SendSettings>(std::move(settings))),
        executor_(executor),
        workers_(workers),
        clock_(clock) {}
  [[nodiscard]] bool takes_files() const override { return true; }
  void attempt(const pipeline::DeliveryRequest& request, std::function<void(pipeline::AttemptOutcome)> done) override;
  void look_up(const pipeline::DeliveryRequest& request, std::function<void(pipeline::LookupOutcome)> done) override;

 private:
  std::shared_ptr<const SendSettings> settings_;
  base::Executor& executor_;
  base::Workers& workers_;
  const base::Clock& clock_;
};

}  // namespace crossdock::mail
