// Encrypted content from hostile bytes, opened with a key that is always the same: no crash, the same outcome for any
// chunking. SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/crypto/cms/enveloped_reader.hpp"
#include "gateway/crypto/make_certificate.hpp"

namespace {

using namespace crossdock;
using namespace crossdock::crypto;

const Identity& ours() {
  static const Identity identity = [] {
    SelfSignedOptions options;
    options.subject = *parse_subject("CN=fuzz");
    options.not_after = std::chrono::sys_seconds{std::chrono::seconds{1}};
    const PrivateKey key = *PrivateKey::make(KeyKind::rsa, 2048);
    return *Identity::make(*make_self_signed(key, options), key);
  }();
  return identity;
}

struct Outcome {
  Status status;
  std::string content;
};

Outcome open(std::string_view bytes, std::size_t chunk) {
  cms::EnvelopedReader reader;
  StringSink sink;
  Outcome out;
  for (std::size_t at = 0; out.status && at < bytes.size();) {
    const auto taken = reader.feed(bytes.substr(at, chunk), sink);
    if (!taken) out.status = tl::unexpected(taken.error());
    if (!taken || !reader.needs_key()) {
      at += taken.value_or(0);
      continue;
    }
    at += *taken;
    (void)reader.key_task({&ours(), 1});  // public parts only; the operation itself is not what is tried here
    const ContentCipher cipher = reader.facts().cipher;
    out.status = reader.unlock(cms::ContentKey(std::string(key_bytes(cipher), 'k'), ours().certificate, false));
  }
  if (out.status && !reader.needs_key()) out.status = reader.finish(sink);
  out.content = std::move(sink.bytes);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = open(bytes, size + 1);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}}) {
    const Outcome cut = open(bytes, chunk);
    if (cut.status.has_value() != whole.status.has_value()) std::abort();
    if (cut.status ? cut.content != whole.content : cut.status.error().code != whole.status.error().code) std::abort();
  }
  return 0;
}
