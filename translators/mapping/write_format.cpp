// The formats of written trees: JSON, XML, CSV, fixed width.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/write_format.hpp"

#include <algorithm>
#include <functional>

#include "translators/flat/flat_writer.hpp"
#include "translators/xml/xml_reader.hpp"

namespace crossdock::mapping {
namespace {

class XmlWriter {
 public:
  explicit XmlWriter(const Program& program) : program_(program) {}

  std::string write(const OutNode& root) {
    if (program_.format.declaration) out_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    for (const auto& child : root.children) element(*child, 0);
    if (out_.empty() || out_.back() != '\n') out_ += '\n';
    return std::move(out_);
  }

 private:
  /// Nested as deeply as the map's paths are.
  void element(const OutNode& at, std::size_t depth) {
    const std::string& name = program_.shapes[at.shape].key;
    const bool indent = program_.format.indent;
    if (indent) out_.append(depth * 2, ' ');
    out_ += "<" + name;
    if (depth == 0)
      for (const auto& [prefix, uri] : program_.format.namespaces) {
        out_ += prefix.empty() ? " xmlns=\"" : " xmlns:" + prefix + "=\"";
        xml::append_escaped(out_, uri, true);
        out_ += '"';
      }
    bool elements = false;
    for (const auto& child : at.children) {
      const std::string& key = program_.shapes[child->shape].key;
      if (key[0] != '@') {
        elements = true;
        continue;
      }
      out_ += " " + key.substr(1) + "=\"";
      xml::append_escaped(out_, child->text, true);
      out_ += '"';
    }
    if (!elements && at.text.empty()) {
      out_ += indent ? "/>\n" : "/>";
      return;
    }
    out_ += '>';
    xml::append_escaped(out_, at.text, false);
    if (elements && indent) out_ += '\n';
    for (const auto& child : at.children)
      if (program_.shapes[child->shape].key[0] != '@') element(*child, depth + 1);
    if (elements && indent) out_.append(depth * 2, ' ');
    out_ += "</" + name + (indent ? ">\n" : ">");
  }

  const Program& program_;
  std::string out_;
};

/// Records of the tree as lines; what stands on a group stands on each of its lines.
class FlatLines {
 public:
  FlatLines(const Program& program, std::vector<Finding>& findings) : program_(program), findings_(findings) {}

  std::optional<std::string> write(const OutNode& root) {
    const flat::FlatFormat& format = program_.format.flat;
    if (!format.columns_given) collect_names(root);
    flat::FlatWriter writer(format, names_, [this](Finding&& finding) { report(std::move(finding)); });
    std::vector<std::pair<std::string, std::string>> values;
    records(root, values, 0, 0, writer);
    if (failed_) return std::nullopt;
    return writer.finish();
  }

 private:
  void report(Finding&& finding) {
    failed_ = failed_ || finding.severity == Severity::error;
    findings_.push_back(std::move(finding));
  }

  [[nodiscard]] bool is_record(const OutNode& node) const {
    const std::string& key = program_.shapes[node.shape].key;
    const auto& records = program_.format.flat.records;
    return key.starts_with("rows by ") ||
           std::any_of(records.begin(), records.end(), [&](const flat::FlatRecord& one) { return one.name == key; });
  }

  /// Columns in the order of the map.
  void collect_names(const OutNode&) {
    std::vector<std::pair<std::uint32_t, std::string>> ranked;
    for (std::uint32_t i = 1; i < program_.shapes.size(); ++i) {
      OutNode probe;
      probe.shape = i;
      if (!is_record(probe) && program_.shapes[i].rank != nothing)
        ranked.emplace_back(program_.shapes[i].rank, program_.shapes[i].key);
    }
    std::sort(ranked.begin(), ranked.end());
    for (auto& [rank, name] : ranked)
      if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(std::move(name));
  }

  void records(const OutNode& node, std::vector<std::pair<std::string, std::string>>& values, std::size_t parent,
               std::size_t depth, flat::FlatWriter& writer) {
    const std::size_t inherited = values.size();
    for (const auto& child : node.children)
      if (!is_record(*child)) values.emplace_back(program_.shapes[child->shape].key, child->text);
    const std::string& key = program_.shapes[node.shape].key;
    const bool group = key.starts_with("rows by ");
    const bool below =
        std::any_of(node.children.begin(), node.children.end(), [&](const auto& child) { return is_record(*child); });
    std::size_t number = parent;
    if (depth > 0 && (!group || !below)) {
      const bool typed = program_.format.flat.typed();
      // A record type has its own columns; lines of a group carry the group's, too.
      const std::vector<std::pair<std::string, std::string>> own(
          values.begin() + static_cast<std::ptrdiff_t>(typed ? inherited : 0), values.end());
      number = writer.line(group ? "rows" : key, own, parent, depth);
    }
    for (const auto& child : node.children)
      if (is_record(*child)) records(*child, values, number, depth + 1, writer);
    values.resize(inherited);
  }

  const Program& program_;
  std::vector<Finding>& findings_;
  std::vector<std::string> names_;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> write_format(const Program& program, const OutNode& root, std::vector<Finding>& findings) {
  switch (program.document) {
    case DocumentKind::xml: return XmlWriter(program).write(root);
    case DocumentKind::csv:
    case DocumentKind::fixed: return FlatLines(program, findings).write(root);
    default: return write_json(program, root);
  }
}

}  // namespace crossdock::mapping
