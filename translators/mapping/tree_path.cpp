// The grammar of tree paths.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/tree_path.hpp"

#include <algorithm>

namespace crossdock::mapping {
namespace {

class PathReader {
 public:
  PathReader(std::string_view text, DocumentKind document, std::string& problem)
      : text_(text), json_(document == DocumentKind::json), problem_(problem) {}

  bool json(TreePath& out) {
    out.absolute = text_[0] == '$';
    for (at_ = 1; at_ < text_.size();) {
      if (out.steps.size() >= path_steps_max) return wrong("a path has at most 32 steps");
      if (text_[at_] == '[') {
        if (!bracket(out.steps)) return false;
        continue;
      }
      if (text_[at_] != '.') return wrong("`.name` or `[...]` was expected");
      ++at_;
      TreeStep step;
      if (!name(step.key)) return false;
      out.steps.push_back(std::move(step));
    }
    return true;
  }

  bool slashes(TreePath& out) {
    if (text_ == "." || text_ == "/") {
      out.absolute = text_ == "/";
      return true;
    }
    out.absolute = text_[0] == '/';
    if (out.absolute) at_ = 1;
    if (text_.starts_with("./")) at_ = 2;
    out.bare = at_ == 0;
    for (;;) {
      if (out.steps.size() >= path_steps_max) return wrong("a path has at most 32 steps");
      TreeStep step;
      if (text_.substr(at_, 2) == "['" || text_.substr(at_, 2) == "[\"") {
        ++at_;
        if (!quoted(step.key)) return false;
        if (!take(']')) return wrong("a quoted name in brackets is not closed");
      } else if (!name(step.key)) {
        return false;
      }
      out.steps.push_back(std::move(step));
      while (at_ < text_.size() && text_[at_] == '[')
        if (!bracket(out.steps)) return false;
      if (at_ == text_.size()) break;
      if (out.steps.back().key.starts_with("@")) return wrong("nothing stands below an attribute");
      if (!take('/')) return wrong("`/` was expected");
    }
    out.bare = out.bare && out.steps.size() == 1;
    return true;
  }

 private:
  bool wrong(const char* what) {
    problem_ = what;
    return false;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool name(std::string& out) {
    const std::size_t start = at_;
    const std::string_view stop = json_ ? ".[" : "/[";
    at_ = std::min(text_.find_first_of(stop, at_), text_.size());
    out = std::string(text_.substr(start, at_ - start));
    return !out.empty() || wrong(json_ ? "a name is missing behind a dot" : "a name is missing beside a /");
  }
  bool quoted(std::string& out) {
    const char quote = text_[at_];
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return wrong("a quoted text is not closed");
    out = std::string(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return true;
  }

  /// From `[` to behind `]`. JSON: a step of its own; else it belongs to the step before.
  bool bracket(std::vector<TreeStep>& steps) {
    ++at_;
    TreeStep own;
    TreeStep& step = json_ ? own : steps.back();
    if (at_ >= text_.size()) return wrong("a bracket is not closed");
    const char c = text_[at_];
    if (json_ && (c == '\'' || c == '"')) {
      if (!quoted(step.key)) return false;
    } else if (json_ && c == '*') {
      ++at_;
      step.kind = TreeStep::Kind::every;
    } else if (c >= '0' && c <= '9') {
      for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
        if (step.index > 100'000) return wrong("a position has at most 6 digits");
        step.index = step.index * 10 + static_cast<std::uint32_t>(text_[at_] - '0');
      }
      if (json_) step.kind = TreeStep::Kind::index;
      if (!json_ && step.index == 0) return wrong("positions begin with 1");
    } else {
      if (json_) step.kind = TreeStep::Kind::every;
      do {
        if (!test(step)) return false;
      } while (take(','));
    }
    if (!take(']')) return wrong("a bracket holds *, a position, a quoted name or tests like [type=BM]");
    if (json_) steps.push_back(std::move(own));
    return true;
  }

  void blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool test(TreeStep& step) {
    blanks();
    TreeTest out;
    const std::size_t start = at_;
    at_ = text_.find_first_of("=!]'\"", at_);
    if (at_ == std::string_view::npos || at_ == start || (text_[at_] != '=' && text_[at_] != '!'))
      return wrong("a bracket holds *, a position, a quoted name or tests like [type=BM]");
    std::string_view path = text_.substr(start, at_ - start);
    while (!path.empty() && path.back() == ' ') path.remove_suffix(1);
    while (!path.empty()) {
      const std::size_t end = std::min(path.find(json_ ? '.' : '/'), path.size());
      out.path.emplace_back(path.substr(0, end));
      path.remove_prefix(std::min(end + 1, path.size()));
    }
    out.negated = take('!');
    if (!take('=')) return wrong("`=` or `!=` was expected in a bracket");
    do {
      blanks();
      std::string value;
      if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
        if (!quoted(value)) return false;
      } else {
        const std::size_t from = at_;
        at_ = std::min(text_.find_first_of("|,] ", at_), text_.size());
        value = std::string(text_.substr(from, at_ - from));
        if (value.empty()) return wrong("a value is missing in a bracket");
      }
      out.values.push_back(std::move(value));
      blanks();
    } while (take('|'));
    step.tests.push_back(std::move(out));
    return true;
  }

  std::string_view text_;
  bool json_;
  std::string& problem_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<TreePath> parse_tree_path(std::string_view text, DocumentKind document, std::string& problem) {
  TreePath out;
  if (document > DocumentKind::xml && text.starts_with("@")) {  // `@.column`: for guards, where a bare name is a field
    text.remove_prefix(text.starts_with("@.") ? 2 : 1);
    if (text.empty()) text = ".";
  }
  const bool json = document == DocumentKind::json;
  if (text.empty() ||
      (json != (text[0] == '$' || (text[0] == '@' && (text.size() == 1 || text[1] == '.' || text[1] == '['))))) {
    problem = json ? "this map reads JSON; its places begin with $ or @."
                   : "this map reads no JSON; places are /a/b/@c or names";
    return std::nullopt;
  }
  PathReader reader(text, document, problem);
  if (json ? reader.json(out) : reader.slashes(out)) return out;
  return std::nullopt;
}

}  // namespace crossdock::mapping
