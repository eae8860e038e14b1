// Words of the line language.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/line_scanner.hpp"

namespace crossdock::mapping {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_upper(c) || is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == ':' || c == '%' ||
         c == '/' || c == '+' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_name(char c) { return is_upper(c) || is_lower(c) || is_digit(c) || c == '_' || c == '-'; }

}  // namespace

void LineScanner::skip_blanks() {
  while (pos_ < text_.size() &&
         (text_[pos_] == ' ' || text_[pos_] == '\t' || text_[pos_] == '\n' || text_[pos_] == '\r'))
    ++pos_;
}

bool LineScanner::at_end() {
  skip_blanks();
  return pos_ >= text_.size();
}

char LineScanner::peek() {
  skip_blanks();
  return pos_ < text_.size() ? text_[pos_] : '\0';
}

TextMark LineScanner::mark() const {
  TextMark out = at_;
  if (out.column != 0) out.column += static_cast<std::uint32_t>(pos_);
  return out;
}

void LineScanner::fault(std::string message, std::string expected) {
  skip_blanks();
  std::string_view rest = text_.substr(std::min(pos_, text_.size()));
  if (rest.size() > 40) rest = rest.substr(0, 40);
  message += rest.empty() ? ", but the line ends" : ", but here stands `" + std::string(rest) + "`";
  faults_.add(Code::map_syntax, mark(), std::move(message), std::move(expected), std::string(text_));
}

bool LineScanner::take(std::string_view punctuation) {
  skip_blanks();
  if (text_.substr(pos_, punctuation.size()) != punctuation) return false;
  pos_ += punctuation.size();
  return true;
}

bool LineScanner::sees_word(std::string_view word) {
  skip_blanks();
  if (text_.substr(pos_, word.size()) != word) return false;
  const std::size_t end = pos_ + word.size();
  return end >= text_.size() || !is_word(text_[end]);
}

bool LineScanner::take_word(std::string_view word) {
  if (!sees_word(word)) return false;
  pos_ += word.size();
  return true;
}

bool LineScanner::take_call(std::string_view word) {
  if (!sees_word(word) || text_.substr(pos_ + word.size(), 1) != "(") return false;
  pos_ += word.size();
  return true;
}

bool LineScanner::sees_arrow() {
  skip_blanks();
  const std::string_view rest = text_.substr(pos_);
  return rest.starts_with("<-") || rest.starts_with("->");
}

bool LineScanner::sees_place() {
  const char c = peek();
  const char next = pos_ + 1 < text_.size() ? text_[pos_ + 1] : '\0';
  if (document_ > DocumentKind::json) {
    if (c == '/' || c == '.' || c == '@') return true;
    return bare_ && c != '\0' && (is_name(c) || c == '[' || c == '{' || static_cast<unsigned char>(c) >= 0x80) &&
           c != '-' && !sees_arrow();
  }
  if (c == '$' || c == '@' || is_upper(c)) return true;
  return (c == '/' && is_upper(next)) || (c == '.' && is_digit(next));
}

bool LineScanner::sees_field() {
  const char c = peek();
  const char next = pos_ + 1 < text_.size() ? text_[pos_ + 1] : '\0';
  return is_lower(c) || c == '_' || (c == '/' && is_lower(next));
}

bool LineScanner::sees_literal() {
  if (peek() == '"') return true;
  if (!sees_word("const")) return false;
  std::size_t after = pos_ + 5;
  while (after < text_.size() && text_[after] == ' ') ++after;
  return after < text_.size() && text_[after] == '(';
}

std::optional<std::string> LineScanner::read_quoted() {
  const char quote = peek();
  if (quote != '"' && quote != '\'') {
    fault("a quoted text was expected");
    return std::nullopt;
  }
  std::string out;
  for (++pos_; pos_ < text_.size(); ++pos_) {
    if (text_[pos_] == quote) {
      ++pos_;
      return out;
    }
    if (text_[pos_] == '\\' && pos_ + 1 < text_.size()) ++pos_;
    out += text_[pos_];
  }
  fault("a quoted text is not closed");
  return std::nullopt;
}

std::optional<std::string> LineScanner::read_value() {
  const char c = peek();
  if (c == '"' || c == '\'') return read_quoted();
  const std::size_t start = pos_;
  while (pos_ < text_.size() && is_word(text_[pos_])) ++pos_;
  if (pos_ == start) {
    fault("a value was expected");
    return std::nullopt;
  }
  return std::string(text_.substr(start, pos_ - start));
}

std::optional<std::string> LineScanner::read_name() {
  skip_blanks();
  const std::size_t start = pos_;
  while (pos_ < text_.size() && is_name(text_[pos_])) ++pos_;
  if (pos_ == start) {
    fault("a name was expected");
    return std::nullopt;
  }
  return std::string(text_.substr(start, pos_ - start));
}

std::optional<std::uint16_t> LineScanner::read_number() {
  skip_blanks();
  std::uint32_t value = 0;
  const std::size_t start = pos_;
  while (pos_ < text_.size() && is_digit(text_[pos_]) && pos_ - start < 4)
    value = value * 10 + static_cast<std::uint32_t>(text_[pos_++] - '0');
  if (pos_ == start || value == 0) {
    fault("a position (1 or more) was expected");
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(value);
}

std::optional<std::string> LineScanner::read_literal() {
  if (peek() == '"') return read_quoted();
  take_word("const");
  if (!take("(")) {
    fault("`(` was expected behind const");
    return std::nullopt;
  }
  auto value = read_value();
  if (value && !take(")")) {
    fault("`)` was expected");
    return std::nullopt;
  }
  return value;
}

std::optional<FieldText> LineScanner::read_field() {
  if (!sees_field()) {
    fault("a field (lower-case names joined by dots) was expected");
    return std::nullopt;
  }
  FieldText out;
  out.at = mark();
  const std::size_t start = pos_;
  while (pos_ < text_.size() && (is_name(text_[pos_]) || text_[pos_] == '.' || text_[pos_] == '/')) ++pos_;
  while (text_.substr(pos_, 2) == "[]") pos_ += 2;
  out.path = std::string(text_.substr(start, pos_ - start));
  return out;
}

std::optional<PlaceText> LineScanner::read_tree_place() {
  PlaceText out;
  out.at = mark();
  const std::size_t start = pos_;
  char quote = '\0';
  bool inside = false;
  for (; pos_ < text_.size(); ++pos_) {
    const char c = text_[pos_];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (inside && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '[') {
      inside = true;
    } else if (c == ']') {
      inside = false;
    } else if (!inside && (c == ' ' || c == '\t' || c == ',' || c == ')')) {
      break;
    }
  }
  out.json = std::string(text_.substr(start, pos_ - start));
  out.text = out.json;
  return out;
}

bool LineScanner::read_qualifier(PathStep& step) {
  do {
    QualifierText qualifier;
    auto element = read_number();
    if (!element) return false;
    qualifier.element = *element;
    qualifier.any_element = take("*");
    if (take(".")) {
      auto component = read_number();
      if (!component) return false;
      qualifier.component = *component;
      qualifier.any_component = !qualifier.any_element && take("*");
    }
    qualifier.negated = take("!=");
    if (!qualifier.negated && !take("=")) {
      fault("`=` or `!=` was expected in a qualifier");
      return false;
    }
    do {
      auto code = read_value();
      if (!code) return false;
      qualifier.codes.push_back(std::move(*code));
    } while (take("|"));
    step.qualifiers.push_back(std::move(qualifier));
  } while (take(","));
  if (take("]")) return true;
  fault("`]` was expected");
  return false;
}

/// `S]`, `P|T]`: no element and no comparison before the bracket closes.
bool LineScanner::sees_levels() const {
  const std::size_t end = text_.find(']', pos_);
  const std::string_view inside = text_.substr(pos_, end == std::string_view::npos ? 0 : end - pos_);
  return !inside.empty() && inside.find('=') == std::string_view::npos;
}

bool LineScanner::read_levels(PathStep& step) {
  do {
    auto code = read_value();
    if (!code) return false;
    step.levels.push_back(std::move(*code));
  } while (take("|"));
  if (take("]")) return true;
  fault("`]` was expected");
  return false;
}

std::optional<PathStep> LineScanner::read_step() {
  PathStep step;
  const std::size_t start = pos_;
  while (pos_ < text_.size() && (is_upper(text_[pos_]) || is_digit(text_[pos_]))) ++pos_;
  step.tag = std::string(text_.substr(start, pos_ - start));
  if (step.tag.empty() || step.tag.size() > 3) {
    pos_ = start;
    fault("a segment tag was expected");
    return std::nullopt;
  }
  if (pos_ < text_.size() && text_[pos_] == '#') {
    ++pos_;
    auto ordinal = read_number();
    if (!ordinal) return std::nullopt;
    step.ordinal = *ordinal;
  }
  if (pos_ < text_.size() && text_[pos_] == '[') {
    ++pos_;
    if (sees_levels() ? !read_levels(step) : !read_qualifier(step)) return std::nullopt;
    if (pos_ < text_.size() && text_[pos_] == '[') {  // HL[I][02=3]
      ++pos_;
      if (!read_qualifier(step)) return std::nullopt;
    }
  }
  if (pos_ < text_.size() && text_[pos_] == '?') {
    ++pos_;
    step.optional = true;
  }
  return step;
}

bool LineScanner::read_element(PlaceText& place) {
  if (pos_ >= text_.size() || text_[pos_] != '.') return true;
  ++pos_;
  auto element = read_number();
  if (!element) return false;
  place.element = *element;
  if (pos_ < text_.size() && text_[pos_] == '.') {
    ++pos_;
    auto component = read_number();
    if (!component) return false;
    place.component = *component;
  }
  return true;
}

std::optional<PlaceText> LineScanner::read_place() {
  const char c = peek();
  if (!sees_place()) {
    fault("a place (TAG.01, TAG[01=XX]/TAG.02, $.name) was expected");
    return std::nullopt;
  }
  if (c == '$' || c == '@' || document_ > DocumentKind::json) return read_tree_place();
  PlaceText out;
  out.at = mark();
  const std::size_t start = pos_;
  if (c == '.') {
    out.same_segment = true;
  } else {
    if (c == '/') {
      out.from_set = true;
      ++pos_;
    }
    for (;;) {
      auto step = read_step();
      if (!step) return std::nullopt;
      out.steps.push_back(std::move(*step));
      if (pos_ >= text_.size() || text_[pos_] != '/') break;
      ++pos_;
    }
  }
  if (!read_element(out)) return std::nullopt;
  out.text = std::string(text_.substr(start, pos_ - start));
  return out;
}

}  // namespace crossdock::mapping
