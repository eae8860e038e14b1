// The parser: one pass, no recursion, an explicit stack through the parents of the nodes.
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/json_document.hpp"

#include <algorithm>

namespace crossdock::json {

using Kind = JsonNode::Kind;
constexpr std::uint32_t none = JsonNode::none;

class JsonDocument::Parser {
 public:
  Parser(std::string_view text, const JsonLimits& limits, JsonDocument& out, std::uint64_t offset = 0,
         std::uint32_t line = 1)
      : text_(text), limits_(limits), out_(out), base_(offset), first_line_(line), line_(line) {}

  Status run() {
    if (text_.size() > limits_.bytes_max || text_.size() >= none)
      return fail(Code::json_limit, "the document has " + std::to_string(text_.size()) + " bytes; the limit is " +
                                        std::to_string(limits_.bytes_max));
    if (const std::size_t good = valid_utf8(text_); good != text_.size()) return wrong("the text is not UTF-8", good);
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    for (;;) {
      skip();
      if (at_ >= text_.size()) return wrong("the document ends too early");
      TRY_STATUS(expects_value_ ? value() : separator());
      if (done_) break;
    }
    skip();
    if (at_ != text_.size()) return wrong("something follows the document's value");
    return {};
  }

 private:
  tl::unexpected<Error> wrong(std::string what, std::size_t at = none) const {
    const std::size_t offset = at == none ? at_ : at;
    Position where;
    where.offset = base_ + offset;
    where.line = static_cast<std::uint32_t>(
        first_line_ +
        std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text_.size())), '\n'));
    what += " (line " + std::to_string(where.line) + ", byte " + std::to_string(where.offset) + ")";
    return fail(Code::json_syntax, std::move(what), where);
  }

  void skip() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n')
        ++line_;  // newlines stand between values only: in strings they are control characters
      else if (text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '\r')
        return;
    }
  }

  /// A value; in an object its name and colon first; also the end of an empty list or object.
  Status value() {
    if (open_ != none && last_child_.back() == none &&
        text_[at_] == (out_.nodes_[open_].kind == Kind::object ? '}' : ']'))
      return close();
    std::string_view key;
    if (open_ != none && out_.nodes_[open_].kind == Kind::object) {
      if (text_[at_] != '"') return wrong("a member name in quotes was expected");
      TRY(key, string());
      skip();
      if (at_ >= text_.size() || text_[at_] != ':') return wrong("`:` was expected behind a member name");
      ++at_;
      skip();
      if (at_ >= text_.size()) return wrong("the document ends too early");
    }
    if (out_.nodes_.size() >= limits_.nodes_max)
      return fail(Code::json_limit, "the document has more than " + std::to_string(limits_.nodes_max) + " values");
    const auto index = static_cast<std::uint32_t>(out_.nodes_.size());
    JsonNode& node = out_.nodes_.emplace_back();
    node.key = key;
    node.parent = open_;
    node.offset = base_ + at_;
    node.line = line_;
    if (open_ != none) {
      if (last_child_.back() == none)
        out_.nodes_[open_].first_child = index;
      else
        out_.nodes_[last_child_.back()].next_sibling = index;
      last_child_.back() = index;
    }
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      if (last_child_.size() >= limits_.depth_max)
        return fail(Code::json_limit, "the document is nested deeper than " + std::to_string(limits_.depth_max));
      node.kind = c == '{' ? Kind::object : Kind::list;
      ++at_;
      open_ = index;
      last_child_.push_back(none);
      return {};
    }
    TRY_STATUS(scalar(index));
    out_.nodes_[index].length = static_cast<std::uint32_t>(base_ + at_ - out_.nodes_[index].offset);
    after_value();
    return {};
  }

  void after_value() {
    expects_value_ = false;
    done_ = open_ == none;
  }

  Status scalar(std::uint32_t index) {
    JsonNode& node = out_.nodes_[index];
    if (text_[at_] == '"') {
      node.kind = Kind::string;
      TRY(node.text, string());
      return {};
    }
    for (const auto& [word, kind] :
         {std::pair{std::string_view("true"), Kind::boolean}, std::pair{std::string_view("false"), Kind::boolean},
          std::pair{std::string_view("null"), Kind::null}})
      if (text_.substr(at_, word.size()) == word) {
        node.kind = kind;
        if (kind == Kind::boolean) node.text = word;
        at_ += word.size();
        return {};
      }
    node.kind = Kind::number;
    TRY(node.text, number());
    return {};
  }

  std::size_t digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ - start;
  }

  Result<std::string_view> number() {
    const std::size_t start = at_;
    if (text_[at_] == '-') ++at_;
    const std::size_t first = at_;
    const std::size_t whole = digits();
    if (whole == 0) return wrong("a value was expected", start);
    if (whole > 1 && text_[first] == '0') return wrong("a number begins with 0", start);
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (digits() == 0) return wrong("a number ends with its point", start);
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (digits() == 0) return wrong("a number has an exponent without digits", start);
    }
    return text_.substr(start, at_ - start);
  }

  Status separator() {
    const bool object = out_.nodes_[open_].kind == Kind::object;
    if (text_[at_] == ',') {
      ++at_;
      expects_value_ = true;
      skip();
      if (at_ < text_.size() && (text_[at_] == '}' || text_[at_] == ']'))
        return wrong("a value was expected behind `,`");
      return {};
    }
    if (text_[at_] == (object ? '}' : ']')) return close();
    return wrong(object ? "`,` or `}` was expected" : "`,` or `]` was expected");
  }

  Status close() {
    ++at_;
    JsonNode& node = out_.nodes_[open_];
    node.length = static_cast<std::uint32_t>(base_ + at_ - node.offset);
    if (node.kind == Kind::object) TRY_STATUS(unique_names(open_));
    open_ = node.parent;
    last_child_.pop_back();
    after_value();
    return {};
  }

  Status unique_names(std::uint32_t object) {
    names_.clear();
    for (std::uint32_t child = out_.nodes_[object].first_child; child != none; child = out_.nodes_[child].next_sibling)
      names_.push_back(out_.nodes_[child].key);
    std::sort(names_.begin(), names_.end());
    const auto twice = std::adjacent_find(names_.begin(), names_.end());
    if (twice != names_.end())
      return wrong("the member \"" + std::string(twice->substr(0, 100)) + "\" stands twice in one object",
                   out_.nodes_[object].offset - base_);
    return {};
  }

  Result<std::string_view> string() {
    const std::size_t start = ++at_;
    std::string* decoded = nullptr;
    std::size_t plain = start;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        const std::string_view tail = text_.substr(plain, at_ - plain);
        ++at_;
        if (decoded == nullptr) return tail;
        decoded->append(tail);
        return std::string_view(*decoded);
      }
      if (static_cast<unsigned char>(c) < 0x20) return wrong("a control character stands in a string");
      if (c != '\\') continue;
      if (decoded == nullptr) decoded = &out_.decoded_.emplace_back();
      decoded->append(text_.substr(plain, at_ - plain));
      TRY_STATUS(escape(*decoded));
      plain = at_ + 1;
    }
    return wrong("a string is not closed", start);
  }

  /// Stands at the backslash; ends at the escape's last character.
  Status escape(std::string& out) {
    if (++at_ >= text_.size()) return wrong("a string is not closed");
    switch (text_[at_]) {
      case '"':
      case '\\':
      case '/': out += text_[at_]; return {};
      case 'b': out += '\b'; return {};
      case 'f': out += '\f'; return {};
      case 'n': out += '\n'; return {};
      case 'r': out += '\r'; return {};
      case 't': out += '\t'; return {};
      case 'u': break;
      default: return wrong("an escape is unknown");
    }
    TRY(std::uint32_t code, four_hex());
    if (code >= 0xDC00 && code <= 0xDFFF) return wrong("a lone surrogate stands in a string");
    if (code >= 0xD800 && code <= 0xDBFF) {
      if (text_.substr(at_ + 1, 2) != "\\u") return wrong("a lone surrogate stands in a string");
      at_ += 2;
      TRY(const std::uint32_t low, four_hex());
      if (low < 0xDC00 || low > 0xDFFF) return wrong("a lone surrogate stands in a string");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, code);
    return {};
  }

  /// Behind the `u` at at_; ends at the last digit.
  Result<std::uint32_t> four_hex() {
    std::uint32_t out = 0;
    for (int i = 0; i < 4; ++i) {
      ++at_;
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      if (c >= '0' && c <= '9')
        out = out * 16 + static_cast<std::uint32_t>(c - '0');
      else if (c >= 'a' && c <= 'f')
        out = out * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F')
        out = out * 16 + static_cast<std::uint32_t>(c - 'A' + 10);
      else
        return wrong("an escape \\u has fewer than four hexadecimal digits");
    }
    return out;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800)
      put(0xC0 | (code >> 6));
    else if (code < 0x10000)
      put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F));
    else
      put(0xF0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3F)), put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }

  std::string_view text_;
  const JsonLimits& limits_;
  JsonDocument& out_;
  std::size_t at_ = 0;
  std::uint64_t base_ = 0;  ///< where text_ stands in the payload
  std::uint32_t first_line_ = 1, line_ = 1;
  std::uint32_t open_ = none;              ///< innermost object or list
  std::vector<std::uint32_t> last_child_;  ///< of each open one
  std::vector<std::string_view> names_;
  bool expects_value_ = true, done_ = false;
};

Result<JsonDocument> JsonDocument::parse(std::string_view text, const JsonLimits& limits) {
  JsonDocument out;
  TRY_STATUS(Parser(text, limits, out).run());
  return out;
}

Result<std::uint32_t> JsonDocument::append(std::string_view text, std::uint32_t list, std::uint64_t offset,
                                           std::uint32_t line, const JsonLimits& limits) {
  const auto first = static_cast<std::uint32_t>(nodes_.size());
  decoded_before_ = decoded_.size();
  if (auto parsed = Parser(text, limits, *this, offset, line).run(); !parsed) {
    nodes_.resize(first);
    decoded_.resize(decoded_before_);
    return tl::unexpected(parsed.error());
  }
  nodes_[first].parent = list;
  std::uint32_t* link = &nodes_[list].first_child;
  while (*link != none) link = &nodes_[*link].next_sibling;
  *link = first;
  return first;
}

void JsonDocument::remove(std::uint32_t value, std::uint32_t list) {
  std::uint32_t* link = &nodes_[list].first_child;
  while (*link != none && *link != value) link = &nodes_[*link].next_sibling;
  *link = none;
  nodes_.resize(value);
  decoded_.resize(decoded_before_);
}

}  // namespace crossdock::json
