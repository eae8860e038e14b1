// yaml-cpp behind values and faults.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/yaml_reader.hpp"

#include <algorithm>
#include <set>

namespace crossdock::mapping {

TextMark mark_of(const YAML::Node& node, const std::string& file) {
  const YAML::Mark mark = node.Mark();
  if (mark.is_null()) return {file, 0, 0};
  return {file, static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

std::optional<YAML::Node> load_yaml(std::string_view text, const std::string& file, Faults& faults) {
  if (text.size() > yaml_bytes_max) {
    faults.add(Code::map_yaml, {file, 1, 1},
               "the file has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(yaml_bytes_max) +
                   " are read");
    return std::nullopt;
  }
  try {
    YAML::Node root = YAML::Load(std::string(text));
    if (root.IsMap()) return root;
    faults.add(Code::map_yaml, {file, 1, 1}, "the file is not a YAML mapping (`key: value` lines)");
  } catch (const YAML::Exception& problem) {
    const bool known = !problem.mark.is_null();
    faults.add(Code::map_yaml,
               {file, known ? static_cast<std::uint32_t>(problem.mark.line + 1) : 1,
                known ? static_cast<std::uint32_t>(problem.mark.column + 1) : 1},
               "not well-formed YAML: " + problem.msg);
  }
  return std::nullopt;
}

std::optional<std::string> scalar_of(const YAML::Node& node, const std::string& key, const std::string& file,
                                     Faults& faults) {
  if (node.IsScalar()) return node.Scalar();
  faults.add(Code::map_key, mark_of(node, file), "`" + key + "` must be a text");
  return std::nullopt;
}

std::vector<std::pair<std::string, TextMark>> scalars_of(const YAML::Node& node, const std::string& key,
                                                         const std::string& file, Faults& faults) {
  std::vector<std::pair<std::string, TextMark>> out;
  if (node.IsScalar()) {
    out.emplace_back(node.Scalar(), mark_of(node, file));
  } else if (node.IsSequence()) {
    for (const YAML::Node& item : node)
      if (auto text = scalar_of(item, key, file, faults)) out.emplace_back(std::move(*text), mark_of(item, file));
  } else {
    faults.add(Code::map_key, mark_of(node, file), "`" + key + "` must be a text or a list of texts");
  }
  return out;
}

void check_keys(const YAML::Node& mapping, const std::vector<std::string>& known, const std::string& file,
                Faults& faults) {
  std::set<std::string> seen;
  for (const auto& entry : mapping) {
    if (!entry.first.IsScalar()) {
      faults.add(Code::map_key, mark_of(entry.first, file), "a key must be a text");
      continue;
    }
    const std::string& key = entry.first.Scalar();
    if (!seen.insert(key).second) faults.add(Code::map_key, mark_of(entry.first, file), "`" + key + "` stands twice");
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
    faults.add(Code::map_key, mark_of(entry.first, file), "`" + key + "` is not a key here" + did_you_mean(key, known),
               list, key);
  }
}

}  // namespace crossdock::mapping
