// Values with release characters: where separators stand in them, and what they mean once the releases are taken out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crossdock::wire {

/// Position of the first `separator` from `from` on that no release character stands before; npos if there is none.
/// Source: ISO 9735-1 s5.3: a released character is data, the release character itself included.
[[nodiscard]] inline std::size_t find_unreleased(std::string_view text, char separator, char release,
                                                 std::size_t from = 0) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (release != 0 && text[at] == release)
      ++at;
    else if (text[at] == separator)
      return at;
  }
  return std::string_view::npos;
}

/// Appends the text as it is meant: each release character left out, what follows it kept. One at the end stands for
/// nothing.
inline void append_unreleased(std::string& out, std::string_view text, char release) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == release && ++at == text.size()) break;
    out += text[at];
  }
}

[[nodiscard]] inline std::string unreleased(std::string_view text, char release) {
  std::string out;
  append_unreleased(out, text, release);
  return out;
}

}  // namespace crossdock::wire
