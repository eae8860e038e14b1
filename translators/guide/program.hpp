// The flat tables that validation runs on: tags to numbers, position x tag to next position, rules as masks and small
// structs. SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// An element, component or simple value, as the fast check sees it.
struct FastElement {
  const CodeList* codes = nullptr;
  std::uint32_t length_min = 0, length_max = 0;
  ElementType type = ElementType::text;
  bool repeats = false;
  bool codes_fit = false;             ///< every code of the list has an allowed length
  std::uint32_t first_component = 0;  ///< composite: index in Program::elements
  std::uint32_t component_count = 0;
  std::uint32_t first_note = 0, note_count = 0;
  std::uint64_t mandatory = 0;  ///< composite: components
};

struct FastSegment {
  std::uint32_t first_element = 0, element_count = 0;
  std::uint32_t first_note = 0, note_count = 0;
  std::uint64_t mandatory = 0, forbidden = 0;
};

struct Program {
  std::vector<std::uint64_t> tag_words;    ///< open addressing, 0 = free
  std::vector<std::uint16_t> tag_numbers;  ///< beside tag_words
  unsigned tag_shift = 63;
  std::uint16_t tag_count = 0;
  std::vector<Transition> transitions;  ///< [node * tag_count + tag number]
  std::vector<FastElement> elements;
  std::vector<FastSegment> segments;  ///< beside CompiledGuide::segments
  std::vector<FastNote> notes;
  std::vector<std::uint32_t> repeat_max;  ///< of the node, for a trigger that of its loop
  std::vector<std::uint16_t> rule;        ///< of the node

  static constexpr std::uint16_t no_tag = 0xFFFF;
  /// Number of a tag of this guide, no_tag if it has none.
  [[nodiscard]] std::uint16_t tag_number(std::string_view tag) const {
    if (!packable(tag)) return no_tag;
    const std::uint64_t word = pack(tag);
    const std::size_t mask = tag_words.size() - 1;
    for (std::size_t at = static_cast<std::size_t>((word * 0x9E3779B97F4A7C15ULL) >> tag_shift);;
         at = (at + 1) & mask) {
      if (tag_words[at] == word) return tag_numbers[at];
      if (tag_words[at] == 0) return no_tag;
    }
  }
  [[nodiscard]] const Transition& next(NodeIndex from, std::uint16_t tag) const {
    return transitions[std::size_t{from} * tag_count + tag];
  }
};

/// Makes the tables of a guide whose nodes and rules are complete and sound.
[[nodiscard]] std::shared_ptr<const Program> make_program(const CompiledGuide& guide);

}  // namespace crossdock::guide
