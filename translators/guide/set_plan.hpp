// What was found out about sets of one shape, so that the next one of it needs no walk: only its values are looked at.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "translators/guide/compiled_guide.hpp"
#include "translators/guide/set_tree.hpp"
#include "translators/wire/growing_array.hpp"
#include "translators/wire/scan_text.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::guide {

class CodeList;
class Reporter;
struct FastElement;
struct FastSegment;
struct Program;

/// The shape of a set whose text is clean: its tags, how many elements and components each segment has and which of
/// them are empty. Walk, usage and syntax notes depend on nothing else (LS and LE apart); what does are lengths, forms
/// and codes of values. Shape: value i stands between marks i and i + 1; values behind terminators are tags.
class SetShape {
 public:
  static constexpr std::size_t segments_max = 128, marks_max = 2048;
  /// Reads the shape of a document in sent order. False where sets of this kind are not told apart by shape: too many
  /// segments, tags of more than three bytes. `parts`: of its text; null where it has no components.
  [[nodiscard]] bool read(const wire::SegmentDocument& document, const wire::TextMarks* parts);

  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] std::span<const std::uint64_t> key() const { return {key_.data(), key_.size()}; }
  [[nodiscard]] std::size_t mark_count() const { return mark_count_; }
  [[nodiscard]] const std::uint32_t* marks() const { return marks_; }
  /// Distances between marks: lengths of values plus one, at most 0x7FFF. Can be read up to 16 entries beyond.
  [[nodiscard]] const std::int16_t* distances() const { return distances_.data(); }
  [[nodiscard]] bool is_component(std::size_t mark) const { return parts_ != nullptr && parts_->is_component(mark); }

 private:
  bool add_tags(const wire::SegmentDocument& document);
  void add_distances();
  const std::uint32_t* marks_ = nullptr;  ///< of the document, or of parts_
  std::size_t mark_count_ = 0;
  const wire::TextMarks* parts_ = nullptr;
  wire::GrowingArray<std::uint64_t> key_;
  wire::GrowingArray<std::int16_t> distances_;
  std::uint64_t hash_ = 0;
};

/// The judgement on sets of one shape: where their segments stand, and what is left to look at.
class SetPlan {
 public:
  /// From a set that the walk found regular and whose segments are beyond doubt, but for codes that are not listed.
  /// Null where its values need more than a plan does.
  static std::unique_ptr<SetPlan> make(const SetShape& shape, const wire::SegmentDocument& document,
                                       const CompiledGuide& guide, const SetTree& tree);
  /// Judges a set of this shape: fills the tree and reports codes that are not listed. False, and nothing done, where a
  /// value is doubtful.
  [[nodiscard]] bool judge(const SetShape& shape, const wire::SegmentDocument& document, SetTree& tree,
                           Reporter& reporter);
  [[nodiscard]] bool is_for(const SetShape& shape, const CompiledGuide& guide) const;

 private:
  /// A value that stands in a list of codes.
  struct Coded {
    const CodeList* codes = nullptr;
    std::uint64_t usual = 0;  ///< pack() of a code that is listed: the one seen first
    std::uint32_t value = 0;
    std::uint32_t agency = 0;  ///< value that must be `6`, else the code is of another list; 0: none
    std::uint16_t segment = 0, element = 0, component = 0;
    bool must = false;  ///< else a code that is not listed is reported, and nothing else is doubtful
  };
  struct Value {
    const FastElement* rule = nullptr;
    std::uint32_t value = 0;
  };
  struct Maker;
  /// What was reported of a code that is not listed: the next one is said to be so in the same words.
  struct Said {
    const Coded* code = nullptr;
    Finding finding;
  };
  static constexpr std::size_t said_max = 8;

  [[nodiscard]] bool lengths_fit(const SetShape& shape) const;
  [[nodiscard]] bool forms_good(const char* bytes, const std::uint32_t* marks) const;
  static constexpr std::size_t unlisted_max = 64;
  struct Unlisted {
    std::array<const Coded*, unlisted_max> codes;
    std::size_t count = 0;
  };
  [[nodiscard]] bool find_unlisted(const char* bytes, const std::uint32_t* marks, Unlisted& out) const;
  void report(const char* bytes, const std::uint32_t* marks, const Unlisted& unlisted, Reporter& reporter);
  void report_anew(const Coded& code, std::string_view value, Reporter& reporter);
  [[nodiscard]] Said& said_of(const Coded& code, std::string_view value);

  std::shared_ptr<const Program> program_;
  std::vector<std::uint64_t> key_;
  std::vector<NodeIndex> nodes_;
  std::vector<std::uint32_t> loop_of_segment_;
  std::vector<LoopInstance> loops_;
  std::vector<std::int16_t> least_, most_;  ///< of distances, in whole groups of eight
  std::vector<Coded> codes_;
  std::vector<Value> numbers_, dates_, times_, letters_;
  std::vector<Said> said_;  ///< said_max places, once anything was reported
};

/// The plans of the shapes that come often, kept from set to set by whoever judges many (ValidationOptions::plans), for
/// one thread. Bounded: plans_max plans of at most SetShape::segments_max segments. A shape gets its plan when it is
/// seen for the second time.
class SetPlans {
 public:
  static constexpr std::size_t plans_max = 256, ways = 4;
  /// So many sets are judged before shapes are told apart: one message alone gains nothing by it.
  std::uint32_t sets_before = 8;

  /// True where the set was judged by a plan: as SetPlan::judge(). `document` is clean text in sent order, `parts` as
  /// SetShape::read() has it; they stay until learn().
  [[nodiscard]] bool judge(const wire::SegmentDocument& document, const wire::TextMarks* parts,
                           const CompiledGuide& guide, SetTree& tree, Reporter& reporter);
  /// Behind a judge() that was false: true where learn() is to be called once the set was found regular.
  [[nodiscard]] bool wants() const { return place_ != nullptr; }
  void learn(const wire::SegmentDocument& document, const CompiledGuide& guide, const SetTree& tree);
  /// Sets judged by plans so far.
  [[nodiscard]] std::uint64_t judged() const { return judged_; }

 private:
  static constexpr std::uint32_t uses_max = 64;
  struct Place {
    std::uint64_t hash = 0;
    std::uint32_t uses = 0;    ///< lately
    bool tried = false;        ///< to make a plan
    std::uint32_t number = 0;  ///< of the plan, beginning with 1
    std::unique_ptr<SetPlan> plan;
  };
  [[nodiscard]] Place* place_of(std::uint64_t hash);
  std::vector<Place> places_;  ///< plans_max, once it is used
  SetShape shape_;
  Place* place_ = nullptr;  ///< of the shape at hand, which has no plan
  std::uint32_t sets_ = 0, made_ = 0;
  std::uint64_t judged_ = 0;
};

}  // namespace crossdock::guide
