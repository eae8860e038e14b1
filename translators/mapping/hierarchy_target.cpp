// Hierarchies while they are written: levels that turn out empty or alike, then numbers, parents and child flags.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>

#include "translators/mapping/set_target.hpp"

namespace crossdock::mapping {
namespace {

void append_text(const OutSegment& segment, std::string& out) {
  out += std::to_string(segment.node);
  for (std::size_t i = 0; i < segment.elements.size(); ++i) {
    if (segment.elements[i].empty()) continue;
    out += '\x1e' + std::to_string(i);
    for (const std::string& part : segment.elements[i].components) out += '\x1f' + part;
  }
  out += '\x1d';
}

/// What an occurrence says itself, without the occurrences under it: alike where the texts are.
void append_own_text(const OutLoop& loop, std::string& out) {
  append_text(loop.trigger, out);
  for (const auto& segment : loop.segments) append_text(*segment, out);
  for (const auto& child : loop.loops)
    if (child->node != loop.node) append_own_text(*child, out);
  out += '\x1c';
}

/// What an occurrence holds itself, without the occurrences under it.
bool holds_nothing(const OutLoop& loop) {
  return loop.segments.empty() &&
         std::all_of(loop.loops.begin(), loop.loops.end(), [&](const auto& child) { return child->node == loop.node; });
}

void move_all(OutLoop& from, OutLoop& to, bool own_content) {
  for (auto& child : from.loops) {
    if (!own_content && child->node != from.node) continue;
    child->parent = &to;
    to.loops.push_back(std::move(child));
  }
  std::erase_if(from.loops, [](const auto& child) { return child == nullptr; });
  if (!own_content) return;
  for (auto& segment : from.segments) to.segments.push_back(std::move(segment));
  from.segments.clear();
}

/// Occurrences of `node` directly in `holder`: empty optional ones give way to what stands under them.
void dissolve(OutLoop& holder, guide::NodeIndex node) {
  std::vector<std::unique_ptr<OutLoop>> out;
  const auto take = [&](auto&& self, std::vector<std::unique_ptr<OutLoop>>& loops) -> void {
    for (auto& child : loops) {
      if (child->node == node && child->optional && holds_nothing(*child)) {
        self(self, child->loops);
        continue;
      }
      child->parent = &holder;
      out.push_back(std::move(child));
    }
  };
  take(take, holder.loops);
  holder.loops = std::move(out);
}

/// A level made on the way joins one before it that says the same: its neighbour, or one that a block of its own wrote.
/// At the top, where a set has one level of a code, one that says nothing of its own joins too.
void join_alike(OutLoop& holder, guide::NodeIndex node) {
  const bool top = holder.node != node;
  std::unordered_map<std::string, OutLoop*> written;  // by blocks of their own
  OutLoop* neighbour = nullptr;
  std::string neighbour_text, text;
  for (auto& child : holder.loops) {
    if (child->node != node) continue;
    text.clear();
    append_own_text(*child, text);
    OutLoop* into = nullptr;
    if (child->passing && neighbour != nullptr && text == neighbour_text) into = neighbour;
    if (const auto known = written.find(text); into == nullptr && child->passing && known != written.end())
      into = known->second;
    if (into == nullptr && top && neighbour != nullptr && (child->passing || neighbour->passing) &&
        (holds_nothing(*child) || holds_nothing(*neighbour))) {
      std::string a, b;
      append_text(child->trigger, a);
      append_text(neighbour->trigger, b);
      if (a == b) into = neighbour;
    }
    if (into == nullptr) {
      neighbour = child.get();
      neighbour_text = text;
      if (!child->passing) written.emplace(text, child.get());
      continue;
    }
    move_all(*child, *into, holds_nothing(*into));
    into->passing = into->passing && child->passing;
    if (into == neighbour) {
      neighbour_text.clear();
      append_own_text(*neighbour, neighbour_text);
    }
    child = nullptr;
  }
  std::erase_if(holder.loops, [](const auto& child) { return child == nullptr; });
}

}  // namespace

void SetTarget::settle_hierarchies() {
  for (const guide::Hierarchy& hierarchy : program_.guide->hierarchies) {
    std::vector<OutLoop*> open = {root_.get()};
    while (!open.empty()) {
      OutLoop& holder = *open.back();
      open.pop_back();
      dissolve(holder, hierarchy.loop);
      join_alike(holder, hierarchy.loop);
      for (auto& child : holder.loops) open.push_back(child.get());
    }
  }
}

void SetTarget::number_hierarchies() {
  for (const guide::Hierarchy& hierarchy : program_.guide->hierarchies) {
    std::uint32_t count = 0;
    std::vector<OutLoop*> open = {root_.get()};
    while (!open.empty()) {
      OutLoop& loop = *open.back();
      open.pop_back();
      if (loop.node == hierarchy.loop && loop.parent != nullptr) {
        const bool top = loop.parent->node != hierarchy.loop;
        const bool has = std::any_of(loop.loops.begin(), loop.loops.end(),
                                     [&](const auto& child) { return child->node == hierarchy.loop; });
        loop.trigger.set(hierarchy.id, 0, std::to_string(++count), nothing);
        loop.trigger.set(hierarchy.parent, 0, top ? std::string_view{} : loop.parent->trigger.get(hierarchy.id, 0),
                         nothing);
        if (hierarchy.child != 0) loop.trigger.set(hierarchy.child, 0, has ? "1" : "0", nothing);
      }
      for (auto child = loop.loops.rbegin(); child != loop.loops.rend(); ++child) open.push_back(child->get());
    }
  }
}

}  // namespace crossdock::mapping
