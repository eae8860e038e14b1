// Names and paths of remote folders.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/remote_folder.hpp"

#include <algorithm>

namespace crossdock::files {

namespace {
constexpr std::size_t name_bytes_max = 255;  // NAME_MAX, and what servers take
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > name_bytes_max || name == "." || name == "..") return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f || c == '/' || c == '\\';
  });
}

std::string join(std::string_view folder, std::string_view name) {
  std::string out(folder);
  if (!out.empty() && out.back() != '/') out += '/';
  return out += name;
}

}  // namespace crossdock::files
