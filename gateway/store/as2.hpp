// What stands beside a message that came or goes by AS2: its record, the MDN, requests not yet unpacked, bytes sent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/store/messages.hpp"

namespace crossdock::store {

/// Numbers of as2_in.mdn_state. Never renumber.
enum class MdnState : std::uint8_t { none = 0, answered = 1, queued = 2, sent = 3, given_up = 4 };
/// Numbers of as2_out.state. Never renumber.
/// `failed`: the partner said no, and that is not told yet; `refused`: it is.
enum class As2OutState : std::uint8_t { built = 0, awaiting = 1, delivered = 2, failed = 3, replaced = 4, refused = 5 };
[[nodiscard]] std::string_view name(MdnState state);
[[nodiscard]] std::string_view name(As2OutState state);

/// A received message as AS2 saw it. Headers are lines `Name: value`, never folded.
struct As2In {
  Seq message = 0;
  std::string message_id, partner, from, to, peer, headers;
  std::string layers;  ///< JSON array: what it was made of, the outermost layer first
  std::string signer, decrypter, mic, disposition;
  base::Instant at{};
  MdnState mdn_state = MdnState::none;
  std::string mdn_url, mdn_headers, mdn, mdn_detail;
  std::optional<base::Instant> mdn_at, mdn_next_at;
  std::uint32_t mdn_attempts = 0;
};
void insert_as2_in(Transaction& transaction, const As2In& row);
[[nodiscard]] std::optional<As2In> load_as2_in(Connection& connection, Seq message);
/// The messages whose MDNs are due in the queue at `until`, oldest due first; and when the next one is after that.
[[nodiscard]] std::vector<As2In> load_due_mdns(Connection& connection, base::Instant until, std::size_t limit);
[[nodiscard]] std::optional<base::Instant> next_due_mdn(Connection& connection);
/// Sent, given up, or to be tried again: state, times, attempts, detail and target.
void update_mdn(Transaction& transaction, const As2In& row);

/// A request that was answered before it was unpacked. Small bodies stand in the row, others in a file.
struct As2Raw {
  Seq seq = 0;
  base::Instant at{};
  std::string peer, headers, body;
  std::string file;  ///< its path; empty: `body` is all of it
  std::uint64_t bytes = 0;
};
/// Sets `seq`.
void insert_as2_raw(Transaction& transaction, As2Raw& row);
[[nodiscard]] std::vector<As2Raw> load_as2_raw(Connection& connection, Seq after, std::size_t limit);
void remove_as2_raw(Transaction& transaction, Seq seq);

/// A message of ours as it left.
struct As2Out {
  Seq seq = 0;
  std::string delivery, message, message_id, replaces, partner, from, to;
  std::string settings;  ///< hash of what it was made with: differs when the profile changed
  std::string headers, sha256, body;
  std::uint64_t bytes = 0;
  bool in_file = false;
  std::string mic, structure, algorithms, signer, recipients;
  bool signed_asked = false;
  base::Instant created_at{};
  std::optional<base::Instant> sent_at, due_at, mdn_at;
  std::uint32_t attempts = 0;
  As2OutState state = As2OutState::built;
  std::string disposition, detail, mdn_headers, mdn, mdn_signer;
};
void insert_as2_out(Transaction& transaction, const As2Out& row);
/// The newest of a delivery; by the AS2 Message-ID (without brackets).
[[nodiscard]] std::optional<As2Out> load_as2_out(Connection& connection, const std::string& delivery);
[[nodiscard]] std::optional<As2Out> find_as2_out(Connection& connection, const std::string& message_id);
/// State, times, attempts, disposition, detail and the MDN.
void update_as2_out(Transaction& transaction, const As2Out& row);
[[nodiscard]] std::vector<As2Out> load_as2_out_of(Connection& connection, const std::string& message);

/// MDNs that we wait for, by partner, and those of ours that wait to be sent.
struct PendingMdns {
  std::map<std::string, std::int64_t> awaited;
  std::int64_t queued = 0;
};
[[nodiscard]] PendingMdns count_pending_mdns(Connection& connection);

/// For people: the row of a received message, or those of a sent one.
struct As2View;
[[nodiscard]] std::vector<As2View> as2_views(Connection& connection, Seq message, const std::string& id);

/// Which certificate a partner was seen to use: role `signs` (its own) or `encrypts_for` (ours).
struct CertificateUse {
  std::string partner, role, fingerprint;
  base::Instant first_at{}, last_at{};
};
void note_certificate(Transaction& transaction, const CertificateUse& use);
[[nodiscard]] std::vector<CertificateUse> load_certificate_uses(Connection& connection);

}  // namespace crossdock::store
