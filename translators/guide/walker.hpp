// Finds each segment's place in the guide, keeps the open loops, and gets back on its feet after a structural fault.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "translators/guide/diagnose.hpp"
#include "translators/guide/program.hpp"
#include "translators/guide/set_tree.hpp"
#include "translators/guide/structure.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::guide {

/// One walk through one set. Fills the tree; reports structure findings.
class Walker {
 public:
  Walker(const wire::SegmentDocument& document, const CompiledGuide& guide, SetTree& tree, Reporter& reporter);
  /// The place of segment `index` (called in order), no_node if it has none.
  [[gnu::always_inline]] NodeIndex place(std::size_t index) {
    const std::uint16_t number = tag_number(index);
    if (irregular_from_ == 0 && number != Program::no_tag && index != 0) {
      const Transition& next = program_->next(levels_[depth_].position, number);
      if ((next.flags & Transition::clean) != 0) {
        Level& level = levels_[depth_ - next.pop];
        const bool same = (next.flags & Transition::same) != 0;
        if (!same || level.count < program_->repeat_max[next.target]) {
          take(index, next.target, depth_ - next.pop, same, (next.flags & Transition::opens) != 0);
          return next.target;
        }
      }
    }
    return place_slowly(index, number);
  }
  /// Closes all loops; says what is missing when the set ended early.
  void finish();

 private:
  /// A loop that is open, or the root: the child it stands at and how many of that child there were.
  struct Level {
    NodeIndex position;
    std::uint32_t count;
    std::uint32_t instance;
  };

  [[nodiscard]] std::uint16_t tag_number(std::size_t index) const {
    const wire::SegmentDocument::Record& record = document_->record(index);
    const std::uint32_t length = document_->ends(record)[0] - record.begin;
    if (length - 1 >= 7) return Program::no_tag;
    std::uint64_t word = 0;
    std::memcpy(&word, document_->bytes().data() + record.begin, sizeof word);  // 64 bytes behind can be read
    return program_->packed_tag_number((word & ((1ULL << (8 * length)) - 1)) | std::uint64_t{length} << 56);
  }
  [[gnu::always_inline]] void take(std::size_t index, NodeIndex segment, std::size_t depth, bool same, bool opens) {
    if (depth_ != depth) close_to(depth, index);
    Level& level = levels_[depth_];
    if (same) {
      ++level.count;
    } else {
      level.position = opens ? program_->loop_of_trigger[segment] : segment;
      level.count = 1;
    }
    if (opens) open(index, level.position, level.count, segment);
    record(index, segment);
  }
  void close_to(std::size_t depth, std::size_t index) {
    for (; depth_ > depth; --depth_) {
      LoopInstance& loop = tree_->loops[levels_[depth_].instance];
      loop.end_segment = static_cast<std::uint32_t>(index);
      loop.end_instance = static_cast<std::uint32_t>(tree_->loops.size());
    }
    if (depth_ < irregular_from_) irregular_from_ = 0;
  }
  void open(std::size_t index, NodeIndex loop, std::uint32_t occurrence, NodeIndex position) {
    const auto instance = static_cast<std::uint32_t>(tree_->loops.size());
    tree_->loops.push_back({loop, levels_[depth_].instance, static_cast<std::uint32_t>(index), 0, 0, occurrence});
    levels_[++depth_] = {position, 1, instance};
  }
  void record(std::size_t index, NodeIndex node) {
    tree_->node_of_segment[index] = node;
    tree_->loop_of_segment[index] = levels_[depth_].instance;
  }
  [[nodiscard]] Reporter::Place here(std::size_t index, NodeIndex node) const {
    Reporter::Place out;
    out.segment = index;
    out.node = node;
    out.instance = levels_[depth_].instance;
    return out;
  }

  NodeIndex place_first(std::size_t index);
  NodeIndex place_slowly(std::size_t index, std::uint16_t number);
  NodeIndex place_by_candidates(std::size_t index);
  bool narrow_bounds(std::size_t index);
  void report_bound(std::size_t index, NodeIndex node);
  NodeIndex refuse(std::size_t index);
  NodeIndex take_candidate(std::size_t index, const Candidate& candidate);
  NodeIndex take_too_many(std::size_t index, const Candidate& candidate);
  NodeIndex place_out_of_order(std::size_t index, std::size_t level, NodeIndex node);
  NodeIndex place_without_trigger(std::size_t index);
  void report_passed(std::size_t depth, NodeIndex target, std::size_t index);
  void report_rest(std::size_t depth, NodeIndex until, std::size_t index);
  [[nodiscard]] std::uint32_t occurrences(NodeIndex loop) const;

  const wire::SegmentDocument* document_;
  const CompiledGuide* guide_;
  const Program* program_;
  SetTree* tree_;
  Reporter* reporter_;
  std::array<Level, 2 * loop_depth_max + 2> levels_;  ///< [0, depth_] are set; the rest is not read
  std::size_t depth_ = 0;
  std::size_t irregular_from_ = 0;  ///< first level that stands where the guide would not have it; 0: none
  std::vector<Candidate> candidates_;
  std::vector<NodeIndex> positions_;
};

}  // namespace crossdock::guide
