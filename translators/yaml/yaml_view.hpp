// A node together with its tree: what is absent is a view too, so that decoders read without asking at each step.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "translators/yaml/yaml_tree.hpp"

namespace crossdock::yaml {

/// Copies cheaply; lives as long as the tree.
class YamlView {
 public:
  YamlView() = default;
  explicit YamlView(const YamlTree& tree) : tree_(&tree), node_(&tree.root()) {}

  [[nodiscard]] explicit operator bool() const { return node_ != nullptr; }
  [[nodiscard]] bool is_null() const { return is(YamlKind::null); }
  [[nodiscard]] bool is_scalar() const { return is(YamlKind::scalar); }
  [[nodiscard]] bool is_sequence() const { return is(YamlKind::sequence); }
  [[nodiscard]] bool is_mapping() const { return is(YamlKind::mapping); }
  /// Text of a scalar, empty for all else.
  [[nodiscard]] std::string scalar() const { return is_scalar() ? std::string(node_->text) : std::string(); }
  /// The node itself; only where the view is true.
  [[nodiscard]] const YamlNode& node() const { return *node_; }
  /// The value under a key of a mapping; a false view where there is none.
  [[nodiscard]] YamlView operator[](std::string_view key) const {
    return node_ == nullptr ? YamlView() : YamlView(tree_, tree_->find(*node_, key));
  }
  /// Items of a sequence or entries of a mapping.
  [[nodiscard]] std::size_t size() const {
    std::size_t count = 0;
    for (auto item = begin(); item != end(); ++item) ++count;
    return count;
  }

  class Iterator {
   public:
    Iterator(const YamlTree* tree, const YamlNode* node) : tree_(tree), node_(node) {}
    YamlView operator*() const { return {tree_, node_}; }
    Iterator& operator++() {
      node_ = tree_->next(*node_);
      return *this;
    }
    bool operator==(const Iterator& other) const { return node_ == other.node_; }

   private:
    const YamlTree* tree_;
    const YamlNode* node_;
  };
  [[nodiscard]] Iterator begin() const { return {tree_, node_ == nullptr ? nullptr : tree_->first(*node_)}; }
  [[nodiscard]] Iterator end() const { return {tree_, nullptr}; }

 private:
  YamlView(const YamlTree* tree, const YamlNode* node) : tree_(tree), node_(node) {}
  [[nodiscard]] bool is(YamlKind kind) const { return node_ != nullptr && node_->kind == kind; }

  const YamlTree* tree_ = nullptr;
  const YamlNode* node_ = nullptr;
};

}  // namespace crossdock::yaml
