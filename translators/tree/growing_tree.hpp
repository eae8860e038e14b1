// A tree that is built while bytes arrive: records are added, used, and taken away again, so that it never holds more
// than one of them. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>

#include "translators/tree/tree.hpp"

namespace crossdock::tree {

/// Keeps copies of all names and texts.
class GrowingTree : public Tree {
 public:
  explicit GrowingTree(Notation notation) { notation_ = notation; }
  /// A new last child of `parent` (none: the root). Cost: that of the copies.
  std::uint32_t add(std::uint32_t parent, TreeNode::Kind kind, std::string_view key, const Position& where);
  void set_text(std::uint32_t node, std::string_view text) { nodes_[node].text = copy(text); }
  void append_text(std::uint32_t node, std::string_view text);
  /// `part` of the node's own text takes its place.
  void trim_text(std::uint32_t node, std::string_view part) { nodes_[node].text = part; }
  void set_where(std::uint32_t node, const Position& where) {
    nodes_[node].offset = where.offset;
    nodes_[node].length = where.length;
    nodes_[node].line = where.line;
  }

  /// What stands now; back() takes away everything that was added since, below one parent.
  struct Mark {
    std::size_t nodes = 0, block = 0, used = 0, bytes = 0;
    std::uint32_t parent = TreeNode::none, last_child = TreeNode::none;
  };
  [[nodiscard]] Mark mark(std::uint32_t parent) const;
  void back(const Mark& mark);
  /// Bytes of texts and nodes held.
  [[nodiscard]] std::size_t bytes() const { return bytes_ + nodes_.size() * sizeof(TreeNode); }
  void clear();

 private:
  std::string_view copy(std::string_view text);
  struct Block {
    std::unique_ptr<char[]> memory;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0, bytes_ = 0;
  std::vector<std::uint32_t> last_child_;  ///< by node
  std::set<std::string, std::less<>> names_;
};

}  // namespace crossdock::tree
