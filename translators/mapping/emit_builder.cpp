// Lays out how a frame is written as JSON: the schema's order, only what lines fill, keys escaped once.
// SPDX-License-Identifier: Apache-2.0
#include "translators/base/json_text.hpp"
#include "translators/mapping/compiler.hpp"
#include "translators/mapping/frame.hpp"

namespace crossdock::mapping {

using canonical::SchemaNode;

bool Compiler::holds_slots(std::uint32_t layout, std::uint32_t schema) const {
  if (slots_.contains({layout, schema})) return true;
  if (node(schema).kind != SchemaNode::Kind::object) return false;
  for (const std::uint32_t child : node(schema).children)
    if (holds_slots(layout, child)) return true;
  return false;
}

std::uint32_t Compiler::build_emit(std::uint32_t layout, std::uint32_t schema) {
  std::vector<EmitNode> children;
  const SchemaNode& object = node(schema);
  for (const std::uint32_t child : object.children) {
    if (!holds_slots(layout, child)) continue;
    const SchemaNode& field = node(child);
    EmitNode made;
    made.required = field.required;
    made.type = field.kind;
    made.schema = child;
    made.path = field.path;
    if (field.kind == SchemaNode::Kind::object) {
      made = program_.emit[build_emit(layout, child)];
    } else {
      made.kind = field.kind == SchemaNode::Kind::array ? EmitNode::Kind::list : EmitNode::Kind::leaf;
      made.slot = slots_.at({layout, child});
      made.mask = mask_of(made.slot);
      if (const auto items = lists_.find({layout, child}); items != lists_.end()) made.layout = items->second;
    }
    made.key = ",";
    append_json_string(made.key, field.name);
    made.key += ':';
    children.push_back(std::move(made));
  }
  EmitNode out;
  for (const EmitNode& child : children) out.mask |= child.mask;
  out.kind = EmitNode::Kind::object;
  out.type = SchemaNode::Kind::object;
  out.required = object.required;
  out.schema = schema;
  out.path = object.path;
  out.children = {static_cast<std::uint32_t>(program_.emit.size()), static_cast<std::uint32_t>(children.size())};
  program_.emit.insert(program_.emit.end(), children.begin(), children.end());
  program_.emit.push_back(std::move(out));
  return static_cast<std::uint32_t>(program_.emit.size() - 1);
}

}  // namespace crossdock::mapping
