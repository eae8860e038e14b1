// Builds the tables once; everything here is slow on purpose so that validation is not.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/program.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>

#include "translators/guide/element_check.hpp"
#include "translators/guide/structure.hpp"

namespace crossdock::guide {
namespace {

constexpr std::uint64_t trials_a_size = 256;
constexpr std::uint32_t tabled_elements_max = 10;

/// False where two tags would share a slot.
bool place_tags(const std::vector<std::string>& tags, std::size_t size, std::uint64_t factor, Program& program) {
  program.tag_factor = factor;
  program.tag_shift = 64U - static_cast<unsigned>(std::countr_zero(size));
  program.tag_words.assign(size, 0);
  program.tag_numbers.assign(size, 0);
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (!packable(tags[i])) continue;
    const std::uint64_t word = pack(tags[i]);
    const auto at = static_cast<std::size_t>((word * factor) >> program.tag_shift);
    if (program.tag_words[at] != 0) return false;
    program.tag_words[at] = word;
    program.tag_numbers[at] = static_cast<std::uint16_t>(i);
  }
  return true;
}

void number_tags(const CompiledGuide& guide, Program& program, std::vector<std::string>& tags) {
  for (const Node& node : guide.nodes)
    if (node.kind == Node::Kind::segment && std::find(tags.begin(), tags.end(), node.tag) == tags.end())
      tags.push_back(node.tag);
  program.tag_count = static_cast<std::uint16_t>(tags.size());
  std::size_t size = std::bit_ceil(std::max<std::size_t>(8, tags.size() * 8));
  for (std::uint64_t trial = 1; !place_tags(tags, size, trial * 0x9E3779B97F4A7C15ULL | 1, program); ++trial)
    if (trial % trials_a_size == 0) size *= 2;
}

void make_transitions(const CompiledGuide& guide, const std::vector<std::string>& tags, Program& program) {
  program.transitions.assign(guide.nodes.size() * tags.size(), Transition{});
  std::vector<Candidate> candidates;
  for (NodeIndex from = 1; from < guide.nodes.size(); ++from) {
    if (guide.nodes[from].kind != Node::Kind::segment) continue;
    const std::vector<NodeIndex> positions = positions_of(guide, from);
    for (std::size_t tag = 0; tag < tags.size(); ++tag) {
      find_candidates(guide, positions, tags[tag], candidates);
      const Candidate* taken = choose(guide, candidates);
      if (taken == nullptr) continue;
      Transition& cell = program.transitions[from * tags.size() + tag];
      const Node& target = guide.nodes[taken->target];
      cell.target = target.kind == Node::Kind::loop ? target.first_child : taken->target;
      cell.pop = static_cast<std::uint8_t>(taken->pop);
      if (taken->same) cell.flags |= Transition::same;
      if (target.kind == Node::Kind::loop) cell.flags |= Transition::opens;
      const bool by_value = !guide.bounds.empty() && (tags[tag] == "LS" || tags[tag] == "LE");  // slowly, by its id
      if (taken->clean && !by_value) cell.flags |= Transition::clean;
    }
  }
}

void add_notes(const std::vector<SyntaxNote>& notes, Program& program, std::uint32_t& first, std::uint32_t& count) {
  first = static_cast<std::uint32_t>(program.notes.size());
  count = static_cast<std::uint32_t>(notes.size());
  for (const SyntaxNote& note : notes) {
    FastNote out{note.first, note.mask, FastNote::Kind::all};
    if (note.kind == 'P') out.first = note.mask;
    if (note.kind == 'R') out.first = ~0ULL;
    if (note.kind == 'R' || note.kind == 'L') out.kind = FastNote::Kind::any;
    if (note.kind == 'E') out.kind = FastNote::Kind::at_most_one;
    if (note.kind == '1') out.kind = FastNote::Kind::exactly_one;
    if (note.kind == '7') out.kind = FastNote::Kind::none;
    program.notes.push_back(out);
  }
}

Look look_of(const ElementRule& rule) {
  if (rule.type == ElementType::composite) return Look::composite;
  if (rule.codes != nullptr) return Look::codes;
  switch (rule.type) {
    case ElementType::numeric: return Look::digits;
    case ElementType::decimal: return Look::decimal;
    case ElementType::number: return Look::number;
    case ElementType::date: return Look::date;
    case ElementType::time: return Look::time;
    case ElementType::alphabetic: return Look::letters;
    default: return Look::nothing;
  }
}

/// True where a value's length is that of its bytes.
bool bounded_in_bytes(Look look) {
  return look != Look::digits && look != Look::decimal && look != Look::number && look != Look::composite;
}

FastElement fast(const ElementRule& rule) {
  FastElement out;
  out.codes = rule.codes;
  out.length_min = rule.length_min;
  out.length_max = rule.length_max;
  out.type = rule.type;
  out.look = look_of(rule);
  out.repeats = rule.repeat_max > 1;
  out.names_agency = rule.reference == "3055";
  out.names_list = out.names_agency || rule.reference == "1131";
  if (rule.codes != nullptr)
    out.codes_fit =
        std::all_of(rule.codes->entries().begin(), rule.codes->entries().end(), [&](const CodeList::Entry& entry) {
          return entry.code.size() >= rule.length_min && entry.code.size() <= rule.length_max;
        });
  return out;
}

std::uint64_t mask_of(const std::vector<ElementRule>& rules, Usage usage) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (rules[i].usage == usage) mask |= 1ULL << i;
  return mask;
}

void add_composite(const ElementRule& element, std::size_t at, Program& program) {
  FastElement composite = program.elements[at];
  composite.first_component = static_cast<std::uint32_t>(program.elements.size());
  composite.component_count = static_cast<std::uint32_t>(element.components.size());
  composite.mandatory = mask_of(element.components, Usage::mandatory);
  composite.forbidden = mask_of(element.components, Usage::forbidden);
  add_notes(element.notes, program, composite.first_note, composite.note_count);
  for (const ElementRule& component : element.components) {
    program.elements.push_back(fast(component));
    composite.lists_may_differ = composite.lists_may_differ || program.elements.back().names_list;
  }
  program.elements[at] = composite;
}

/// The elements' lengths in groups of four, and which of them need a look besides.
void add_lengths(Program& program, FastSegment& segment) {
  constexpr auto any = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max());
  segment.first_length = static_cast<std::uint32_t>(program.lengths.size());
  for (std::uint32_t i = 0; i < segment.element_count; ++i) {
    if (i % 4 == 0) program.lengths.emplace_back();
    const FastElement& element = program.elements[segment.first_element + i];
    const bool bounded = bounded_in_bytes(element.look);
    LengthGroup& group = program.lengths.back();
    group.min[i % 4] = static_cast<std::int32_t>(bounded ? std::min(element.length_min, any) : 0);
    group.max[i % 4] = static_cast<std::int32_t>(bounded ? std::min(element.length_max, any) : any);
    if (element.look != Look::nothing) segment.looked_at |= 1ULL << i;
  }
}

/// Tables usage and notes of a segment of few elements: one bit for each combination of present ones.
void add_presence(Program& program, FastSegment& segment) {
  if (segment.element_count > tabled_elements_max) return;
  segment.presence_known = true;
  segment.first_presence = static_cast<std::uint32_t>(program.presence.size());
  const std::uint64_t combinations = 1ULL << segment.element_count;
  program.presence.resize(program.presence.size() + (combinations + 63) / 64);
  for (std::uint64_t present = 0; present < combinations; ++present)
    if ((segment.mandatory & ~present) == 0 && (segment.forbidden & present) == 0 &&
        notes_good(program, segment.first_note, segment.note_count, present))
      program.presence[segment.first_presence + present / 64] |= 1ULL << (present % 64);
}

void add_segment(const SegmentRule& rule, Program& program) {
  FastSegment out;
  out.first_element = static_cast<std::uint32_t>(program.elements.size());
  out.element_count = static_cast<std::uint32_t>(rule.elements.size());
  out.mandatory = mask_of(rule.elements, Usage::mandatory);
  out.forbidden = mask_of(rule.elements, Usage::forbidden);
  add_notes(rule.notes, program, out.first_note, out.note_count);
  for (const ElementRule& element : rule.elements) program.elements.push_back(fast(element));
  for (std::size_t i = 0; i < rule.elements.size(); ++i)
    if (rule.elements[i].type == ElementType::composite)
      add_composite(rule.elements[i], out.first_element + i, program);
  add_lengths(program, out);
  add_presence(program, out);
  program.segments.push_back(out);
}

}  // namespace

std::shared_ptr<const Program> make_program(const CompiledGuide& guide) {
  auto program = std::make_shared<Program>();
  std::vector<std::string> tags;
  number_tags(guide, *program, tags);
  make_transitions(guide, tags, *program);
  for (const SegmentRule& rule : guide.segments) add_segment(rule, *program);
  for (const Node& node : guide.nodes) {
    const Node& parent = node.parent == no_node ? node : guide.nodes[node.parent];
    const bool trigger = parent.kind == Node::Kind::loop && &guide.nodes[parent.first_child] == &node;
    program->repeat_max.push_back(trigger ? parent.repeat_max : node.repeat_max);
    program->rule.push_back(node.rule);
    program->loop_of_trigger.push_back(trigger ? node.parent : static_cast<NodeIndex>(&node - guide.nodes.data()));
  }
  return program;
}

}  // namespace crossdock::guide
