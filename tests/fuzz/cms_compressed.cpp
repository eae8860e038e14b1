// Compressed content from hostile bytes: no crash, limits hold, the same outcome for any chunking; and what we compress
// comes back. SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/crypto/cms/compressed.hpp"

namespace {

using namespace crossdock;
using namespace crossdock::crypto;

constexpr std::uint64_t content_bytes_max = 1U << 16;

struct Outcome {
  Status status;
  std::string content;
};

Outcome run(ByteTransform& stream, std::string_view bytes, std::size_t chunk) {
  StringSink sink;
  Outcome out;
  for (std::size_t at = 0; out.status && at < bytes.size(); at += chunk)
    out.status = stream.feed(bytes.substr(at, chunk), sink);
  if (out.status) out.status = stream.finish(sink);
  out.content = std::move(sink.bytes);
  return out;
}

Outcome expand(std::string_view bytes, std::size_t chunk) {
  cms::CompressedLimits limits;
  limits.content_bytes_max = content_bytes_max;
  cms::CompressedReader reader(limits);
  return run(reader, bytes, chunk);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = expand(bytes, size + 1);
  if (whole.content.size() > content_bytes_max) std::abort();
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}}) {
    const Outcome cut = expand(bytes, chunk);
    if (cut.status.has_value() != whole.status.has_value()) std::abort();
    if (cut.status && cut.content != whole.content) std::abort();
  }
  cms::CompressOptions options;
  options.buffered_bytes_max = size % 2 == 0 ? 0 : 1U << 20;
  cms::CompressedWriter writer(options);
  const Outcome squeezed = run(writer, bytes, 100);
  const Outcome back = expand(squeezed.content, 50);
  if (bytes.size() <= content_bytes_max && (!back.status || back.content != bytes)) std::abort();
  return 0;
}
