// One pass over the occurrences of a hierarchy: numbers, parents, levels, child flags; then the links.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/hierarchy.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "translators/guide/yaml_tree.hpp"

namespace crossdock::guide {
namespace {

constexpr std::uint32_t none = 0xFFFFFFFF;

/// The occurrences of one hierarchy inside one loop (mostly the set), in document order.
class Family {
 public:
  Family(const wire::SegmentDocument& document, const CompiledGuide& guide, const Hierarchy& hierarchy, SetTree& tree,
         std::vector<std::uint32_t> members, Reporter* reporter)
      : document_(&document),
        guide_(&guide),
        hierarchy_(&hierarchy),
        tree_(&tree),
        members_(std::move(members)),
        reporter_(reporter) {}

  void read() {
    find_parents();
    break_cycles();
    if (reporter_ != nullptr) {
      check_levels();
      check_children();
    }
    if (in_tree_order())
      link();
    else if (side_by_side())
      note_order();
  }

 private:
  [[nodiscard]] std::size_t segment(std::size_t member) const { return tree_->loops[members_[member]].first_segment; }
  [[nodiscard]] std::string_view text(std::size_t member, std::uint16_t element) const {
    return element == 0 ? std::string_view{} : document_->element(segment(member), element);
  }
  [[nodiscard]] std::string named(std::size_t member) const {
    return guide_->nodes[hierarchy_->loop].tag + " " + std::string(text(member, hierarchy_->id));
  }

  void report(Code code, std::size_t member, std::uint16_t element, std::string message, std::string expected) {
    if (reporter_ == nullptr) return;
    Reporter::Place place;
    place.segment = segment(member);
    place.instance = members_[member];
    place.node = guide_->nodes[hierarchy_->loop].first_child;
    place.element = element;
    if (element != 0) place.rule = &guide_->segments[guide_->nodes[place.node].rule].elements[element - 1U];
    reporter_->report(code, place, std::move(message), element == 0 ? std::string_view{} : text(member, element),
                      std::move(expected));
  }

  /// Numbers mostly count up from 1: then a number is its place. Else a table, made when first needed.
  std::uint32_t find(std::string_view id) {
    const auto number = whole_number(id);
    if (number && *number >= 1 && *number <= members_.size() && text(*number - 1, hierarchy_->id) == id && !repeated_)
      return *number - 1;
    if (by_id_.empty())
      for (std::size_t i = members_.size(); i-- > 0;)
        by_id_[text(i, hierarchy_->id)] = static_cast<std::uint32_t>(i);  // of two alike the first counts
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? none : at->second;
  }

  void check_numbers() {
    std::uint32_t due = 1;
    bool sequential = true;
    for (std::size_t i = 0; i < members_.size(); ++i, ++due) {
      const std::string_view id = text(i, hierarchy_->id);
      const auto number = whole_number(id);
      if (number && *number == due && (id[0] != '0')) continue;
      sequential = false;
      report(Code::x12_hierarchy_sequence, i, hierarchy_->id,
             "the number of this level is \"" + std::string(id) + "\", but " + std::to_string(due) + " is its turn",
             std::to_string(due));
      due = number.value_or(due);
    }
    if (sequential) return;
    repeated_ = true;
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const std::string_view id = text(i, hierarchy_->id);
      if (id.empty()) continue;
      const auto [first, fresh] = seen.emplace(id, i);
      if (!fresh)
        report(Code::x12_hierarchy_duplicate, i, hierarchy_->id,
               "the number " + std::string(id) + " was given before, to the level in segment " +
                   std::to_string(segment(first->second) + 1),
               "a number of its own");
    }
  }

  void find_parents() {
    check_numbers();
    parent_.assign(members_.size(), none);
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const std::string_view id = text(i, hierarchy_->parent);
      if (id.empty()) continue;
      parent_[i] = find(id);
      if (parent_[i] == none)
        report(Code::x12_hierarchy_parent, i, hierarchy_->parent,
               named(i) + " stands under " + std::string(id) + ", which is not in the set",
               "the number of a level before it");
    }
  }

  /// Whoever closes a circle is put at the top and told so.
  void break_cycles() {
    std::vector<std::uint32_t> visited(members_.size(), none);  // from which start it was reached
    for (std::uint32_t start = 0; start < members_.size(); ++start) {
      std::uint32_t at = start;
      while (at != none && visited[at] == none) {
        visited[at] = start;
        at = parent_[at];
      }
      if (at == none || visited[at] != start) continue;
      std::uint32_t first = at;  // of the circle, the one sent first
      for (std::uint32_t next = parent_[at]; next != at; next = parent_[next]) first = std::min(first, next);
      report(Code::x12_hierarchy_cycle, first, hierarchy_->parent,
             parent_[first] == first
                 ? named(first) + " stands under itself"
                 : named(first) + " stands under " + named(parent_[first]) + ", which stands under it in turn",
             "the number of a level before it");
      parent_[first] = none;
    }
  }

  void check_levels() {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const std::string code(text(i, hierarchy_->level));
      if (code.empty()) continue;  // a mandatory element: said already
      const Hierarchy::Level* level = hierarchy_->find(code);
      if (level == nullptr && !hierarchy_->levels.empty()) {
        report(Code::x12_hierarchy_level, i, hierarchy_->level, "there is no level \"" + code + "\" in this guide",
               listed_levels());
        continue;
      }
      if (parent_[i] == none) {
        const bool orphan = !text(i, hierarchy_->parent).empty();
        const auto& top = hierarchy_->top;
        if (!orphan && !top.empty() && std::find(top.begin(), top.end(), code) == top.end())
          report(Code::x12_hierarchy_level, i, hierarchy_->level,
                 "level " + code + " stands at the top, without a parent", "at the top " + listed(top));
        continue;
      }
      const std::string above(text(parent_[i], hierarchy_->level));
      const Hierarchy::Level* holder = hierarchy_->find(above);
      if (holder == nullptr || std::find(holder->under.begin(), holder->under.end(), code) != holder->under.end())
        continue;
      report(Code::x12_hierarchy_level, i, hierarchy_->level,
             "level " + code + " stands under level " + above + ", where it may not",
             holder->under.empty() ? "nothing under " + above : "under " + above + " " + listed(holder->under));
    }
  }

  static std::string listed(const std::vector<std::string>& codes) {
    std::string out;
    for (const std::string& code : codes) out += (out.empty() ? "" : ", ") + code;
    return out;
  }
  [[nodiscard]] std::string listed_levels() const {
    std::string out;
    for (const Hierarchy::Level& level : hierarchy_->levels) out += (out.empty() ? "" : ", ") + level.code;
    return out;
  }

  void check_children() {
    if (hierarchy_->child == 0) return;
    std::vector<bool> has(members_.size(), false);
    for (const std::uint32_t parent : parent_)
      if (parent != none) has[parent] = true;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const std::string_view flag = text(i, hierarchy_->child);
      if (flag == "1" && !has[i])
        report(Code::x12_hierarchy_child, i, hierarchy_->child,
               named(i) + " says that levels stand under it, but none does", "0");
      if (flag == "0" && has[i])
        report(Code::x12_hierarchy_child, i, hierarchy_->child,
               named(i) + " says that nothing stands under it, but a level does", "1");
    }
  }

  /// True where each occurrence follows its parent with only that parent's descendants between.
  bool in_tree_order() {
    bool good = true;
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < members_.size(); ++i) {
      std::size_t depth = open.size();
      while (depth > 0 && open[depth - 1] != parent_[i]) --depth;
      if (parent_[i] == none || depth > 0) {
        open.resize(depth);
        open.push_back(i);
        continue;
      }
      good = false;
      report(Code::x12_hierarchy_order, i, hierarchy_->parent,
             named(i) + " does not stand behind what belongs to its parent " + named(parent_[i]),
             "directly behind the levels under " + named(parent_[i]));
    }
    return good;
  }

  /// Nothing stands between them; where a set went astray something may, and then its order is left alone.
  [[nodiscard]] bool side_by_side() const {
    for (std::size_t i = 1; i < members_.size(); ++i)
      if (tree_->loops[members_[i - 1]].end_segment != tree_->loops[members_[i]].first_segment) return false;
    return true;
  }

  /// The walk left each occurrence with its own segments only; now each reaches to the end of what stands under it.
  void link() {
    for (const std::uint32_t member : members_) tree_->loops[member].own_end = tree_->loops[member].end_segment;
    const LoopInstance last = tree_->loops[members_.back()];
    std::vector<std::uint32_t> open;
    const auto close_to = [&](std::size_t depth, std::uint32_t end_segment, std::uint32_t end_instance) {
      for (; open.size() > depth; open.pop_back()) {
        tree_->loops[members_[open.back()]].end_segment = end_segment;
        tree_->loops[members_[open.back()]].end_instance = end_instance;
      }
    };
    for (std::uint32_t i = 0; i < members_.size(); ++i) {
      std::size_t depth = open.size();
      while (depth > 0 && open[depth - 1] != parent_[i]) --depth;
      close_to(depth, tree_->loops[members_[i]].first_segment, members_[i]);
      if (parent_[i] != none) tree_->loops[members_[i]].parent = members_[parent_[i]];
      open.push_back(i);
    }
    close_to(0, last.end_segment, last.end_instance);
  }

  /// The order of the tree: each occurrence's own segments, then those of the occurrences under it.
  void note_order() {
    std::vector<std::uint32_t>& order = tree_->order;
    if (order.empty()) {
      order.resize(document_->segment_count());
      std::iota(order.begin(), order.end(), 0);
    }
    std::vector<std::uint32_t> first_child(members_.size(), none), next_sibling(members_.size(), none);
    std::uint32_t first_top = none;
    for (std::uint32_t i = static_cast<std::uint32_t>(members_.size()); i-- > 0;) {
      std::uint32_t& head = parent_[i] == none ? first_top : first_child[parent_[i]];
      next_sibling[i] = head;
      head = i;
    }
    std::size_t to = segment(0);
    std::vector<std::uint32_t> open{first_top};
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      const LoopInstance& loop = tree_->loops[members_[at]];
      for (std::uint32_t s = loop.first_segment; s < loop.end_segment; ++s) order[to++] = s;
      if (next_sibling[at] != none) open.push_back(next_sibling[at]);
      if (first_child[at] != none) open.push_back(first_child[at]);
    }
  }

  const wire::SegmentDocument* document_;
  const CompiledGuide* guide_;
  const Hierarchy* hierarchy_;
  SetTree* tree_;
  std::vector<std::uint32_t> members_;  ///< instances
  Reporter* reporter_;
  std::vector<std::uint32_t> parent_;  ///< member; none: top
  std::unordered_map<std::string_view, std::uint32_t> by_id_;
  bool repeated_ = false;
};

void read_families(const wire::SegmentDocument& document, const CompiledGuide& guide, SetTree& tree,
                   Reporter* reporter) {
  for (const Hierarchy& hierarchy : guide.hierarchies) {
    std::vector<std::vector<std::uint32_t>> families;
    std::uint32_t holder = none;
    for (std::uint32_t i = 1; i < tree.loops.size(); ++i) {
      if (tree.loops[i].node != hierarchy.loop) continue;
      if (families.empty() || tree.loops[i].parent != holder) families.emplace_back();
      holder = tree.loops[i].parent;
      families.back().push_back(i);
    }
    for (auto& members : families) Family(document, guide, hierarchy, tree, std::move(members), reporter).read();
  }
}

}  // namespace

void read_hierarchies(const wire::SegmentDocument& document, const CompiledGuide& guide, SetTree& tree,
                      Reporter& reporter) {
  read_families(document, guide, tree, &reporter);
}

void arrange(wire::SegmentDocument& document, const CompiledGuide& guide, SetTree& tree) {
  if (tree.order.empty()) return;
  const std::size_t count = document.segment_count();
  std::vector<std::uint32_t> place(count);  // where each segment goes
  for (std::uint32_t i = 0; i < count; ++i) place[tree.order[i]] = i;
  std::vector<std::uint32_t> loops(tree.loops.size());  // instances in their new order
  std::iota(loops.begin(), loops.end(), 0);
  std::stable_sort(loops.begin() + 1, loops.end(), [&](std::uint32_t a, std::uint32_t b) {
    return place[tree.loops[a].first_segment] < place[tree.loops[b].first_segment];
  });
  std::vector<std::uint32_t> moved(loops.size());
  for (std::uint32_t i = 0; i < loops.size(); ++i) moved[loops[i]] = i;
  SetTree out;
  out.node_of_segment.resize(count);
  out.loop_of_segment.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.node_of_segment[i] = tree.node_of_segment[tree.order[i]];
    out.loop_of_segment[i] = moved[tree.loop_of_segment[tree.order[i]]];
  }
  for (std::uint32_t i = 0; i < loops.size(); ++i) {  // blocks move whole: their lengths stay
    LoopInstance loop = tree.loops[loops[i]];
    const std::uint32_t first = i == 0 ? 0 : place[loop.first_segment];
    loop.end_segment = first + (loop.end_segment - loop.first_segment);
    loop.end_instance = i + (loop.end_instance - loops[i]);
    loop.first_segment = first;
    loop.parent = moved[loop.parent];
    out.loops.push_back(loop);
  }
  document.reorder(tree.order);
  tree = std::move(out);
  read_families(document, guide, tree, nullptr);
}

}  // namespace crossdock::guide
