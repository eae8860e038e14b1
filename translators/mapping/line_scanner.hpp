// Words of the line language: places, fields, literals, punctuation, with their columns. Used by the line parser only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "translators/mapping/faults.hpp"
#include "translators/mapping/source_text.hpp"

namespace crossdock::mapping {

/// Walks over one text. Functions named `take_` consume what they name and say whether it was there; `read_` add a
/// fault where it is not.
class LineScanner {
 public:
  LineScanner(std::string_view text, const TextMark& at, DocumentKind document, Faults& faults)
      : text_(text), at_(at), document_(document), faults_(faults) {}
  /// Places are expected, no fields: names without a mark are places, too (XML and flat documents).
  void expect_places(bool yes) { bare_ = yes; }

  [[nodiscard]] bool at_end();
  [[nodiscard]] char peek();
  bool take(std::string_view punctuation);
  /// A whole word: followed by a blank, punctuation or the end.
  bool take_word(std::string_view word);
  [[nodiscard]] bool sees_word(std::string_view word);
  /// A word with a bracket behind it; the bracket stays.
  bool take_call(std::string_view word);
  [[nodiscard]] bool sees_place();
  [[nodiscard]] bool sees_arrow();
  [[nodiscard]] bool sees_field();
  [[nodiscard]] bool sees_literal();
  std::optional<PlaceText> read_place();
  std::optional<FieldText> read_field();
  /// `"x"` or `const("x")`.
  std::optional<std::string> read_literal();
  /// A quoted text or a bare word (letters, digits and `_ - . : / %`).
  std::optional<std::string> read_value();
  std::optional<std::string> read_name();
  std::optional<std::uint16_t> read_number();
  void fault(std::string message, std::string expected = {});
  [[nodiscard]] TextMark mark() const;
  [[nodiscard]] std::size_t position() const { return pos_; }

 private:
  void skip_blanks();
  std::optional<std::string> read_quoted();
  std::optional<PathStep> read_step();
  bool read_qualifier(PathStep& step);
  [[nodiscard]] bool sees_levels() const;
  bool read_levels(PathStep& step);
  bool read_element(PlaceText& place);
  std::optional<PlaceText> read_tree_place();

  std::string_view text_;
  TextMark at_;
  DocumentKind document_;
  bool bare_ = false;
  Faults& faults_;
  std::size_t pos_ = 0;
};

}  // namespace crossdock::mapping
