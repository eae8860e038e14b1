// A compiled map: flat arrays and indexes, no names to look up. Built by the compiler, run by the runner (inwards) and
// the writer (outwards). SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "translators/canonical/schema.hpp"
#include "translators/guide/compiled_guide.hpp"
#include "translators/json/json_schema.hpp"
#include "translators/mapping/code_table.hpp"
#include "translators/mapping/flow.hpp"
#include "translators/mapping/format.hpp"
#include "translators/mapping/index.hpp"
#include "translators/mapping/slot.hpp"
#include "translators/mapping/source_text.hpp"

namespace crossdock::mapping {

/// Segments around a set or message, which whoever writes the interchange makes: no line of a map writes them.
inline bool is_envelope(std::string_view tag) { return tag == "ST" || tag == "SE" || tag == "UNH" || tag == "UNT"; }

/// One test of a segment's element against codes (Program::texts). With `by_level` it asks for equality with an element
/// of that level's segment.
struct Qualifier {
  std::uint16_t element = 0, component = 0;
  bool negated = false;
  Range codes;
  std::uint32_t by_level = nothing;
  std::uint16_t by_element = 0;
  Range spots = {};           ///< Program::spots: pairs; the elements (or components) that the qualifier may be
  bool in_component = false;  ///< the spots are components of `element`
  std::uint16_t width = 0;    ///< elements (or components) of a pair
  [[nodiscard]] bool paired() const { return spots.count > 0; }
};

/// Where a place of a pair is, when the pair stands at one of its qualifier's spots.
struct Spot {
  std::uint16_t element = 0, component = 0;
};

/// A loop or segment on the way down. `bucket` finds its occurrences in the set's index.
struct Step {
  guide::NodeIndex node = guide::no_node;
  std::uint32_t bucket = 0;
  bool loop = false;
  bool hierarchy = false;  ///< an occurrence of a hierarchy: only those that stand directly under the one at hand
  bool own = false;        ///< stands in an occurrence of a hierarchy: not in those under it
  bool optional = false;   ///< the level may be absent
  Range qualifiers;
};

/// `[type=BM|PO]`, `[@c!='x']`: the value below a step's node is (or is not) one of these.
struct TreeTest {
  std::vector<std::string> path, values;
  bool negated = false;
  bool operator==(const TreeTest&) const = default;
};

/// Trees (JSON, XML, flat): one step of a path. `every` takes the items of a list, `key` all members of the name.
struct TreeStep {
  enum class Kind : std::uint8_t { key, index, every };
  Kind kind = Kind::key;
  std::string key;
  std::uint32_t index = 0;  ///< index: 0-based; key: 1-based, 0 = not said
  std::vector<TreeTest> tests;
  std::uint32_t shape = nothing;  ///< Program::shapes
  [[nodiscard]] bool same(const TreeStep& other) const {
    return kind == other.kind && key == other.key && index == other.index && tests == other.tests;
  }
};

/// What a document of this map looks like when it is written: one node a path, whatever its tests.
struct Shape {
  std::uint32_t parent = nothing;
  bool item = false;  ///< of a list
  std::string key;
  std::uint32_t rank = nothing;  ///< order among its siblings: where the map names it first
};

/// What a value becomes in a JSON document.
enum class ValueType : std::uint8_t { string, number, boolean };

/// Which segment (or JSON value) is meant, from a level on. No steps: the level's own segment.
struct Locator {
  std::uint32_t level = 0;
  Range steps;  ///< Program::steps, or Program::tree_steps
  bool warn_second = false;
  bool dynamic = false;   ///< has a qualifier that changes within an instance: never memoised
  bool optional = false;  ///< has steps that may be absent
  /// One step without conditions that is looked for once: the first item of its bucket inside the level's loop.
  bool simple = false;
  bool scanned = false;  ///< simple, and a segment: found on a walk over a short loop's segments
};

struct Place {
  std::uint32_t locator = 0;
  std::uint16_t element = 0, component = 0;
  const guide::ElementRule* rule = nullptr;  ///< null for trees
  ValueType type = ValueType::string;        ///< trees, outwards
  std::string text;
  std::uint32_t pair = nothing;  ///< Program::qualifiers: the place moves with its pair
  bool warn_pair = false;        ///< a second pair with another value is worth a warning
};

/// Something counted over a whole set: written when all else is, compared when it is read.
struct Total {
  TotalKind kind = TotalKind::count;
  std::uint32_t locator = 0;
  std::uint32_t place = nothing;  ///< sum: Program::places
};

/// One iteration of the map: the set (level 0), or a loop or segment that a `for` walks over, or a loop above it.
struct Level {
  guide::NodeIndex node = 0;
  bool segment = false;           ///< a plain segment, not a loop
  std::uint32_t above = nothing;  ///< level of the loop around it in the guide
  std::uint32_t outer = nothing;  ///< level at hand outside the `for` that made it
  std::uint32_t step = nothing;   ///< Program::steps, of a level that may be absent
};

/// The locators that are seen from a level: its own segment, those that are found together, the others.
struct LevelLocators {
  std::uint32_t self = nothing;
  Range scanned, others;
  /// Program::scanned_at, an entry for each guide node: 1 + which of `scanned` it is, 0 for none.
  std::uint32_t scan = nothing;
};

struct Condition {
  ConditionText::Test test = ConditionText::Test::present;
  std::uint32_t place = nothing;        ///< Program::places; nothing: slot
  SlotRef slot;                         ///< slot `nothing`: an object, present when one of `parts` is
  Range parts;                          ///< Program::slots
  Range values;                         ///< Program::texts
  std::uint32_t other_place = nothing;  ///< compared with this place ...
  SlotRef other_slot{0, nothing};       ///< ... or this slot, instead of values
  // Of `place`, so that a test touches nothing else.
  std::uint32_t locator = nothing;
  std::uint16_t element = 0, component = 0, other_element = 0, other_component = 0;
  std::uint32_t other_locator = nothing;
  bool common = false;    ///< whether a slot's or such a place's value stands, is one of `values`, or such another's
  bool standing = false;  ///< common: it is asked whether it stands
  bool wanted = true;     ///< common: the answer that the condition wants
};

enum class CodecKind : std::uint8_t {
  table,
  date_time,
  date_time_2379,
  date_time_iso,
  date,
  time,
  epoch_ms,
  epoch_s,
  number,
  decimal,
  quantity,
  money,
  degrees,
  text,
  boolean,
  join,
  split,
  fold,
  upper,
  lower,
  trim,
  pad,
  attachment,
  else_place,
  else_field,
  else_literal,
  else_reject
};

struct Codec {
  CodecKind kind = CodecKind::upper;
  const CodeTable* table = nullptr;
  std::vector<std::uint32_t> columns;  ///< of the table, one a field
  std::string text;                    ///< separator, currency, pad character, literal, code of a rejection
  std::uint32_t number = 0;            ///< decimals, width in characters
  Range places;                        ///< else PLACE...
  std::vector<std::string_view> flat;  ///< table, quantity: values of the columns, row by row (Program::pool)
  bool flat_plain = false;             ///< none of them needs escaping in JSON
  std::vector<std::uint8_t> usual;     ///< by row: what would be written for the row's values without a kept code
  SlotRef slot;
  std::uint32_t zone_slot = nothing, zone_code_slot = nothing;  ///< siblings, in the frame of the line's first field
};

struct Line {
  Range places;  ///< Program::places
  Range slots;   ///< Program::slots
  Range keep;    ///< Program::slots: code, list
  Range codecs;  ///< Program::codecs
  Range guard;   ///< Program::conditions
  Arrow arrow = Arrow::both;
  std::string literal;
  std::string attribute;          ///< of the event, instead of fields: `event.id`
  std::uint32_t total = nothing;  ///< Program::totals, instead of fields
  bool has_literal = false, literal_to_place = false, literal_to_field = false;
  bool keep_odd = false;          ///< `keep?`
  bool one_code = false;          ///< one place through one table with one key to text fields, no other step
  bool plain = false;             ///< one place to one text field without steps or guard
  std::uint32_t rival = nothing;  ///< the next line with a table and the same fields: outwards an alternative
  bool rival_of_earlier = false;
  TextMark at;
  std::string text;
};

struct Body {
  Range ops;        ///< Program::ops
  Range flow = {};  ///< Program::flows
};

struct Alternative {
  std::uint32_t locator = 0, level = 0;
  Range guard;  ///< Program::conditions, tested for each occurrence
  Body body;
  std::uint32_t fold = nothing;  ///< Program::lines: the line whose text goes on in the next segment of a list
};

struct Block {
  Range alternatives;  ///< Program::alternatives; without a `for`: one without a locator of its own (locator = nothing)
  Cardinality cardinality = Cardinality::one;
  Arrow arrow = Arrow::both;
  bool has_list = false;
  SlotRef list;
  std::uint32_t layout = nothing;  ///< of the list's items
  std::uint32_t object = nothing;  ///< schema node of the block's object, `nothing` without one
  bool tied = false;               ///< `where item = outer`
  SlotRef tie_item, tie_outer;
  TextMark at;
};

/// A block or a line.
struct Op {
  enum class Kind : std::uint8_t { block, line };
  Kind kind = Kind::line;
  bool inwards = true;
  std::uint32_t index = 0;  ///< Program::blocks or Program::lines
};

/// What the short way of a line with a step needs beside its place in the flow.
struct QuickStep {
  static constexpr std::size_t fields_max = 4, keeps_max = 2;
  const CodeTable* table = nullptr;
  const std::string_view* values = nullptr;  ///< quantity: of the table's first column, row by row
  const std::uint8_t* usual = nullptr;       ///< by row: the code need not be kept; null: it always is
  std::uint8_t columns = 0, keeps = 0;
  bool plain = false;                              ///< the table's values need no escaping in JSON
  std::uint32_t frame = 0;                         ///< code: that all columns go to
  std::uint32_t cells = 0, masks = 0;              ///< code: Program::cells, cell_masks; of the first row
  std::array<std::uint16_t, fields_max> column{};  ///< code: slots
  std::array<SlotRef, 2> slot;                     ///< moment: zone and zone code, or `nothing`; quantity: unit
  std::array<SlotRef, keeps_max> keep;             ///< the code as received, and its list
};

/// What a frame holds and how it is written as JSON.
struct EmitNode {
  enum class Kind : std::uint8_t { object, leaf, list };
  Kind kind = Kind::leaf;
  bool required = false;
  canonical::SchemaNode::Kind type = canonical::SchemaNode::Kind::string;
  std::uint32_t slot = nothing, layout = nothing, schema = 0;
  std::uint64_t mask = 0;  ///< of the slots in it, by mask_of
  std::string key;         ///< `,"id":`
  std::string path;
  Range children;  ///< Program::emit
};

/// One step of writing a frame as JSON. Steps stand in the order of the text, objects opened up in place: what a frame
/// does not fill is skipped, and no step looks at what stands around it. Made when the program is complete.
struct EmitStep {
  enum class Kind : std::uint8_t { leaf, list, open, close };
  std::uint64_t mask = 0;  ///< of the slots in it
  const char* key =
      nullptr;  ///< `"id":"`, a list's `"stops":[`, an object's `"load":{`; `text_slack` bytes may be read
  std::uint16_t key_size = 0;
  Kind kind = Kind::leaf;
  std::uint32_t slot = nothing;
  std::uint32_t layout = nothing;  ///< of a list's items
  std::uint32_t skip = 0;          ///< open: steps from here to behind its close
};

/// Where one of the slots `around` is filled (0: always), one of the slots `lacking` must be.
struct EmitNeed {
  std::uint64_t around = 0, lacking = 0;
};

struct Layout {
  std::uint32_t schema = 0;                ///< node of the object that the frame is
  std::vector<std::uint32_t> slot_schema;  ///< schema node of each slot; slot 0 is the link to the next item
  std::uint32_t emit = nothing;            ///< Program::emit, the object
  Range steps = {}, needs = {};            ///< Program::emit_steps, emit_needs
  std::uint32_t text_bytes = 0;            ///< of all keys, and the punctuation of all values
};

/// A part of an attribute: a field, or a fact of the document's context.
struct AttributePart {
  enum class Kind : std::uint8_t { field, sender, receiver };
  Kind kind = Kind::field;
  SlotRef slot;
};

/// One way an event comes out of a document: entries with several `for` places stand once for each.
struct Entry {
  std::uint32_t group = 0;  ///< entries of one `events:` item share it: position in the map
  std::string type, name;   ///< `crossdock.shipment.milestone.v1`
  std::uint32_t locator = nothing, level = 0;
  std::uint32_t name_hash = 0;  ///< of the name: part of event ids
  Cardinality cardinality = Cardinality::each;
  Range guard;
  bool grouped = false;                     ///< has a `group:`; with no places in it: all events share one document
  std::vector<std::uint32_t> group_places;  ///< Program::places
  std::vector<std::pair<std::string, SlotRef>> subject;  ///< `shipment`, slot
  std::vector<SlotRef> time, factkey;
  bool factkey_of_data = false;
  std::vector<std::vector<AttributePart>> partitionkey;
  std::uint32_t layout = 0;
  std::size_t schema = 0;  ///< Program::schemas
  bool writes = false;     ///< has lines that write
  Body body;
  std::string id_part;  ///< `name_hash`, hexadecimal
  TextMark at;
};

struct Program {
  DocumentKind document = DocumentKind::segments;
  Format format;
  Cuts cuts;
  std::shared_ptr<const json::JsonSchema> schema;  ///< of JSON documents; may be null
  const guide::CompiledGuide* guide = nullptr;
  std::vector<std::string> texts;
  std::vector<Qualifier> qualifiers;
  std::vector<std::uint16_t> spots;
  std::vector<Total> totals;
  std::vector<Step> steps;
  std::vector<TreeStep> tree_steps;
  std::vector<Shape> shapes;  ///< [0] is the document
  std::vector<Locator> locators;
  std::vector<Place> places;
  std::vector<Level> levels;
  std::vector<SlotRef> slots;
  std::vector<canonical::SchemaNode::Kind> slot_types;  ///< of each of `slots` that is a line's field
  std::vector<Condition> conditions;
  std::vector<Codec> codecs;
  std::vector<QuickStep> quick_steps;
  std::vector<Slot> cells;                ///< values of tables, laid out as slots
  std::vector<std::uint64_t> cell_masks;  ///< by row: which slots of the frame they fill
  std::vector<Line> lines;
  std::vector<Block> blocks;
  std::vector<Alternative> alternatives;
  std::vector<Op> ops;
  std::vector<Flow> flows;
  std::vector<EmitNode> emit;
  std::vector<EmitStep> emit_steps;
  std::vector<EmitNeed> emit_needs;
  std::vector<LevelLocators> locators_of_level;  ///< locators stand in the order of their levels
  std::vector<std::uint16_t> scanned_at;         ///< see LevelLocators::scan
  std::vector<Layout> layouts;
  std::vector<Entry> entries;
  std::vector<std::unique_ptr<canonical::Schema>> schemas;
  std::vector<std::unique_ptr<CodeTable>> tables;
  std::vector<std::uint32_t> bucket_of_node;  ///< guide node to bucket, `nothing` where no line looks
  std::uint32_t bucket_count = 0;
  std::unique_ptr<char[]> pool;  ///< texts that need readable bytes behind them
};

/// Last steps, when all of a program is there: compact forms of what runs often.
void finish_program(Program& program);

}  // namespace crossdock::mapping
