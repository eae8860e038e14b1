// Walks a set through the guide's transition table. A good set costs a table look-up a segment and one check an
// element. SPDX-License-Identifier: Apache-2.0
#include "translators/guide/validate.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "translators/guide/clean_check.hpp"
#include "translators/guide/diagnose.hpp"
#include "translators/guide/element_check.hpp"
#include "translators/guide/hierarchy.hpp"
#include "translators/guide/set_plan.hpp"
#include "translators/guide/walker.hpp"
#include "translators/wire/scan_text.hpp"

namespace crossdock::guide {
namespace {

/// True when no element of the segment is in doubt.
bool segment_good(const wire::SegmentDocument& document, std::size_t segment, const Program& program,
                  const FastSegment& rule, const TextCheck& check) {
  const std::size_t count = document.element_count(segment);
  if (count > rule.element_count || document.released(segment)) return false;
  std::uint64_t present = 0;
  const FastElement* element = program.elements.data() + rule.first_element;
  std::string_view value;
  for (std::size_t i = 0; i < count; ++i, ++element) {
    value = document.element(segment, i + 1);
    if (value.empty()) continue;
    present |= 1ULL << i;
    if (element->type == ElementType::composite) {
      if (check.repetition_byte != 0 && value.find(check.repetition_byte) != std::string_view::npos) return false;
      if (!composite_good(program, *element, value, check)) return false;
    } else if (!value_good(*element, value, check)) {
      return false;
    }
  }
  if (count != 0 && value.empty()) return false;  // trailing separators: a note
  return (rule.mandatory & ~present) == 0 && (rule.forbidden & present) == 0 &&
         notes_good(program, rule.first_note, rule.note_count, present);
}

/// True when no byte of any value needs a second look: what is then left to judge is presence, length, form and codes.
bool is_clean(const wire::SegmentDocument& document, wire::GrowingArray<std::uint32_t>& components) {
  if (!document.in_sent_order()) return false;
  const wire::TextFacts facts = wire::scan_text(document.bytes(), document.delimiters, components);
  return !facts.odd && !facts.blank_at_end && facts.newlines == document.gap_bytes();
}

/// Walks a set and judges each segment at its place. True where nothing is to be said but that codes are not listed.
bool judge_by_walk(const wire::SegmentDocument& document, const CompiledGuide& guide, bool clean, SetTree& tree,
                   Reporter& reporter) {
  const Program& program = *guide.program;
  const TextCheck check(document.delimiters);
  Walker walker(document, guide, tree, reporter);
  CleanCheck clean_check(document, program, tree.components.data());
  std::size_t reports = 0;  // of codes
  bool regular = clean;
  for (std::size_t i = 0, count = document.segment_count(); i < count; ++i) {
    const NodeIndex node = walker.place(i);
    if (node == no_node) {
      regular = false;
      continue;
    }
    const FastSegment& rule = program.segments[program.rule[node]];
    const std::uint32_t instance = tree.loop_of_segment[i];
    if (clean ? clean_check.good(document.record(i), rule) : segment_good(document, i, program, rule, check)) {
      if (!clean) continue;
      for (const CleanCheck::Unlisted& one : clean_check.unlisted())
        reporter.report_code(i, node, instance, one.element, one.component,
                             document.bytes().substr(one.begin, one.end - one.begin));
      reports += clean_check.unlisted().size();
    } else {
      reporter.diagnose_segment(i, node, instance);
      regular = false;
    }
  }
  walker.finish();
  return regular && reporter.reported() == reports;
}

}  // namespace

void validate_set(const wire::SegmentDocument& document, const CompiledGuide& guide, const ValidationOptions& options,
                  SetTree& tree, std::vector<Finding>& findings) {
  tree.clear();
  if (document.segment_count() == 0 || guide.nodes.size() < 2) return;
  const std::size_t first = findings.size();
  Reporter reporter(document, guide, options, tree, findings);
  tree.components.clear();
  const bool clean = is_clean(document, tree.components);
  *tree.components.extend(1) = std::numeric_limits<std::uint32_t>::max();
  SetPlans* const plans = clean ? options.plans : nullptr;
  if (plans == nullptr || !plans->judge(document, guide, tree, reporter)) {
    const bool regular = judge_by_walk(document, guide, clean, tree, reporter);
    if (regular && plans != nullptr && plans->wants()) plans->learn(document, guide, tree);
  }
  if (!guide.conditions.empty()) reporter.check_conditions();
  if (!guide.hierarchies.empty()) {
    tree.shape = {};  // which occurrence stands under which is a matter of values
    const std::size_t before = findings.size();
    read_hierarchies(document, guide, tree, reporter);
    if (findings.size() != before)
      std::stable_sort(findings.begin() + static_cast<std::ptrdiff_t>(first), findings.end(),
                       [](const Finding& a, const Finding& b) { return a.where.segment < b.where.segment; });
  }
  reporter.finish();
}

}  // namespace crossdock::guide
