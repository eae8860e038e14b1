// map.yaml: keys, entries, blocks; each line goes to the line parser.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/map_parser.hpp"

#include <algorithm>
#include <set>

#include "translators/mapping/format_parser.hpp"
#include "translators/mapping/line_parser.hpp"
#include "translators/mapping/yaml_reader.hpp"

namespace crossdock::mapping {
namespace {

constexpr std::size_t block_depth_max = 8;
constexpr std::size_t relations_max = 20'000;

/// Column of the first character of a scalar's text: behind the quote of a quoted one.
TextMark text_mark(const YamlView& node, const std::string& file) {
  TextMark mark = mark_of(node, file);
  if (node && node.node().quoted) ++mark.column;
  return mark;
}

class MapReader {
 public:
  MapReader(const std::string& file, DocumentKind base, Faults& faults) : file_(file), kind_(base), faults_(faults) {}

  MapText read(const YamlView& root) {
    check_keys(root, {"map", "guide", "document", "format", "schema", "extends", "shipper", "events", "note"}, file_,
               faults_);
    MapText out;
    out.at = {file_, 1, 1};
    text(root, "map", out.id);
    text(root, "guide", out.guide);
    text(root, "document", out.document);
    text(root, "extends", out.extends);
    text(root, "shipper", out.shipper);
    out.guide_at = root["guide"] ? mark_of(root["guide"], file_) : out.at;
    out.extends_at = root["extends"] ? mark_of(root["extends"], file_) : out.at;
    if (out.id.empty()) faults_.add(Code::map_key, out.at, "the map has no `map:` with its id");
    if (out.extends.empty() && out.guide.empty() == out.document.empty())
      faults_.add(Code::map_key, out.at, "a map names either `guide:` or `document:` (json, xml, csv, fixed)");
    if (!out.document.empty()) kind_ = document_kind(out.document);
    if (!out.document.empty() && kind_ == DocumentKind::segments)
      faults_.add(
          Code::map_key, mark_of(root["document"], file_),
          "`document: " + out.document + "` is not known" + did_you_mean(out.document, {"json", "xml", "csv", "fixed"}),
          "json, xml, csv, fixed", out.document);
    out.kind = kind_;
    if (out.extends.empty() || root["format"]) out.format = read_format(root["format"], kind_, file_, faults_);
    text(root, "schema", out.schema);
    out.schema_owner = out.id;
    out.schema_at = root["schema"] ? mark_of(root["schema"], file_) : out.at;
    if (!out.schema.empty() && kind_ != DocumentKind::json)
      faults_.add(Code::map_key, out.schema_at, "`schema:` belongs to maps with `document: json`", {}, out.schema);
    if (!out.shipper.empty() && out.shipper != "sender" && out.shipper != "receiver")
      faults_.add(Code::map_key, mark_of(root["shipper"], file_), "`shipper:` is sender or receiver",
                  "sender, receiver", out.shipper);
    const YamlView events = root["events"];
    if (!events || !events.is_sequence()) {
      faults_.add(Code::map_key, out.at, "the map has no list `events:`");
      return out;
    }
    for (const YamlView entry : events)
      if (auto event = read_event(entry)) out.events.push_back(std::move(*event));
    return out;
  }

 private:
  void text(const YamlView& node, const std::string& key, std::string& out) {
    if (const YamlView value = node[key])
      if (auto scalar = scalar_of(value, key, file_, faults_)) out = std::move(*scalar);
  }

  std::optional<EventText> read_event(const YamlView& node) {
    if (!node.is_mapping()) {
      faults_.add(Code::map_key, mark_of(node, file_), "an entry of `events:` is a mapping with `type:` and `relate:`");
      return std::nullopt;
    }
    check_keys(node,
               {"type", "name", "for", "when", "group", "subject", "time", "factkey", "partitionkey", "relate",
                "remove", "note"},
               file_, faults_);
    EventText out;
    out.at = mark_of(node, file_);
    text(node, "type", out.type);
    text(node, "name", out.name);
    if (out.type.empty()) faults_.add(Code::map_key, out.at, "the entry has no `type:`");
    if (const YamlView value = node["for"]) read_event_for(value, out);
    if (const YamlView value = node["when"]) read_guard(value, out.guard);
    out.grouped = static_cast<bool>(node["group"]);
    if (const YamlView value = node["group"])
      for (const auto& [place, at] : scalars_of(value, "group", file_, faults_))
        if (auto read = parse_place(place, at, faults_, kind_)) out.group.push_back(std::move(*read));
    read_choice(node["subject"], "subject", out.subject);
    read_choice(node["time"], "time", out.time);
    read_choice(node["factkey"], "factkey", out.factkey);
    read_choice(node["remove"], "remove", out.remove);
    read_partitionkey(node["partitionkey"], out);
    read_relate(node["relate"], out.relate, 0);
    return out;
  }

  void read_event_for(const YamlView& node, EventText& out) {
    const auto value = scalar_of(node, "for", file_, faults_);
    if (!value) return;
    auto block = parse_for(*value, text_mark(node, file_), faults_, kind_);
    if (!block) return;
    if (block->field) faults_.add(Code::map_syntax, mark_of(node, file_), "the `for:` of an entry names no field");
    out.places = std::move(block->places);
    out.with = std::move(block->with);
    out.by = block->by;
    if (block->cardinality_said) out.cardinality = block->cardinality;
  }

  void read_guard(const YamlView& node, std::vector<ConditionText>& out) {
    if (const auto value = scalar_of(node, "when", file_, faults_))
      if (auto guard = parse_guard(*value, text_mark(node, file_), faults_, kind_)) out = std::move(*guard);
  }

  /// Fields from a list, or from `a else b`.
  void read_choice(const YamlView& node, const std::string& key, std::vector<FieldText>& out) {
    if (!node) return;
    for (const auto& [value, at] : scalars_of(node, key, file_, faults_))
      if (auto fields = parse_field_choice(value, at, faults_, kind_))
        out.insert(out.end(), fields->begin(), fields->end());
  }

  void read_partitionkey(const YamlView& node, EventText& out) {
    if (!node) return;
    if (!node.is_sequence() || node.size() == 0) {
      faults_.add(Code::map_key, mark_of(node, file_), "`partitionkey:` is a list of lists of fields");
      return;
    }
    auto alternative = [&](const YamlView& list) {
      std::vector<FieldText> parts;
      read_choice(list, "partitionkey", parts);
      if (!parts.empty()) out.partitionkey.push_back(std::move(parts));
    };
    if (!(*node.begin()).is_sequence())
      alternative(node);
    else
      for (const YamlView list : node) alternative(list);
  }

  void read_relate(const YamlView& node, std::vector<Relation>& out, std::size_t depth) {
    if (!node || !node.is_sequence()) {
      if (node) faults_.add(Code::map_key, mark_of(node, file_), "`relate:` is a list of lines and blocks");
      return;
    }
    for (const YamlView item : node) {
      if (++relations_ > relations_max) {
        if (relations_ == relations_max + 1)
          faults_.add(Code::map_key, mark_of(item, file_), "the map has more than 20000 lines");
        return;
      }
      Relation relation;
      if (item.is_scalar())
        relation.line = parse_line(item.scalar(), text_mark(item, file_), faults_, kind_);
      else if (item.is_mapping())
        relation.block = read_block(item, depth + 1);
      else
        faults_.add(Code::map_key, mark_of(item, file_), "a line is a text, a block is a mapping");
      if (relation.line || relation.block) out.push_back(std::move(relation));
    }
  }

  std::optional<BlockText> read_block(const YamlView& node, std::size_t depth) {
    if (depth > block_depth_max) {
      faults_.add(Code::map_key, mark_of(node, file_), "blocks are nested more than 8 deep");
      return std::nullopt;
    }
    check_keys(node, {"for", "when", "relate", "note"}, file_, faults_);
    BlockText out;
    out.at = mark_of(node, file_);
    if (const YamlView value = node["for"]) {
      const auto text = scalar_of(value, "for", file_, faults_);
      if (!text) return std::nullopt;
      auto block = parse_for(*text, text_mark(value, file_), faults_, kind_);
      if (!block) return std::nullopt;
      out = std::move(*block);
    }
    if (const YamlView value = node["when"]) read_guard(value, out.guard);
    if (!out.scope && out.guard.empty()) faults_.add(Code::map_key, out.at, "a block has a `for:` or a `when:`");
    if (!node["relate"]) faults_.add(Code::map_key, out.at, "the block has no `relate:`");
    read_relate(node["relate"], out.relate, depth);
    return out;
  }

  const std::string& file_;
  DocumentKind kind_;
  Faults& faults_;
  std::size_t relations_ = 0;
};

std::string fields_of(const Relation& relation) {
  if (relation.block)
    return relation.block->field ? relation.block->field->path + (relation.block->list ? "[]" : "") : "";
  std::string out;
  for (const FieldText& field : relation.line->fields) out += (out.empty() ? "" : " ") + field.path;
  return out;
}

/// What an overlay's line takes the place of: lines with the same fields; of a literal that is only written, lines that
/// write one at the same places. Empty: nothing.
std::string replaced_by(const Relation& relation) {
  std::string out = fields_of(relation);
  if (!out.empty() || !relation.line || !relation.line->literal) return out;
  for (const PlaceText& place : relation.line->places) out += (out.empty() ? "=" : " ") + place.text;
  return out;
}

/// Overlay lines with the same fields as lines of the base take, together, the place of the first of them; the others
/// go to the front.
void lay_over_entry(EventText& base, const EventText& overlay, Faults& faults) {
  for (const FieldText& field : overlay.remove) {
    const std::size_t before = base.relate.size();
    std::erase_if(base.relate, [&](const Relation& relation) {
      const std::string fields = fields_of(relation);
      return fields == field.path || fields == field.path + "[]";
    });
    if (before == base.relate.size())
      faults.add(Code::map_extends_wrong, field.at, "no line of the map extended fills exactly `" + field.path + "`",
                 {}, field.path);
  }
  std::vector<Relation> front;
  std::set<std::string> placed;
  for (const Relation& relation : overlay.relate) {
    const std::string fields = replaced_by(relation);
    if (fields.empty()) front.push_back(relation);
    if (fields.empty() || !placed.insert(fields).second) continue;
    std::vector<Relation> alike;
    for (const Relation& other : overlay.relate)
      if (replaced_by(other) == fields) alike.push_back(other);
    const auto same = [&](const Relation& other) { return replaced_by(other) == fields; };
    const auto first = std::find_if(base.relate.begin(), base.relate.end(), same);
    const auto at = first - base.relate.begin();
    const bool there = first != base.relate.end();
    std::erase_if(base.relate, same);
    if (there)
      base.relate.insert(base.relate.begin() + at, alike.begin(), alike.end());
    else
      front.insert(front.end(), alike.begin(), alike.end());
  }
  base.relate.insert(base.relate.begin(), front.begin(), front.end());
  if (!overlay.places.empty()) {
    base.places = overlay.places;
    base.cardinality = overlay.cardinality;
    base.with = overlay.with;
    base.by = overlay.by;
  }
  if (!overlay.guard.empty()) base.guard = overlay.guard;
  if (overlay.grouped) base.group = overlay.group, base.grouped = true;
  if (!overlay.subject.empty()) base.subject = overlay.subject;
  if (!overlay.time.empty()) base.time = overlay.time;
  if (!overlay.factkey.empty()) base.factkey = overlay.factkey;
  if (!overlay.partitionkey.empty()) base.partitionkey = overlay.partitionkey;
}

}  // namespace

std::optional<MapText> parse_map(std::string_view yaml, const std::string& file, DocumentKind base, Faults& faults) {
  const auto root = load_yaml(yaml, file, faults);
  if (!root) return std::nullopt;
  return MapReader(file, base, faults).read(YamlView(*root));
}

std::string extended_map(std::string_view yaml, const std::string& file) {
  std::vector<Finding> unused;
  Faults quiet(unused);
  const auto root = load_yaml(yaml, file, quiet);
  if (!root) return {};
  return YamlView(*root)["extends"].scalar();  // parse_map says what is wrong with it
}

MapText lay_over(MapText base, const MapText& overlay, Faults& faults) {
  base.id = overlay.id;
  base.at = overlay.at;
  if (!overlay.guide.empty()) base.guide = overlay.guide, base.guide_at = overlay.guide_at;
  if (!overlay.document.empty())
    base.document = overlay.document, base.kind = overlay.kind, base.format = overlay.format;
  if (!overlay.schema.empty())
    base.schema = overlay.schema, base.schema_at = overlay.schema_at, base.schema_owner = overlay.id;
  if (!overlay.shipper.empty()) base.shipper = overlay.shipper;
  for (const EventText& entry : overlay.events) {
    EventText* match = nullptr;
    for (EventText& candidate : base.events)
      if (candidate.type == entry.type && (entry.name.empty() || candidate.name == entry.name)) {
        match = &candidate;
        break;
      }
    if (match != nullptr)
      lay_over_entry(*match, entry, faults);
    else
      base.events.push_back(entry);
  }
  return base;
}

}  // namespace crossdock::mapping
