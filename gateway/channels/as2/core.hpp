// What the parts of the AS2 channel share: what they were given, the agreements in force, ids, dates, figures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/as2/mdn_writer.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/random.hpp"
#include "gateway/channels/as2/partners.hpp"
#include "gateway/channels/http_api/transfer_pool.hpp"
#include "gateway/pipeline/intake.hpp"
#include "gateway/store/store.hpp"

namespace crossdock::as2_channel {

/// Outlives the channel. Functions are called on the executor.
struct Parts {
  pipeline::Intake& intake;
  base::Executor& executor;
  base::Workers& workers;  ///< where keys are used
  store::Store& store;
  http_api::TransferPool& transfers;
  const base::Clock& clock;
  base::Random& random;
  base::Registry& metrics;
  std::string spool_folder;  ///< emptied at start
  std::string kept_folder;   ///< requests that were answered and not unpacked yet
  std::function<void(Code, const std::string& subject, const std::string& detail)> alarm;
  std::function<void(Code, const std::string& subject)> all_clear;
  std::function<void(const std::string& delivery)> look_again;  ///< what became of it is known now
};

/// On the executor, apart from what says otherwise.
class Core {
 public:
  Core(Parts given, std::shared_ptr<const Book> first)
      : parts(std::move(given)), uuids(parts.clock, parts.random), book(std::move(first)) {}
  Parts parts;
  base::UuidSource uuids;
  std::shared_ptr<const Book> book;

  [[nodiscard]] base::Instant now() const { return parts.clock.now(); }
  [[nodiscard]] as2::Moment moment() const { return std::chrono::floor<std::chrono::seconds>(parts.clock.now()); }
  /// A counter of a partner; the registry is locked: not for every byte.
  void count(std::string_view name, std::string_view help, const base::Labels& labels, std::uint64_t amount = 1) {
    parts.metrics.counter(name, help, labels).add(amount);
  }
  /// Remembers that a partner used a certificate: in the figures at once, in the table when it is news.
  void note_certificate(const std::string& partner, const std::string& role, const std::string& fingerprint);

 private:
  std::map<std::string, base::Instant, std::less<>> noted_;
};

/// `Sat, 21 Nov 2026 19:34:32 +0000`. Source: RFC 5322 s3.3.
[[nodiscard]] std::string mail_date(base::Instant at);
/// Lines `Name: value` and back. Credentials are left out.
[[nodiscard]] std::string to_lines(const mime::HeaderFields& fields);
[[nodiscard]] mime::HeaderFields from_lines(std::string_view lines);

}  // namespace crossdock::as2_channel
