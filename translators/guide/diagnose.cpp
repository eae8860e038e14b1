// Everything about a doubtful segment's elements. Order of findings: element by element, then what is missing, sorted
// by position. SPDX-License-Identifier: Apache-2.0
#include "translators/guide/diagnose.hpp"

#include <algorithm>
#include <cstring>

#include "translators/guide/code_list.hpp"
#include "translators/guide/dictionary.hpp"
#include "translators/guide/element_check.hpp"
#include "translators/guide/syntax_note.hpp"
#include "translators/wire/character_set.hpp"
#include "translators/wire/released.hpp"

namespace crossdock::guide {
namespace {

void append_shown(std::string& out, std::string_view value) {
  constexpr std::size_t shown_max = 40;
  out += '"';
  for (char c : value.substr(0, shown_max)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  out += value.size() > shown_max ? "...\"" : "\"";
}

std::string shown(std::string_view value) {
  std::string out;
  append_shown(out, value);
  return out;
}

std::string named(const Reporter::Place& place) {
  return place.rule == nullptr || place.rule->name.empty() ? std::string("the value") : place.rule->name;
}

std::string counted(std::size_t n, std::string_view what) {
  return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

bool names_list(const ElementRule& rule) { return rule.reference == "1131" || rule.reference == "3055"; }

/// `.5` or `5,`: a number but for the digit that is missing beside its mark.
bool is_bare_mark(std::string_view value) {
  if (value[0] == '-') value.remove_prefix(1);
  return number_length("0" + std::string(value)) != 0 || number_length(std::string(value) + "0") != 0;
}

std::string lengths(const ElementRule& rule, std::string_view unit) {
  if (rule.length_min == rule.length_max) return "exactly " + counted(rule.length_min, unit);
  return std::to_string(rule.length_min) + " to " + counted(rule.length_max, unit);
}

}  // namespace

void Reporter::diagnose_segment(std::size_t segment, NodeIndex node, std::uint32_t instance) {
  const std::size_t begin = findings_->size();
  const SegmentRule& rule = guide_->segments[guide_->nodes[node].rule];
  Place place{segment, node, instance};
  const std::size_t count = document_->element_count(segment);
  std::uint64_t present = 0;
  std::size_t last = 0;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string_view value = document_->element(segment, i);
    place.element = static_cast<std::uint16_t>(std::min<std::size_t>(i, 0xFFFF));
    place.rule = i <= rule.elements.size() ? &rule.elements[i - 1] : nullptr;
    if (value.empty()) continue;
    last = i;
    if (place.rule == nullptr) {
      report(Code::x12_element_too_many, place,
             rule.tag + " has no element " + std::to_string(i) + ", but " + shown(value) + " stands there", value,
             "at most " + counted(rule.elements.size(), "element"));
      continue;
    }
    present |= 1ULL << (i - 1);
    check_element(place, value);
  }
  for (std::size_t i = 1; i <= rule.elements.size(); ++i) {
    if (rule.elements[i - 1].usage != Usage::mandatory || (present >> (i - 1) & 1) != 0) continue;
    place.element = static_cast<std::uint16_t>(i);
    place.rule = &rule.elements[i - 1];
    report(Code::x12_element_missing, place, named(place) + " is mandatory in " + rule.tag + " but empty", {},
           "a value");
  }
  place.rule = nullptr;
  check_notes(place, rule.notes, present, false, rule.elements);
  if (last < count) {
    place.element = static_cast<std::uint16_t>(std::min<std::size_t>(last + 1, 0xFFFF));
    report(Code::x12_element_trailing_separators, place,
           rule.tag + " ends with " + counted(count - last, "empty element"), {},
           "the terminator after the last value");
  }
  std::stable_sort(findings_->begin() + static_cast<std::ptrdiff_t>(begin), findings_->end(),
                   [](const Finding& a, const Finding& b) { return a.element < b.element; });
}

void Reporter::check_element(const Place& at, std::string_view value) {
  Place place = at;
  const ElementRule& rule = *place.rule;
  if (rule.usage == Usage::forbidden) {
    report(Code::x12_element_forbidden, place,
           named(place) + " is not used in this guide, but " + shown(value) + " stands there", value, "no value");
    return;
  }
  const char separator = document_->delimiters.repetition, release = release_in(place.segment);
  const auto next = [&] { return wire::find_unreleased(value, separator, release); };
  if (separator == 0 || rule.type == ElementType::binary || next() == std::string_view::npos) {
    check_repetition(place, value);
    return;
  }
  place.repeats = true;
  std::uint32_t number = 0;
  while (true) {
    const std::size_t end = next();
    const std::string_view part = value.substr(0, end);
    place.repetition = static_cast<std::uint16_t>(std::min<std::uint32_t>(++number, 0xFFFF));
    if (number == rule.repeat_max + 1 && rule.repeat_max != unbounded)
      report(Code::x12_element_repeats, place,
             named(place) + " repeats more often than " + std::to_string(rule.repeat_max), part,
             "at most " + counted(rule.repeat_max, "repetition"));
    if (!part.empty()) check_repetition(place, part);
    if (end == std::string_view::npos) break;
    value.remove_prefix(end + 1);
  }
}

void Reporter::check_repetition(const Place& place, std::string_view value) {
  if (place.rule->type == ElementType::composite) {
    check_composite(place, value);
    return;
  }
  const char separator = document_->delimiters.component;
  const std::size_t end = separator == 0 || place.rule->type == ElementType::binary
                              ? std::string_view::npos
                              : wire::find_unreleased(value, separator, release_in(place.segment));
  const bool edifact = guide_->syntax == wire::Syntax::edifact;
  if (end != std::string_view::npos) {
    if (edifact)
      report(Code::x12_element_component_separator, place, named(place) + " is a simple element but has components",
             value, "1 component; a released separator where it is data");
    else if (options_->components_in_simple)
      report(Code::x12_element_component_separator, place,
             named(place) + " holds the component separator; it is read as text", value, "a simple value");
    else
      report(Code::x12_element_components, place, named(place) + " is a simple element but has components", value,
             "1 component");
  }
  if (edifact) value = value.substr(0, end);
  if (!value.empty()) check_value(place, value);
}

/// True where a component 1131 (code list) or 3055 (its agency, other than UN's 6) has a value: the codes beside it are
/// then not those of the directory. Source: UNTDED 1131, 3055.
bool Reporter::names_other_list(const Place& place, std::string_view value) const {
  if (guide_->syntax == wire::Syntax::x12 || document_->delimiters.component == 0) return false;
  for (const ElementRule& rule : place.rule->components) {
    const std::size_t end = wire::find_unreleased(value, document_->delimiters.component, release_in(place.segment));
    const std::string_view part = value.substr(0, end);
    if (names_list(rule) && !part.empty() && !(rule.reference == "3055" && part == "6")) return true;
    if (end == std::string_view::npos) return false;
    value.remove_prefix(end + 1);
  }
  return false;
}

void Reporter::check_composite(const Place& at, std::string_view value) {
  Place place = at;
  const ElementRule& composite = *at.rule;
  const char separator = document_->delimiters.component;
  const bool other_list = names_other_list(place, value);
  std::uint64_t present = 0;
  for (std::size_t number = 1;; ++number) {
    const std::size_t end =
        separator == 0 ? std::string_view::npos : wire::find_unreleased(value, separator, release_in(place.segment));
    const std::string_view part = value.substr(0, end);
    place.component = static_cast<std::uint16_t>(std::min<std::size_t>(number, 0xFFFF));
    if (!part.empty() && number > composite.components.size()) {
      place.rule = nullptr;
      report(Code::x12_element_components, place,
             composite.name + " has no component " + std::to_string(number) + ", but " + shown(part) + " stands there",
             part, "at most " + counted(composite.components.size(), "component"));
    } else if (!part.empty()) {
      present |= 1ULL << (number - 1);
      place.rule = &composite.components[number - 1];
      place.other_list = other_list && !names_list(*place.rule);
      check_value(place, part);
    }
    if (end == std::string_view::npos) break;
    value.remove_prefix(end + 1);
  }
  for (std::size_t i = 0; i < composite.components.size(); ++i) {
    if (composite.components[i].usage != Usage::mandatory || (present >> i & 1) != 0) continue;
    place.component = static_cast<std::uint16_t>(i + 1);
    place.rule = &composite.components[i];
    report(Code::x12_element_missing, place, named(place) + " is mandatory in " + composite.name + " but empty", {},
           "a value");
  }
  place.rule = nullptr;
  check_notes(place, composite.notes, present, true, composite.components);
}

void Reporter::check_value(const Place& place, std::string_view value) {
  const ElementRule& rule = *place.rule;
  if (rule.usage == Usage::forbidden) {
    report(Code::x12_element_forbidden, place,
           named(place) + " is not used in this guide, but " + shown(value) + " stands there", value, "no value");
    return;
  }
  std::string meant;  // releases taken out: the finding then points at the element as a whole
  if (const char release = release_in(place.segment); release != 0 && value.find(release) != std::string_view::npos) {
    wire::append_unreleased(meant, value, release);
    value = meant;
  }
  if (value.empty()) return;
  switch (rule.type) {
    case ElementType::numeric:
    case ElementType::decimal:
    case ElementType::number:
    case ElementType::date:
    case ElementType::time: check_form(place, value); break;
    case ElementType::binary: check_length(place, value, value.size(), "byte"); break;
    default:
      check_length(place, value, characters_of(value), "character");
      check_characters(place, value);
      break;
  }
  if (rule.codes != nullptr && !place.other_list && !rule.codes->contains(value)) check_code(place, value);
}

void Reporter::check_length(const Place& place, std::string_view value, std::size_t length, std::string_view unit) {
  const ElementRule& rule = *place.rule;
  if (length >= rule.length_min && length <= rule.length_max) return;
  const bool small = length < rule.length_min;
  report(small ? Code::x12_element_short : Code::x12_element_long, place,
         named(place) + " has " + counted(length, unit) + (small ? ", fewer than " : ", more than ") +
             std::to_string(small ? rule.length_min : rule.length_max),
         value, lengths(rule, unit));
}

char Reporter::release_in(std::size_t segment) const {
  return document_->released(segment) ? document_->delimiters.release : '\0';
}

/// Characters, not bytes, where the text is UTF-8 (EDIFACT; X12 counts bytes).
std::size_t Reporter::characters_of(std::string_view value) const {
  if (guide_->syntax == wire::Syntax::x12 || !wire::has_high_bytes(value) || !wire::is_utf8(value)) return value.size();
  return static_cast<std::size_t>(
      std::count_if(value.begin(), value.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void Reporter::check_characters(const Place& place, std::string_view value) {
  const bool edifact = guide_->syntax == wire::Syntax::edifact;  // its reader judges character sets and line breaks
  bool control = false, high = false;
  for (char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    control = control || ((byte < 0x20 || byte == 0x7F) && !(edifact && (c == '\r' || c == '\n')));
    high = high || (byte > 0x7F && !edifact);
  }
  if (control)
    report(Code::x12_element_character, place, named(place) + " holds a control character", value,
           "printable characters");
  if (high)
    report(Code::x12_element_language_character, place,
           named(place) + " holds a byte outside the basic and extended character sets", value,
           "characters of the basic or extended set");
  if (place.rule->type == ElementType::alphabetic && has_digit(value))
    report(Code::x12_element_character, place, named(place) + " " + shown(value) + " holds a digit", value,
           "letters and signs without digits");
  if (value.back() == ' ')
    report(Code::x12_element_trailing_blanks, place, named(place) + " ends with blanks, which mean nothing", value,
           "no blank at the end");
}

void Reporter::check_form(const Place& place, std::string_view value) {
  const ElementRule& rule = *place.rule;
  if (rule.type == ElementType::numeric || rule.type == ElementType::decimal || rule.type == ElementType::number) {
    const bool whole = rule.type == ElementType::numeric;
    const std::size_t digits = whole                               ? numeric_length(value)
                               : rule.type == ElementType::decimal ? decimal_length(value)
                                                                   : number_length(value);
    if (digits != 0) return check_length(place, value, digits, "digit");
    const bool bare_mark = rule.type == ElementType::number && value.size() > 1 && is_bare_mark(value);
    report(bare_mark ? Code::edifact_element_decimal : Code::x12_element_character, place,
           named(place) + " " + shown(value) + " is no number", value,
           whole ? "digits, with a minus before them if negative"
           : rule.type == ElementType::decimal
               ? "digits with at most one point, with a minus before them if negative"
               : "digits with at most one decimal mark between them, with a minus before them if negative");
    return;
  }
  const bool date = rule.type == ElementType::date;
  check_length(place, value, value.size(), "digit");
  const bool length_wrong = value.size() < rule.length_min || value.size() > rule.length_max;
  if (date ? is_date(value) : is_time(value)) return;
  if (length_wrong && all_digits(value)) return;  // its length is the fault
  if (date)
    report(Code::x12_element_date, place, named(place) + " " + shown(value) + " is no date", value,
           rule.length_max == 6   ? "YYMMDD"
           : rule.length_min == 6 ? "CCYYMMDD or YYMMDD"
                                  : "CCYYMMDD");
  else
    report(Code::x12_element_time, place, named(place) + " " + shown(value) + " is no time", value,
           "HHMM, HHMMSS or HHMMSSDD");
}

void Reporter::check_code(const Place& place, std::string_view value) {
  const CodeList& codes = *place.rule->codes;
  std::string& message = tree_->room.message;
  message.clear();
  message += place.rule->name.empty() ? std::string_view("the value") : std::string_view(place.rule->name);
  message += ' ';
  append_shown(message, value);
  message += " is not in code list ";
  message += codes.id();
  std::string_view trimmed = value;
  while (!trimmed.empty() && trimmed.back() == ' ') trimmed.remove_suffix(1);
  const std::string near = codes.contains(trimmed) ? std::string(trimmed) : codes.nearest(value);
  if (!near.empty()) {
    message.append("; did you mean ").append(near);
    const std::string_view meaning = codes.meaning(near);
    if (!meaning.empty()) message.append(" (").append(meaning).append(")");
    message += '?';
  }
  const bool read = options_->code_is_read && options_->code_is_read(place.node, place.element);
  report(Code::x12_element_code, place, message, value, codes.summary(), read);
}

void Reporter::check_notes(const Place& at, const std::vector<SyntaxNote>& notes, std::uint64_t present,
                           bool components, const std::vector<ElementRule>& rules) {
  for (const SyntaxNote& note : notes) {
    if (satisfied(note, present)) continue;
    Place place = at;
    const std::uint16_t position = culprit(note, present);
    (components ? place.component : place.element) = position;
    place.rule = &rules[position - 1];
    const bool excluded = excludes(note, present);
    const std::size_t kept = findings_->size();
    std::string_view value;
    if (!components) value = document_->element(place.segment, position);
    report(excluded ? Code::x12_element_excluded : Code::x12_element_conditional_missing, place,
           named(place) + (excluded ? " must be empty: " : " is required here: ") + sentence(note), value,
           sentence(note));
    if (!components && findings_->size() > kept) findings_->back().trigger_element = trigger(note, present, position);
  }
}

}  // namespace crossdock::guide
