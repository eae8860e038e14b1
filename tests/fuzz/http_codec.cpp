// The HTTP request parser on any bytes in any two chunkings: no crash, limits hold, both see the same requests.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateway/channels/http_codec/request_parser.hpp"
#include "gateway/channels/http_codec/uri.hpp"

namespace {

using namespace crossdock;

/// All requests of a connection as text; stops at the first refusal.
std::string read_all(std::string_view bytes, std::size_t chunk) {
  http::ParserLimits limits;
  limits.head_bytes_max = 4096;
  limits.body_bytes_max = 4096;
  http::RequestParser parser(limits);
  std::string seen, body, pending;
  while (!bytes.empty() || !pending.empty()) {
    pending += bytes.substr(0, chunk);
    bytes.remove_prefix(std::min(chunk, bytes.size()));
    bool moved = true;
    while (moved && !pending.empty()) {
      const bool head_before = parser.head_known();
      const auto taken = parser.feed(pending, body);
      if (!taken) return seen + "refused";
      if (*taken > pending.size() || body.size() > limits.body_bytes_max) std::abort();
      pending.erase(0, *taken);
      moved = *taken > 0 || parser.head_known() != head_before;
      if (!head_before && parser.head_known()) {
        seen += parser.head().method + " " + parser.head().target + "\n";
        static_cast<void>(http::Query::parse(parser.head().query()));
        static_cast<void>(http::split_path(parser.head().path()));
      }
      if (parser.complete()) {
        seen += body + "\n";
        body.clear();
        parser.reset();
        moved = true;
      }
    }
    if (bytes.empty()) break;
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = read_all(bytes, std::max<std::size_t>(size, 1)), pieces = read_all(bytes, 7);
  // A refusal may come earlier or later in another chunking; complete requests before it are the same.
  const std::size_t common = std::min(whole.find("refused"), pieces.find("refused"));
  if (common == std::string::npos && whole != pieces) std::abort();
  return 0;
}
