// A tree (a JSON, XML or flat document) while it is written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "translators/mapping/program.hpp"
#include "translators/mapping/write_target.hpp"

namespace crossdock::mapping {

/// A value, or what holds others. In XML an element may be both (text and attributes).
struct OutNode {
  std::uint32_t shape = 0;  ///< Program::shapes
  OutNode* parent = nullptr;
  bool has_value = false;
  ValueType type = ValueType::string;
  std::string text;
  std::uint32_t line = nothing;  ///< that wrote it; nothing: a test in a path
  std::vector<std::unique_ptr<OutNode>> children;
};

/// One document. Levels at hand are nodes of it.
class TreeTarget : public WriteTarget {
 public:
  explicit TreeTarget(const Program& program);
  void put(const Place& place, std::string_view value, std::uint32_t line) override;
  void open(const Locator& locator, std::uint32_t level, bool fresh) override;
  void close(bool keep) override;

  [[nodiscard]] const OutNode& root() const { return *root_; }
  [[nodiscard]] std::string_view value(const Place& place) const;
  /// Children in the order of the map; nodes made by one place keep theirs.
  void sort();
  /// The node that an entry's `for` led to, taken out of the tree; its holder stays.
  [[nodiscard]] std::unique_ptr<OutNode> take_record(const Locator& locator, std::uint32_t level);
  /// Puts a record behind those that stand at the same place.
  void add_record(const Locator& locator, std::unique_ptr<OutNode> record);

 private:
  struct Opened {
    OutNode *holder = nullptr, *made = nullptr;
  };
  OutNode* find(OutNode* at, const TreeStep& step) const;
  OutNode* make(OutNode* at, const TreeStep& step);
  OutNode* reach(const Locator& locator, bool fresh, Opened* made);
  [[nodiscard]] bool fits(const OutNode& node, const TreeStep& step) const;
  [[nodiscard]] OutNode* below(OutNode* at, const std::vector<std::string>& path) const;
  OutNode* add(OutNode* parent, std::uint32_t shape);

  const Program& program_;
  std::unique_ptr<OutNode> root_;
  std::vector<OutNode*> levels_;
  std::vector<Opened> opened_;
};

/// JSON text of a sorted tree.
[[nodiscard]] std::string write_json(const Program& program, const OutNode& root);

}  // namespace crossdock::mapping
