// A transaction set as the runner reads it: the segments and loops of each place, found without walking the set again
// and again. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "translators/guide/set_tree.hpp"
#include "translators/mapping/program.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::mapping {

class Recorder;

/// One occurrence: a segment, and the loop instance it triggers or stands in.
struct SetAnchor {
  std::uint32_t segment = nothing, instance = 0;
};

/// Reused from set to set. Cost of begin(): one pass over the set.
class SetSource {
 public:
  /// True where values stand in JSON as they are in the set, but for release characters.
  [[nodiscard]] static bool reads_plainly(const wire::SegmentDocument& document, const guide::CompiledGuide& guide);
  /// Who is told what was asked of values; null: nobody.
  void tell(Recorder* recorder) { recorder_ = recorder; }
  /// Forgets what was found, so that it is looked for again; no second occurrence is told twice.
  void look_anew();
  using Anchor = SetAnchor;
  static constexpr Anchor absent{};
  /// The segment that lines read one value after the other from; none has no values.
  struct Cursor {
    const std::uint32_t* ends = nullptr;
    std::uint32_t count = 0;
    bool translated = false;  ///< its values may not be as they stand in the set
    Anchor anchor{};
  };
  explicit SetSource(const Program& program);
  void begin(const wire::SegmentDocument& document, const guide::SetTree& tree);
  /// Only so much of it that path() and where() can tell of places.
  void attach(const wire::SegmentDocument& document, const guide::SetTree& tree) {
    document_ = &document;
    tree_ = &tree;
    arrays_ = document.arrays();
  }

  /// Makes `anchor` the occurrence at hand of a level that `locator` led to, and of the loops between.
  void enter(const Locator& locator, std::uint32_t level, Anchor anchor) {
    move(level, anchor);
    const std::uint32_t above = program_.levels[level].above;
    if (above != nothing && above != locator.level) enter_above(locator, level, anchor);
  }
  /// First occurrence, seen from the levels at hand. `second` tells of another one with other content (asked for by
  /// warn_second only, and once for each instance).
  [[nodiscard]] bool locate(std::uint32_t locator, Anchor& out, Anchor& second, bool& has_second);
  /// What locate() found for the same instance: true when that is known (`out` may be absent).
  [[nodiscard]] bool locate_again(std::uint32_t index, Anchor& out) const {
    out = found_[index];
    return out.segment != unknown;
  }
  /// True where the set has no occurrence at all, wherever one stands.
  [[nodiscard]] bool nowhere(std::uint32_t locator) const {
    const Bucket bucket = bucket_of_[locator];
    return !bucket.self && begins_[bucket.index] == ends_[bucket.index];
  }
  /// Values of this set stand in JSON as they are, and have `text_slack` readable bytes behind them.
  [[nodiscard]] bool plain() const { return plain_; }
  [[nodiscard]] Cursor cursor(Anchor anchor) const {
    if (!present(anchor)) return {};
    const wire::SegmentDocument::Record& record = arrays_.records[anchor.segment];
    return {arrays_.ends + record.first_end, record.count, translated(record), anchor};
  }
  [[nodiscard]] std::string_view value(std::uint16_t element, std::uint16_t part, const Cursor& cursor) const {
    if (element >= cursor.count) return {};
    const std::uint32_t* const end = cursor.ends + element;
    std::string_view text(arrays_.bytes + end[-1] + 1, end[0] - end[-1] - 1);
    if (part != 0) text = component(text, part, cursor.anchor.segment);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return cursor.translated && !text.empty() ? meant(text, element, part, cursor.anchor) : text;
  }
  /// Occurrences that lie side by side.
  struct Items {
    const Anchor* first = nullptr;
    const Anchor* last = nullptr;
    [[nodiscard]] const Anchor* begin() const { return first; }
    [[nodiscard]] const Anchor* end() const { return last; }
  };
  /// What walk() finds, where that needs no memory of its own (`simple`): good for as long as the document.
  [[nodiscard]] Items items_of(const Locator& locator) const {
    const Anchor from = state_[locator.level];
    return present(from) ? items(program_.steps[locator.steps.first], from.instance) : Items{};
  }
  /// All occurrences, in document order, appended.
  void walk(const Locator& locator, std::vector<Anchor>& out) const;
  /// Trailing blanks are not part of a value.
  [[nodiscard]] std::string_view value(std::uint16_t element, std::uint16_t part, Anchor anchor) const {
    std::string_view text = arrays_.element(anchor.segment, element);
    if (part != 0) text = component(text, part, anchor.segment);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return !text.empty() && translated(arrays_.records[anchor.segment]) ? meant(text, element, part, anchor) : text;
  }
  [[nodiscard]] std::string_view value(const Place& place, Anchor anchor) const {
    if (place.pair != nothing) return pair_value(place, anchor, 0);
    return value(place.element, place.component, anchor);
  }
  /// The place's value in the pair at hand; with `skip` in the one so many pairs of these codes behind it.
  [[nodiscard]] std::string_view pair_value(const Place& place, Anchor anchor, std::uint32_t skip) const {
    const Spot at = spot(place, anchor, skip);
    return at.element == 0 ? std::string_view{} : value(at.element, at.component, anchor);
  }
  /// Which element and component a place is there; element 0 where no pair has its qualifier.
  [[nodiscard]] Spot spot(const Place& place, Anchor anchor, std::uint32_t skip = 0) const;
  /// The element as it was sent: bytes may end with blanks.
  [[nodiscard]] std::string_view raw(const Place& place, Anchor anchor) const {
    return anchor.segment == nothing ? std::string_view{} : document_->element(anchor.segment, place.element);
  }
  /// Memory for walks.
  [[nodiscard]] std::vector<Anchor>& hits() { return hits_; }
  [[nodiscard]] bool stands(const Place& place, Anchor anchor) const { return !value(place, anchor).empty(); }
  [[nodiscard]] Position where(const Place& place, Anchor anchor, std::string_view value) const;
  /// `LX[2]/AT7[1].05`.
  [[nodiscard]] std::string path(const Place& place, Anchor anchor) const;
  [[nodiscard]] std::string_view tag(Anchor anchor) const {
    return anchor.segment == nothing ? std::string_view{} : document_->tag(anchor.segment);
  }
  /// Orders occurrences of different entries.
  [[nodiscard]] static std::uint32_t order(Anchor anchor) { return anchor.segment; }
  [[nodiscard]] Anchor at(std::uint32_t level) const { return state_[level]; }
  [[nodiscard]] static bool present(Anchor anchor) { return anchor.segment != nothing; }
  [[nodiscard]] const wire::SegmentDocument& document() const { return *document_; }

 private:
  static constexpr std::uint32_t unknown = nothing - 1;  ///< segment of what was not looked for yet
  /// Makes `anchor` the occurrence at hand: what was found from another one is forgotten.
  void move(std::uint32_t level, Anchor anchor) {
    const bool same = state_[level].segment == anchor.segment;
    state_[level] = anchor;
    if (same) return;
    const LevelLocators& own = program_.locators_of_level[level];
    if (own.self != nothing) found_[own.self] = anchor;
    if (own.scanned.count + own.others.count != 0) forget(own, anchor);
  }
  void enter_above(const Locator& locator, std::uint32_t level, Anchor anchor);
  void forget(const LevelLocators& own, Anchor anchor);
  [[nodiscard]] bool translated(const wire::SegmentDocument::Record& record) const {
    return translated_ || (edifact_ && record.released != 0);
  }
  void find_scanned(const LevelLocators& own, Anchor anchor);
  void fill_buckets();
  [[nodiscard]] Items items(const Step& step, std::uint32_t instance) const;
  [[nodiscard]] bool passes(const Range& qualifiers, std::uint32_t segment) const;
  /// Is `here`, an occurrence of the step's node inside `instance`, one that the step means?
  [[nodiscard]] bool takes(const Step& step, std::uint32_t instance, Anchor here) const {
    return (!step.hierarchy || tree_->loops[here.instance].parent == instance) && passes(step.qualifiers, here.segment);
  }
  [[nodiscard]] bool passes_one(const Qualifier& qualifier, std::uint32_t segment) const;
  /// Number of the pair (behind `skip` others) whose qualifier is one of the codes; `nothing` without one.
  [[nodiscard]] std::uint32_t find_pair(const Qualifier& qualifier, std::uint32_t segment, std::uint32_t skip) const;
  void walk_from(const Locator& locator, std::uint32_t step, std::uint32_t instance, std::vector<Anchor>& out) const;
  /// The first occurrence, empty if there is none, and a second one with other content where that is asked for.
  Anchor find(const Locator& locator, Anchor from, Anchor& second) const;
  Anchor find_by_walk(const Locator& locator, Anchor& second) const;
  [[nodiscard]] std::string_view component(std::string_view element, std::uint16_t position,
                                           std::uint32_t segment) const;
  /// EDIFACT: the value without release characters, in UTF-8, with a point as decimal mark.
  [[nodiscard]] std::string_view meant(std::string_view text, std::uint16_t element, std::uint16_t part,
                                       Anchor anchor) const;

  const Program& program_;
  const wire::SegmentDocument* document_ = nullptr;
  const guide::SetTree* tree_ = nullptr;
  std::vector<Anchor> state_;  ///< by level
  std::vector<Anchor> found_;  ///< by locator, seen from the levels at hand
  std::vector<std::uint64_t>
      asked_;  ///< by locator: set and segment it was last looked for from: a second is told once
  struct Bucket {
    std::uint32_t index = 0;
    bool self = false;  ///< no step at all
  };
  std::vector<Bucket> bucket_of_;  ///< by locator: of its last step
  std::vector<Anchor> hits_;
  std::vector<std::uint32_t> segment_bucket_, loop_bucket_;  ///< by guide node; the last bucket takes what nobody wants
  std::vector<std::uint32_t> begins_, ends_;                 ///< by bucket, into items_
  std::vector<std::uint32_t> used_;                          ///< buckets that are not empty, the first `used_count_`
  std::size_t used_count_ = 0;
  std::vector<std::uint32_t> wanted_;  ///< see fill_buckets
  std::vector<Anchor> items_;
  wire::SegmentDocument::Arrays arrays_;
  std::uint64_t serial_ = 0;  ///< of sets
  Recorder* recorder_ = nullptr;
  bool edifact_ = false, plain_ = false;
  bool translated_ = false;                ///< EDIFACT: values of any segment may not be as they stand in the set
  mutable std::deque<std::string> meant_;  ///< values that are not as they stand in the set
};

}  // namespace crossdock::mapping
