// YAML read into a plain tree with line and column, under limits: size, depth, nodes, no anchors or aliases, no double
// keys. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"

namespace crossdock::guide {

inline constexpr std::size_t yaml_bytes_max = 4U << 20;
inline constexpr std::size_t yaml_depth_max = 48;
inline constexpr std::size_t yaml_nodes_max = 400'000;

/// One node. A map's items are key, value, key, value; keys are scalars.
struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };
  Kind kind = Kind::null;
  bool quoted = false;
  std::uint32_t line = 0, column = 0;  ///< 1-based
  std::uint64_t offset = 0;            ///< in the file's bytes
  std::string text;
  std::vector<YamlNode> items;

  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::sequence; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  /// Value of a map's key, null if it has none.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

/// Collects what is wrong in one file. Findings have `file:line:column` as path.
class Faults {
 public:
  Faults(std::string file, std::vector<Finding>& out) : file_(std::move(file)), out_(&out) {}
  void add(Code code, const YamlNode& at, std::string message, std::string expected = {});
  void add_at(Code code, std::uint32_t line, std::uint32_t column, std::uint64_t offset, std::string message,
              std::string expected = {});
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::string file_;
  std::vector<Finding>* out_;
  std::size_t count_ = 0;
};

/// The one document of a text. Faults: guide.syntax, guide.limit, guide.duplicate.
[[nodiscard]] std::optional<YamlNode> parse_yaml(std::string_view text, Faults& faults);

/// The same without the fast reader and without the limit on size; for the test that holds the two against each other.
[[nodiscard]] std::optional<YamlNode> parse_yaml_with_library(std::string_view text, Faults& faults);

/// Reads the keys of one map and says what is unknown, missing or of the wrong form.
class MapReader {
 public:
  /// `what` names the map in messages (`an element`). Unknown keys are faults with the nearest known name.
  MapReader(const YamlNode& node, Faults& faults, std::string_view what, std::vector<std::string_view> known);
  [[nodiscard]] bool valid() const { return node_->is_map(); }
  [[nodiscard]] const YamlNode* get(std::string_view key) const { return node_->find(key); }
  /// The key's node; absent: a fault guide.key_missing at the map.
  const YamlNode* require(std::string_view key);
  /// Scalar text; a missing optional key gives "".
  std::string text(std::string_view key, bool required = false);
  /// Whole number in [low, high], `fallback` when absent or wrong.
  std::uint32_t number(std::string_view key, std::uint32_t low, std::uint32_t high, std::uint32_t fallback,
                       bool required = false);
  std::vector<std::string> texts(std::string_view key);

 private:
  const YamlNode* node_;
  Faults* faults_;
  std::string what_;
};

/// Whole number of at most nine digits.
[[nodiscard]] std::optional<std::uint32_t> whole_number(std::string_view text);

}  // namespace crossdock::guide
