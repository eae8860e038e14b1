// The grammar of lines, `for:` texts and guards; docs/reference/map-language.md is its description.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/line_parser.hpp"

#include "translators/mapping/line_scanner.hpp"

namespace crossdock::mapping {
namespace {

std::optional<Arrow> read_arrow(LineScanner& scan) {
  if (scan.take("<->")) return Arrow::both;
  if (scan.take("<-")) return Arrow::outwards;
  if (scan.take("->")) return Arrow::inwards;
  scan.fault("`<->`, `->` or `<-` was expected");
  return std::nullopt;
}

bool read_else(LineScanner& scan, StepText& step) {
  step.name = "else";
  if (scan.take_word("reject")) {
    auto code = scan.read_value();
    if (code) step.reject = *code;
    return code.has_value();
  }
  if (scan.sees_literal()) {
    step.literal = scan.read_literal();
    return step.literal.has_value();
  }
  if (scan.sees_place()) {
    while (scan.sees_place()) {
      auto place = scan.read_place();
      if (!place) return false;
      step.places.push_back(std::move(*place));
    }
    return true;
  }
  if (scan.sees_field()) {
    step.field = scan.read_field();
    return step.field.has_value();
  }
  scan.fault("a place, a field, a quoted text or `reject CODE` was expected behind else");
  return false;
}

bool read_arguments(LineScanner& scan, StepText& step) {
  if (scan.take(")")) return true;
  do {
    StepText::Argument argument;
    auto value = scan.read_value();
    if (!value) return false;
    if (scan.take("=")) {
      argument.key = std::move(*value);
      value = scan.read_value();
      if (!value) return false;
    }
    argument.value = std::move(*value);
    step.arguments.push_back(std::move(argument));
  } while (scan.take(","));
  if (scan.take(")")) return true;
  scan.fault("`,` or `)` was expected");
  return false;
}

bool read_step(LineScanner& scan, LineText& line) {
  StepText step;
  step.at = scan.mark();
  if (scan.take_word("else")) {
    if (!read_else(scan, step)) return false;
  } else {
    auto name = scan.read_name();
    if (!name) return false;
    step.name = std::move(*name);
    if (scan.take("(") && !read_arguments(scan, step)) return false;
  }
  line.steps.push_back(std::move(step));
  return true;
}

/// Behind `{`: a place or a field to compare with.
bool read_other(LineScanner& scan, ConditionText& condition) {
  if (scan.sees_place())
    condition.other_place = scan.read_place();
  else
    condition.other_field = scan.read_field();
  if (!condition.other_place && !condition.other_field) return false;
  if (scan.take("}")) return true;
  scan.fault("`}` was expected");
  return false;
}

bool read_test(LineScanner& scan, ConditionText& condition) {
  using Test = ConditionText::Test;
  auto one_value = [&](Test test) {
    condition.test = test;
    if (scan.take("{")) return read_other(scan, condition);
    auto value = scan.read_value();
    if (value) condition.values.push_back(std::move(*value));
    return value.has_value();
  };
  if (scan.take("!=")) return one_value(Test::not_in);
  if (scan.take("=")) return one_value(Test::in);
  if (scan.take_word("present") || scan.sees_word("absent")) {
    condition.test = scan.take_word("absent") ? Test::absent : Test::present;
    return true;
  }
  if (scan.take_word("timed")) {
    condition.test = Test::timed;
    return true;
  }
  condition.test = scan.take_word("not") ? Test::not_in : Test::in;
  if (!scan.take_word("in") || !scan.take("(")) {
    scan.fault("`=`, `!=`, `in (`, `not in (`, `present`, `absent` or `timed` was expected");
    return false;
  }
  do {
    auto value = scan.read_value();
    if (!value) return false;
    condition.values.push_back(std::move(*value));
  } while (scan.take(","));
  if (scan.take(")")) return true;
  scan.fault("`,` or `)` was expected");
  return false;
}

bool read_guard(LineScanner& scan, std::vector<ConditionText>& guard) {
  do {
    ConditionText condition;
    if (scan.sees_place()) {
      condition.place = scan.read_place();
      if (!condition.place) return false;
    } else {
      auto field = scan.read_field();
      if (!field) return false;
      condition.field = std::move(*field);
    }
    if (!read_test(scan, condition)) return false;
    guard.push_back(std::move(condition));
  } while (scan.take_word("and"));
  return true;
}

/// Left side: places or one literal.
bool read_left(LineScanner& scan, LineText& line) {
  if (scan.sees_literal()) {
    line.literal = scan.read_literal();
    return line.literal.has_value();
  }
  line.first = scan.take_word("first");
  scan.expect_places(true);
  while (scan.sees_place()) {
    auto place = scan.read_place();
    if (!place) return false;
    line.places.push_back(std::move(*place));
  }
  scan.expect_places(false);
  if (!line.places.empty()) return true;
  scan.fault("a place or a literal was expected at the beginning of the line");
  return false;
}

/// Behind `count`, `sum` or `ordinal`: a place in brackets.
bool read_total(LineScanner& scan, LineText& line, TotalKind kind) {
  scan.take("(");
  auto place = scan.read_place();
  if (!place) return false;
  line.total = TotalText{kind, std::move(*place)};
  if (scan.take(")")) return true;
  scan.fault("`)` was expected behind the place");
  return false;
}

bool read_right(LineScanner& scan, LineText& line) {
  if (scan.take_call("count")) return read_total(scan, line, TotalKind::count);
  if (scan.take_call("sum")) return read_total(scan, line, TotalKind::sum);
  if (scan.take_call("ordinal")) return read_total(scan, line, TotalKind::ordinal);
  if (scan.sees_literal()) {
    if (line.literal) {
      scan.fault("a line with a literal on both sides relates nothing");
      return false;
    }
    line.literal = scan.read_literal();
    return line.literal.has_value();
  }
  bool keep = false;
  while (!scan.sees_word("when") && scan.sees_field()) {
    if (!keep && scan.take_word("keep")) {
      keep = true;
      line.keep_odd = scan.take("?");
      continue;
    }
    auto field = scan.read_field();
    if (!field) return false;
    (keep ? line.keep : line.fields).push_back(std::move(*field));
  }
  if (!line.fields.empty()) return true;
  scan.fault("a field or a literal was expected behind the arrow");
  return false;
}

/// `rows by order_no + line_no`: the columns become part of the place's name.
bool read_by(LineScanner& scan, PlaceText& place) {
  std::string names;
  do {
    auto name = scan.read_value();
    if (!name) return false;
    names += (names.empty() ? "" : "+") + *name;
  } while (scan.take("+"));
  place.json += " by " + names;
  place.text = place.json;
  return true;
}

}  // namespace

std::optional<LineText> parse_line(std::string_view text, const TextMark& at, Faults& faults, DocumentKind document) {
  LineScanner scan(text, at, document, faults);
  LineText line;
  line.text = std::string(text);
  line.at = at;
  if (!read_left(scan, line)) return std::nullopt;
  const auto arrow = read_arrow(scan);
  if (!arrow) return std::nullopt;
  line.arrow = *arrow;
  if (!read_right(scan, line)) return std::nullopt;
  while (scan.take("|"))
    if (!read_step(scan, line)) return std::nullopt;
  if (scan.take_word("when") && !read_guard(scan, line.guard)) return std::nullopt;
  if (!scan.at_end()) {
    scan.fault("`| step`, `when GUARD` or the end of the line was expected");
    return std::nullopt;
  }
  return line;
}

std::optional<BlockText> parse_for(std::string_view text, const TextMark& at, Faults& faults, DocumentKind document) {
  LineScanner scan(text, at, document, faults);
  BlockText block;
  block.at = at;
  block.scope = true;
  block.cardinality_said = true;
  if (scan.take_word("one"))
    block.cardinality = Cardinality::one;
  else if (scan.take_word("first"))
    block.cardinality = Cardinality::first;
  else if (scan.take_word("each"))
    block.cardinality = Cardinality::each;
  else
    block.cardinality_said = false;
  scan.expect_places(true);
  do {
    auto place = scan.read_place();
    if (!place) return std::nullopt;
    if (document > DocumentKind::xml && scan.take_word("by") && !read_by(scan, *place)) return std::nullopt;
    if (place->element != 0 || place->same_segment) {
      scan.fault("`for` names segments or loops, not elements");
      return std::nullopt;
    }
    block.places.push_back(std::move(*place));
  } while (scan.take(","));
  scan.expect_places(false);
  if (scan.take_word("with")) {
    while (!scan.sees_word("by")) {
      auto tag = scan.read_name();
      if (!tag) return std::nullopt;
      block.with.push_back(std::move(*tag));
    }
    scan.take_word("by");
    const auto by = scan.read_number();
    if (!by) return std::nullopt;
    block.by = *by;
  }
  if (scan.at_end()) return block;
  const auto arrow = read_arrow(scan);
  if (!arrow) return std::nullopt;
  block.arrow = *arrow;
  if (!scan.at_end()) {
    block.field = scan.read_field();
    if (!block.field) return std::nullopt;
    if (block.field->path.ends_with("[]")) {
      block.list = true;
      block.field->path.resize(block.field->path.size() - 2);
    }
  }
  if (block.list && scan.take_word("where")) {
    block.where_item = scan.read_field();
    if (!block.where_item) return std::nullopt;
    if (!scan.take("=")) {
      scan.fault("`=` was expected in `where`");
      return std::nullopt;
    }
    block.where_outer = scan.read_field();
    if (!block.where_outer) return std::nullopt;
  }
  if (scan.at_end()) return block;
  scan.fault("the end of the `for` was expected");
  return std::nullopt;
}

std::optional<std::vector<ConditionText>> parse_guard(std::string_view text, const TextMark& at, Faults& faults,
                                                      DocumentKind document) {
  LineScanner scan(text, at, document, faults);
  std::vector<ConditionText> guard;
  if (!read_guard(scan, guard)) return std::nullopt;
  if (scan.at_end()) return guard;
  scan.fault("`and` or the end of the guard was expected");
  return std::nullopt;
}

std::optional<PlaceText> parse_place(std::string_view text, const TextMark& at, Faults& faults, DocumentKind document) {
  LineScanner scan(text, at, document, faults);
  scan.expect_places(true);
  auto place = scan.read_place();
  if (!place) return std::nullopt;
  if (scan.at_end() && (place->element != 0 || !place->json.empty())) return place;
  scan.fault("one place with its element (B10.02) was expected");
  return std::nullopt;
}

std::optional<std::vector<FieldText>> parse_field_choice(std::string_view text, const TextMark& at, Faults& faults,
                                                         DocumentKind document) {
  LineScanner scan(text, at, document, faults);
  std::vector<FieldText> out;
  do {
    auto field = scan.read_field();
    if (!field) return std::nullopt;
    out.push_back(std::move(*field));
  } while (scan.take_word("else"));
  if (scan.at_end()) return out;
  scan.fault("`else` or the end was expected");
  return std::nullopt;
}

}  // namespace crossdock::mapping
