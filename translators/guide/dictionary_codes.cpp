// Code list files. Almost all are `list:` and one code a line: those are read directly; whatever looks different goes
// through YAML. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/guide/dictionary.hpp"

namespace crossdock::guide {
namespace {

constexpr int lineage_max = 4;
using Entries = std::vector<CodeList::Entry>;

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return line;
}

/// A double-quoted text without escapes at the front of `rest`, which moves behind it.
std::optional<std::string_view> take_quoted(std::string_view& rest) {
  if (rest.empty() || rest.front() != '"') return std::nullopt;
  const std::size_t end = rest.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view value = rest.substr(1, end - 1);
  if (value.find('\\') != std::string_view::npos) return std::nullopt;
  rest = rest.substr(end + 1);
  return value;
}

/// The strict form: `list: "ID"`, `codes:`, then lines `  "CODE": "meaning"`. Anything else: nullopt, no fault.
std::optional<Entries> read_strict(std::string_view text, const std::string& id) {
  std::string_view line = take_line(text);
  constexpr std::string_view list_key = "list: ";
  if (!line.starts_with(list_key)) return std::nullopt;
  line.remove_prefix(list_key.size());
  const auto stated = take_quoted(line);
  if (!stated || *stated != id || !line.empty() || take_line(text) != "codes:") return std::nullopt;
  Entries entries;
  while (!text.empty()) {
    line = take_line(text);
    if (!line.starts_with("  ") || line.size() < 3) return std::nullopt;
    line.remove_prefix(2);
    const auto code = take_quoted(line);
    if (!code || code->empty() || !line.starts_with(": ")) return std::nullopt;
    line.remove_prefix(2);
    const auto meaning = take_quoted(line);
    if (!meaning || !line.empty()) return std::nullopt;
    entries.push_back({std::string(*code), std::string(*meaning)});
  }
  std::vector<std::string_view> codes;
  codes.reserve(entries.size());
  for (const CodeList::Entry& entry : entries) codes.push_back(entry.code);
  std::sort(codes.begin(), codes.end());
  if (codes.empty() || std::adjacent_find(codes.begin(), codes.end()) != codes.end()) return std::nullopt;
  return entries;
}

void read_codes(const YamlNode* map, Entries& entries, Faults& faults) {
  if (map == nullptr || map->kind == YamlNode::Kind::null) return;
  if (!map->is_map()) {
    faults.add(Code::guide_value, *map, "the codes are not a map", "\"CODE\": \"meaning\" lines");
    return;
  }
  for (std::size_t i = 0; i + 1 < map->items.size(); i += 2) {
    const YamlNode& code = map->items[i];
    const YamlNode& meaning = map->items[i + 1];
    if (code.text.empty() || !code.quoted)
      faults.add(Code::guide_value, code, "the code " + code.text + " is not quoted",
                 "a quoted code: \"" + code.text + "\"");
    if (!meaning.is_scalar())
      faults.add(Code::guide_value, meaning, "the meaning of " + code.text + " is not a text", "a quoted text");
    const auto same = std::find_if(entries.begin(), entries.end(),
                                   [&](const CodeList::Entry& entry) { return entry.code == code.text; });
    if (same != entries.end())
      same->meaning = meaning.text;
    else
      entries.push_back({code.text, meaning.text});
  }
}

}  // namespace

std::shared_ptr<const CodeList> Dictionary::code_list(const std::string& id, std::vector<Finding>& findings) {
  if (const auto at = lists_.find(id); at != lists_.end()) return at->second;
  std::shared_ptr<const CodeList> list;
  for (const std::string& version : lineage_) {
    if (!source_->exists("maps/guides/" + version + "/codes/" + id + ".yaml")) continue;
    list = read_list(version, id, 0, findings);
    break;
  }
  if (list == nullptr) {
    Faults faults("maps/guides/" + version_ + "/codes/" + id + ".yaml", findings);
    faults.add_at(Code::guide_reference, 1, 1, 0,
                  "there is no usable code list \"" + id + "\" that an element of " + version_ + " names",
                  "a file with list: and codes:");
  }
  lists_.emplace(id, list);
  return list;
}

std::shared_ptr<const CodeList> Dictionary::read_list(const std::string& version, const std::string& id, int depth,
                                                      std::vector<Finding>& findings) {
  Faults faults("maps/guides/" + version + "/codes/" + id + ".yaml", findings);
  const Result<std::string> text = source_->read(faults.file());
  if (!text) {
    faults.add_at(Code::guide_reference, 1, 1, 0, "the code list cannot be read: " + text.error().detail,
                  "a file with list: and codes:");
    return nullptr;
  }
  if (text->size() <= yaml_bytes_max)
    if (std::optional<Entries> entries = read_strict(*text, id))
      return std::make_shared<CodeList>(id, std::move(*entries));
  const std::optional<YamlNode> root = parse_yaml(*text, faults);
  if (!root) return nullptr;
  MapReader reader(*root, faults, "a code list",
                   {"list", "name", "extends", "add", "remove", "codes", "sources", "differences"});
  if (!reader.valid()) return nullptr;
  if (const std::string stated = reader.text("list", true); !stated.empty() && stated != id)
    faults.add(Code::guide_value, *root->find("list"),
               "the file says list \"" + stated + "\" but its name is " + id + ".yaml", id);
  Entries entries;
  if (const std::string base = reader.text("extends"); !base.empty()) {
    if (depth + 1 >= lineage_max || base == version) {
      faults.add(Code::guide_limit, *root->find("extends"), "too many lists extend each other",
                 "a chain of at most " + std::to_string(lineage_max));
      return nullptr;
    }
    const std::shared_ptr<const CodeList> parent = read_list(base, id, depth + 1, findings);
    if (parent == nullptr) return nullptr;
    entries.assign(parent->entries().begin(), parent->entries().end());
    for (const std::string& code : reader.texts("remove"))
      if (std::erase_if(entries, [&](const CodeList::Entry& entry) { return entry.code == code; }) == 0)
        faults.add(Code::guide_reference, *root->find("remove"),
                   "\"" + code + "\" is to be removed but is not in the list of " + base);
    read_codes(reader.get("add"), entries, faults);
    read_codes(reader.get("codes"), entries, faults);
  } else {
    read_codes(reader.require("codes"), entries, faults);
  }
  return std::make_shared<CodeList>(id, std::move(entries));
}

}  // namespace crossdock::guide
