// Reads a guide's file into nodes, resolves its segments in the dictionary, checks the structure, and makes the tables.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/load.hpp"

#include <algorithm>

#include "translators/guide/load_forms.hpp"
#include "translators/guide/nearest.hpp"
#include "translators/guide/program.hpp"
#include "translators/guide/structure.hpp"

namespace crossdock::guide {
namespace {

constexpr std::size_t nodes_max = 4000;

/// Builds the nodes of one guide from its file.
class GuideReader {
 public:
  GuideReader(Dictionary& dictionary, Faults& faults, std::vector<Finding>& findings)
      : dictionary_(&dictionary), faults_(&faults), findings_(&findings) {}

  void read(const YamlNode& root, CompiledGuide& guide) {
    guide_ = &guide;
    MapReader reader(root, *faults_, "a guide",
                     {"guide", "name", "functional_group", "sources", "differences", "ambiguity", "tables"});
    if (!reader.valid()) return;
    if (const std::string stated = reader.text("guide", true); !stated.empty() && stated != guide.id)
      faults_->add(Code::guide_value, *root.find("guide"),
                   "the file says guide \"" + stated + "\" but stands at " + guide.id, guide.id);
    guide.name = reader.text("name", true);
    const bool x12 = guide.syntax == wire::Syntax::x12;
    guide.functional_group = reader.text("functional_group", x12);
    if (!x12 && guide.functional_group.empty()) guide.functional_group = guide.set;
    if (const YamlNode* ambiguity = reader.get("ambiguity")) {
      nearest_takes_ = !x12 && ambiguity->is_scalar() && ambiguity->text == "nearest";
      if (!nearest_takes_)
        faults_->add(Code::guide_value, *ambiguity, "\"ambiguity\" is not usable", "nearest, in EDIFACT guides only");
    }
    if (reader.require("sources") != nullptr) guide.sources = reader.texts("sources");
    Node top;
    top.kind = Node::Kind::root;
    top.usage = Usage::mandatory;
    guide.nodes.push_back(top);
    marks_.push_back(&root);
    const YamlNode* tables = reader.require("tables");
    if (tables == nullptr) return;
    if (!tables->is_sequence() || tables->items.empty()) {
      faults_->add(Code::guide_value, *tables, "\"tables\" is not a list", "a list of {table, content}");
      return;
    }
    for (const YamlNode& table : tables->items) read_table(table);
    const NodeIndex first = guide.nodes[0].first_child;
    if (first != no_node && guide.nodes[first].kind == Node::Kind::loop)
      faults_->add(Code::guide_structure, *marks_[first], "the guide begins with a loop",
                   "the set's header segment first");
    if (guide.nodes.size() == 1)
      faults_->add(Code::guide_structure, *tables, "the guide has no segments", x12 ? "ST to SE" : "UNH to UNT");
  }

  /// Faults for pairs of places that cannot be told apart.
  void check_ambiguity() {
    if (nearest_takes_) return;
    for (const Ambiguity& pair : find_ambiguities(*guide_)) {
      const YamlNode& first = *marks_[pair.first];
      faults_->add(Code::guide_ambiguous, *marks_[pair.second],
                   pair.unreachable
                       ? described(*guide_, pair.second) + " is never reached: " + described(*guide_, pair.first) +
                             " (line " + std::to_string(first.line) + ") takes every " + guide_->nodes[pair.second].tag
                       : described(*guide_, pair.second) + " cannot be told apart from " +
                             described(*guide_, pair.first) + " (line " + std::to_string(first.line) +
                             ") by order or trigger",
                   "a mandatory segment between the two, or one place");
    }
  }

 private:
  void read_table(const YamlNode& node) {
    MapReader reader(node, *faults_, "a table", {"table", "content"});
    if (!reader.valid()) return;
    Table table;
    table.name = reader.text("table", true);
    const std::size_t before = guide_->nodes.size();
    if (const YamlNode* content = reader.require("content")) read_content(*content, 0, 0);
    if (guide_->nodes.size() > before) table.first = static_cast<NodeIndex>(before);
    guide_->tables.push_back(std::move(table));
  }

  void read_content(const YamlNode& content, NodeIndex parent, std::size_t depth) {
    if (!content.is_sequence() || content.items.empty()) {
      faults_->add(Code::guide_value, content, "the content is not a list of segments and loops", "at least one entry");
      return;
    }
    NodeIndex last = guide_->nodes[parent].first_child;
    while (last != no_node && guide_->nodes[last].next_sibling != no_node) last = guide_->nodes[last].next_sibling;
    for (const YamlNode& item : content.items) {
      if (guide_->nodes.size() >= nodes_max) {
        faults_->add(Code::guide_limit, item, "the guide has too many places", "at most " + std::to_string(nodes_max));
        return;
      }
      const NodeIndex made = item.find("loop") != nullptr || item.find("group") != nullptr
                                 ? read_loop(item, parent, depth)
                                 : read_segment(item, parent);
      if (made == no_node) continue;
      if (last == no_node)
        guide_->nodes[parent].first_child = made;
      else
        guide_->nodes[last].next_sibling = made;
      last = made;
    }
  }

  NodeIndex add_node(const YamlNode& item, NodeIndex parent, MapReader& reader, Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.parent = parent;
    node.order = static_cast<std::uint16_t>(guide_->nodes.size());
    if (const YamlNode* usage = reader.require("usage")) node.usage = read_usage(*usage, *faults_);
    if (const YamlNode* repeat = reader.require("repeat")) node.repeat_max = read_repeat(*repeat, *faults_);
    guide_->nodes.push_back(std::move(node));
    marks_.push_back(&item);
    return static_cast<NodeIndex>(guide_->nodes.size() - 1);
  }

  NodeIndex read_segment(const YamlNode& item, NodeIndex parent) {
    MapReader reader(item, *faults_, "a place", {"segment", "usage", "repeat", "position"});
    if (!reader.valid()) return no_node;
    const std::string tag = reader.text("segment", true);
    const SegmentDefinition* definition = dictionary_->segment(tag);
    if (definition == nullptr) {
      const std::vector<std::string> tags = dictionary_->tags();
      const std::string near = nearest_name(tag, std::vector<std::string_view>(tags.begin(), tags.end()));
      faults_->add(Code::guide_reference, item,
                   "there is no segment \"" + tag + "\" in the dictionary" +
                       (near.empty() ? "" : "; did you mean \"" + near + "\"?"),
                   "a segment of segments.yaml");
      return no_node;
    }
    const NodeIndex made = add_node(item, parent, reader, Node::Kind::segment);
    guide_->nodes[made].tag = tag;
    guide_->nodes[made].rule = rule_of(*definition);
    return made;
  }

  NodeIndex read_loop(const YamlNode& item, NodeIndex parent, std::size_t depth) {
    const std::string_view key = item.find("group") != nullptr ? "group" : "loop";
    MapReader reader(item, *faults_, "a " + std::string(key),
                     {key, "usage", "repeat", "position", "hierarchy", "bounded", "content"});
    if (depth >= loop_depth_max - 1) {
      faults_->add(Code::guide_limit, item, "loops are nested too deep",
                   "at most " + std::to_string(loop_depth_max) + " levels");
      return no_node;
    }
    const NodeIndex made = add_node(item, parent, reader, Node::Kind::loop);
    guide_->nodes[made].loop_id = reader.text(key, true);
    if (const YamlNode* content = reader.require("content")) read_content(*content, made, depth + 1);
    const NodeIndex first = guide_->nodes[made].first_child;
    const bool triggered = first != no_node && guide_->nodes[first].kind == Node::Kind::segment;
    if (!triggered || guide_->nodes[first].usage != Usage::mandatory || guide_->nodes[first].repeat_max != 1)
      faults_->add(Code::guide_structure, item, "loop " + guide_->nodes[made].loop_id + " has no trigger",
                   "a first segment with usage: M and repeat: 1");
    if (first != no_node) guide_->nodes[made].tag = guide_->nodes[first].tag;
    if (triggered && reader.get("hierarchy") != nullptr)
      read_hierarchy(*reader.get("hierarchy"), made, *guide_, *faults_);
    if (triggered && reader.get("bounded") != nullptr)
      read_bound(item, *reader.get("bounded"), made, *guide_, *faults_);
    return made;
  }

  std::uint16_t rule_of(const SegmentDefinition& definition) {
    for (std::size_t i = 0; i < guide_->segments.size(); ++i)
      if (guide_->segments[i].tag == definition.tag) return static_cast<std::uint16_t>(i);
    guide_->segments.push_back(dictionary_->rule(definition, guide_->code_lists, *findings_));
    return static_cast<std::uint16_t>(guide_->segments.size() - 1);
  }

  Dictionary* dictionary_;
  Faults* faults_;
  std::vector<Finding>* findings_;
  CompiledGuide* guide_ = nullptr;
  bool nearest_takes_ = false;          ///< ambiguity: nearest
  std::vector<const YamlNode*> marks_;  ///< beside CompiledGuide::nodes
};

tl::unexpected<Error> first_fault(const std::vector<Finding>& findings, std::size_t from, const std::string& id) {
  const Finding& first = findings[from];
  return fail(first.code,
              id + " has " + std::to_string(findings.size() - from) + " faults; the first: " + first.path + ": " +
                  first.message,
              first.where);
}

}  // namespace

Dictionary& GuideLoader::dictionary(const std::string& version, std::vector<Finding>& findings) {
  auto [at, made] = dictionaries_.try_emplace(version);
  Entry& entry = at->second;
  if (made) {
    entry.dictionary = std::make_unique<Dictionary>(*source_, version);
    entry.dictionary->load(entry.faults);
  }
  findings.insert(findings.end(), entry.faults.begin(), entry.faults.end());
  return *entry.dictionary;
}

Result<std::unique_ptr<CompiledGuide>> GuideLoader::load(const std::string& id, std::vector<Finding>& findings) {
  const std::size_t before = findings.size();
  const std::size_t slash = id.rfind('/');
  const std::string file = "maps/guides/" + id + ".yaml";
  if (slash == std::string::npos || id.find("..") != std::string::npos || !source_->exists(file))
    return fail(Code::guide_unknown, "there is no guide \"" + id + "\" (" + file + ")");
  TRY(const std::string text, source_->read(file));
  Faults faults(file, findings);
  const std::optional<YamlNode> root = parse_yaml(text, faults);
  Dictionary& words = dictionary(id.substr(0, slash), findings);
  if (!root) return first_fault(findings, before, id);

  auto guide = std::make_unique<CompiledGuide>();
  guide->id = id;
  guide->set = id.substr(slash + 1);
  const std::string version = id.substr(0, slash);
  guide->syntax = id.starts_with("edifact/") ? wire::Syntax::edifact : wire::Syntax::x12;
  guide->version = version.substr(version.rfind('/') + 1);
  guide->known_tags = words.tags();
  GuideReader reader(words, faults, findings);
  reader.read(*root, *guide);
  if (findings.size() != before) return first_fault(findings, before, id);
  reader.check_ambiguity();
  if (findings.size() != before) return first_fault(findings, before, id);
  guide->program = make_program(*guide);
  return guide;
}

Result<std::unique_ptr<CompiledGuide>> load_guide(const TextSource& source, const std::string& id,
                                                  std::vector<Finding>& findings) {
  return GuideLoader(source).load(id, findings);
}

}  // namespace crossdock::guide
