// Counts, JSON and text of a guide.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/show.hpp"

#include <set>

#include "translators/base/json_text.hpp"
#include "translators/guide/code_list.hpp"
#include "translators/guide/dictionary.hpp"

namespace crossdock::guide {
namespace {

std::string usage_letter(Usage usage) {
  switch (usage) {
    case Usage::mandatory: return "M";
    case Usage::optional: return "O";
    case Usage::conditional: return "C";
    default: return "N";
  }
}

void count_codes(const ElementRule& rule, std::map<std::string, std::size_t>& out) {
  if (rule.codes != nullptr) {
    std::size_t& known = out[rule.codes->id()];
    known = std::max(known, rule.codes->entries().size());
  }
  for (const ElementRule& component : rule.components) count_codes(component, out);
}

/// Writes JSON members with their commas.
class JsonWriter {
 public:
  std::string text;
  void key(std::string_view name) {
    comma();
    append_json_string(text, name);
    text += ':';
    fresh_ = true;
  }
  void value(std::string_view value) {
    comma();
    append_json_string(text, value);
  }
  void number(std::size_t value) {
    comma();
    text += std::to_string(value);
  }
  void open(char bracket) {
    comma();
    text += bracket;
    fresh_ = true;
  }
  void close(char bracket) {
    text += bracket;
    fresh_ = false;
  }
  void member(std::string_view name, std::string_view content) {
    key(name);
    value(content);
  }
  void member(std::string_view name, std::size_t content) {
    key(name);
    number(content);
  }

 private:
  void comma() {
    if (!fresh_) text += ',';
    fresh_ = false;
  }
  bool fresh_ = true;
};

void write_repeat(JsonWriter& json, std::uint32_t repeat) {
  if (repeat == unbounded)
    json.member("repeat", "unbounded");
  else
    json.member("repeat", repeat);
}

void write_notes(JsonWriter& json, const std::vector<SyntaxNote>& notes) {
  json.key("notes");
  json.open('[');
  for (const SyntaxNote& note : notes) json.value(note.text);
  json.close(']');
}

void write_elements(JsonWriter& json, std::string_view key, const std::vector<ElementRule>& rules) {
  json.key(key);
  json.open('[');
  std::size_t position = 0;
  for (const ElementRule& rule : rules) {
    json.open('{');
    json.member("position", ++position);
    json.member("element", rule.reference);
    json.member("name", rule.name);
    json.member("usage", usage_letter(rule.usage));
    write_repeat(json, rule.repeat_max);
    json.member("type", type_name(rule.type, rule.implied_decimals));
    if (rule.type == ElementType::composite) {
      write_elements(json, "components", rule.components);  // one level: components are simple
      write_notes(json, rule.notes);
    } else {
      json.member("min", rule.length_min);
      json.member("max", rule.length_max);
      if (rule.codes != nullptr) json.member("codes", rule.codes->id());
    }
    json.close('}');
  }
  json.close(']');
}

/// What makes a loop a tree or a bounded one, in the form of its file.
void write_form(JsonWriter& json, const CompiledGuide& guide, NodeIndex loop) {
  if (const Hierarchy* hierarchy = guide.hierarchy_of(loop)) {
    json.key("hierarchy");
    json.open('{');
    json.member("id", hierarchy->id);
    json.member("parent", hierarchy->parent);
    json.member("level", hierarchy->level);
    if (hierarchy->child != 0) json.member("child", hierarchy->child);
    json.key("levels");
    json.open('{');
    for (const Hierarchy::Level& level : hierarchy->levels) {
      json.key(level.code);
      json.open('[');
      for (const std::string& code : level.under) json.value(code);
      json.close(']');
    }
    json.close('}');
    json.close('}');
  }
  if (const Bound* bound = guide.bound_of(loop)) {
    json.key("bounded");
    json.open('[');
    for (const std::string& id : bound->ids) json.value(id);
    json.close(']');
  }
}

void write_node(JsonWriter& json, const CompiledGuide& guide, NodeIndex at) {
  const Node& node = guide.nodes[at];
  json.open('{');
  if (node.kind == Node::Kind::loop) {
    json.member("loop", node.loop_id);
    write_form(json, guide, at);
    json.member("usage", usage_letter(node.usage));
    write_repeat(json, node.repeat_max);
    json.key("content");
    json.open('[');
    for (NodeIndex child = node.first_child; child != no_node; child = guide.nodes[child].next_sibling)
      write_node(json, guide, child);
    json.close(']');
  } else {
    const SegmentRule& rule = guide.segments[node.rule];
    json.member("segment", node.tag);
    json.member("name", rule.name);
    json.member("path", guide.path(at));
    json.member("usage", usage_letter(node.usage));
    write_repeat(json, node.repeat_max);
    write_elements(json, "elements", rule.elements);
    write_notes(json, rule.notes);
  }
  json.close('}');
}

void write_tables(JsonWriter& json, const CompiledGuide& guide) {
  json.key("tables");
  json.open('[');
  for (std::size_t i = 0; i < guide.tables.size(); ++i) {
    NodeIndex end = no_node;
    for (std::size_t later = i + 1; later < guide.tables.size() && end == no_node; ++later)
      end = guide.tables[later].first;
    json.open('{');
    json.member("table", guide.tables[i].name);
    json.key("content");
    json.open('[');
    for (NodeIndex at = guide.tables[i].first; at != no_node && at != end; at = guide.nodes[at].next_sibling)
      write_node(json, guide, at);
    json.close(']');
    json.close('}');
  }
  json.close(']');
}

void write_code_lists(JsonWriter& json, const CompiledGuide& guide) {
  json.key("code_lists");
  json.open('{');
  std::set<std::string> names;
  for (const auto& list : guide.code_lists) {
    std::string name = list->id();
    for (int number = 2; !names.insert(name).second; ++number) name = list->id() + "#" + std::to_string(number);
    json.key(name);
    json.open('{');
    for (const CodeList::Entry& entry : list->entries()) json.member(entry.code, entry.meaning);
    json.close('}');
  }
  json.close('}');
}

std::string repeat_text(std::uint32_t repeat) { return repeat == unbounded ? "unbounded" : std::to_string(repeat); }

void append_tree(std::string& out, const CompiledGuide& guide, NodeIndex first, std::size_t indent) {
  for (NodeIndex at = first; at != no_node; at = guide.nodes[at].next_sibling) {
    const Node& node = guide.nodes[at];
    out.append(indent * 2, ' ');
    if (node.kind == Node::Kind::loop) {
      out += "loop " + node.loop_id + " (" + node.tag + ")  " + usage_letter(node.usage) + "  x " +
             repeat_text(node.repeat_max) + "\n";
      append_tree(out, guide, node.first_child, indent + 1);
    } else {
      out += node.tag + "  " + usage_letter(node.usage) + "  x " + repeat_text(node.repeat_max) + "  " +
             guide.segments[node.rule].name + "\n";
    }
  }
}

void append_rule(std::string& out, const ElementRule& rule, const std::string& place) {
  out += "  " + place + "  " + rule.reference + "  " + usage_letter(rule.usage);
  out += "  " + type_name(rule.type, rule.implied_decimals);
  if (rule.type != ElementType::composite)
    out += " " + std::to_string(rule.length_min) + "/" + std::to_string(rule.length_max);
  if (rule.repeat_max != 1) out += "  x " + repeat_text(rule.repeat_max);
  out += "  " + rule.name;
  if (rule.codes != nullptr) out += "  {" + rule.codes->summary() + "}";
  out += "\n";
  for (std::size_t i = 0; i < rule.components.size(); ++i)
    append_rule(out, rule.components[i], place + "." + std::to_string(i + 1));
}

}  // namespace

GuideCounts count(const CompiledGuide& guide) {
  GuideCounts out;
  std::set<std::string> tags;
  for (const Node& node : guide.nodes) {
    if (node.kind == Node::Kind::loop) ++out.loops;
    if (node.kind != Node::Kind::segment) continue;
    ++out.segments;
    if (node.usage == Usage::mandatory) ++out.mandatory_segments;
    const SegmentRule& rule = guide.segments[node.rule];
    if (!tags.insert(node.tag).second) continue;
    out.elements += rule.elements.size();
    for (const ElementRule& element : rule.elements) count_codes(element, out.codes);
  }
  out.distinct_segments = tags.size();
  return out;
}

std::string show_json(const CompiledGuide& guide) {
  JsonWriter json;
  const GuideCounts counts = count(guide);
  json.open('{');
  json.member("guide", guide.id);
  json.member("name", guide.name);
  json.member("functional_group", guide.functional_group);
  json.member("version", guide.version);
  json.member("set", guide.set);
  json.member("segments", counts.segments);
  json.member("distinct_segments", counts.distinct_segments);
  json.member("loops", counts.loops);
  json.member("elements", counts.elements);
  json.member("mandatory_segments", counts.mandatory_segments);
  json.key("codes");
  json.open('{');
  for (const auto& [list, codes] : counts.codes) json.member(list, codes);
  json.close('}');
  json.key("sources");
  json.open('[');
  for (const std::string& source : guide.sources) json.value(source);
  json.close(']');
  write_tables(json, guide);
  write_code_lists(json, guide);
  json.close('}');
  return std::move(json.text);
}

std::string show_text(const CompiledGuide& guide) {
  const GuideCounts counts = count(guide);
  std::string out = guide.id + "  " + guide.name + "  (functional group " + guide.functional_group + ")\n";
  out += std::to_string(counts.segments) + " segments (" + std::to_string(counts.distinct_segments) + " distinct, " +
         std::to_string(counts.mandatory_segments) + " mandatory), " + std::to_string(counts.loops) + " loops, " +
         std::to_string(counts.elements) + " elements, " + std::to_string(counts.codes.size()) + " code lists\n\n";
  append_tree(out, guide, guide.nodes[0].first_child, 0);
  for (const SegmentRule& rule : guide.segments) {
    out += "\n" + rule.tag + "  " + rule.name + "\n";
    for (std::size_t i = 0; i < rule.elements.size(); ++i)
      append_rule(out, rule.elements[i], rule.tag + (i < 9 ? ".0" : ".") + std::to_string(i + 1));
    if (!rule.notes.empty()) out += "  notes:";
    for (const SyntaxNote& note : rule.notes) out += " " + note.text;
    if (!rule.notes.empty()) out += "\n";
  }
  return out;
}

}  // namespace crossdock::guide
