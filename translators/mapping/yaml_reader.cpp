// YAML trees behind values and faults.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/yaml_reader.hpp"

#include <algorithm>

namespace crossdock::mapping {

TextMark mark_of(const YamlView& node, const std::string& file) {
  return node ? TextMark{file, node.node().line, node.node().column} : TextMark{file, 1, 1};
}

std::optional<YamlTree> load_yaml(std::string_view text, const std::string& file, Faults& faults) {
  auto tree = YamlTree::parse(std::string(text));
  if (!tree) {
    const Error& error = tree.error();
    const auto line = std::max<std::uint32_t>(static_cast<std::uint32_t>(error.where.line), 1);
    const auto column = std::max<std::uint32_t>(static_cast<std::uint32_t>(error.where.offset), 1);
    faults.add(Code::map_yaml, {file, line, column}, "not well-formed YAML: " + error.detail);
    return std::nullopt;
  }
  if (tree->root().kind == yaml::YamlKind::mapping) return std::move(*tree);
  faults.add(Code::map_yaml, {file, 1, 1}, "the file is not a YAML mapping (`key: value` lines)");
  return std::nullopt;
}

std::optional<std::string> scalar_of(const YamlView& node, const std::string& key, const std::string& file,
                                     Faults& faults) {
  if (node.is_scalar()) return node.scalar();
  faults.add(Code::map_key, mark_of(node, file), "`" + key + "` must be a text");
  return std::nullopt;
}

std::vector<std::pair<std::string, TextMark>> scalars_of(const YamlView& node, const std::string& key,
                                                         const std::string& file, Faults& faults) {
  std::vector<std::pair<std::string, TextMark>> out;
  if (node.is_scalar()) {
    out.emplace_back(node.scalar(), mark_of(node, file));
  } else if (node.is_sequence()) {
    for (const YamlView item : node)
      if (auto text = scalar_of(item, key, file, faults)) out.emplace_back(std::move(*text), mark_of(item, file));
  } else {
    faults.add(Code::map_key, mark_of(node, file), "`" + key + "` must be a text or a list of texts");
  }
  return out;
}

void check_keys(const YamlView& mapping, const std::vector<std::string>& known, const std::string& file,
                Faults& faults) {
  for (const YamlView entry : mapping) {
    const yaml::YamlNode& node = entry.node();
    const std::string key(node.key);
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
    faults.add(Code::map_key, {file, node.key_line, node.key_column},
               "`" + key + "` is not a key here" + did_you_mean(key, known), list, key);
  }
}

}  // namespace crossdock::mapping
