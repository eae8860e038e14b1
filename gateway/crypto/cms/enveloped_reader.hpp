// EnvelopedData and AuthEnvelopedData read as streams, the private key operation apart so that it can run on a worker.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/byte_transform.hpp"
#include "gateway/crypto/private_key.hpp"

namespace crossdock::crypto::cms {

/// How the encrypted content stands on the wire. GCM comes in two forms: inside plain EnvelopedData with the tag behind
/// the content (Bouncy Castle's), and as AuthEnvelopedData (RFC 5083, 5084).
enum class EnvelopeForm : std::uint8_t { cbc, gcm_enveloped, gcm_auth };
[[nodiscard]] std::string_view name(EnvelopeForm form);  ///< `cbc`, `gcm-enveloped-data`, `gcm-auth-enveloped-data`

/// The key of one message's content, and whose certificate it was encrypted for. Wiped when it goes.
struct ContentKey {
  std::string key;
  Certificate certificate;
  bool named = false;  ///< the message named that certificate; false when the key was merely tried
  ContentKey(std::string content_key, Certificate owner, bool was_named);
  ContentKey(ContentKey&&) noexcept = default;
  ContentKey& operator=(ContentKey&&) noexcept = default;
  ~ContentKey();
};

/// The private key operation of one message, to be done somewhere. A value: move it to a worker, run() it there.
struct KeyTask {
  struct Candidate {
    Identity identity;
    TransportParameters parameters;
    std::string encrypted_key;
  };
  std::vector<Candidate> candidates;  ///< one where the message names a certificate of ours; else those that fit
  std::size_t key_bytes = 0;
  bool named = false;
  /// One private key operation for each candidate, all of them always. A wrong key is not an error here (see
  /// PrivateKey::decrypt_key): the content then does not decrypt.
  [[nodiscard]] Result<ContentKey> run() const;
};

struct EnvelopedLimits {
  std::size_t header_bytes_max = 256U << 10;  ///< originator and recipients together
  std::size_t recipients_max = 64;
  std::size_t candidates_max = 8;             ///< private key operations a message may cost
  std::size_t trailer_bytes_max = 64U << 10;  ///< attributes and tag behind the content
};

struct EnvelopeFacts {
  EnvelopeForm form = EnvelopeForm::cbc;
  ContentCipher cipher = ContentCipher::aes128_cbc;
  KeyTransport transport = KeyTransport::rsa_pkcs1;  ///< of the recipient that was opened
  std::size_t recipients = 0;                        ///< RSA ones; others are passed over
  std::string certificate;                           ///< fingerprint of the certificate that was opened with
  bool named = false;                                ///< see ContentKey
};

/// Reads a ContentInfo with EnvelopedData or AuthEnvelopedData in BER of any kind and any chunks.
///
///   feed() until needs_key(); key_task() -> run() on a worker -> unlock(); feed() the rest, finish().
///
/// Decrypted bytes go to the sink as they come, before padding or tag are checked: nothing may act on them before
/// finish() succeeds. Belongs to one thread at a time.
/// Errors: cms.enveloped.form, cms.enveloped.algorithm, cms.enveloped.recipient, cms.enveloped.decrypt,
/// cms.enveloped.tag, cms.content_type. Source: RFC 5652 s6, RFC 5083, RFC 5084.
class EnvelopedReader {
 public:
  explicit EnvelopedReader(EnvelopedLimits limits = {});
  ~EnvelopedReader();
  EnvelopedReader(EnvelopedReader&&) noexcept;
  EnvelopedReader& operator=(EnvelopedReader&&) noexcept;

  /// Takes bytes and says how many: all of them, or fewer when it stops because it needs_key(); feed the rest again
  /// after unlock().
  Result<std::size_t> feed(std::string_view bytes, ByteSink& sink);
  [[nodiscard]] bool needs_key() const;
  /// The operation with those of our keys that the message names; when it names none (a renewed certificate with the
  /// old key) with all whose size fits, up to candidates_max. `ours`: active ones first.
  /// Errors: cms.enveloped.recipient.
  [[nodiscard]] Result<KeyTask> key_task(std::span<const Identity> ours) const;
  Status unlock(ContentKey key);
  /// key_task, run and unlock at once, on this thread.
  Status unlock_with(std::span<const Identity> ours);
  Status finish(ByteSink& sink);
  /// Complete once needs_key() was true; certificate after unlock().
  [[nodiscard]] const EnvelopeFacts& facts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::crypto::cms
