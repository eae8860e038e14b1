// A JSON document (RFC 8259) kept flat, with the place of every value in the text; hostile input safe.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"
#include "translators/tree/tree.hpp"

namespace crossdock::json {

struct JsonLimits {
  std::size_t bytes_max = 64U << 20;
  std::size_t depth_max = 64;  ///< objects and lists within each other
  std::size_t nodes_max = 4'000'000;
};

using JsonNode = tree::TreeNode;

/// Borrows the text it was parsed from. Node 0 is the root; children keep their order.
class JsonDocument : public tree::Tree {
 public:
  /// Strict: one value, UTF-8 without a byte order mark (one is skipped), no duplicate names, no lone surrogates.
  /// Errors: json.syntax (with offset and line), json.limit.
  [[nodiscard]] static Result<JsonDocument> parse(std::string_view text, const JsonLimits& limits = {});

  /// Adds one value, parsed from `text` (which must stay), as the last child of a list; `offset` and `line` are where
  /// it stands in the payload. Its index. Errors as parse().
  [[nodiscard]] Result<std::uint32_t> append(std::string_view text, std::uint32_t list, std::uint64_t offset,
                                             std::uint32_t line, const JsonLimits& limits = {});
  /// Takes away what append() added last.
  void remove(std::uint32_t value, std::uint32_t list);

 private:
  class Parser;
  std::size_t decoded_before_ = 0;
};

/// Length of the well-formed UTF-8 prefix (RFC 3629).
[[nodiscard]] std::size_t valid_utf8(std::string_view text);

}  // namespace crossdock::json
