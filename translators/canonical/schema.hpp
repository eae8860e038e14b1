// The schema of one kind of event's data, flat: JSON Schema draft 7 as far as the canonical model uses it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::canonical {

/// One property, list item or the root. Children stand in the order of `properties`, which is the order of output.
struct SchemaNode {
  enum class Kind : std::uint8_t { string, integer, number, boolean, object, array };
  Kind kind = Kind::string;
  bool required = false;             ///< by the object it stands in
  bool closed = false;               ///< objects: additionalProperties false
  std::string name;                  ///< property name; `[]` for the item of an array; empty for the root
  std::string path;                  ///< `shipment.references[].type`
  std::vector<std::string> allowed;  ///< enum and const, as text; empty: any
  std::string format, pattern;
  std::optional<double> minimum, maximum;
  std::optional<std::uint64_t> length_min, length_max;  ///< characters of a string, items of an array
  std::vector<std::uint32_t> children;                  ///< objects: properties; arrays: one, the item
};

/// nodes[0] is the data object. Never changed after loading.
struct Schema {
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  std::string type;  ///< `shipment.milestone.v1`
  std::vector<SchemaNode> nodes;

  /// Property of an object node; none if it has no such one.
  [[nodiscard]] std::uint32_t child(std::uint32_t object, std::string_view name) const;
  /// All field paths, for nearest names.
  [[nodiscard]] std::vector<std::string> paths() const;
};

using ReadText = std::function<Result<std::string>(const std::string& path)>;

/// Reads `maps/canonical/<type>.schema.json` and what it refers to (`#/definitions/x`,
/// `file.schema.json#/definitions/x` beside it). Errors: event.type.unknown (no such file), map.schema.wrong (not JSON,
/// unknown keyword or type, reference that leads nowhere or in a circle).
[[nodiscard]] Result<Schema> load_schema(const ReadText& read, const std::string& type);

}  // namespace crossdock::canonical
