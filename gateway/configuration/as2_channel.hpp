// Typed values of a partner's `as2:` channel and of the `as2:` section of crossdock.yaml.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/configuration/section.hpp"
#include "gateway/configuration/target.hpp"

namespace crossdock::configuration {

/// What a certificate or key is used for. Days of use are UTC, `2026-12-25`; empty: as long as it is valid.
enum class As2Use : std::uint8_t { signing, encryption };

/// The ladder of messages and of asynchronous receipts.
struct As2Retry : Retry {
  As2Retry()
      : Retry{std::chrono::milliseconds{30'000}, std::chrono::milliseconds{3'600'000},
              std::chrono::milliseconds{3LL * 86'400'000}} {}
};

/// A certificate of the partner: PEM or DER, relative to the configuration folder.
struct As2Certificate {
  Named file;
  std::vector<As2Use> use;  ///< empty: both
  std::string from, until;
  std::uint32_t line = 0, column = 0;
};

/// A certificate of ours with its key: `certificate` and `key`, or a PKCS#12 file that holds both.
struct As2Key {
  Named name, certificate;
  SecretReference key, pkcs12, password;
  std::vector<As2Use> use;  ///< empty: both
  std::string from, until;
  std::uint32_t line = 0, column = 0;
};

/// Something weak that was agreed all the same, and until when.
struct As2Waiver {
  enum class Allow : std::uint8_t { sha1, triple_des, expired_certificate, short_key };
  Allow allow = Allow::sha1;
  Named until;  ///< last day
  std::string reason;
  std::uint32_t line = 0, column = 0;
};

/// POST to the partner's AS2 address, and POST /as2 from it (RFC 4130, 5402, 6362).
struct As2Channel {
  enum class Sign : std::uint8_t { none, sha1, sha256, sha384, sha512 };
  enum class Signature : std::uint8_t { pkcs1, pss };
  enum class Encrypt : std::uint8_t {
    none,
    triple_des,
    aes128_cbc,
    aes192_cbc,
    aes256_cbc,
    aes128_gcm,
    aes192_gcm,
    aes256_gcm
  };
  enum class KeyTransport : std::uint8_t { pkcs1, oaep };
  enum class GcmForm : std::uint8_t { authenticated, enveloped };
  enum class Compress : std::uint8_t { none, before_signing, after_signing };
  enum class Encoding : std::uint8_t { binary, base64 };
  enum class Mdn : std::uint8_t { none, sync, async };
  enum class Version : std::uint8_t { legacy, v1_3 };
  enum class Micalg : std::uint8_t { plain, hyphen, underscore };
  enum class Require : std::uint8_t { as_we_send, nothing, signed_only, encrypted_only, both };
  enum class Mic : std::uint8_t { standard, with_headers, without_headers };
  enum class UnsignedMdn : std::uint8_t { fail, accept };
  enum class FileName : std::uint8_t { quoted, bare, none };
  enum class BadFileName : std::uint8_t { mend, refuse };
  enum class DuplicateFileName : std::uint8_t { accept, refuse };
  enum class MissingMic : std::uint8_t { fail, accept };

  Named name;
  std::string url;  ///< empty: the partner only sends
  std::vector<As2Certificate> certificates;
  std::vector<Named> keys;  ///< of ours, by name; empty: all
  Sign sign = Sign::sha256;
  Signature signature = Signature::pkcs1;
  Encrypt encrypt = Encrypt::aes128_cbc;
  KeyTransport key_transport = KeyTransport::pkcs1;
  GcmForm gcm_form = GcmForm::authenticated;
  Compress compress = Compress::none;
  Encoding encoding = Encoding::binary;
  Micalg micalg = Micalg::plain;
  bool algorithm_protection = false, embed_certificate = true, encrypt_to_self = false;

  Mdn mdn = Mdn::sync;
  bool mdn_signed = true;
  std::string mdn_url;                            ///< empty: that of crossdock.yaml
  std::chrono::milliseconds mdn_within{960'000};  ///< the partner's MDN is due
  UnsignedMdn on_unsigned_mdn = UnsignedMdn::fail;
  MissingMic on_missing_mic = MissingMic::fail;
  std::vector<Named> mdn_hosts;  ///< where its asynchronous MDNs may be sent; empty: the host of `url`

  Version version = Version::legacy;
  Require require = Require::as_we_send;
  std::vector<As2Waiver> waivers;
  Mic mic = Mic::standard;

  std::string content_type, subject = "{name}";
  FileName file_name = FileName::quoted;
  BadFileName bad_file_name = BadFileName::mend;
  DuplicateFileName duplicate_file_name = DuplicateFileName::accept;
  std::vector<HeaderLine> headers;
  bool chunked = false, internal = false;
  std::optional<Basic> basic;         ///< what we send
  std::optional<Basic> authenticate;  ///< what the partner must send
  TargetTls tls;
  std::string proxy;
  std::optional<Basic> proxy_basic;
  std::chrono::milliseconds connect_timeout{10'000}, timeout{300'000};
  std::uint32_t in_flight = 4;
  As2Retry retry;

  std::uint64_t body_bytes_max = 4ULL << 30, inflated_bytes_max = 16ULL << 30;
  std::uint32_t inflate_ratio_max = 1'000, parts_max = 100;
  std::string map;
};

/// AS2 of the whole installation.
struct As2Settings {
  std::string url;  ///< where partners reach our POST /as2: for asynchronous MDNs
  std::vector<As2Key> keys;
  As2Retry mdn_retry;
  std::uint32_t nesting_max = 8;
};

[[nodiscard]] const Section& as2_channel_section();
[[nodiscard]] const Section& as2_settings_section();

}  // namespace crossdock::configuration
