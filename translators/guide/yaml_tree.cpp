// Builds the tree from the fast reader's, or from yaml-cpp's events; its exceptions stop here.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <sstream>
#include <unordered_set>

#include "translators/guide/nearest.hpp"
#include "translators/yaml/yaml_tree.hpp"

namespace crossdock::guide {
namespace {

/// Thrown by the builder to stop the parser, caught in parse_yaml.
struct LimitPassed {
  YAML::Mark mark;
  std::string message;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  YamlNode root;
  bool found = false;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(YamlNode::Kind::null, mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw LimitPassed{mark, "an alias (*name) is not allowed; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode& node = add(YamlNode::Kind::scalar, mark, anchor);
    node.text = value;
    node.quoted = tag == "!";
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(add(YamlNode::Kind::sequence, mark, anchor), mark);
  }
  void OnSequenceEnd() override { path_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(add(YamlNode::Kind::map, mark, anchor), mark);
  }
  void OnMapEnd() override { path_.pop_back(); }

 private:
  YamlNode& add(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) throw LimitPassed{mark, "an anchor (&name) is not allowed; write the value out"};
    if (++nodes_ > yaml_nodes_max) throw LimitPassed{mark, "more than " + std::to_string(yaml_nodes_max) + " values"};
    YamlNode* node = &root;
    if (path_.empty()) {
      found = true;
    } else {
      YamlNode& parent = *path_.back();
      const bool key = parent.is_map() && parent.items.size() % 2 == 0;
      if (key && kind != YamlNode::Kind::scalar) throw LimitPassed{mark, "a key must be a plain or quoted text"};
      node = &parent.items.emplace_back();
    }
    node->kind = kind;
    node->line = static_cast<std::uint32_t>(mark.line + 1);
    node->column = static_cast<std::uint32_t>(mark.column + 1);
    node->offset = static_cast<std::uint64_t>(mark.pos);
    return *node;
  }
  void open(YamlNode& node, const YAML::Mark& mark) {
    if (path_.size() >= yaml_depth_max)
      throw LimitPassed{mark, "nested deeper than " + std::to_string(yaml_depth_max) + " levels"};
    path_.push_back(&node);  // stays valid: only the innermost open node grows
  }
  std::vector<YamlNode*> path_;
  std::size_t nodes_ = 0;
};

/// The fast reader's tree in the form that guides are read from. Its texts are ASCII: a column is a byte.
class Copy {
 public:
  Copy(const yaml::YamlTree& tree, std::string_view text) : tree_(&tree) {
    for (std::size_t at = 0; at != std::string_view::npos && at < text.size();) {
      lines_.push_back(at);
      at = text.find('\n', at);
      if (at != std::string_view::npos) ++at;
    }
  }

  YamlNode node(const yaml::YamlNode& from) const {
    YamlNode out = placed(from.line, from.column);
    switch (from.kind) {
      case yaml::YamlKind::null: return out;
      case yaml::YamlKind::scalar:
        out.kind = YamlNode::Kind::scalar;
        out.quoted = from.quoted;
        out.text = from.text;
        return out;
      case yaml::YamlKind::sequence: out.kind = YamlNode::Kind::sequence; break;
      case yaml::YamlKind::mapping: out.kind = YamlNode::Kind::map; break;
    }
    std::size_t count = 0;
    for (const auto* child = tree_->first(from); child != nullptr; child = tree_->next(*child)) ++count;
    out.items.reserve(out.is_map() ? 2 * count : count);
    for (const auto* child = tree_->first(from); child != nullptr; child = tree_->next(*child)) {
      if (out.is_map()) {
        YamlNode& key = out.items.emplace_back(placed(child->key_line, child->key_column));
        key.kind = YamlNode::Kind::scalar;
        key.text = child->key;
        key.quoted = child->key_quoted;
      }
      out.items.push_back(node(*child));
    }
    return out;
  }

 private:
  [[nodiscard]] YamlNode placed(std::uint32_t line, std::uint32_t column) const {
    YamlNode out;
    out.line = line;
    out.column = column;
    if (line >= 1 && line <= lines_.size()) out.offset = lines_[line - 1] + column - 1;
    return out;
  }
  const yaml::YamlTree* tree_;
  std::vector<std::size_t> lines_;  ///< where each begins
};

/// Brackets a text could nest, counted without parsing: keeps yaml-cpp's own recursion short.
bool nests_too_deep(std::string_view text) {
  std::size_t depth = 0;
  for (char c : text) {
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == '\n' && depth == 0) continue;
    if (depth > 8 * yaml_depth_max) return true;
  }
  return false;
}

void find_double_keys(const YamlNode& node, Faults& faults) {
  if (node.is_map()) {
    std::unordered_set<std::string_view> seen;
    seen.reserve(node.items.size() / 2);
    for (std::size_t i = 0; i + 1 < node.items.size(); i += 2)
      if (!seen.insert(node.items[i].text).second)
        faults.add(Code::guide_duplicate, node.items[i], "the key \"" + node.items[i].text + "\" stands twice",
                   "each key once");
  }
  for (const YamlNode& item : node.items)
    if (!item.items.empty()) find_double_keys(item, faults);  // depth is bounded by yaml_depth_max
}

std::string quoted_list(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  if (kind != Kind::map) return nullptr;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2)
    if (items[i].text == key) return &items[i + 1];
  return nullptr;
}

void Faults::add(Code code, const YamlNode& at, std::string message, std::string expected) {
  add_at(code, at.line, at.column, at.offset, std::move(message), std::move(expected));
}

void Faults::add_at(Code code, std::uint32_t line, std::uint32_t column, std::uint64_t offset, std::string message,
                    std::string expected) {
  ++count_;
  Finding finding;
  finding.code = code;
  finding.severity = info(code).severity;
  finding.path = file_ + ":" + std::to_string(line) + ":" + std::to_string(column);
  finding.message = std::move(message);
  if (!expected.empty()) finding.message += "; expected " + expected;
  finding.expected = std::move(expected);
  finding.where.line = line;
  finding.where.offset = offset;
  out_->push_back(std::move(finding));
}

std::optional<YamlNode> parse_yaml(std::string_view text, Faults& faults) {
  if (text.size() > yaml_bytes_max) {
    faults.add_at(Code::guide_limit, 1, 1, 0, "the file has " + std::to_string(text.size()) + " bytes",
                  "at most " + std::to_string(yaml_bytes_max));
    return std::nullopt;
  }
  if (nests_too_deep(text)) {
    faults.add_at(Code::guide_limit, 1, 1, 0, "brackets are nested too deep",
                  "at most " + std::to_string(yaml_depth_max) + " levels");
    return std::nullopt;
  }
  if (const auto fast = yaml::YamlTree::parse_fast(std::string(text))) return Copy(*fast, text).node(fast->root());
  return parse_yaml_with_library(text, faults);
}

std::optional<YamlNode> parse_yaml_with_library(std::string_view text, Faults& faults) {
  TreeBuilder builder;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder) || !builder.found) {
      faults.add_at(Code::guide_syntax, 1, 1, 0, "the file is empty", "a YAML map");
      return std::nullopt;
    }
  } catch (const LimitPassed& limit) {
    faults.add_at(Code::guide_limit, static_cast<std::uint32_t>(limit.mark.line + 1),
                  static_cast<std::uint32_t>(limit.mark.column + 1), static_cast<std::uint64_t>(limit.mark.pos),
                  limit.message);
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    const bool placed = !exception.mark.is_null();
    faults.add_at(Code::guide_syntax, placed ? static_cast<std::uint32_t>(exception.mark.line + 1) : 1,
                  placed ? static_cast<std::uint32_t>(exception.mark.column + 1) : 1,
                  placed ? static_cast<std::uint64_t>(exception.mark.pos) : 0, exception.msg);
    return std::nullopt;
  } catch (const std::exception& exception) {
    faults.add_at(Code::guide_syntax, 1, 1, 0, std::string("the YAML reader gave up: ") + exception.what());
    return std::nullopt;
  }
  find_double_keys(builder.root, faults);
  return std::move(builder.root);
}

MapReader::MapReader(const YamlNode& node, Faults& faults, std::string_view what, std::vector<std::string_view> known)
    : node_(&node), faults_(&faults), what_(what) {
  if (!node.is_map()) {
    faults.add(Code::guide_value, node, what_ + " is not a map", "a map with " + quoted_list(known));
    return;
  }
  for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
    const std::string& key = node.items[i].text;
    bool found = false;
    for (std::string_view name : known) found = found || name == key;
    if (found) continue;
    const std::string near = nearest_name(key, known);
    faults.add(Code::guide_key, node.items[i],
               what_ + " has no key \"" + key + "\"" + (near.empty() ? "" : "; did you mean \"" + near + "\"?"),
               "one of " + quoted_list(known));
  }
}

const YamlNode* MapReader::require(std::string_view key) {
  const YamlNode* found = get(key);
  if (found == nullptr && node_->is_map())
    faults_->add(Code::guide_key_missing, *node_, what_ + " lacks the key \"" + std::string(key) + "\"");
  return found;
}

std::string MapReader::text(std::string_view key, bool required) {
  const YamlNode* node = required ? require(key) : get(key);
  if (node == nullptr) return {};
  if (node->is_scalar()) return node->text;
  faults_->add(Code::guide_value, *node, "\"" + std::string(key) + "\" of " + what_ + " is not a text", "a text");
  return {};
}

std::uint32_t MapReader::number(std::string_view key, std::uint32_t low, std::uint32_t high, std::uint32_t fallback,
                                bool required) {
  const YamlNode* node = required ? require(key) : get(key);
  if (node == nullptr) return fallback;
  const std::optional<std::uint32_t> value = node->is_scalar() ? whole_number(node->text) : std::nullopt;
  if (value && *value >= low && *value <= high) return *value;
  faults_->add(Code::guide_value, *node, "\"" + std::string(key) + "\" of " + what_ + " is not usable",
               "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return fallback;
}

std::vector<std::string> MapReader::texts(std::string_view key) {
  std::vector<std::string> out;
  const YamlNode* node = get(key);
  if (node == nullptr || node->kind == YamlNode::Kind::null) return out;
  if (!node->is_sequence()) {
    faults_->add(Code::guide_value, *node, "\"" + std::string(key) + "\" of " + what_ + " is not a list",
                 "a list of texts");
    return out;
  }
  for (const YamlNode& item : node->items) {
    if (item.is_scalar())
      out.push_back(item.text);
    else
      faults_->add(Code::guide_value, item, "an entry of \"" + std::string(key) + "\" is not a text", "a text");
  }
  return out;
}

std::optional<std::uint32_t> whole_number(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace crossdock::guide
