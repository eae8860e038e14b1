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
  if (path->bare && program_.document != DocumentKind::xml && !in_for)
    from = level_of_column(path->steps[0].key, level);
  std::vector<TreeStep> whole = level_paths_[from];
  whole.insert(whole.end(), path->steps.begin(), path->steps.end());
  if (!know_path(text, whole)) return std::nullopt;
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
  if (!known_locators_.contains(key)) looked_up_.push_back(std::move(whole));
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

/// Flat documents: the innermost record at hand that has the column.
std::uint32_t PlaceResolver::level_of_column(const std::string& column, std::uint32_t level) const {
  for (const std::uint32_t at : search_order(level)) {
    if (level_paths_[at].empty()) continue;
    const std::string& record = level_paths_[at].back().key;
    for (const flat::FlatRecord& known : program_.format.flat.records)
      if (known.name == record && std::any_of(known.columns.begin(), known.columns.end(),
                                              [&](const flat::FlatColumn& one) { return one.name == column; }))
        return at;
  }
  return level;
}

/// Names of declared columns, record types and schemas; true where nothing is declared.
bool PlaceResolver::know_path(const PlaceText& text, const std::vector<TreeStep>& path) {
  auto unknown = [&](const std::string& name, const std::vector<std::string>& names, const std::string& what) {
    std::string expected;
    for (const std::string& one : names) expected += (expected.empty() ? "" : ", ") + one;
    if (expected.size() > 200) expected = expected.substr(0, 200) + "...";
    faults_->add(Code::map_place_unknown, text.at, "`" + text.text + "`: " + what + did_you_mean(name, names),
                 std::move(expected), text.text);
    return false;
  };
  if (program_.document == DocumentKind::json && schema_ != nullptr) {
    json::JsonSchema::Step at = schema_->root();
    for (const TreeStep& step : path) {
      const json::JsonSchema::Step next = step.kind == TreeStep::Kind::key ? at.member(step.key) : at.item();
      if (next.known_missing)
        return unknown(step.key, at.members(),
                       step.kind == TreeStep::Kind::key ? "the schema has no member `" + step.key + "` there"
                                                        : "the schema has no list there");
      at = next;
    }
    return true;
  }
  if (program_.document <= DocumentKind::xml) return true;
  const flat::FlatFormat& format = program_.format.flat;
  std::vector<std::string> names;
  for (const flat::FlatRecord& record : format.records) names.push_back(record.name);
  const flat::FlatRecord* record = nullptr;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string& key = path[i].key;
    const auto found = std::find_if(format.records.begin(), format.records.end(),
                                    [&](const flat::FlatRecord& one) { return one.name == key; });
    std::vector<std::string> columns;
    if (found != format.records.end()) {
      record = &*found;
      continue;
    }
    if (key.starts_with("rows by ") && !format.typed() && program_.document == DocumentKind::csv) {
      record = &format.records[0];
      if (!format.columns_given) continue;
      for (const flat::FlatColumn& one : record->columns) columns.push_back(one.name);
      for (std::string_view rest = std::string_view(key).substr(8); !rest.empty();) {
        const std::string name(rest.substr(0, rest.find('+')));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        if (std::find(columns.begin(), columns.end(), name) == columns.end())
          return unknown(name, columns, "there is no column `" + name + "`");
      }
      continue;
    }
    if (record == nullptr || i + 1 < path.size()) return unknown(key, names, "there is no record type `" + key + "`");
    if (!format.columns_given) return true;
    for (const flat::FlatColumn& one : record->columns) columns.push_back(one.name);
    if (std::find(columns.begin(), columns.end(), key) == columns.end())
      return unknown(key, columns, "record `" + record->name + "` has no column `" + key + "`");
  }
  return true;
}

void PlaceResolver::group_lines(std::uint32_t shape, std::vector<flat::FlatGroup>& out) const {
  for (std::uint32_t i = 1; i < program_.shapes.size(); ++i) {
    const Shape& below = program_.shapes[i];
    if (below.parent != shape || !below.key.starts_with("rows by ")) continue;
    flat::FlatGroup group;
    group.key = below.key;
    for (std::string_view rest = std::string_view(below.key).substr(8); !rest.empty();) {
      group.by.emplace_back(rest.substr(0, rest.find('+')));
      rest.remove_prefix(std::min(rest.size(), group.by.back().size() + 1));
    }
    group_lines(i, group.nested);
    out.push_back(std::move(group));
  }
}

namespace {

/// How much of a `for` path is a record of its own, seen from a place outside of it.
std::size_t common(const std::vector<TreeStep>& a, const std::vector<TreeStep>& b) {
  std::size_t out = 0;
  while (out < a.size() && out < b.size() && a[out].same(b[out])) ++out;
  return out;
}

}  // namespace

void PlaceResolver::finish_tree() {
  flat::FlatFormat& flat = program_.format.flat;
  group_lines(0, flat.groups);
  const bool json = program_.document == DocumentKind::json, xml = program_.document == DocumentKind::xml;
  std::vector<std::vector<std::string>> cuts;
  bool whole = program_.entries.empty(), around = false;
  for (const Entry& entry : program_.entries) {
    const auto& path = level_paths_[entry.level];
    whole = whole || entry.locator == nothing || path.empty() || entry.cardinality != Cardinality::each;
    if (whole) break;
    std::size_t depth = path.size();
    if (json) {
      const auto every =
          std::find_if(path.begin(), path.end(), [](const TreeStep& step) { return step.kind != TreeStep::Kind::key; });
      if (every == path.end() || every->kind != TreeStep::Kind::every) whole = true;
      depth = static_cast<std::size_t>(every - path.begin());
    } else if (xml) {
      for (const auto& other : looked_up_)
        if (const std::size_t shared = common(path, other); shared < path.size() && shared >= 2)
          depth = std::min(depth, shared);
      whole = whole || depth < 2;
    } else {
      depth = 1;
    }
    std::vector<std::string> cut;
    for (std::size_t i = 0; i < depth && i < path.size(); ++i) {
      whole = whole || (path[i].index != 0 && !json);
      cut.push_back(path[i].key);
    }
    if (xml && !program_.format.record.empty()) {
      std::string said;
      std::vector<std::string> record;
      for (std::size_t i = 0; i < path.size() && said != program_.format.record; ++i)
        said += "/" + path[i].key, record.push_back(path[i].key);
      if (said != program_.format.record)
        faults_->add(Code::map_format_wrong, entry.at,
                     "`record: " + program_.format.record + "` is not on the way of this entry's `for:`", said,
                     program_.format.record);
      whole = false;
      cut = std::move(record);
    }
    const std::size_t within = cut.size() + (json ? 1 : 0);
    for (const auto& other : looked_up_) around = around || common(path, other) < std::min(within, path.size());
    if (std::find(cuts.begin(), cuts.end(), cut) == cuts.end()) cuts.push_back(std::move(cut));
  }
  // A record inside of another one goes with it.
  for (std::size_t i = 0; i < cuts.size(); ++i)
    std::erase_if(cuts, [&](const std::vector<std::string>& other) {
      return &other != &cuts[i] && other.size() > cuts[i].size() &&
             std::equal(cuts[i].begin(), cuts[i].end(), other.begin());
    });
  if (!json && !xml && cuts.size() > 1) whole = true;
  flat.whole = whole;
  if (whole) return;
  program_.cuts.paths = std::move(cuts);
  program_.cuts.surroundings = around;
}

}  // namespace crossdock::mapping
