// XML from hostile bytes: no crash, offsets inside the bytes, the same values for any chunking, with and without
// records cut out. SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "translators/xml/xml_reader.hpp"

namespace {

using namespace crossdock;

std::string read(std::string_view text, std::size_t chunk, const xml::XmlSettings& settings) {
  std::string out;
  xml::XmlReader reader(settings, [&](tree::Tree& tree, std::uint32_t record) -> Status {
    for (std::uint32_t node = record; node < tree.size(); ++node) {
      const auto& value = tree.node(node);
      if (value.offset + value.length > text.size()) std::abort();
      out.append(value.key).append("=").append(value.text).append(";");
    }
    return {};
  });
  Status status;
  for (std::size_t at = 0; status && at < text.size(); at += chunk) status = reader.feed(text.substr(at, chunk));
  if (status) status = reader.finish();
  if (!status) out += "!";
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  xml::XmlSettings settings;
  settings.record_bytes_max = 1U << 16;
  if (read(text, size + 1, settings) != read(text, 3, settings)) std::abort();
  settings.records = {{"a", "b"}};
  if (read(text, size + 1, settings) != read(text, 3, settings)) std::abort();
  return 0;
}
