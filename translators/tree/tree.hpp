// A document as a flat tree of named values, with the place of every value in the bytes as received: what JSON, XML and
// flat documents are read into. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/position.hpp"

namespace crossdock::tree {

/// JSON values as they are. XML: an element is an object (its text in `text`), its attributes are strings named `@name`
/// in front of its elements. Flat: a record is an object named after its record type, its columns are strings.
struct TreeNode {
  enum class Kind : std::uint8_t { null, boolean, number, string, list, object };
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  Kind kind = Kind::null;
  std::uint32_t parent = none, first_child = none, next_sibling = none;
  std::uint32_t length = 0, line = 0;  ///< bytes in the payload; 1-based
  std::uint64_t offset = 0;            ///< of the value in the payload: quotes, brackets, tags included
  std::string_view key;                ///< member name, decoded; empty in lists
  std::string_view text;               ///< decoded value; empty for JSON objects and lists
};

/// How paths are written: `$.stops[1].city`, `/feed/stop[2]/@city`, `/order[7]/line[2]/sku`.
enum class Notation : std::uint8_t { json, xml, flat };

/// Node 0 is the root; children keep their order. Texts belong to the bytes it was read from, or to the tree.
class Tree {
 public:
  [[nodiscard]] const TreeNode& node(std::uint32_t index) const { return nodes_[index]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  /// First member of an object by name; none when it is not there or `object` is none.
  [[nodiscard]] std::uint32_t member(std::uint32_t object, std::string_view name) const;
  [[nodiscard]] std::uint32_t item(std::uint32_t list, std::uint32_t position) const;
  [[nodiscard]] std::string path(std::uint32_t index) const;
  /// The same without positions: `$.stops[*].city`, `/feed/stop/@city`.
  [[nodiscard]] std::string kind_of_path(std::uint32_t index) const;
  [[nodiscard]] Position where(std::uint32_t index) const;
  /// A record that stands alone in the tree is the `ordinal`th (1-based) of its kind in the document: for paths.
  void number_record(std::uint32_t node, std::uint64_t ordinal) {
    record_ = node;
    ordinal_ = ordinal;
  }

 protected:
  std::uint32_t record_ = TreeNode::none;
  std::uint64_t ordinal_ = 0;
  Notation notation_ = Notation::json;
  std::vector<TreeNode> nodes_;
  std::deque<std::string> decoded_;  ///< texts that do not stand in the bytes as they are; addresses stay
};

}  // namespace crossdock::tree
