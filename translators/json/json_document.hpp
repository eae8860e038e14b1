// A JSON document (RFC 8259) kept flat, with the place of every value in the text; hostile input safe.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/position.hpp"
#include "translators/base/result.hpp"

namespace crossdock::json {

struct JsonLimits {
  std::size_t bytes_max = 64U << 20;
  std::size_t depth_max = 64;  ///< objects and lists within each other
  std::size_t nodes_max = 4'000'000;
};

struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, number, string, list, object };
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  Kind kind = Kind::null;
  std::uint32_t parent = none, first_child = none, next_sibling = none;
  std::uint32_t offset = 0, length = 0;  ///< of the value in the text, quotes and brackets included
  std::string_view key;                  ///< member name, decoded; empty in lists
  std::string_view text;                 ///< string: decoded; number and boolean: as written; else empty
};

/// Borrows the text it was parsed from. Node 0 is the root; children keep their order.
class JsonDocument {
 public:
  /// Strict: one value, UTF-8 without a byte order mark (one is skipped), no duplicate names, no lone surrogates.
  /// Errors: json.syntax (with offset and line), json.limit.
  [[nodiscard]] static Result<JsonDocument> parse(std::string_view text, const JsonLimits& limits = {});

  [[nodiscard]] const JsonNode& node(std::uint32_t index) const { return nodes_[index]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  /// Member of an object by name; none when it is not there or `object` is none.
  [[nodiscard]] std::uint32_t member(std::uint32_t object, std::string_view name) const;
  [[nodiscard]] std::uint32_t item(std::uint32_t list, std::uint32_t position) const;
  /// `$.stops[1].city`.
  [[nodiscard]] std::string path(std::uint32_t index) const;
  [[nodiscard]] Position where(std::uint32_t index) const;

 private:
  class Parser;
  std::string_view text_;
  std::vector<JsonNode> nodes_;
  std::deque<std::string> decoded_;  ///< strings that held escapes; addresses stay
};

/// Length of the well-formed UTF-8 prefix (RFC 3629).
[[nodiscard]] std::size_t valid_utf8(std::string_view text);

}  // namespace crossdock::json
