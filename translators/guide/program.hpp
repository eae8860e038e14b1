// The flat tables that validation runs on: tags to numbers, position x tag to next position, rules as masks and small
// structs. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "translators/guide/code_list.hpp"
#include "translators/guide/compiled_guide.hpp"

namespace crossdock::guide {

inline constexpr std::size_t loop_depth_max = 24;  ///< loops inside loops

/// Next place of a segment, from the place of the one before.
struct Transition {
  static constexpr std::uint8_t same = 1, opens = 2, clean = 4;
  NodeIndex target = no_node;  ///< segment; for a loop its trigger
  std::uint8_t pop = 0;        ///< loops to leave
  std::uint8_t flags = 0;
};

/// A syntax note without its text: where any of `first` stands, all of `mask` must (P, C), some of it (R, L) or none of
/// it (7); E and 1 count.
struct FastNote {
  enum class Kind : std::uint8_t { all, any, none, at_most_one, exactly_one };
  std::uint64_t first = 0, mask = 0;
  Kind kind = Kind::all;
};

/// What the quick check of a value in clean text (clean_check.hpp) has to look at besides presence and length.
enum class Look : std::uint8_t { nothing, codes, digits, decimal, number, date, time, letters, composite };

/// An element, component or simple value, as the fast checks see it.
struct FastElement {
  const CodeList* codes = nullptr;
  std::uint32_t length_min = 0, length_max = 0;
  ElementType type = ElementType::text;
  Look look = Look::nothing;
  bool repeats = false;
  bool codes_fit = false;             ///< every code of the list has an allowed length
  bool names_list = false;            ///< component 1131, or 3055 with a value other than UN's: see names_agency
  bool names_agency = false;          ///< component 3055
  bool lists_may_differ = false;      ///< composite: some component names a list
  std::uint32_t first_component = 0;  ///< composite: index in Program::elements
  std::uint32_t component_count = 0;
  std::uint32_t first_note = 0, note_count = 0;
  std::uint64_t mandatory = 0, forbidden = 0;  ///< composite: components
};

/// Lengths that four neighbouring elements may have; what is not bounded in bytes (numbers, composites) fits always.
struct LengthGroup {
  std::array<std::int32_t, 4> min{}, max{};
};

struct FastSegment {
  std::uint32_t first_element = 0, element_count = 0;
  std::uint32_t first_note = 0, note_count = 0;
  std::uint64_t mandatory = 0, forbidden = 0;
  std::uint32_t first_length = 0;    ///< in Program::lengths, one for four elements
  std::uint32_t first_presence = 0;  ///< in Program::presence, where presence_known
  bool presence_known = false;       ///< the judgement on each combination of present elements is tabled
  std::uint64_t looked_at = 0;       ///< elements with a Look
};

struct Program {
  std::vector<std::uint64_t> tag_words;    ///< 0 = free; a tag stands at its slot and nowhere else
  std::vector<std::uint16_t> tag_numbers;  ///< beside tag_words
  std::uint64_t tag_factor = 0;            ///< makes the slots of all tags differ
  unsigned tag_shift = 63;
  std::uint16_t tag_count = 0;
  std::vector<Transition> transitions;  ///< [node * tag_count + tag number]
  std::vector<FastElement> elements;
  std::vector<FastSegment> segments;  ///< beside CompiledGuide::segments
  std::vector<FastNote> notes;
  std::vector<LengthGroup> lengths;
  std::vector<std::uint64_t> presence;     ///< bits: is this combination of elements good (usage and notes)
  std::vector<std::uint32_t> repeat_max;   ///< of the node, for a trigger that of its loop
  std::vector<std::uint16_t> rule;         ///< of the node
  std::vector<NodeIndex> loop_of_trigger;  ///< of the node: the loop that it opens, else itself

  static constexpr std::uint16_t no_tag = 0xFFFF;
  /// Number of a tag of this guide, no_tag if it has none.
  [[nodiscard]] std::uint16_t tag_number(std::string_view tag) const {
    return packable(tag) ? packed_tag_number(pack(tag)) : no_tag;
  }
  /// The same for pack(tag).
  [[nodiscard]] std::uint16_t packed_tag_number(std::uint64_t word) const {
    const auto at = static_cast<std::size_t>((word * tag_factor) >> tag_shift);
    return tag_words[at] == word ? tag_numbers[at] : no_tag;
  }
  [[nodiscard]] const Transition& next(NodeIndex from, std::uint16_t tag) const {
    return transitions[std::size_t{from} * tag_count + tag];
  }
};

/// Makes the tables of a guide whose nodes and rules are complete and sound.
[[nodiscard]] std::shared_ptr<const Program> make_program(const CompiledGuide& guide);

}  // namespace crossdock::guide
