// The fast YAML reader: one pass over the text, no copies except of escaped scalars. Everything doubtful is declined.
// SPDX-License-Identifier: Apache-2.0
#include "translators/yaml/yaml_fast.hpp"

#include <algorithm>
#include <unordered_set>

namespace crossdock::yaml {
namespace {

/// ASCII without tabs and other control characters; CR only before LF.
bool is_plain_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte >= 0x20 && byte < 0x7f) || byte == '\n') continue;
    if (byte != '\r' || i + 1 == text.size() || text[i + 1] != '\n') return false;
  }
  return true;
}

bool is_flow_mark(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

/// Characters that begin something other than a plain scalar (YAML 1.2 s5.3), or that the two readers could see
/// differently.
bool is_indicator(char c) { return std::string_view("?:,[]{}#&*!|>'\"%@`=<").find(c) != std::string_view::npos; }

/// The keys of one mapping: few are compared one by one, many are hashed.
class KeySet {
 public:
  /// False where the key stands already.
  bool insert(std::string_view key) {
    if (few_.size() < few_max) {
      if (std::find(few_.begin(), few_.end(), key) != few_.end()) return false;
      few_.push_back(key);
      return true;
    }
    if (many_.empty()) many_.insert(few_.begin(), few_.end());
    return many_.insert(key).second;
  }

 private:
  static constexpr std::size_t few_max = 24;
  std::vector<std::string_view> few_;
  std::unordered_set<std::string_view> many_;
};

}  // namespace

bool is_null_text(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

FastYaml::FastYaml(YamlTree& tree) : tree_(tree), text_(*tree.text_) {}

bool FastYaml::run() {
  // Tabs, other control characters and non-ASCII text are the library's business: columns count characters there.
  // Nor is a last line that does not end: what a lone mark at the very end means differs.
  if (!is_plain_text(text_) || !text_.ends_with('\n')) return false;
  if (text_.starts_with("---\n")) {
    at_ = 4;
    line_ = 2;
    line_start_ = 4;
  }
  if (!skip_to_content()) return false;
  if (at_end()) return false;
  if (!block(0, YamlNode{}, column(), 0)) return false;
  return skip_to_content() && at_end();
}

void FastYaml::new_line() {
  ++at_;
  ++line_;
  line_start_ = at_;
}

bool FastYaml::skip_to_content() {
  for (;;) {
    while (peek() == ' ') ++at_;
    if (peek() == '#') {
      if (at_ != line_start_ && text_[at_ - 1] != ' ') return false;
      while (!at_line_end()) ++at_;
    }
    if (at_end()) return true;
    if (peek() == '\r' && peek(1) == '\n') ++at_;
    if (peek() == '\r') return false;
    if (peek() != '\n') break;
    new_line();
  }
  const std::string_view rest = text_.substr(at_, 4);
  return !(column() == 0 && (rest.starts_with("---") || rest.starts_with("...") || rest.starts_with("%")));
}

bool FastYaml::finish_line() {
  while (peek() == ' ') ++at_;
  if (peek() == '#') {
    if (at_ == 0 || text_[at_ - 1] != ' ') return false;
    while (!at_line_end()) ++at_;
  }
  return at_line_end();
}

bool FastYaml::put_scalar(std::uint32_t parent, YamlNode node, const Scalar& scalar) {
  node.quoted = scalar.quoted;
  node.text = scalar.text;
  node.kind = !scalar.quoted && is_null_text(scalar.text) ? YamlKind::null : YamlKind::scalar;
  if (node.kind == YamlKind::null) node.text = {};
  tree_.add(parent, node);
  return tree_.nodes_.size() < YamlTree::nodes_max;
}

/// A block node whose first character stands at the current place, at column `indent`.
bool FastYaml::block(std::uint32_t parent, YamlNode node, std::size_t indent, unsigned depth) {
  if (depth > YamlTree::depth_max) return false;
  node.line = place().line;
  node.column = place().column;
  if (peek() == '-' && (peek(1) == ' ' || peek(1) == '\n' || peek(1) == '\r')) {
    node.kind = YamlKind::sequence;
    return block_sequence(tree_.add(parent, node), indent, depth);
  }
  if (looks_like_key()) {
    node.kind = YamlKind::mapping;
    return block_mapping(tree_.add(parent, node), indent, depth);
  }
  return inline_value(parent, node, depth) && finish_line();
}

bool FastYaml::block_sequence(std::uint32_t self, std::size_t indent, unsigned depth) {
  for (;;) {
    ++at_;  // the dash
    YamlNode item;
    if (at_line_end()) {
      if (!block_value(self, item, indent, false, depth)) return false;
    } else {
      while (peek() == ' ') ++at_;
      if (at_line_end() || peek() == '#') {
        if (!block_value(self, item, indent, false, depth)) return false;
      } else if (!block(self, item, column(), depth + 1)) {
        return false;
      }
    }
    if (!skip_to_content()) return false;
    if (at_end() || column() < indent) return true;
    if (column() > indent) return false;
    if (peek() != '-' || (peek(1) != ' ' && peek(1) != '\n' && peek(1) != '\r')) return true;
  }
}

bool FastYaml::block_mapping(std::uint32_t self, std::size_t indent, unsigned depth) {
  KeySet keys;
  for (;;) {
    YamlNode child;
    child.key_line = place().line;
    child.key_column = place().column;
    const auto key = block_key();
    if (!key || !keys.insert(key->text)) return false;
    child.key = key->text;
    child.key_quoted = key->quoted;
    while (peek() == ' ') ++at_;
    if (at_line_end() || peek() == '#') {
      if (!block_value(self, child, indent, true, depth)) return false;
    } else {
      child.line = place().line;
      child.column = place().column;
      if (!inline_value(self, child, depth) || !finish_line()) return false;
    }
    if (!skip_to_content()) return false;
    if (at_end() || column() < indent) return true;
    if (column() > indent || !looks_like_key()) return false;
  }
}

/// What stands on the lines below a key or a lone dash: a deeper block, a sequence at the key's own indent, or nothing.
bool FastYaml::block_value(std::uint32_t parent, YamlNode node, std::size_t indent, bool in_mapping, unsigned depth) {
  const Place here = place();
  if (!finish_line()) return false;
  if (!skip_to_content()) return false;
  const bool dash = peek() == '-' && (peek(1) == ' ' || peek(1) == '\n' || peek(1) == '\r');
  const bool inside = !at_end() && (column() > indent || (in_mapping && dash && column() == indent));
  if (inside) return block(parent, node, column(), depth + 1);
  node.line = here.line;
  node.column = here.column;
  return put_scalar(parent, node, Scalar{});
}

bool FastYaml::inline_value(std::uint32_t parent, YamlNode node, unsigned depth) {
  if (peek() == '{' || peek() == '[') return flow(parent, node, depth + 1);
  if (peek() == '"' || peek() == '\'') {
    const auto scalar = quoted();
    return scalar && put_scalar(parent, node, *scalar);
  }
  const auto scalar = plain(false);
  if (!scalar) return false;
  // A deeper line below would continue the scalar: the library's business. So is a comment cut into it.
  const std::size_t at = at_, start = line_start_;
  const std::uint32_t line = line_;
  if (!finish_line() || !skip_to_content()) return false;
  const bool continued = !at_end() && !looks_like_key() && peek() != '-';
  at_ = at;
  line_start_ = start;
  line_ = line;
  return !continued && put_scalar(parent, node, *scalar);
}

bool FastYaml::looks_like_key() const {
  std::size_t i = at_;
  if (i >= text_.size()) return false;
  const char first = text_[i];
  if (first == '"' || first == '\'') {
    for (++i; i < text_.size() && text_[i] != first; ++i)
      if (text_[i] == '\\' || text_[i] == '\n') return false;
    ++i;
    return i < text_.size() && text_[i] == ':' &&
           (i + 1 == text_.size() || text_[i + 1] == ' ' || text_[i + 1] == '\n');
  }
  if (is_indicator(first) || first == '-') return false;
  for (; i < text_.size() && text_[i] != '\n'; ++i) {
    if (text_[i] == '#' && text_[i - 1] == ' ') return false;
    if (text_[i] != ':') continue;
    const char after = i + 1 < text_.size() ? text_[i + 1] : '\n';
    if (after == ' ' || after == '\n' || after == '\r') return true;
  }
  return false;
}

std::optional<FastYaml::Scalar> FastYaml::block_key() {
  if (!looks_like_key()) return std::nullopt;
  Scalar key;
  if (peek() == '"' || peek() == '\'') {
    const auto scalar = quoted();
    if (!scalar || peek() != ':') return std::nullopt;
    key = *scalar;
  } else {
    const std::size_t from = at_;
    while (!(peek() == ':' && (peek(1) == ' ' || peek(1) == '\n' || peek(1) == '\r' || at_ + 1 >= text_.size()))) ++at_;
    key.text = text_.substr(from, at_ - from);
    if (key.text.empty() || key.text.back() == ' ' || is_null_text(key.text) || key.text == "<<") return std::nullopt;
  }
  ++at_;  // the colon
  return key;
}

std::optional<FastYaml::Scalar> FastYaml::plain(bool in_flow) {
  const std::size_t from = at_;
  if (at_line_end() || is_indicator(peek())) return std::nullopt;
  if (peek() == '-' && (peek(1) == ' ' || is_flow_mark(peek(1)) || peek(1) == '\n')) return std::nullopt;
  for (; !at_line_end(); ++at_) {
    const char c = peek();
    if (c == '\r') return std::nullopt;
    if (c == '#' && at_ > from && text_[at_ - 1] == ' ') break;
    if (in_flow && is_flow_mark(c)) break;
    if (in_flow && c == '?') return std::nullopt;  // readers differ on whether it ends the scalar
    if (c != ':') continue;
    const char after = peek(1);
    const bool ends = after == ' ' || after == '\n' || after == '\r' || at_ + 1 >= text_.size();
    if (in_flow && ends) break;
    // `a: b: c` on one line is a fault of the file, and a colon before a flow mark is read differently by readers.
    if (ends || (in_flow && is_flow_mark(after))) return std::nullopt;
  }
  std::size_t to = at_;
  while (to > from && text_[to - 1] == ' ') --to;
  at_ = to;
  return Scalar{text_.substr(from, to - from), false};
}

std::optional<FastYaml::Scalar> FastYaml::quoted() { return peek() == '"' ? double_quoted() : single_quoted(); }

std::optional<FastYaml::Scalar> FastYaml::single_quoted() {
  const std::size_t from = ++at_;
  for (; !at_line_end(); ++at_) {
    if (peek() != '\'') continue;
    if (peek(1) == '\'') return std::nullopt;
    return Scalar{text_.substr(from, at_++ - from), true};
  }
  return std::nullopt;
}

std::optional<FastYaml::Scalar> FastYaml::double_quoted() {
  const std::size_t from = ++at_;
  std::string unescaped;
  bool escaped = false;
  std::size_t copied = from;
  for (; !at_line_end(); ++at_) {
    if (peek() == '"') {
      std::string_view text = text_.substr(from, at_ - from);
      if (escaped) {
        unescaped.append(text_.substr(copied, at_ - copied));
        text = tree_.keep(std::move(unescaped));
      }
      ++at_;
      return Scalar{text, true};
    }
    if (peek() != '\\') continue;
    unescaped.append(text_.substr(copied, at_ - copied));
    switch (peek(1)) {
      case 'n': unescaped += '\n'; break;
      case 't': unescaped += '\t'; break;
      case 'r': unescaped += '\r'; break;
      case '\\':
      case '"':
      case '/': unescaped += peek(1); break;
      default: return std::nullopt;
    }
    escaped = true;
    ++at_;
    copied = at_ + 1;
  }
  return std::nullopt;
}

bool FastYaml::flow(std::uint32_t parent, YamlNode node, unsigned depth) {
  if (depth > YamlTree::depth_max) return false;
  node.line = place().line;
  node.column = place().column;
  const bool mapping = peek() == '{';
  node.kind = mapping ? YamlKind::mapping : YamlKind::sequence;
  const std::uint32_t self = tree_.add(parent, node);
  ++at_;
  return mapping ? flow_mapping(self, depth) : flow_sequence(self, depth);
}

bool FastYaml::flow_space() {
  for (;;) {
    const std::size_t before = at_;
    while (peek() == ' ') ++at_;
    if (peek() == '#' && (at_ > before || column() == 0))
      while (!at_line_end()) ++at_;
    if (at_end()) return false;
    if (peek() == '\r') ++at_;
    if (peek() != '\n') return peek() != '#';
    new_line();
    if (peek() == '-' || peek() == '.' || peek() == '%') return false;
  }
}

bool FastYaml::flow_sequence(std::uint32_t self, unsigned depth) {
  for (;;) {
    if (!flow_space()) return false;
    if (peek() == ']') return ++at_, true;
    YamlNode item;
    item.line = place().line;
    item.column = place().column;
    if (peek() == '{' || peek() == '[') {
      if (!flow(self, item, depth + 1)) return false;
    } else {
      const bool in_quotes = peek() == '"' || peek() == '\'';
      const auto scalar = in_quotes ? quoted() : plain(true);
      if (!scalar || scalar->text.size() > 1000 || !put_scalar(self, item, *scalar)) return false;
    }
    if (!flow_space()) return false;
    if (peek() == ',')
      ++at_;
    else if (peek() != ']')
      return false;
  }
}

bool FastYaml::flow_mapping(std::uint32_t self, unsigned depth) {
  KeySet keys;
  for (;;) {
    if (!flow_space()) return false;
    if (peek() == '}') return ++at_, true;
    YamlNode child;
    child.key_line = place().line;
    child.key_column = place().column;
    const bool in_quotes = peek() == '"' || peek() == '\'';
    const auto key = in_quotes ? quoted() : plain(true);
    if (!key || peek() != ':' || (!in_quotes && is_null_text(key->text)) || !keys.insert(key->text)) return false;
    child.key = key->text;
    child.key_quoted = key->quoted;
    ++at_;
    if (peek() != ' ' || !flow_space()) return false;
    child.line = place().line;
    child.column = place().column;
    if (peek() == '{' || peek() == '[') {
      if (!flow(self, child, depth + 1)) return false;
    } else {
      const bool value_in_quotes = peek() == '"' || peek() == '\'';
      const auto scalar = value_in_quotes ? quoted() : plain(true);
      if (!scalar || !put_scalar(self, child, *scalar)) return false;
    }
    if (!flow_space()) return false;
    if (peek() == ',')
      ++at_;
    else if (peek() != '}')
      return false;
  }
}

}  // namespace crossdock::yaml
