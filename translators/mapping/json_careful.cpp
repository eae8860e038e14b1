// Frames to JSON text where something that the schema requires may be missing: parts are tried and taken back.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/json_emitter.hpp"

namespace crossdock::mapping {

/// Items of a list; those that lack something are left out.
void JsonEmitter::items(const EmitNode& node, std::uint32_t base, bool& wrote) {
  if (node.layout == nothing) return;
  const std::uint32_t item = program_.layouts[node.layout].emit;
  for (std::uint32_t at = frames_.first_item(base, node.slot); at != nothing; at = frames_.next_item(at)) {
    const std::size_t mark = out_.size(), problems = incomplete_.size();
    if (wrote) out_.put(',');
    bool filled = false;
    if (object(item, at, filled) && filled) {
      wrote = true;
      continue;
    }
    out_.cut(mark);
    for (std::size_t i = problems; i < incomplete_.size(); ++i) incomplete_[i].fatal = false;
  }
}

/// One child of an object; false where the object lacks something that its schema requires.
bool JsonEmitter::field(std::uint32_t index, std::uint32_t base, bool& wrote) {
  const EmitNode& child = program_.emit[index];
  const std::size_t mark = out_.size(), problems = incomplete_.size();
  bool filled = (child.mask & frames_.filled(base)) != 0, whole = true;
  if (!filled) {
    if (child.required) incomplete_.push_back({child.path, true});
    return !child.required;
  }
  out_.put(wrote ? std::string_view(child.key) : std::string_view(child.key).substr(1));
  filled = false;
  if (child.kind == EmitNode::Kind::leaf) {
    const Slot::Kind kind = frames_.kind_at(base, child.slot);
    filled = kind != Slot::Kind::absent;
    if (kind == Slot::Kind::raw)
      out_.put(frames_.text_at(base, child.slot));
    else if (filled)
      out_.put_string(frames_.text_at(base, child.slot));
  } else if (child.kind == EmitNode::Kind::object) {
    whole = object(index, base, filled);
  } else {
    out_.put('[');
    items(child, base, filled);
    out_.put(']');
  }
  if (filled && whole) {
    wrote = true;
    return true;
  }
  out_.cut(mark);
  if (!filled) incomplete_.resize(problems);  // an object without content may lack what it requires
  if (child.required) {
    if (!filled) incomplete_.push_back({child.path, true});
    return false;
  }
  for (std::size_t k = problems; k < incomplete_.size(); ++k) incomplete_[k].fatal = false;
  return true;
}

/// Writes `{...}`; `wrote` says whether anything stands in it. False: a required field is missing.
bool JsonEmitter::object(std::uint32_t index, std::uint32_t base, bool& wrote) {
  const Range children = program_.emit[index].children;
  bool good = true;
  wrote = false;
  out_.put('{');
  for (std::uint32_t i = 0; i < children.count; ++i) good = field(children.first + i, base, wrote) && good;
  out_.put('}');
  return good;
}

}  // namespace crossdock::mapping
