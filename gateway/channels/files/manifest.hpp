// Manifests: which files there are, with hash and size.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::files {

inline constexpr std::size_t manifest_bytes_max = 4U << 20;  ///< of one manifest
inline constexpr std::size_t manifest_lines_max = 50'000;

struct ManifestEntry {
  std::string name;    ///< empty in a manifest of one file: that beside which it stands
  std::string sha256;  ///< lower-case hex; empty: not said
  std::optional<std::uint64_t> size;
  bool operator==(const ManifestEntry&) const = default;
};

/// An entry and the manifest that holds it.
struct Manifested {
  ManifestEntry entry;
  std::string manifest;
  bool alone = false;  ///< the only one of its manifest
};

/// Lines of sha256sum (`<hex>  name`, `<hex> *name`), with the size between (`<hex> <size> <name>`), or the hash alone
/// (name empty). Empty lines and lines that begin with `#` are none. Errors: files.manifest.
[[nodiscard]] Result<std::vector<ManifestEntry>> parse_manifest(std::string_view text);

}  // namespace crossdock::files
