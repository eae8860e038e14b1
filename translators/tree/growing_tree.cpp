// Nodes at the end of one array, texts in blocks.
// SPDX-License-Identifier: Apache-2.0
#include "translators/tree/growing_tree.hpp"

#include <algorithm>
#include <cstring>

namespace crossdock::tree {
namespace {

constexpr std::size_t block_bytes = 64U << 10;
constexpr std::size_t names_max = 65'536;  // distinct names that are kept once; further ones are copied

}  // namespace

std::string_view GrowingTree::copy(std::string_view text) {
  if (text.empty()) return {};
  bytes_ += text.size();
  if (blocks_.empty() || used_ + text.size() > blocks_[block_].size) {
    const std::size_t size = std::max(block_bytes, text.size());
    if (!blocks_.empty()) ++block_;
    if (block_ < blocks_.size() && blocks_[block_].size < size) blocks_.resize(block_);
    if (block_ >= blocks_.size()) blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    used_ = 0;
  }
  char* const at = blocks_[block_].memory.get() + used_;
  std::memcpy(at, text.data(), text.size());
  used_ += text.size();
  return {at, text.size()};
}

std::uint32_t GrowingTree::add(std::uint32_t parent, TreeNode::Kind kind, std::string_view key, const Position& where) {
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  TreeNode& node = nodes_.emplace_back();
  last_child_.push_back(TreeNode::none);
  node.kind = kind;
  node.parent = parent;
  node.offset = where.offset;
  node.length = where.length;
  node.line = where.line;
  if (const auto known = names_.find(key); known != names_.end())
    node.key = *known;
  else if (names_.size() < names_max)
    node.key = *names_.emplace(key).first;
  else
    node.key = copy(key);
  if (parent == TreeNode::none) return index;
  std::uint32_t& last = last_child_[parent];
  (last == TreeNode::none ? nodes_[parent].first_child : nodes_[last].next_sibling) = index;
  last = index;
  return index;
}

void GrowingTree::append_text(std::uint32_t node, std::string_view text) {
  const std::string_view before = nodes_[node].text;
  // Text that stands at the end of the block grows in place: a long text in many pieces costs its length once.
  if (!before.empty() && !blocks_.empty() && before.data() + before.size() == blocks_[block_].memory.get() + used_ &&
      used_ + text.size() <= blocks_[block_].size) {
    std::memcpy(blocks_[block_].memory.get() + used_, text.data(), text.size());
    used_ += text.size();
    bytes_ += text.size();
    nodes_[node].text = {before.data(), before.size() + text.size()};
    return;
  }
  std::string whole;
  whole.reserve(before.size() + text.size());
  whole.append(before).append(text);
  nodes_[node].text = copy(whole);
}

GrowingTree::Mark GrowingTree::mark(std::uint32_t parent) const {
  return {nodes_.size(), block_, used_,
          bytes_,        parent, parent == TreeNode::none ? TreeNode::none : last_child_[parent]};
}

void GrowingTree::back(const Mark& mark) {
  nodes_.resize(mark.nodes);
  last_child_.resize(mark.nodes);
  if (mark.parent != TreeNode::none) {
    last_child_[mark.parent] = mark.last_child;
    if (mark.last_child == TreeNode::none)
      nodes_[mark.parent].first_child = TreeNode::none;
    else
      nodes_[mark.last_child].next_sibling = TreeNode::none;
  }
  block_ = mark.block;
  used_ = mark.used;
  bytes_ = mark.bytes;
  if (blocks_.size() > block_ + 4) blocks_.resize(block_ + 4);  // one large record does not stay
}

void GrowingTree::clear() {
  nodes_.clear();
  last_child_.clear();
  blocks_.clear();
  block_ = used_ = bytes_ = 0;
}

}  // namespace crossdock::tree
