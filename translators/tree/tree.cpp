// Questions that are asked of every tree.
// SPDX-License-Identifier: Apache-2.0
#include "translators/tree/tree.hpp"

namespace crossdock::tree {

using Kind = TreeNode::Kind;
constexpr std::uint32_t none = TreeNode::none;

std::uint32_t Tree::member(std::uint32_t object, std::string_view name) const {
  if (object == none || nodes_[object].kind != Kind::object) return none;
  for (std::uint32_t child = nodes_[object].first_child; child != none; child = nodes_[child].next_sibling)
    if (nodes_[child].key == name) return child;
  return none;
}

std::uint32_t Tree::item(std::uint32_t list, std::uint32_t position) const {
  if (list == none || nodes_[list].kind != Kind::list) return none;
  std::uint32_t child = nodes_[list].first_child;
  while (child != none && position-- > 0) child = nodes_[child].next_sibling;
  return child;
}

std::string Tree::path(std::uint32_t index) const {
  std::string out;
  for (std::uint32_t at = index; at != none && nodes_[at].parent != none; at = nodes_[at].parent) {
    const TreeNode& parent = nodes_[nodes_[at].parent];
    const bool keyed = parent.kind == Kind::object;
    std::string step = keyed ? (notation_ == Notation::json ? "." : "/") + std::string(nodes_[at].key) : "";
    if (at == record_) {
      step += "[" + std::to_string(notation_ == Notation::json ? ordinal_ - 1 : ordinal_) + "]";
    } else if (!keyed || (notation_ != Notation::json && nodes_[at].kind == Kind::object)) {
      std::size_t position = 0, same = 0;
      for (std::uint32_t child = parent.first_child; child != none; child = nodes_[child].next_sibling) {
        if (keyed && nodes_[child].key != nodes_[at].key) continue;
        if (child < at) ++position;
        if (++same > 1 && child > at) break;
      }
      if (notation_ == Notation::json)
        step += "[" + std::to_string(position) + "]";
      else if (same > 1)
        step += "[" + std::to_string(position + 1) + "]";
    }
    out.insert(0, step);
  }
  if (notation_ != Notation::json) return out.empty() ? "/" : out;
  return "$" + out;
}

std::string Tree::kind_of_path(std::uint32_t index) const {
  std::string out;
  for (std::uint32_t at = index; at != none && nodes_[at].parent != none; at = nodes_[at].parent) {
    const bool keyed = nodes_[nodes_[at].parent].kind == Kind::object;
    out.insert(0, keyed ? (notation_ == Notation::json ? "." : "/") + std::string(nodes_[at].key) : "[*]");
  }
  return (notation_ == Notation::json ? "$" : "") + out;
}

Position Tree::where(std::uint32_t index) const {
  Position out;
  if (index == none) return out;
  out.offset = nodes_[index].offset;
  out.length = nodes_[index].length;
  out.line = nodes_[index].line;
  return out;
}

}  // namespace crossdock::tree
