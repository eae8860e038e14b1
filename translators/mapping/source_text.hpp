// A map as it is written, before it is checked: lines, blocks and entries with the place in the text they came from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "translators/mapping/format.hpp"

namespace crossdock::mapping {

/// Where something stands in a map's text; line and column are 1-based, 0 = unknown.
struct TextMark {
  std::string file;  ///< `x12/004010/214/map.yaml`
  std::uint32_t line = 0, column = 0;
};

enum class TotalKind : std::uint8_t { count, sum, ordinal };
enum class Arrow : std::uint8_t { both, inwards, outwards };
enum class Cardinality : std::uint8_t { one, first, each };

/// `[01=SH|SF]`, `[01.1!=334]`; with a star the element (`06*`, `02*.2`) or the component (`04.1*`) named is the first
/// of several of its kind.
struct QualifierText {
  std::uint16_t element = 0, component = 0;
  bool negated = false;
  bool any_element = false, any_component = false;
  [[nodiscard]] bool starred() const { return any_element || any_component; }
  std::vector<std::string> codes;
};

/// One step of a path: `N1[01=SH]`, `NTE#2`, `HL[S]`, `HL[T]?`.
struct PathStep {
  std::string tag;
  std::uint16_t ordinal = 0;  ///< 0 = not said
  std::vector<QualifierText> qualifiers;
  std::vector<std::string> levels = {};  ///< of a hierarchy: codes of its level element
  bool optional = false;                 ///< `?`: the level may be absent
};

/// A place as written. Exactly one of: steps (segments), json (a path that begins with $ or @), same_segment (`.02`).
struct PlaceText {
  bool from_set = false, same_segment = false;
  std::vector<PathStep> steps;
  std::string json;
  std::uint16_t element = 0, component = 0;  ///< 0: the segment itself
  std::string text;
  TextMark at;
};

struct FieldText {
  std::string path;  ///< `shipment.id`, `/shipment.id`, `shipment.references[]`
  TextMark at;
};

struct ConditionText {
  enum class Test : std::uint8_t { in, not_in, present, absent, timed };
  std::optional<PlaceText> place;
  FieldText field;  ///< when there is no place
  Test test = Test::present;
  std::vector<std::string> values;
  std::optional<PlaceText> other_place;  ///< `= {B10.03}`: compared with this instead of values
  std::optional<FieldText> other_field;
};

/// `| table(x12-1650)`, `| else B10.01`. Arguments are `value` or `key=value`.
struct StepText {
  struct Argument {
    std::string key, value;
  };
  std::string name;
  std::vector<Argument> arguments;
  std::vector<PlaceText> places;       ///< else PLACE...
  std::optional<FieldText> field;      ///< else FIELD
  std::optional<std::string> literal;  ///< else "x"
  std::string reject;                  ///< else reject CODE
  TextMark at;
};

/// `count(PO1)`, `sum(PO1.02)`, `ordinal(LIN)`, instead of fields.
struct TotalText {
  TotalKind kind = TotalKind::count;
  PlaceText place;
};

struct LineText {
  std::vector<PlaceText> places;
  std::vector<FieldText> fields, keep;
  std::optional<std::string> literal;  ///< instead of the places (inwards) or of the fields (outwards, both)
  Arrow arrow = Arrow::both;
  std::optional<TotalText> total;
  bool first = false;
  bool keep_odd = false;  ///< `keep?`: only a code that would not be written without it
  std::vector<StepText> steps;
  std::vector<ConditionText> guard;
  std::string text;
  TextMark at;
};

struct Relation;

struct BlockText {
  bool scope = false;  ///< has a `for:`
  Cardinality cardinality = Cardinality::one;
  bool cardinality_said = false;
  std::vector<PlaceText> places;  ///< alternatives, element 0
  std::vector<std::string> with;  ///< sibling tags
  std::uint16_t by = 0;
  Arrow arrow = Arrow::both;
  std::optional<FieldText> field;
  bool list = false;                                 ///< field ends in []
  std::optional<FieldText> where_item, where_outer;  ///< `where line = number`
  std::vector<ConditionText> guard;
  std::vector<Relation> relate;
  TextMark at;
};

/// A line or a block.
struct Relation {
  std::optional<LineText> line;
  std::optional<BlockText> block;
};

struct EventText {
  std::string type, name;
  std::vector<PlaceText> places;  ///< of `for:`; empty: the set
  Cardinality cardinality = Cardinality::each;
  std::vector<std::string> with;
  std::uint16_t by = 0;
  std::vector<ConditionText> guard;
  std::vector<PlaceText> group;
  bool grouped = false;
  std::vector<FieldText> subject, time, factkey;
  std::vector<std::vector<FieldText>> partitionkey;
  std::vector<FieldText> remove;  ///< overlays only
  std::vector<Relation> relate;
  TextMark at;
};

struct MapText {
  std::string id, guide, document, extends, shipper, schema;
  std::string schema_owner;  ///< map in whose folder the schema stands
  DocumentKind kind = DocumentKind::segments;
  Format format;
  TextMark schema_at;
  std::vector<EventText> events;
  TextMark at, guide_at, extends_at;
};

}  // namespace crossdock::mapping
