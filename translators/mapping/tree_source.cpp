// Walks paths of trees.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/tree_source.hpp"

#include <algorithm>

namespace crossdock::mapping {

using tree::TreeNode;

void TreeSource::enter(const Locator& locator, std::uint32_t level, Anchor anchor) {
  state_[level] = anchor;
  for (std::uint32_t above = program_.levels[level].above; above != nothing && above != locator.level;
       above = program_.levels[above].above) {
    anchor = document_->node(anchor).parent;
    state_[above] = anchor;
  }
}

bool TreeSource::passes(const TreeStep& step, Anchor node) const {
  return std::all_of(step.tests.begin(), step.tests.end(), [&](const TreeTest& test) {
    Anchor at = node;
    for (const std::string& name : test.path) at = document_->member(at, name);
    const std::string_view value = at == none ? std::string_view{} : document_->node(at).text;
    return (std::find(test.values.begin(), test.values.end(), value) != test.values.end()) != test.negated;
  });
}

TreeSource::Anchor TreeSource::next(const TreeStep& step, Anchor from, Anchor after) const {
  const TreeNode& holder = document_->node(from);
  if (step.kind == TreeStep::Kind::index) return after == none ? document_->item(from, step.index) : none;
  const bool every = step.kind == TreeStep::Kind::every;
  if (holder.kind != (every ? TreeNode::Kind::list : TreeNode::Kind::object)) return none;
  if (step.index != 0 && after != none) return none;
  std::uint32_t position = 0;
  for (Anchor child = after == none ? holder.first_child : document_->node(after).next_sibling; child != none;
       child = document_->node(child).next_sibling) {
    if (!every && document_->node(child).key != step.key) continue;
    if (passes(step, child) && (step.index == 0 || ++position == step.index)) return child;
  }
  return none;
}

bool TreeSource::locate(std::uint32_t index, Anchor& out, Anchor& second, bool& has_second) {
  has_second = false;
  const Locator& locator = program_.locators[index];
  out = state_[locator.level];
  for (std::uint32_t i = 0; i < locator.steps.count && out != none; ++i) {
    const TreeStep& step = program_.tree_steps[locator.steps.first + i];
    out = next(step, out, none);
    if (!locator.warn_second || out == none || has_second) continue;
    second = next(step, out == none ? 0 : document_->node(out).parent, out);
    has_second = second != none && document_->node(second).text != document_->node(out).text;
  }
  return out != none;
}

void TreeSource::walk(const Locator& locator, std::vector<Anchor>& out) const {
  if (state_[locator.level] == none) return;
  std::vector<Anchor> at = {state_[locator.level]}, found;
  for (std::uint32_t i = 0; i < locator.steps.count; ++i) {
    const TreeStep& step = program_.tree_steps[locator.steps.first + i];
    found.clear();
    for (const Anchor node : at)
      for (Anchor child = next(step, node, none); child != none; child = next(step, node, child))
        found.push_back(child);
    at.swap(found);
  }
  out.insert(out.end(), at.begin(), at.end());
}

bool TreeSource::stands(const Place&, Anchor anchor) const {
  const TreeNode& node = document_->node(anchor);
  return node.kind == TreeNode::Kind::object || node.kind == TreeNode::Kind::list || !node.text.empty();
}

}  // namespace crossdock::mapping
