// Builds the tables once; everything here is slow on purpose so that validation is not.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/program.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "translators/guide/structure.hpp"

namespace crossdock::guide {
namespace {

void number_tags(const CompiledGuide& guide, Program& program, std::vector<std::string>& tags) {
  for (const Node& node : guide.nodes)
    if (node.kind == Node::Kind::segment && std::find(tags.begin(), tags.end(), node.tag) == tags.end())
      tags.push_back(node.tag);
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(8, tags.size() * 4));
  program.tag_words.assign(size, 0);
  program.tag_numbers.assign(size, 0);
  program.tag_shift = 64U - static_cast<unsigned>(std::countr_zero(size));
  program.tag_count = static_cast<std::uint16_t>(tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::uint64_t word = pack(tags[i]);
    std::size_t at = static_cast<std::size_t>((word * 0x9E3779B97F4A7C15ULL) >> program.tag_shift);
    while (program.tag_words[at] != 0) at = (at + 1) & (size - 1);
    program.tag_words[at] = word;
    program.tag_numbers[at] = static_cast<std::uint16_t>(i);
  }
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

FastElement fast(const ElementRule& rule) {
  FastElement out;
  out.codes = rule.codes;
  out.length_min = rule.length_min;
  out.length_max = rule.length_max;
  out.type = rule.type;
  out.repeats = rule.repeat_max > 1;
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

void add_segment(const SegmentRule& rule, Program& program) {
  FastSegment out;
  out.first_element = static_cast<std::uint32_t>(program.elements.size());
  out.element_count = static_cast<std::uint32_t>(rule.elements.size());
  out.mandatory = mask_of(rule.elements, Usage::mandatory);
  out.forbidden = mask_of(rule.elements, Usage::forbidden);
  add_notes(rule.notes, program, out.first_note, out.note_count);
  for (const ElementRule& element : rule.elements) program.elements.push_back(fast(element));
  for (std::size_t i = 0; i < rule.elements.size(); ++i) {
    const ElementRule& element = rule.elements[i];
    if (element.type != ElementType::composite) continue;
    FastElement& composite = program.elements[out.first_element + i];
    composite.first_component = static_cast<std::uint32_t>(program.elements.size());
    composite.component_count = static_cast<std::uint32_t>(element.components.size());
    composite.mandatory = mask_of(element.components, Usage::mandatory);
    add_notes(element.notes, program, composite.first_note, composite.note_count);
    std::vector<FastElement> parts;
    for (const ElementRule& component : element.components) parts.push_back(fast(component));
    program.elements.insert(program.elements.end(), parts.begin(), parts.end());
  }
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
  }
  return program;
}

}  // namespace crossdock::guide
