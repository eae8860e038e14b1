// Manifests of partners on hostile bytes: no crash, only plain names, bounded.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/channels/files/manifest.hpp"
#include "gateway/channels/files/remote_folder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace crossdock::files;
  const auto lines = parse_manifest({reinterpret_cast<const char*>(data), size});
  if (!lines) return 0;
  if (lines->empty() || lines->size() > manifest_lines_max) std::abort();
  for (const ManifestEntry& line : *lines)
    if ((!line.name.empty() && !is_plain_name(line.name)) || line.sha256.size() != 64) std::abort();
  return 0;
}
