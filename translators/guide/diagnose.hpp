// The slow half of validation: says exactly what is wrong with a segment that the fast half doubted, and builds
// findings. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translators/guide/validate.hpp"

namespace crossdock::guide {

/// Builds findings of one set: path, position, severity, the limit. Used only when something is wrong.
class Reporter {
 public:
  Reporter(const wire::SegmentDocument& document, const CompiledGuide& guide, const ValidationOptions& options,
           SetTree& tree, std::vector<Finding>& findings)
      : document_(&document),
        guide_(&guide),
        options_(&options),
        tree_(&tree),
        findings_(&findings),
        first_(findings.size()) {}

  /// What a finding is about. node: the place (no_node: none); instance: loop instance that holds the segment.
  struct Place {
    std::size_t segment = 0;
    NodeIndex node = no_node;
    std::uint32_t instance = 0;
    std::uint16_t element = 0, component = 0, repetition = 0;
    const ElementRule* rule = nullptr;
    bool other_list = false;  ///< EDIFACT: 1131 or 3055 beside it says that its code is of another list
    bool repeats = false;     ///< the element may repeat: its repetition is shown in the path
  };
  /// A finding about a segment's or element's value; `value` may be empty.
  void report(Code code, const Place& place, std::string_view message, std::string_view value,
              std::string_view expected, bool force_error = false);
  /// A mandatory place that nothing filled, noticed at `segment`; `instance` is the loop instance it was missed in.
  void report_missing(NodeIndex node, std::uint32_t instance, std::size_t segment);
  /// A code of a segment that is beyond doubt otherwise is not in its list.
  void report_code(std::size_t segment, NodeIndex node, std::uint32_t instance, std::uint16_t element,
                   std::uint16_t component, std::string_view value);
  /// Room for `count` findings of codes that say_again() fills, the first findings of this set. False: there is none;
  /// they are to be reported.
  [[nodiscard]] bool take_lot(std::size_t count);
  /// Finding `number` of the lot: what report_code() said before of such a code, about the value at hand.
  void say_again(std::size_t number, const Finding& said, std::size_t segment, NodeIndex node, std::string_view value);
  /// The last one that was reported; null where it was not kept.
  [[nodiscard]] const Finding* last() const { return dropped_ == 0 ? &findings_->back() : nullptr; }
  /// Element findings of one segment, all of them, by position.
  void diagnose_segment(std::size_t segment, NodeIndex node, std::uint32_t instance);
  /// The conditions of an overlay, once the whole set stands in the tree.
  void check_conditions();
  /// How many findings there were so far, those not kept included.
  [[nodiscard]] std::size_t reported() const { return findings_->size() - first_ + dropped_; }
  /// Says how many findings were not kept.
  void finish();
  /// `LX[2]/AT7[1]` of a segment's place.
  [[nodiscard]] std::string path(const Place& place) const {
    std::string out;
    append_path(out, place);
    return out;
  }

 private:
  void append_path(std::string& out, const Place& place) const;
  /// A finding to be filled: every field is as new, texts have the room of one before.
  [[nodiscard]] Finding& begin_finding();
  /// It is complete: kept, or only counted where there are enough.
  void end_finding();
  void check_condition(const SegmentCondition& condition, std::uint32_t instance);
  void check_element(const Place& place, std::string_view value);
  void check_repetition(const Place& place, std::string_view value);
  void check_composite(const Place& place, std::string_view value);
  void check_value(const Place& place, std::string_view value);
  [[nodiscard]] bool names_other_list(const Place& place, std::string_view value) const;
  [[nodiscard]] char release_in(std::size_t segment) const;
  [[nodiscard]] std::size_t characters_of(std::string_view value) const;
  void check_characters(const Place& place, std::string_view value);
  void check_form(const Place& place, std::string_view value);
  void check_code(const Place& place, std::string_view value);
  void check_length(const Place& place, std::string_view value, std::size_t length, std::string_view unit);
  void check_notes(const Place& place, const std::vector<SyntaxNote>& notes, std::uint64_t present, bool components,
                   const std::vector<ElementRule>& rules);

  const wire::SegmentDocument* document_;
  const CompiledGuide* guide_;
  const ValidationOptions* options_;
  SetTree* tree_;
  std::vector<Finding>* findings_;
  std::size_t first_;  ///< findings before are not of this set
  std::size_t dropped_ = 0;
  Severity dropped_severity_ = Severity::note;
};

}  // namespace crossdock::guide
