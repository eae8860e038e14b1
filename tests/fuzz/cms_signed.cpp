// SignedData from hostile bytes: no crash, the same verdict and content for any chunking.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/cms/signed_data.hpp"
#include "gateway/crypto/make_certificate.hpp"

namespace {

using namespace crossdock;
using namespace crossdock::crypto;

const std::vector<Certificate>& trusted() {
  static const std::vector<Certificate> all = [] {
    SelfSignedOptions options;
    options.subject = *parse_subject("CN=fuzz");
    options.not_after = std::chrono::sys_seconds{std::chrono::seconds{1}};
    std::vector<Certificate> made;
    for (const KeyKind kind : {KeyKind::ec, KeyKind::rsa})
      made.push_back(*make_self_signed(*PrivateKey::make(kind, kind == KeyKind::ec ? 256 : 2048), options));
    return made;
  }();
  return all;
}

struct Outcome {
  Status status;
  std::string content;
};

Outcome read(std::string_view bytes, std::size_t chunk) {
  cms::SignedReader reader;
  StringSink sink;
  Outcome out;
  for (std::size_t at = 0; out.status && at < bytes.size(); at += chunk)
    out.status = reader.feed(bytes.substr(at, chunk), sink);
  if (out.status) out.status = reader.finish();
  if (out.status) {
    const auto verified = reader.verify(trusted(), [](DigestAlgorithm algorithm) -> std::optional<Digest> {
      auto digest = digest_of(algorithm, "content");
      return digest ? std::optional(*digest) : std::nullopt;
    });
    if (!verified) out.status = tl::unexpected(verified.error());
  }
  out.content = std::move(sink.bytes);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = read(bytes, size + 1);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}}) {
    const Outcome cut = read(bytes, chunk);
    if (cut.status.has_value() != whole.status.has_value() || cut.content != whole.content) std::abort();
    if (!cut.status && cut.status.error().code != whole.status.error().code) std::abort();
  }
  return 0;
}
