// One visit to a mail folder: the blocking half of the pick-up. Used by one thread at a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "gateway/channels/mail/imap_session.hpp"
#include "gateway/channels/mail/pick_up.hpp"

namespace crossdock::mail {

/// A mail as it was read.
struct FetchedMail {
  std::uint32_t uid = 0;
  Envelope envelope;
  std::optional<Error> refusal;  ///< it is not taken
  std::vector<Unit> units;
};

enum class PutAway : std::uint8_t { taken, refused };
struct Disposal {
  std::uint32_t uid = 0;
  PutAway how = PutAway::taken;
};

/// What was put away in earlier visits though the server did not learn of it yet, and what is none of this channel's.
/// It holds for one UIDVALIDITY; forgetting it costs a reading, never a second message.
struct FolderMemory {
  std::uint64_t uid_validity = 0;
  std::vector<Disposal> owed;
  std::set<std::uint32_t> foreign;  ///< of other senders
};

class Visit {
 public:
  Visit(const PickUpSettings& settings, std::unique_ptr<curl::Connection> connection, FolderMemory memory)
      : settings_(settings), session_(std::move(connection)), memory_(std::move(memory)) {}

  /// Opens the folder, puts away what is owed (trouble() says what failed of it), lists what is to be read.
  [[nodiscard]] Status open();
  /// The next mails, at most `mails_max` of them and until their documents fill `batch_bytes_max`; empty: no more.
  [[nodiscard]] Result<std::vector<FetchedMail>> next(std::size_t mails_max);
  /// Puts them away; what fails stays owed and the first failure is told.
  [[nodiscard]] Status put_away(const std::vector<Disposal>& disposals);
  [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }
  void end() { session_.log_out(); }
  [[nodiscard]] FolderMemory& memory() { return memory_; }

 private:
  [[nodiscard]] Result<std::optional<FetchedMail>> read(std::uint32_t uid);
  [[nodiscard]] Status put_away(const Disposal& one);

  const PickUpSettings& settings_;
  ImapSession session_;
  FolderMemory memory_;
  std::deque<std::uint32_t> left_;
  std::optional<Error> trouble_;
};

}  // namespace crossdock::mail
