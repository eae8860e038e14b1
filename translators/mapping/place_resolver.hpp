// Finds what a written place means: which level it starts from and which nodes of the guide (or steps of a tree's path)
// lead to it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "translators/mapping/faults.hpp"
#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

/// Adds levels, locators and places to the program it was made for. Guide null: a tree (Program::document says which).
class PlaceResolver {
 public:
  PlaceResolver(Program& program, const guide::CompiledGuide* guide, Faults& faults);

  /// Level 0, the whole document; made once.
  [[nodiscard]] std::uint32_t set_level() const { return 0; }
  /// What a `for` walks over: its locator, and the level inside it. A fault and nothing where the place cannot be
  /// found.
  struct Walk {
    std::uint32_t locator = 0, level = 0;
    bool repeats = false;  ///< may stand several times
  };
  std::optional<Walk> resolve_for(const PlaceText& text, std::uint32_t level, const std::vector<std::string>& with,
                                  std::uint16_t by);
  /// A place with its element. `before` is the place in front of it, for `.02`. Index into Program::places.
  std::optional<std::uint32_t> resolve(const PlaceText& text, std::uint32_t level, bool first,
                                       std::optional<std::uint32_t> before);
  /// What a total counts or adds up, seen from `level`: index into Program::totals.
  std::optional<std::uint32_t> resolve_total(const TotalText& text, std::uint32_t level);
  /// The segment rule of the segment that a locator ends at; null for trees.
  [[nodiscard]] const guide::SegmentRule* segment_rule(std::uint32_t locator) const;
  /// The guide node that a locator ends at (a loop for its trigger).
  [[nodiscard]] guide::NodeIndex node_of(std::uint32_t locator) const;
  /// Trees: what a locator leads to takes its place in the order of a written document, if it has none yet.
  void rank(std::uint32_t locator);
  /// JSON: places are looked up in this schema (null: in none).
  void check_against(const json::JsonSchema* schema) { schema_ = schema; }
  /// Trees: where the document can be cut, and which lines group; when all places are known.
  void finish_tree();
  void report_to(Faults& faults) { faults_ = &faults; }

 private:
  struct With {
    std::vector<std::string> tags;
    std::uint16_t by = 0;
  };
  std::optional<std::uint32_t> find(const PlaceText& text, std::uint32_t level, bool warn_second);
  // tree_resolver.cpp
  std::optional<std::uint32_t> find_tree(const PlaceText& text, std::uint32_t level, bool in_for, bool warn_second);
  std::optional<Walk> walk_tree(const PlaceText& text, std::uint32_t level);
  bool in_tree_only(const PlaceText& text, std::string& problem) const;
  std::uint32_t nearest_level(const std::vector<TreeStep>& steps, std::uint32_t level) const;
  std::uint32_t shape_below(std::uint32_t parent, const TreeStep& step);
  void rank_shape(std::uint32_t shape);
  std::optional<std::uint32_t> descend(const PlaceText& text, std::uint32_t level, std::size_t first_step,
                                       bool warn_second, std::optional<std::uint32_t> by_level);
  std::vector<std::uint32_t> search_order(std::uint32_t level) const;
  std::vector<guide::NodeIndex> children(guide::NodeIndex parent, const PathStep& step, bool loops_only) const;
  bool add_qualifiers(const PathStep& step, guide::NodeIndex node, Step& out, const TextMark& at);
  const guide::SegmentRule* rule_of(guide::NodeIndex node) const;
  std::uint32_t add_level(guide::NodeIndex node, std::uint32_t above, std::uint32_t outer);
  std::uint32_t add_locator(Locator locator, const std::string& key);
  void unknown(const PlaceText& text, std::uint32_t level);
  bool add_levels(const PlaceText& text, std::size_t at, guide::NodeIndex node, std::vector<std::string>& above,
                  Step& out);
  [[nodiscard]] bool is_own(const PathStep& step, std::uint32_t level) const;
  // pair_resolver.cpp
  bool no_pairs(const PlaceText& text, std::size_t up_to, const char* why);
  bool add_spots(const QualifierText& text, const guide::SegmentRule& rule, Qualifier& out, const TextMark& at);
  bool bind_pair(const PlaceText& text, Place& place);
  [[nodiscard]] bool moves_with(std::uint32_t pair, const Place& place) const;

  Program& program_;
  const guide::CompiledGuide* guide_;
  Faults* faults_;
  std::map<std::string, std::uint32_t> known_locators_, known_pairs_;
  std::map<std::uint32_t, With> with_;              ///< by level
  std::vector<std::vector<TreeStep>> level_paths_;  ///< trees: absolute path of each level
  std::vector<std::uint32_t> level_shapes_;         ///< trees: Program::shapes
  std::uint32_t next_rank_ = 0;
  std::map<std::uint32_t, std::vector<std::string>> written_levels_;  ///< of hierarchies, by level: the codes
  const json::JsonSchema* schema_ = nullptr;
  std::vector<std::vector<TreeStep>> looked_up_;  ///< trees: absolute path of each locator
  bool know_path(const PlaceText& text, const std::vector<TreeStep>& path);
  std::uint32_t level_of_column(const std::string& column, std::uint32_t level) const;
  void group_lines(std::uint32_t shape, std::vector<flat::FlatGroup>& out) const;
};

}  // namespace crossdock::mapping
