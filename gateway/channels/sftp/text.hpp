// Small texts of SSH: base64, fingerprints.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace crossdock::sftp {

/// RFC 4648 s4, with padding.
[[nodiscard]] std::string base64(std::string_view bytes);
/// `SHA256:` and base64 without padding, as OpenSSH prints it. `blob` is the key as it travels (RFC 4253 s6.6).
[[nodiscard]] std::string fingerprint(std::string_view blob);
/// The type that a key blob names itself by, such as `ssh-ed25519`; empty when it is none.
[[nodiscard]] std::string key_type(std::string_view blob);
/// Bytes of a peer made fit for a log line: control characters become `?`, at most 200 bytes.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace crossdock::sftp
