// Places of trees: which level a path starts from, and the shape of the document that paths describe.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/place_resolver.hpp"
#include "translators/mapping/tree_path.hpp"

namespace crossdock::mapping {

std::uint32_t PlaceResolver::shape_below(std::uint32_t parent, const TreeStep& step) {
  const bool item = step.kind != TreeStep::Kind::key;
  for (std::uint32_t i = parent + 1; i < program_.shapes.size(); ++i) {
    const Shape& shape = program_.shapes[i];
    if (shape.parent == parent && shape.item == item && shape.key == step.key) return i;
  }
  program_.shapes.push_back({parent, item, step.key, nothing});
  return static_cast<std::uint32_t>(program_.shapes.size() - 1);
}

void PlaceResolver::rank_shape(std::uint32_t shape) {
  if (program_.shapes[shape].rank != nothing) return;
  if (program_.shapes[shape].parent != nothing) rank_shape(program_.shapes[shape].parent);
  program_.shapes[shape].rank = next_rank_++;
}

void PlaceResolver::rank(std::uint32_t index) {
  if (program_.document == DocumentKind::segments) return;
  const Locator& locator = program_.locators[index];
  std::uint32_t shape = level_shapes_[locator.level];
  rank_shape(shape);
  for (std::uint32_t i = 0; i < locator.steps.count; ++i) {
    const TreeStep& step = program_.tree_steps[locator.steps.first + i];
    shape = step.shape;
    rank_shape(shape);
    for (const TreeTest& test : step.tests) {
      std::uint32_t below = shape;
      for (const std::string& name : test.path) {
        TreeStep key;
        key.key = name;
        below = shape_below(below, key);
        rank_shape(below);
      }
    }
  }
}

bool PlaceResolver::in_tree_only(const PlaceText& text, std::string& problem) const {
  if (guide_ != nullptr && !text.json.empty()) problem = "this map reads transaction sets; a place names a segment";
  if (guide_ == nullptr && text.json.empty())
    problem = program_.document == DocumentKind::json
                  ? "this map reads JSON; its places begin with $ or @"
                  : "this map reads no transaction sets; places are /a/b/@c or names";
  return problem.empty();
}

/// The deepest level at hand (or around) whose own path begins the path.
std::uint32_t PlaceResolver::nearest_level(const std::vector<TreeStep>& steps, std::uint32_t level) const {
  std::uint32_t best = 0;
  for (const std::uint32_t at : search_order(level)) {
    const auto& path = level_paths_[at];
    if (path.size() <= level_paths_[best].size() || path.size() > steps.size()) continue;
    if (std::equal(path.begin(), path.end(), steps.begin(),
                   [](const TreeStep& a, const TreeStep& b) { return a.same(b); }))
      best = at;
  }
  return best;
}

std::optional<std::uint32_t> PlaceResolver::find_tree(const PlaceText& text, std::uint32_t level, bool in_for,
                                                      bool warn_second) {
  std::string problem;
  auto path = in_tree_only(text, problem) ? parse_tree_path(text.json, program_.document, problem) : std::nullopt;
  if (!path) {
    faults_->add(Code::map_place_unknown, text.at, "`" + text.text + "`: " + problem, {}, text.text);
    return std::nullopt;
  }
  std::uint32_t from = level;
  if (path->absolute) {
    from = nearest_level(path->steps, level);
    path->steps.erase(path->steps.begin(),
                      path->steps.begin() + static_cast<std::ptrdiff_t>(level_paths_[from].size()));
  }
  auto loose = [](const TreeStep& step) {
    return step.kind == TreeStep::Kind::every &&
           std::none_of(step.tests.begin(), step.tests.end(), [](const TreeTest& test) { return !test.negated; });
  };
  if (!in_for && std::any_of(path->steps.begin(), path->steps.end(), loose)) {
    faults_->add(Code::map_place_unknown, text.at,
                 "`" + text.text + "`: [*] stands in `for:` only; use a block for each item", {}, text.text);
    return std::nullopt;
  }
  Locator locator;
  locator.level = from;
  locator.warn_second = warn_second && !in_for;
  locator.steps = {static_cast<std::uint32_t>(program_.tree_steps.size()),
                   static_cast<std::uint32_t>(path->steps.size())};
  std::uint32_t shape = level_shapes_[from];
  std::string key = std::to_string(from) + (locator.warn_second ? "!" : ":");
  for (TreeStep& step : path->steps) {
    shape = step.shape = shape_below(shape, step);
    key += "\x1e" + std::to_string(shape) + "#" + std::to_string(step.index);
    for (const TreeTest& test : step.tests) {
      for (const std::string& name : test.path) key += "\x1f" + name;
      for (const std::string& value : test.values) key += (test.negated ? "\x1f!=" : "\x1f=") + value;
    }
  }
  if (!known_locators_.contains(key))
    program_.tree_steps.insert(program_.tree_steps.end(), path->steps.begin(), path->steps.end());
  return add_locator(locator, key);
}

std::optional<PlaceResolver::Walk> PlaceResolver::walk_tree(const PlaceText& text, std::uint32_t level) {
  const auto locator = find_tree(text, level, true, false);
  if (!locator) return std::nullopt;
  Walk walk;
  walk.locator = *locator;
  const Locator at = program_.locators[*locator];
  std::uint32_t above = at.level;
  auto path = level_paths_[above];
  if (at.steps.count == 0) {
    walk.level = add_level(0, program_.levels[above].above, level);
    level_paths_[walk.level] = std::move(path);
    level_shapes_[walk.level] = level_shapes_[above];
    return walk;
  }
  for (std::uint32_t i = 0; i < at.steps.count; ++i) {
    const TreeStep step = program_.tree_steps[at.steps.first + i];
    above = add_level(0, above, level);
    path.push_back(step);
    walk.repeats = walk.repeats || step.kind == TreeStep::Kind::every || program_.document != DocumentKind::json;
    level_paths_[above] = path;
    level_shapes_[above] = step.shape;
  }
  walk.level = above;
  return walk;
}

}  // namespace crossdock::mapping
