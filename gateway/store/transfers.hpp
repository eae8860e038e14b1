// Claims of files on partners' servers (0192): what is being taken, what is durable and still to be disposed of, what
// was seen before. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/store/messages.hpp"

namespace crossdock::store {

/// Numbers of transfer_claim.state. Never renumber. Below `disposed` a claim is live: one a path.
enum class ClaimState : std::uint8_t {
  claimed = 0,    ///< being taken
  committed = 1,  ///< its message is durable; to be disposed of
  left = 2,       ///< durable, and stays on the server
  disposed = 3,   ///< durable and gone from its place
  released = 4,   ///< was not taken after all
};
[[nodiscard]] std::string_view name(ClaimState state);

/// What a file is known by on its server.
struct FileIdentity {
  std::string path;
  std::uint64_t size = 0;
  std::optional<std::int64_t> modified_s;  ///< none: the server does not say
  bool operator==(const FileIdentity&) const = default;
};

struct TransferClaim {
  Seq seq = 0;
  FileIdentity file;
  std::string sha256;  ///< empty before it was read
  ClaimState state = ClaimState::claimed;
  std::string owner;
  base::Instant expires_at{};
  Seq message = 0;  ///< 0: none yet
  std::uint32_t attempts = 0;
};

/// Live claims of a channel whose paths stand behind `after`, by path.
[[nodiscard]] std::vector<TransferClaim> load_live_claims(Connection& connection, const std::string& channel,
                                                          const std::string& after, std::size_t limit);
struct ClaimWish {
  std::string channel, owner;
  base::Instant now{}, expires_at{};
};
/// Claims each file; 0 where another owner holds the path and has not expired, or it is durable already. A live claim
/// of the same owner, or one that expired, is taken over.
[[nodiscard]] std::vector<Seq> take_claims(Transaction& transaction, const ClaimWish& wish,
                                           const std::vector<FileIdentity>& files);
/// Its message is durable: written in the transaction that makes it so.
void commit_claim(Transaction& transaction, Seq claim, const std::string& sha256, Seq message, base::Instant now);
/// What became of it; what is durable is never `released`. `detail` is for people. A state of `committed` counts an
/// attempt to dispose of it.
void settle_claim(Transaction& transaction, Seq claim, ClaimState state, const std::string& detail, base::Instant now);
/// A claim with these bytes that became durable since; other than `but`. One whose message was rejected or is parked
/// does not count: who sends it again, wants it looked at again.
[[nodiscard]] std::optional<TransferClaim> find_taken(Connection& connection, const std::string& channel,
                                                      const std::string& sha256, base::Instant since, Seq but);
/// Forgets what ended before; at most `limit` rows. Returns how many.
std::int64_t forget_claims(Transaction& transaction, const std::string& channel, base::Instant before,
                           std::size_t limit);

}  // namespace crossdock::store
