// Putting certificates and keys into a configuration folder: new files, and one line more in a YAML file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "gateway/crypto/private_key.hpp"
#include "translators/base/result.hpp"

namespace crossdock::cli {

/// A file that must not be there yet; `secret`: readable by its owner only. Errors: file.unwritable, usage.wrong.
[[nodiscard]] Status write_new_file(const std::filesystem::path& path, const std::string& bytes, bool secret);

struct CertificateEntry {
  std::string name;         ///< of the file below certs/, without its ending
  std::string from, until;  ///< days; empty: not said
  std::string use;          ///< `signing`, `encryption`; empty: both
};

/// Writes `certs/NAME.pem` and names it among the `certificates` of the partner's as2 channel, which keeps its comments
/// and its other lines. A folder that would have faults then is left as it was. The file's path in the folder.
/// Errors: usage.wrong (no such partner or channel, there already), configuration.refused.
[[nodiscard]] Result<std::string> add_partner_certificate(const std::filesystem::path& folder,
                                                          const std::string& partner,
                                                          const crypto::Certificate& certificate,
                                                          const CertificateEntry& entry);

struct NewKey {
  std::string name, subject, kind;
  std::uint32_t bits = 3072, days = 730;
  std::string from;
};
struct MadeKey {
  std::string certificate_file, key_file;
};
/// Makes a key and a self-signed certificate, writes `secrets/NAME.pem` and `certs/NAME.pem`, and names them among the
/// `as2.keys` of crossdock.yaml. Errors: as above, certificate.*.
[[nodiscard]] Result<MadeKey> add_own_key(const std::filesystem::path& folder, const NewKey& wish);

/// The same for `crossdock key`: a key, and its certificate. Errors: certificate.*.
[[nodiscard]] Result<crypto::PrivateKey> make_key(const std::string& kind, std::uint32_t bits);
[[nodiscard]] Result<crypto::Certificate> make_certificate(const crypto::PrivateKey& key, const std::string& subject,
                                                           std::uint32_t days);

}  // namespace crossdock::cli
