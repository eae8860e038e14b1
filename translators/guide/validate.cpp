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

/// The look at a set's text. With plans, the one for all separators where components are common (EDIFACT) or stand.
class TextLook {
 public:
  TextLook(const wire::SegmentDocument& document, const CompiledGuide& guide, bool plans, SetTree& tree)
      : tree_(&tree) {
    tree.components.clear();
    if (!document.in_sent_order()) {
      end_components();
      return;
    }
    with_marks_ = plans && guide.syntax == wire::Syntax::edifact;
    const wire::TextFacts facts = with_marks_ ? wire::scan_marks(document.bytes(), document.delimiters, tree.marks)
                                              : wire::scan_text(document.bytes(), document.delimiters, tree.components);
    clean_ = !facts.odd && !facts.blank_at_end && facts.newlines == document.gap_bytes();
    if (with_marks_) return;
    if (plans && clean_ && tree.components.size() != 0) {
      (void)wire::scan_marks(document.bytes(), document.delimiters, tree.marks);
      with_marks_ = true;
    }
    end_components();
  }
  /// True when no byte of any value needs a second look: what is then left to judge is presence, length, form, codes.
  [[nodiscard]] bool clean() const { return clean_; }
  /// All separators, where components are among them.
  [[nodiscard]] const wire::TextMarks* parts() const { return with_marks_ ? &tree_->marks : nullptr; }
  /// SetTree::components, for the walk.
  void find_components() {
    if (tree_->components.size() != 0) return;
    const wire::TextMarks& marks = tree_->marks;
    for (std::size_t i = 0; i < marks.places.size(); ++i)
      if (marks.is_component(i)) *tree_->components.extend(1) = marks.places[i];
    end_components();
  }

 private:
  void end_components() { *tree_->components.extend(1) = std::numeric_limits<std::uint32_t>::max(); }
  SetTree* tree_;
  bool clean_ = false, with_marks_ = false;
};

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
  TextLook look(document, guide, options.plans != nullptr, tree);
  SetPlans* const plans = look.clean() ? options.plans : nullptr;
  if (plans == nullptr || !plans->judge(document, look.parts(), guide, tree, reporter)) {
    look.find_components();
    const bool regular = judge_by_walk(document, guide, look.clean(), tree, reporter);
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
