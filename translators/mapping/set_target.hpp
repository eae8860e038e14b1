// A transaction set while it is written: loops and segments as a tree, put in the guide's order at the end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/mapping/program.hpp"
#include "translators/mapping/write_target.hpp"

namespace crossdock::mapping {

struct OutElement {
  std::vector<std::string> components;  ///< one for a simple element
  std::uint32_t line = nothing;         ///< that wrote it; nothing: a qualifier or a computed number
  [[nodiscard]] bool empty() const;
};

struct OutSegment {
  guide::NodeIndex node = guide::no_node;
  std::vector<OutElement> elements;  ///< [0] is element 1
  /// Pairs that were given a spot: Program::qualifiers, number of the spot.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs = {};
  /// Elements whose totals are filled at the end, and their lines.
  struct Counted {
    std::uint16_t element = 0, component = 0;
    std::uint32_t line = nothing;
  };
  std::vector<Counted> counted = {};
  void set(std::uint16_t element, std::uint16_t component, std::string_view value, std::uint32_t line);
  [[nodiscard]] std::string_view get(std::uint16_t element, std::uint16_t component) const;
};

struct OutLoop {
  guide::NodeIndex node = 0;
  OutLoop* parent = nullptr;
  OutSegment trigger;  ///< of the root: unused
  std::vector<std::unique_ptr<OutSegment>> segments;
  std::vector<std::unique_ptr<OutLoop>> loops;
  bool passing = false;   ///< a hierarchy's level that was made on the way to one below it
  bool optional = false;  ///< such a level that may be absent
};

/// One set. Levels at hand are loops or segments of it.
class SetTarget : public WriteTarget {
 public:
  explicit SetTarget(const Program& program);
  void put(const Place& place, std::string_view value, std::uint32_t line) override;
  void open(const Locator& locator, std::uint32_t level, bool fresh) override;
  void close(bool keep) override;

  [[nodiscard]] const OutLoop& root() const { return *root_; }
  /// The value that stands at a place now.
  [[nodiscard]] std::string_view value(const Place& place) const;
  /// Segments in the guide's order; `loops_of` (a node or no_node): left out, for comparing what stands outside an
  /// event's loops.
  [[nodiscard]] std::vector<const OutSegment*> in_order(guide::NodeIndex left_out = guide::no_node) const;
  /// Moves the loops of a node from another set behind those of this one.
  void take_loops(SetTarget& other, guide::NodeIndex node);
  /// Hierarchies: levels that may be absent and hold nothing are left out; neighbours that were made on the way and say
  /// the same become one.
  void settle_hierarchies();
  /// Fills assigned numbers (element 554) that no line wrote, and the numbers, parents and child flags of hierarchies.
  void number();
  /// Takes away literals that stand alone in a pair (a P note of the guide): a time qualifier without a time.
  void drop_lone_literals();
  /// Counts, sums and ordinals of what stands now; a count or sum of nothing is not written, nor a segment that holds
  /// nothing else.
  void fill_totals();
  /// Takes their values back, so that sets can be compared and joined.
  void clear_totals();
  /// Values of pairs that found no room: places and lines.
  struct NoRoom {
    std::string place;
    std::uint32_t line = nothing;
  };
  [[nodiscard]] const std::vector<NoRoom>& no_room() const { return no_room_; }
  /// Takes the numbers that number() gave back: they are given anew in a common set.
  void clear_numbers();

 private:
  struct Here {
    OutLoop* loop = nullptr;
    OutSegment* segment = nullptr;  ///< null: the loop's trigger
  };
  struct Opened {
    OutLoop* loop_made = nullptr;  ///< the outermost one that was made; null: none
    OutSegment* segment_made = nullptr;
    OutLoop* holder = nullptr;
  };
  Here reach(const Locator& locator, bool fresh, Opened* made);
  [[nodiscard]] bool fits(const OutSegment& segment, const Range& qualifiers) const;
  void qualify(OutSegment& segment, const Range& qualifiers);
  [[nodiscard]] OutSegment& segment_at(Here here) const {
    return here.segment != nullptr ? *here.segment : here.loop->trigger;
  }
  void drop_lone_literals(OutSegment& segment) const;
  void number_hierarchies();
  // pair_target.cpp, total_target.cpp
  [[nodiscard]] std::uint32_t spot_of(const OutSegment& segment, std::uint32_t pair) const;
  [[nodiscard]] std::uint32_t free_spot(const OutSegment& segment, const Qualifier& pair) const;
  [[nodiscard]] Spot moved(const Place& place, std::uint32_t spot) const;
  void put_pair(OutSegment& segment, const Place& place, std::string_view value, std::uint32_t line);
  void collect(const Locator& locator, std::uint32_t step, Here here, std::vector<Here>& out) const;
  bool fill_segment(OutSegment& segment, OutLoop& loop);
  bool fill_loop(OutLoop& loop);
  std::string total_of(const Total& total, const Place& place, OutLoop& loop, bool& any) const;
  void order(const OutLoop& loop, guide::NodeIndex left_out, std::vector<const OutSegment*>& out) const;

  const Program& program_;
  std::unique_ptr<OutLoop> root_;
  std::vector<Here> levels_;
  std::vector<Opened> opened_;
  std::vector<std::pair<OutLoop*, std::uint16_t>> numbered_;
  std::vector<NoRoom> no_room_;
};

/// What the guide asks of the written segments: mandatory elements and segments, lengths, codes. `field_of` names the
/// field of a line.
void check_written(const SetTarget& set, const Program& program,
                   const std::function<std::string(std::uint32_t line)>& field_of, std::vector<Finding>& findings);

}  // namespace crossdock::mapping
