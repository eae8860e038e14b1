// A tree (a JSON, XML or flat document) as the runner reads it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/program.hpp"
#include "translators/tree/tree.hpp"

namespace crossdock::mapping {

/// The same steps as SetSource; an occurrence is a node of the tree.
class TreeSource {
 public:
  using Anchor = std::uint32_t;
  using Cursor = Anchor;
  static constexpr Anchor none = tree::TreeNode::none, absent = none;
  explicit TreeSource(const Program& program) : program_(program) {}
  void begin(const tree::Tree& document) {
    document_ = &document;
    state_.assign(program_.levels.size(), none);
    state_[0] = 0;
  }
  void enter(const Locator& locator, std::uint32_t level, Anchor anchor);
  [[nodiscard]] bool locate(std::uint32_t locator, Anchor& out, Anchor& second, bool& has_second);
  void walk(const Locator& locator, std::vector<Anchor>& out) const;
  /// Paths are short and a document is read once: nothing is remembered.
  [[nodiscard]] static bool nowhere(std::uint32_t) { return false; }
  [[nodiscard]] static bool locate_again(std::uint32_t, Anchor&) { return false; }
  [[nodiscard]] static bool plain() { return false; }
  [[nodiscard]] std::string_view value(const Place&, Anchor anchor) const { return document_->node(anchor).text; }
  [[nodiscard]] std::string_view value(std::uint16_t, std::uint16_t, Anchor anchor) const {
    return document_->node(anchor).text;
  }
  [[nodiscard]] static Cursor cursor(Anchor anchor) { return anchor; }
  [[nodiscard]] std::vector<Anchor>& hits() { return hits_; }
  /// For guards: an object or list is there although it is no value.
  [[nodiscard]] bool stands(const Place&, Anchor anchor) const;
  [[nodiscard]] Position where(const Place&, Anchor anchor, std::string_view) const { return document_->where(anchor); }
  [[nodiscard]] std::string path(const Place& place, Anchor anchor) const {
    return present(anchor) ? document_->path(anchor) : place.text;
  }
  [[nodiscard]] static Spot spot(const Place& place, Anchor) { return {place.element, place.component}; }
  [[nodiscard]] std::string_view tag(Anchor) const { return {}; }
  [[nodiscard]] static std::uint32_t order(Anchor anchor) { return anchor; }
  [[nodiscard]] Anchor at(std::uint32_t level) const { return state_[level]; }
  [[nodiscard]] static bool present(Anchor anchor) { return anchor != none; }
  [[nodiscard]] const tree::Tree& document() const { return *document_; }

 private:
  [[nodiscard]] bool passes(const TreeStep& step, Anchor node) const;
  /// The first or (from `after` on) the next node that a step leads to.
  [[nodiscard]] Anchor next(const TreeStep& step, Anchor from, Anchor after) const;
  const Program& program_;
  const tree::Tree* document_ = nullptr;
  std::vector<Anchor> state_, hits_;
};

}  // namespace crossdock::mapping
