// EnvelopedData and AuthEnvelopedData written. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/enveloped_writer.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include "gateway/crypto/cms/content_decryptor.hpp"
#include "gateway/crypto/cms/content_type.hpp"
#include "gateway/crypto/cms/octet_frame.hpp"

namespace crossdock::crypto::cms {
namespace {

constexpr std::size_t tag_bytes = 16;

Result<std::string> random_bytes(std::size_t size) {
  std::string out(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(size)) != 1)
    return library_failure(Code::crypto_library, "there is no randomness");
  return out;
}

std::uint64_t encrypted_bytes(const EnvelopeOptions& options, std::uint64_t content) {
  if (is_gcm(options.cipher)) return content + (options.gcm_in_enveloped_data ? tag_bytes : 0);
  const std::uint64_t block = iv_bytes(options.cipher);
  return (content / block + 1) * block;
}

/// RecipientInfos for everyone, and the version that goes with it (RFC 5652 s6.1).
Result<std::string> make_before(const EnvelopeOptions& options, std::string_view key, bool authenticated) {
  std::vector<std::string> recipients;
  for (const Certificate& certificate : options.recipients) {
    TRY(const std::string encrypted, certificate.encrypt_key(options.transport, key));
    recipients.push_back(der_recipient(certificate, options.identify_by_key_id, options.transport, encrypted));
  }
  const std::uint32_t version = !authenticated && options.identify_by_key_id ? 2 : 0;
  return der_integer(version) + der_set_of(std::move(recipients));
}

Status check(const EnvelopeOptions& options) {
  constexpr std::size_t recipients_max = 64;
  if (options.recipients.empty()) return fail(Code::cms_enveloped_write, "there is nobody to encrypt for");
  if (options.recipients.size() > recipients_max)
    return fail(Code::cms_enveloped_write, "there are more than 64 recipients");
  if (options.gcm_in_enveloped_data && !is_gcm(options.cipher))
    return fail(Code::cms_enveloped_write,
                std::string(name(options.cipher)) + " has no second form: that is for GCM ciphers");
  return {};
}

}  // namespace

struct EnvelopedWriter::State {
  State(EnvelopeOptions wanted, FrameParts parts, std::optional<std::uint64_t> octets)
      : options(std::move(wanted)), frame(std::move(parts), octets, options.buffered_bytes_max) {}
  EnvelopeOptions options;
  OctetFrame frame;
  ContentEncryptor encryptor;
};

EnvelopedWriter::EnvelopedWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
EnvelopedWriter::~EnvelopedWriter() = default;
EnvelopedWriter::EnvelopedWriter(EnvelopedWriter&&) noexcept = default;
EnvelopedWriter& EnvelopedWriter::operator=(EnvelopedWriter&&) noexcept = default;

Result<EnvelopedWriter> EnvelopedWriter::make(EnvelopeOptions options) {
  TRY_STATUS(check(options));
  const bool authenticated = is_gcm(options.cipher) && !options.gcm_in_enveloped_data;
  ContentAlgorithm algorithm;
  algorithm.cipher = options.cipher;
  algorithm.tag_bytes = is_gcm(options.cipher) ? tag_bytes : 0;
  TRY(algorithm.iv, random_bytes(iv_bytes(options.cipher)));
  TRY(std::string key, random_bytes(key_bytes(options.cipher)));
  FrameParts parts;
  parts.type = oid(authenticated ? ContentType::auth_enveloped_data : ContentType::enveloped_data);
  TRY(parts.before, make_before(options, key, authenticated));
  parts.inner = der_oid(oid(ContentType::data)) + der_content_algorithm(algorithm);
  if (authenticated) parts.after_bytes = der_header(0x04, tag_bytes).size() + tag_bytes;
  std::optional<std::uint64_t> octets;
  if (options.content_bytes) octets = encrypted_bytes(options, *options.content_bytes);
  auto state = std::make_unique<State>(std::move(options), std::move(parts), octets);
  const Status started = state->encryptor.start(algorithm, key);
  OPENSSL_cleanse(key.data(), key.size());
  TRY_STATUS(started);
  return EnvelopedWriter(std::move(state));
}

Status EnvelopedWriter::feed(std::string_view bytes, ByteSink& sink) {
  FunctionSink frame([this, &sink](std::string_view octets) { return state_->frame.write(octets, sink); });
  return state_->encryptor.feed(bytes, frame);
}

Status EnvelopedWriter::finish(ByteSink& sink) {
  FunctionSink frame([this, &sink](std::string_view octets) { return state_->frame.write(octets, sink); });
  TRY_STATUS(state_->encryptor.finish(frame));
  if (!is_gcm(state_->options.cipher)) return state_->frame.finish({}, sink);
  TRY(const std::string tag, state_->encryptor.tag(tag_bytes));
  if (!state_->options.gcm_in_enveloped_data) return state_->frame.finish(der(0x04, tag), sink);
  TRY_STATUS(frame.write(tag));
  return state_->frame.finish({}, sink);
}

std::optional<std::uint64_t> EnvelopedWriter::encoded_bytes() const { return state_->frame.total_bytes(); }

}  // namespace crossdock::crypto::cms
