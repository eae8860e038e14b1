// Public keys as partners send them (OpenSSH's one-line form): read, judged, shown by their fingerprint.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::cli {

struct PublicKey {
  std::string type;         ///< `ssh-ed25519`
  std::string base64;       ///< its blob
  std::string comment;      ///< may be empty
  std::string fingerprint;  ///< `SHA256:...`, as `ssh-keygen -l` shows it
  std::size_t bits = 0;     ///< of RSA; else 0
};

/// One line. Refused: options before the key (they are ours to set), DSA, RSA below 2048 bits, a blob that is not of
/// the type, private keys, certificates. Errors: usage.wrong. Source: RFC 4253 s6.6, sshd(8) AUTHORIZED_KEYS.
[[nodiscard]] Result<PublicKey> parse_public_key(std::string_view line);
/// All keys of a file; empty lines and comments are left out. Also takes the `---- BEGIN SSH2 PUBLIC KEY ----` form
/// (RFC 4716). Errors: usage.wrong, which says the line; a file without keys.
[[nodiscard]] Result<std::vector<PublicKey>> parse_public_keys(std::string_view text);
/// Keys of an authorized_keys file of ours, each line `restrict TYPE BLOB COMMENT`.
[[nodiscard]] Result<std::vector<PublicKey>> parse_authorized_keys(std::string_view text);
[[nodiscard]] std::string write_authorized_keys(const std::vector<PublicKey>& keys);

}  // namespace crossdock::cli
