// JSON documents from hostile bytes: no crash, offsets inside the text, and a parsed document has no more values than
// bytes. SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "translators/canonical/check.hpp"
#include "translators/json/json_document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace crossdock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = json::JsonDocument::parse(text);
  if (!document) return 0;
  if (document->size() > size) std::abort();
  for (std::uint32_t i = 0; i < document->size(); ++i) {
    const json::JsonNode& node = document->node(i);
    if (std::size_t{node.offset} + node.length > size) std::abort();
  }
  std::vector<Finding> findings;
  if (document->node(0).kind == json::JsonNode::Kind::object) canonical::check_attributes(*document, findings);
  return 0;
}
