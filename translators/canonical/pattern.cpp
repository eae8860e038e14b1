// Sets of positions instead of backtracking: each part maps the places it may begin at to those it may end at.
// SPDX-License-Identifier: Apache-2.0
#include "translators/canonical/pattern.hpp"

#include <algorithm>

namespace crossdock::canonical {
namespace {
constexpr std::uint32_t depth_max = 16, repeat_max = 1000, unlimited = 0xFFFFFFFF;
}  // namespace

class Pattern::Parser {
 public:
  Parser(std::string_view text, Pattern& out) : text_(text), out_(out) {}

  bool run() {
    out_.at_start_ = take('^');
    if (text_.size() > at_ && text_.back() == '$' && (text_.size() < 2 || text_[text_.size() - 2] != '\\')) {
      out_.at_end_ = true;
      text_.remove_suffix(1);
    }
    out_.root_ = choice(0);
    return good_ && at_ == text_.size();
  }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::uint32_t add(Node node) {
    out_.nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(out_.nodes_.size() - 1);
  }
  std::uint32_t bytes(std::vector<bool> set) {
    Node node;
    node.bytes = std::move(set);
    return add(std::move(node));
  }

  std::uint32_t choice(std::uint32_t depth) {
    Node node;
    node.kind = Node::Kind::choice;
    good_ = good_ && depth <= depth_max;
    do node.parts.push_back(sequence(depth));
    while (good_ && take('|'));
    return add(std::move(node));
  }

  std::uint32_t sequence(std::uint32_t depth) {
    Node node;
    node.kind = Node::Kind::sequence;
    while (good_ && at_ < text_.size() && text_[at_] != '|' && text_[at_] != ')') node.parts.push_back(repeated(depth));
    return add(std::move(node));
  }

  std::uint32_t repeated(std::uint32_t depth) {
    const std::uint32_t part = single(depth);
    Node node;
    node.kind = Node::Kind::repeat;
    node.parts = {part};
    if (take('?'))
      node.most = 1;
    else if (take('*'))
      node.most = unlimited;
    else if (take('+'))
      node.least = 1, node.most = unlimited;
    else if (take('{'))
      counts(node);
    else
      return part;
    return add(std::move(node));
  }

  void counts(Node& node) {
    node.least = number();
    node.most = node.least;
    if (take(',')) node.most = at_ < text_.size() && text_[at_] == '}' ? unlimited : number();
    good_ = good_ && take('}') && node.least <= repeat_max &&
            (node.most == unlimited || (node.most <= repeat_max && node.least <= node.most));
  }

  std::uint32_t number() {
    std::uint32_t out = 0;
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && at_ - start < 4)
      out = out * 10 + static_cast<std::uint32_t>(text_[at_++] - '0');
    good_ = good_ && at_ > start;
    return out;
  }

  std::uint32_t single(std::uint32_t depth) {
    const char c = text_[at_++];
    std::vector<bool> set(256, false);
    switch (c) {
      case '(': {
        if (text_.substr(at_, 2) == "?:") at_ += 2;
        const std::uint32_t inside = choice(depth + 1);
        good_ = good_ && take(')');
        return inside;
      }
      case '[': class_of(set); return bytes(std::move(set));
      case '.':
        set.assign(256, true);
        set['\n'] = false;
        return bytes(std::move(set));
      case '\\': escaped(set); return bytes(std::move(set));
      case '^':
      case '$':
      case '*':
      case '+':
      case '?':
      case '{': good_ = false; return 0;
      default: set[static_cast<unsigned char>(c)] = true; return bytes(std::move(set));
    }
  }

  static void range(std::vector<bool>& set, unsigned char first, unsigned char last) {
    for (unsigned c = first; c <= last; ++c) set[c] = true;
  }

  void escaped(std::vector<bool>& set) {
    if (at_ >= text_.size()) {
      good_ = false;
      return;
    }
    const char c = text_[at_++];
    if (c == 'd' || c == 'w') range(set, '0', '9');
    if (c == 'w') range(set, 'a', 'z'), range(set, 'A', 'Z'), set['_'] = true;
    if (c == 's') set[' '] = set['\t'] = set['\n'] = set['\r'] = true;
    if (c == 'd' || c == 'w' || c == 's') return;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    good_ = good_ && !letter;
    set[static_cast<unsigned char>(c)] = true;
  }

  void class_of(std::vector<bool>& set) {
    const bool negated = take('^');
    while (at_ < text_.size() && text_[at_] != ']') {
      const char first = text_[at_++];
      if (first == '\\') {
        escaped(set);
      } else if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        const char last = text_[at_ + 1];
        at_ += 2;
        good_ = good_ && static_cast<unsigned char>(first) <= static_cast<unsigned char>(last) && last != '\\';
        if (good_) range(set, static_cast<unsigned char>(first), static_cast<unsigned char>(last));
      } else {
        set[static_cast<unsigned char>(first)] = true;
      }
    }
    good_ = good_ && take(']');
    if (negated) set.flip();
  }

  std::string_view text_;
  Pattern& out_;
  std::size_t at_ = 0;
  bool good_ = true;
};

std::optional<Pattern> Pattern::parse(std::string_view text) {
  Pattern out;
  if (text.size() > 1000 || !Parser(text, out).run()) return std::nullopt;
  return out;
}

Pattern::Ends Pattern::run(std::uint32_t index, const Ends& starts, std::string_view value) const {
  const Node& node = nodes_[index];
  Ends out(value.size() + 1, false);
  switch (node.kind) {
    case Node::Kind::bytes:
      for (std::size_t i = 0; i < value.size(); ++i)
        if (starts[i] && node.bytes[static_cast<unsigned char>(value[i])]) out[i + 1] = true;
      return out;
    case Node::Kind::sequence:
      out = starts;
      for (const std::uint32_t part : node.parts) out = run(part, out, value);
      return out;
    case Node::Kind::choice:
      for (const std::uint32_t part : node.parts) {
        const Ends ends = run(part, starts, value);
        for (std::size_t i = 0; i < ends.size(); ++i) out[i] = out[i] || ends[i];
      }
      return out;
    case Node::Kind::repeat: {
      Ends at = starts;
      if (node.least == 0) out = starts;
      const std::size_t rounds = std::min<std::size_t>(node.most, value.size() + 1);  // more rounds can find no new end
      for (std::size_t round = 1; round <= std::max<std::size_t>(rounds, node.least); ++round) {
        at = run(node.parts[0], at, value);
        if (std::none_of(at.begin(), at.end(), [](bool there) { return there; })) break;
        if (round < node.least) continue;
        for (std::size_t i = 0; i < at.size(); ++i) out[i] = out[i] || at[i];
      }
      return out;
    }
  }
  return out;
}

bool Pattern::matches(std::string_view value) const {
  if (value.size() > value_bytes_max) return false;
  Ends starts(value.size() + 1, !at_start_);
  starts[0] = true;
  const Ends ends = run(root_, starts, value);
  return at_end_ ? ends.back() : std::any_of(ends.begin(), ends.end(), [](bool there) { return there; });
}

}  // namespace crossdock::canonical
