// Code tables: parse, check that they can be inverted, look up.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/code_table.hpp"

#include <bit>
#include <map>

#include "translators/mapping/yaml_reader.hpp"

namespace crossdock::mapping {
namespace {

constexpr std::size_t rows_max = 100'000;
constexpr char joint = '\x1f';

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += part + joint;
  return out;
}

}  // namespace

struct CodeTable::Reader {
  const std::string& file;
  Faults& faults;
  CodeTable out;

  void names(const YamlView& root, const std::string& key, std::vector<std::string>& into) {
    if (!root[key])
      faults.add(Code::map_key, {file, 1, 1}, "the table has no `" + key + ":`");
    else
      for (auto& [name, at] : scalars_of(root[key], key, file, faults)) into.push_back(name);
  }

  void read(const YamlView& root) {
    check_keys(root, {"table", "list", "keys", "columns", "rows", "otherwise", "default", "note", "sources"}, file,
               faults);
    for (const auto& [key, into] : {std::pair{"table", &out.id_}, std::pair{"list", &out.list_}}) {
      if (!root[key])
        faults.add(Code::map_key, {file, 1, 1}, std::string("the table has no `") + key + ":`");
      else if (auto text = scalar_of(root[key], key, file, faults))
        *into = std::move(*text);
    }
    names(root, "keys", out.key_names_);
    names(root, "columns", out.columns_);
    const YamlView rows = root["rows"];
    if (!rows || !rows.is_sequence() || rows.size() > rows_max) {
      faults.add(Code::map_key, {file, 1, 1}, "the table has no list `rows:` of at most 100000 rows");
      return;
    }
    for (const YamlView row : rows) read_row(row);
    if (const YamlView otherwise = root["otherwise"]) read_otherwise(otherwise);
    if (const YamlView standing = root["default"]) read_default(standing);
    check_invertible();
  }

  std::string cell(const YamlView& row, const std::string& name) {
    const YamlView value = row[name];
    if (!value || value.is_null()) return {};
    return scalar_of(value, name, file, faults).value_or("");
  }

  void read_row(const YamlView& node) {
    if (!node.is_mapping()) {
      faults.add(Code::map_table_wrong, mark_of(node, file), "a row is a mapping of the table's keys and columns");
      return;
    }
    std::vector<std::string> known = out.key_names_;
    known.insert(known.end(), out.columns_.begin(), out.columns_.end());
    known.insert(known.end(), {"preferred", "note"});
    check_keys(node, known, file, faults);
    Row row;
    row.at = mark_of(node, file);
    for (const std::string& name : out.key_names_) row.keys.push_back(cell(node, name));
    for (const std::string& name : out.columns_) row.values.push_back(cell(node, name));
    row.preferred = cell(node, "preferred") == "true";
    if (row.keys.empty() || row.keys[0].empty())
      faults.add(Code::map_table_wrong, row.at, "the row has no code");
    else
      out.rows_.push_back(std::move(row));
  }

  void read_otherwise(const YamlView& node) {
    if (!node.is_mapping()) {
      faults.add(Code::map_table_wrong, mark_of(node, file), "`otherwise:` is a mapping of columns");
      return;
    }
    check_keys(node, out.columns_, file, faults);
    out.otherwise_.emplace();
    for (const std::string& name : out.columns_) out.otherwise_->push_back(cell(node, name));
  }

  void read_default(const YamlView& node) {
    const bool scalar = !node.is_mapping() && !node.is_sequence();
    if (!node.is_mapping() && !(scalar && out.key_names_.size() == 1)) {
      faults.add(Code::map_table_wrong, mark_of(node, file),
                 "`default:` is a mapping of the table's keys (of one key: its code, or none)");
      return;
    }
    out.default_.emplace();
    if (scalar) {
      out.default_->push_back(scalar_of(node, "default", file, faults).value_or(""));
      if (out.default_->front() == "none") {
        out.default_->front().clear();
        return;
      }
    } else {
      check_keys(node, out.key_names_, file, faults);
      for (const std::string& name : out.key_names_) out.default_->push_back(cell(node, name));
    }
    if (out.default_->empty() || out.default_->front().empty())
      faults.add(Code::map_table_wrong, mark_of(node, file), "`default:` names no code");
  }

  void check_invertible() {
    std::map<std::string, std::vector<const Row*>> by_values, by_keys;
    for (const Row& row : out.rows_) {
      by_values[joined(row.values)].push_back(&row);
      by_keys[joined(row.keys)].push_back(&row);
    }
    for (const auto& [keys, rows] : by_keys)
      if (rows.size() > 1)
        faults.add(
            Code::map_table_wrong, rows[1]->at,
            "code " + rows[1]->keys[0] + " stands twice (first in line " + std::to_string(rows[0]->at.line) + ")");
    for (const auto& [values, rows] : by_values) {
      std::size_t preferred = 0;
      for (const Row* row : rows) preferred += row->preferred ? 1 : 0;
      if (rows.size() == 1 || preferred == 1) continue;
      const Row& last = *rows.back();
      faults.add(Code::map_table_wrong, last.at,
                 std::to_string(rows.size()) + " rows have the same values as code " + last.keys[0] + " and " +
                     std::to_string(preferred) + " of them are preferred; exactly one must say `preferred: true`");
    }
  }
};

std::optional<CodeTable> CodeTable::parse(std::string_view yaml, const std::string& file, Faults& faults) {
  const auto root = load_yaml(yaml, file, faults);
  if (!root) return std::nullopt;
  const std::size_t before = faults.errors();
  Reader reader{file, faults, {}};
  reader.read(YamlView(*root));
  if (faults.errors() != before) return std::nullopt;
  reader.out.index();
  return std::move(reader.out);
}

CodeTable CodeTable::inline_codes(std::vector<Row> rows) {
  CodeTable out;
  out.id_ = "codes";
  out.inline_ = true;
  out.list_ = "the line's own codes";
  out.key_names_ = {"code"};
  out.columns_ = {"value"};
  out.rows_ = std::move(rows);
  out.index();
  return out;
}

void CodeTable::index() {
  bool is_short = key_names_.size() == 1;
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    by_keys_.emplace(joined(rows_[i].keys), i);
    is_short = is_short && rows_[i].keys[0].size() <= 8;
  }
  if (!is_short) return;
  by_packed_.assign(std::bit_ceil(rows_.size() * 2 + 2), {});
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    const std::uint64_t key = packed(rows_[i].keys[0]);
    std::size_t at = place_of(key);
    while (by_packed_[at].row != no_row && by_packed_[at].key != key) at = (at + 1) & (by_packed_.size() - 1);
    if (by_packed_[at].row == no_row) by_packed_[at] = {key, i, static_cast<std::uint32_t>(rows_[i].keys[0].size())};
  }
}

std::uint32_t CodeTable::find(std::span<const std::string_view> keys) const {
  if (keys.size() != key_names_.size()) return no_row;
  if (!by_packed_.empty()) return find(keys[0]);
  std::string wanted;
  for (const std::string_view key : keys) wanted.append(key) += joint;
  const auto found = by_keys_.find(wanted);
  return found == by_keys_.end() ? no_row : found->second;
}

std::string CodeTable::nearest_codes(std::string_view code) const {
  std::vector<std::string> names;
  for (const Row& row : rows_) names.push_back(row.keys[0]);
  std::string out;
  for (const std::string& near : nearest(code, names, 3)) out += (out.empty() ? "" : ", ") + near;
  if (!out.empty() || names.size() > 12) return out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace crossdock::mapping
