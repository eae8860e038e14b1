// A guide ready to run: flat arrays, indexes instead of names. Built once by the compiler, shared by all threads, never
// changed. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "translators/wire/delimiters.hpp"

namespace crossdock::guide {

using NodeIndex = std::uint16_t;
inline constexpr NodeIndex no_node = 0xFFFF;
inline constexpr std::uint32_t unbounded = 0xFFFFFFFF;

enum class Usage : std::uint8_t { mandatory, optional, conditional, forbidden };
/// X12.6 element types; numeric carries its implied decimals beside it. EDIFACT: an is text, a is alphabetic, n is
/// number (sign and decimal mark allowed, neither counts; ISO 9735-1 s9.1).
enum class ElementType : std::uint8_t {
  text,
  identifier,
  numeric,
  decimal,
  date,
  time,
  binary,
  composite,
  alphabetic,
  number
};

/// A code list: membership test first, meaning second.
class CodeList;  // translators/guide/code_list.hpp
/// The tables that validation runs on, made from the rest by the compiler.
struct Program;  // translators/guide/program.hpp

/// Relational condition of X12.6, or dependency note of ISO 9735 (D1 to D7), positions as bit masks (bit 0 = element
/// 1).
struct SyntaxNote {
  char kind = 'P';          ///< P R E C L; D2 to D6 are the same; 1: exactly one (D1); 7: if first then none (D7)
  std::uint64_t first = 0;  ///< C, L and 7: the element that asks
  std::uint64_t mask = 0;   ///< the others (P R E: all)
  std::string text;         ///< `P0102`, `D2(01,02)`
};

/// One element (or component) position of a segment: what it may hold.
struct ElementRule {
  std::string reference;  ///< data element number `1650`, composite id `C040`
  std::string name;
  ElementType type = ElementType::text;
  Usage usage = Usage::optional;
  std::uint8_t implied_decimals = 0;
  std::uint32_t length_min = 0, length_max = 0;
  std::uint32_t repeat_max = 1;
  const CodeList* codes = nullptr;      ///< null: any value
  std::vector<ElementRule> components;  ///< of a composite
  std::vector<SyntaxNote> notes;        ///< of a composite: over its components
};

struct SegmentRule {
  std::string tag;
  std::string name;
  std::vector<ElementRule> elements;
  std::vector<SyntaxNote> notes;
};

/// A place in the set's structure: the root (index 0), a loop, or a segment. A loop's first child is its trigger
/// segment.
struct Node {
  enum class Kind : std::uint8_t { root, loop, segment };
  Kind kind = Kind::segment;
  Usage usage = Usage::optional;
  NodeIndex parent = no_node;       ///< loop or root it stands in
  NodeIndex first_child = no_node;  ///< loops and root
  NodeIndex next_sibling = no_node;
  std::uint16_t order = 0;       ///< position in document order over the whole guide (preorder); siblings ascend
  std::uint16_t rule = 0;        ///< segments: index into CompiledGuide::segments
  std::uint32_t repeat_max = 1;  ///< `unbounded` where there is no limit
  std::string tag;               ///< segment tag; for a loop its trigger's tag, which is also its name in paths
  std::string loop_id;           ///< loops: the standard's id (`0200`, `SG1`)
};

/// A place named in a condition: a segment, or an element of it with certain values.
struct ConditionPlace {
  NodeIndex node = no_node;         ///< segment (for a loop its trigger)
  std::uint16_t element = 0;        ///< 1-based; 0 = the segment's presence is enough
  std::vector<std::string> values;  ///< empty: any value
};

/// What a partner's overlay demands between segments: where `when` is met, `then` must be met too (or must not), in the
/// nearest loop that holds both places.
struct SegmentCondition {
  ConditionPlace when, then;
  bool forbids = false;
  std::string text;  ///< as a sentence, for messages
};

/// A loop whose occurrences form a tree by numbers of their own (HL). Elements are 1-based positions of its trigger.
struct Hierarchy {
  struct Level {
    std::string code;                ///< `O`
    std::vector<std::string> under;  ///< levels that may stand directly under it
  };
  NodeIndex loop = no_node;
  std::uint16_t id = 0, parent = 0, level = 0;
  std::uint16_t child = 0;       ///< 0: the trigger has no such element
  std::vector<std::string> top;  ///< levels that may stand without a parent; empty: any
  std::vector<Level> levels;     ///< sorted by code; empty: any under any
  [[nodiscard]] const Level* find(std::string_view code) const;
};

/// A loop between LS and LE.
struct Bound {
  NodeIndex loop = no_node;
  NodeIndex end = no_node;       ///< its LE
  std::vector<std::string> ids;  ///< of LS01 and LE01; empty: any
  [[nodiscard]] bool admits(std::string_view id) const;
};

/// A table of the set: heading, detail, summary.
struct Table {
  std::string name;
  NodeIndex first = no_node;  ///< child of the root that it begins with
};

struct CompiledGuide {
  std::string id;                ///< `x12/004010/214`
  std::string set;               ///< `214`
  std::string version;           ///< `004010`
  std::string functional_group;  ///< GS01 `QM`; EDIFACT: the message type
  wire::Syntax syntax = wire::Syntax::x12;
  std::string name;
  std::vector<std::string> sources;
  std::vector<Node> nodes;  ///< [0] is the root
  std::vector<SegmentRule> segments;
  std::vector<Table> tables;
  std::vector<SegmentCondition> conditions;  ///< of an overlay
  std::vector<Hierarchy> hierarchies;
  std::vector<Bound> bounds;
  std::vector<std::string> known_tags;  ///< every segment of the version, sorted: tells unknown from not in this set
  std::vector<std::shared_ptr<const CodeList>> code_lists;  ///< owns what ElementRule::codes points to
  std::shared_ptr<const Program> program;                   ///< never null in a compiled guide

  /// Child of `loop` (root = 0) with this tag, in order, beginning behind sibling `after` (no_node = from the first). A
  /// loop is found by its trigger's tag. no_node if there is none.
  [[nodiscard]] NodeIndex find_child(NodeIndex loop, std::string_view tag, NodeIndex after = no_node) const;
  /// Null where the loop is none.
  [[nodiscard]] const Hierarchy* hierarchy_of(NodeIndex loop) const;
  [[nodiscard]] const Bound* bound_of(NodeIndex loop) const;
  /// `LX/AT7/MS1` of a node (without ordinals); a loop's trigger segment has the loop's own path.
  [[nodiscard]] std::string path(NodeIndex node) const;
};

}  // namespace crossdock::guide
