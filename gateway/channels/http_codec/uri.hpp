// Path segments and query parameters of a request target (RFC 3986).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::http {

/// Decodes %XX. Nothing when an escape is broken or decodes to NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Encodes everything but RFC 3986's unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// `/a/b%20c` -> {"a", "b c"}; an encoded slash stays inside its segment. Nothing when an escape is broken.
[[nodiscard]] std::optional<std::vector<std::string>> split_path(std::string_view path);

/// Parameters in order of appearance, decoded.
class Query {
 public:
  /// Nothing when an escape is broken or there are more than 64 parameters.
  [[nodiscard]] static std::optional<Query> parse(std::string_view text);
  /// The first value of that name; null when absent.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace crossdock::http
