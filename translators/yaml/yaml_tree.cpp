// The tree itself, and the reading by yaml-cpp: the only file that sees that library.
// SPDX-License-Identifier: Apache-2.0
#include "translators/yaml/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <sstream>

#include "translators/base/json_text.hpp"
#include "translators/yaml/yaml_fast.hpp"

namespace crossdock::yaml {

namespace {
struct Refused {
  std::string what;
  YAML::Mark mark;
};
}  // namespace

/// Builds the tree from yaml-cpp's events. Throws Refused for what configuration does not use; caught in this file.
class LibraryYaml : public YAML::EventHandler {
 public:
  explicit LibraryYaml(YamlTree& tree) : tree_(tree) {}
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, "", anchor, "", false); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{"an alias (*name) is not used in configuration: write the value out", mark};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    scalar(mark, tag, anchor, value, tag == "!");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlKind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlKind::mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::uint32_t node;
    bool mapping;
  };

  bool key_wanted() const { return !open_.empty() && open_.back().mapping && !key_; }

  void refuse_marks(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    if (anchor != 0) throw Refused{"an anchor (&name) is not used in configuration: write the value out", mark};
    if (!tag.empty() && tag != "?" && tag != "!") throw Refused{"a tag (!type) is not used in configuration", mark};
    if (tree_.nodes_.size() >= YamlTree::nodes_max) throw Refused{"the file has too many values", mark};
  }

  YamlNode start(const YAML::Mark& mark) {
    YamlNode node;
    node.line = static_cast<std::uint32_t>(mark.line + 1);
    node.column = static_cast<std::uint32_t>(mark.column + 1);
    if (key_) {
      node.key = key_->key;
      node.key_quoted = key_->key_quoted;
      node.key_line = key_->key_line;
      node.key_column = key_->key_column;
      key_.reset();
    }
    return node;
  }

  std::uint32_t parent() const { return open_.empty() ? 0 : open_.back().node; }

  void scalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value,
              bool quoted) {
    refuse_marks(mark, tag, anchor);
    if (key_wanted()) {
      YamlNode key;
      if (!quoted && is_null_text(value)) throw Refused{"a key is missing before the colon", mark};
      if (tree_.find(tree_.nodes_[parent()], value) != nullptr)
        throw Refused{"the key `" + value + "` stands twice in one mapping: keep one of them", mark};
      key.key = tree_.keep(value);
      key.key_quoted = quoted;
      key.key_line = static_cast<std::uint32_t>(mark.line + 1);
      key.key_column = static_cast<std::uint32_t>(mark.column + 1);
      key_ = key;
      return;
    }
    YamlNode node = start(mark);
    node.quoted = quoted;
    if (quoted || !is_null_text(value)) {
      node.kind = YamlKind::scalar;
      node.text = tree_.keep(value);
    }
    tree_.add(parent(), node);
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlKind kind) {
    refuse_marks(mark, tag, anchor);
    if (key_wanted()) throw Refused{"a key is a list or a mapping: keys are plain words", mark};
    if (open_.size() > YamlTree::depth_max) throw Refused{"the file is nested too deeply", mark};
    YamlNode node = start(mark);
    node.kind = kind;
    const std::uint32_t index = tree_.add(parent(), node);
    open_.push_back({index, kind == YamlKind::mapping});
  }

  void close() { open_.pop_back(); }

  YamlTree& tree_;
  std::vector<Open> open_;
  std::optional<YamlNode> key_;
};

std::uint32_t YamlTree::add(std::uint32_t parent, YamlNode node) {
  if (nodes_.size() == 1 && nodes_.front().first_child == 0 && nodes_.front().line == 0) {
    nodes_.front() = node;  // the placeholder becomes the root
    return 0;
  }
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back(node);
  YamlNode& above = nodes_[parent];
  if (above.first_child == 0)
    above.first_child = index;
  else
    nodes_[above.last_child].next_sibling = index;
  above.last_child = index;
  return index;
}

std::string_view YamlTree::keep(std::string text) { return kept_->emplace_back(std::move(text)); }

const YamlNode* YamlTree::find(const YamlNode& parent, std::string_view key) const {
  if (parent.kind != YamlKind::mapping) return nullptr;
  for (const YamlNode* child = first(parent); child != nullptr; child = next(*child))
    if (child->key == key) return child;
  return nullptr;
}

YamlTree YamlTree::begin(std::string text) {
  YamlTree tree;
  tree.text_ = std::make_unique<std::string>(std::move(text));
  tree.kept_ = std::make_unique<std::deque<std::string>>();
  tree.nodes_.push_back(YamlNode{});
  tree.nodes_.front().line = 0;
  return tree;
}

Result<YamlTree> YamlTree::parse(std::string text) {
  if (text.size() > text_bytes_max) return fail(Code::configuration_file_too_large);
  YamlTree tree = begin(std::move(text));
  tree.nodes_.reserve(tree.text_->size() / 16);
  if (FastYaml(tree).run()) return tree;
  return parse_with_library(std::move(*tree.text_));
}

std::optional<YamlTree> YamlTree::parse_fast(std::string text) {
  if (text.size() > text_bytes_max) return std::nullopt;
  YamlTree tree = begin(std::move(text));
  tree.nodes_.reserve(tree.text_->size() / 8);
  if (!FastYaml(tree).run()) return std::nullopt;
  return tree;
}

Result<YamlTree> YamlTree::parse_with_library(std::string text) {
  if (text.size() > text_bytes_max) return fail(Code::configuration_file_too_large);
  YamlTree tree = begin({});
  const auto refused = [](const std::string& what, const YAML::Mark& mark) {
    Position where;
    where.line = static_cast<std::uint32_t>(mark.line + 1);
    where.offset = static_cast<std::uint64_t>(mark.column + 1);
    return fail(Code::configuration_yaml_syntax, what, where);
  };
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    LibraryYaml handler(tree);
    if (!parser.HandleNextDocument(handler))
      tree.nodes_.front().line = 1;
    else if (parser.HandleNextDocument(handler))
      return fail(Code::configuration_yaml_syntax, "the file holds a second document (---): keep one");
  } catch (const YAML::Exception& error) {
    return refused(error.msg, error.mark);
  } catch (const Refused& error) {
    return refused(error.what, error.mark);
  }
  if (tree.nodes_.front().line == 0) tree.nodes_.front().line = 1;
  return tree;
}

namespace {
void dump_node(const YamlTree& tree, const YamlNode& node, std::string& out) {
  switch (node.kind) {
    case YamlKind::null: out += "null"; break;
    case YamlKind::scalar: append_json_string(out, node.text); break;
    case YamlKind::sequence: out += '['; break;
    case YamlKind::mapping: out += '{'; break;
  }
  if (node.quoted) out += 'q';
  if (node.kind != YamlKind::null) out += "@" + std::to_string(node.line) + ":" + std::to_string(node.column);
  for (const YamlNode* child = tree.first(node); child != nullptr; child = tree.next(*child)) {
    out += ' ';
    if (node.kind == YamlKind::mapping) {
      append_json_string(out, child->key);
      out += "@" + std::to_string(child->key_line) + ":" + std::to_string(child->key_column) + "=";
    }
    dump_node(tree, *child, out);
  }
  if (node.kind == YamlKind::sequence) out += " ]";
  if (node.kind == YamlKind::mapping) out += " }";
}
}  // namespace

std::string YamlTree::dump() const {
  std::string out;
  dump_node(*this, root(), out);
  return out;
}

}  // namespace crossdock::yaml
