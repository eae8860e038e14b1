// Walks JSON paths.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/json_source.hpp"

namespace crossdock::mapping {

using json::JsonNode;

bool JsonSource::locate(std::uint32_t index, Anchor& out, Anchor&, bool& has_second) {
  has_second = false;
  const Locator& locator = program_.locators[index];
  out = state_[locator.level];
  for (std::uint32_t i = 0; i < locator.steps.count && out != JsonNode::none; ++i) {
    const JsonStep& step = program_.json_steps[locator.steps.first + i];
    out = step.kind == JsonStep::Kind::key ? document_->member(out, step.key) : document_->item(out, step.index);
  }
  return out != JsonNode::none;
}

void JsonSource::walk(const Locator& locator, std::vector<Anchor>& out) const {
  if (state_[locator.level] == JsonNode::none) return;
  std::vector<Anchor> at = {state_[locator.level]}, next;
  for (std::uint32_t i = 0; i < locator.steps.count; ++i) {
    const JsonStep& step = program_.json_steps[locator.steps.first + i];
    next.clear();
    for (const Anchor node : at) {
      if (step.kind == JsonStep::Kind::every) {
        if (document_->node(node).kind != JsonNode::Kind::list) continue;
        for (Anchor child = document_->node(node).first_child; child != JsonNode::none;
             child = document_->node(child).next_sibling)
          next.push_back(child);
        continue;
      }
      const Anchor child =
          step.kind == JsonStep::Kind::key ? document_->member(node, step.key) : document_->item(node, step.index);
      if (child != JsonNode::none) next.push_back(child);
    }
    at.swap(next);
  }
  out.insert(out.end(), at.begin(), at.end());
}

bool JsonSource::stands(const Place&, Anchor anchor) const {
  const JsonNode& node = document_->node(anchor);
  return node.kind == JsonNode::Kind::object || node.kind == JsonNode::Kind::list || !node.text.empty();
}

}  // namespace crossdock::mapping
