// What the AS2 measurements share: two parties with keys, the configuration of the gateway, a message for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "gateway/as2/packer.hpp"
#include "gateway/crypto/private_key.hpp"

namespace crossdock::cli {

struct As2Parties {
  crypto::Identity us, partner;
  /// With fresh RSA keys of that size. Errors: certificate.*, crypto.*.
  [[nodiscard]] static Result<As2Parties> make(int bits);
};

void write_text(const std::filesystem::path& path, const std::string& text);

/// An installation with one partner that sends to it signed and encrypted. Errors: certificate.*.
[[nodiscard]] Status write_receiving_configuration(const std::filesystem::path& folder, const As2Parties& parties);
/// One with a partner at a port of 127.0.0.1 that is sent to; it gives no receipts. Errors: certificate.*.
[[nodiscard]] Status write_sending_configuration(const std::filesystem::path& folder, const As2Parties& parties,
                                                 std::uint16_t port);

/// How the partner's messages are made: SHA-256, AES-128-CBC.
[[nodiscard]] as2::PackSettings partner_packing(const As2Parties& parties);
[[nodiscard]] as2::MessageFacts partner_facts(const std::string& message_id);

/// A valid interchange of one 214 with as many references as make 4 KB.
[[nodiscard]] std::string four_kilobytes();

}  // namespace crossdock::cli
