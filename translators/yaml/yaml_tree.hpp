// A YAML file as a small tree with line and column on every node: what the typed decoders read. Knows no keys and no
// files. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::yaml {

enum class YamlKind : std::uint8_t { null, scalar, sequence, mapping };

/// One node. Lines and columns are 1-based. Children are a linked list of indices (0 = none): the root is never a
/// child.
struct YamlNode {
  YamlKind kind = YamlKind::null;
  bool quoted = false;  ///< scalar stood in quotes: never read as null, yes/no or number by accident
  bool key_quoted = false;  ///< the key stood in quotes
  std::uint32_t line = 1, column = 1;
  std::uint32_t key_line = 0, key_column = 0;  ///< of the mapping key that names this node
  std::uint32_t first_child = 0, next_sibling = 0, last_child = 0;
  std::string_view key;   ///< in a mapping
  std::string_view text;  ///< of a scalar
};

/// The parsed file. Owns its text; string views of nodes point into it.
class YamlTree {
 public:
  static constexpr std::size_t text_bytes_max = 4U << 20;
  static constexpr std::size_t nodes_max = 200'000;
  static constexpr unsigned depth_max = 32;

  /// Reads one YAML document. The common forms are read by a small fast reader; anything else (block scalars,
  /// multi-line scalars) by yaml-cpp, which is also the judge of what is wrong. Anchors, aliases, tags and second
  /// documents are refused. Errors: configuration.yaml.syntax (position: line, and column in Position.offset),
  /// configuration.file.too_large.
  [[nodiscard]] static Result<YamlTree> parse(std::string text);
  /// By the fast reader alone: nothing where it meets a form that it leaves to the library.
  [[nodiscard]] static std::optional<YamlTree> parse_fast(std::string text);
  /// The same without the fast reader; for the test that holds the two against each other.
  [[nodiscard]] static Result<YamlTree> parse_with_library(std::string text);

  [[nodiscard]] const YamlNode& root() const { return nodes_.front(); }
  [[nodiscard]] const YamlNode* first(const YamlNode& parent) const { return at(parent.first_child); }
  [[nodiscard]] const YamlNode* next(const YamlNode& node) const { return at(node.next_sibling); }
  /// The child under that key; nullptr if absent.
  [[nodiscard]] const YamlNode* find(const YamlNode& parent, std::string_view key) const;
  /// One line that shows the whole tree: for tests.
  [[nodiscard]] std::string dump() const;

 private:
  friend class FastYaml;
  friend class LibraryYaml;
  [[nodiscard]] static YamlTree begin(std::string text);
  [[nodiscard]] const YamlNode* at(std::uint32_t index) const { return index == 0 ? nullptr : &nodes_[index]; }
  std::uint32_t add(std::uint32_t parent, YamlNode node);
  [[nodiscard]] std::string_view keep(std::string text);

  std::unique_ptr<std::string> text_;
  std::unique_ptr<std::deque<std::string>> kept_;  ///< scalars that had escapes
  std::vector<YamlNode> nodes_;
};

}  // namespace crossdock::yaml
