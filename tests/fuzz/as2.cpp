// AS2 requests and MDNs from hostile bytes. The first byte chooses: bare, inside compression, inside an envelope for a
// key of ours, or as an MDN; then a header block, an empty line, the body. No crash, the same outcome for any chunking.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/as2/mdn_reader.hpp"
#include "gateway/as2/reception.hpp"
#include "gateway/crypto/cms/compressed.hpp"
#include "gateway/crypto/cms/enveloped_writer.hpp"
#include "gateway/crypto/make_certificate.hpp"

namespace {

using namespace crossdock;
using namespace crossdock::as2;

constexpr Moment now{std::chrono::seconds{1795000000}};

void require(bool good) {
  if (!good) std::abort();
}

const crypto::Identity& ours() {
  static const crypto::Identity identity = [] {
    const auto key = crypto::PrivateKey::make(crypto::KeyKind::rsa, 2048).value();
    crypto::SelfSignedOptions options;
    options.subject.name = {{"CN", "fuzz"}};
    options.not_before = now - std::chrono::days{1};
    options.not_after = now + std::chrono::days{1};
    return crypto::Identity::make(crypto::make_self_signed(key, options).value(), key).value();
  }();
  return identity;
}

class Counter final : public PayloadSink {
 public:
  Status part_begin(const PayloadPart&) override { return {}; }
  Status part_body(std::string_view bytes) override {
    total += bytes.size();
    return {};
  }
  Status part_end(const PayloadPart& part) override {
    require(part.safe_name.find('/') == std::string::npos);
    return {};
  }
  std::uint64_t total = 0;
};

struct Ran {
  ReceptionOutcome outcome;
  std::uint64_t total = 0;
};

Ran run(const mime::HeaderFields& fields, const As2Headers& headers, std::string_view body, std::size_t chunk) {
  Parties parties;
  parties.own = {ours()};
  parties.partner = {ours().certificate};
  parties.limits.payload_bytes_max = parties.limits.inflated_bytes_max = 1U << 20;
  parties.limits.parts_max = 20;
  Counter sink;
  Reception reception(fields, headers, parties, now, sink);
  for (std::size_t i = 0; i < body.size(); i += chunk)
    if (!reception.feed(body.substr(i, chunk))) break;
  Ran out{reception.finish(), 0};
  out.total = sink.total;
  require(sink.total <= parties.limits.payload_bytes_max + (1U << 20));
  return out;
}

std::string wrapped(std::string_view text, unsigned kind, mime::HeaderFields& fields) {
  crypto::StringSink out;
  fields.set("Content-Type", "application/pkcs7-mime");
  if (kind == 1) {
    crypto::cms::CompressedWriter writer;
    require(writer.feed(text, out) && writer.finish(out));
  } else {
    crypto::cms::EnvelopeOptions options;
    options.recipients = {ours().certificate};
    auto writer = crypto::cms::EnvelopedWriter::make(options);
    require(writer && writer->feed(text, out) && writer->finish(out));
  }
  return std::move(out.bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned kind = data[0] % 4U;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  mime::HeaderSplitter splitter;
  const auto taken = splitter.feed(text);
  if (!taken) return 0;
  const auto parsed = mime::parse_header_fields(splitter.raw());
  if (!parsed) return 0;
  mime::HeaderFields fields = *parsed;
  if (kind == 3) {
    const auto mdn = read_mdn(fields, text.substr(*taken), {ours().certificate});
    if (mdn) (void)judge_mdn(*mdn, SentMessage{"a", "b", "<c>", {}, true, true}, Policy{}, now);
    if (mdn && mdn->disposition) require(parse_disposition(write_disposition(*mdn->disposition)).has_value());
    return 0;
  }
  fields.set("AS2-From", "a");
  fields.set("AS2-To", "b");
  const auto headers = read_as2_headers(fields);
  if (!headers) return 0;
  const std::string body = kind == 0 ? std::string(text.substr(*taken)) : wrapped(text, kind, fields);
  const Ran whole = run(fields, *headers, body, body.size() + 1), pieces = run(fields, *headers, body, 3);
  require(whole.outcome.refusal.has_value() == pieces.outcome.refusal.has_value());
  if (!whole.outcome.refusal) require(whole.total == pieces.total && whole.outcome.mic == pieces.outcome.mic);
  return 0;
}
