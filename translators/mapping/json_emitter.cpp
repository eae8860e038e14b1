// Frames to JSON text.
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "translators/base/json_text.hpp"
#include "translators/mapping/frame.hpp"

namespace crossdock::mapping {
namespace {

/// True when all bytes stand for themselves in a JSON string; eight at a time.
bool stands_for_itself(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL, highs = 0x8080808080808080ULL;
  std::size_t at = 0;
  std::uint64_t bad = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\'), del = word ^ (ones * 0x7F);
    bad |= word | ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((del - ones) & ~del);
  }
  bad &= highs;
  for (; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') return false;
  }
  return bad == 0;
}

void append_text(std::string& out, std::string_view text) {
  if (!stands_for_itself(text)) return append_json_string(out, text);
  const std::size_t at = out.size();
  out.resize(at + text.size() + 2);
  char* to = out.data() + at;
  *to++ = '"';
  std::memcpy(to, text.data(), text.size());
  to[text.size()] = '"';
}

}  // namespace

void JsonEmitter::list(const EmitNode& node, std::uint32_t base, std::string& out, bool& wrote) {
  if (node.layout == nothing) return;
  const EmitNode& item = program_.emit[program_.layouts[node.layout].emit];
  for (std::uint32_t at = frames_.at_base(base, node.slot).head; at != nothing; at = frames_.at_base(at, 0).head) {
    const std::size_t mark = out.size();
    const std::size_t problems = incomplete_.size();
    if (wrote) out += ',';
    bool filled = false;
    if (object(item, at, out, filled) && filled) {
      wrote = true;
      continue;
    }
    out.resize(mark);
    for (std::size_t i = problems; i < incomplete_.size(); ++i) incomplete_[i].fatal = false;
  }
}

/// Writes `{...}`; `wrote` says whether anything stands in it. False: a required field is missing.
bool JsonEmitter::object(const EmitNode& node, std::uint32_t base, std::string& out, bool& wrote) {
  bool good = true;
  wrote = false;
  out += '{';
  for (std::uint32_t i = 0; i < node.children.count; ++i) {
    const EmitNode& child = program_.emit[node.children.first + i];
    const std::size_t mark = out.size();
    if (wrote) out += ',';
    out += child.key;
    bool filled = false, whole = true;
    const std::size_t problems = incomplete_.size();
    if (child.kind == EmitNode::Kind::leaf) {
      const Slot& slot = frames_.at_base(base, child.slot);
      filled = slot.kind != Slot::Kind::absent;
      if (slot.kind == Slot::Kind::text) append_text(out, slot.text);
      else if (filled) out += slot.text;
    } else if (child.kind == EmitNode::Kind::object) {
      whole = object(child, base, out, filled);
    } else {
      out += '[';
      list(child, base, out, filled);
      out += ']';
    }
    if (filled && whole) {
      wrote = true;
      continue;
    }
    out.resize(mark);
    if (!filled) incomplete_.resize(problems);  // an object without content may lack what it requires
    if (child.required) {
      if (!filled) incomplete_.push_back({child.path, true});
      good = false;
    } else {
      for (std::size_t k = problems; k < incomplete_.size(); ++k) incomplete_[k].fatal = false;
    }
  }
  out += '}';
  return good;
}

bool JsonEmitter::emit(std::uint32_t layout, std::string& out) {
  bool wrote = false;
  incomplete_.clear();
  return object(program_.emit[program_.layouts[layout].emit], 0, out, wrote);
}

}  // namespace crossdock::mapping
