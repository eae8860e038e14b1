// Picks mails up from an IMAP folder: documents are handed to the intake, the mail is put away only when all of them
// are durable. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/curl/connection.hpp"
#include "gateway/channels/mail/collector.hpp"
#include "gateway/pipeline/intake.hpp"

namespace crossdock::mail {

struct PickUpSettings {
  enum class Then : std::uint8_t {
    seen,    ///< marked as read; only unread mails are looked at
    move,    ///< into `done_folder`
    remove,  ///< deleted
  };
  std::string channel, partner;  ///< `acme-freight/mail`, `acme-freight`
  curl::ServerSettings server;
  std::string folder = "INBOX";
  Then then = Then::seen;
  std::string done_folder;
  std::string refused_folder;  ///< empty: refused mails are flagged and stay
  std::chrono::milliseconds every{120'000};
  std::size_t mails_max = 500;  ///< of one visit
  TakeRules rules;
  std::string spool_folder;
  std::string map, usage;
};

/// All outlive the pick-up.
struct PickUpParts {
  pipeline::Intake& intake;
  base::Executor& executor;
  base::Workers& workers;
  const base::Clock& clock;
  base::Registry& metrics;
  /// Makes the connection (curl::connect, or a script in tests).
  std::function<Result<std::unique_ptr<curl::Connection>>(const curl::ServerSettings&)> connect;
};

/// One folder. All calls on the executor; the dialogue with the server runs on the workers, one step at a time.
/// A document's key at the intake is its mail's Message-ID, its place in it and its hash: whatever happens between the
/// commit and the putting away, and though the server numbers its mails anew (UIDVALIDITY), it is answered `repeated`
/// and never becomes a second message. A mail that is not taken (no document, not proved, broken, too large) is shown
/// as a rejected message, flagged (or moved) and not looked at again until somebody takes the flag off.
class PickUp {
 public:
  PickUp(PickUpSettings settings, PickUpParts parts);
  ~PickUp();
  PickUp(const PickUp&) = delete;
  PickUp& operator=(const PickUp&) = delete;
  /// Begins to visit: now, then every `every`.
  void start();
  /// No further mail; `drained` runs when none is in hand.
  void stop(std::function<void()> drained);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace crossdock::mail
