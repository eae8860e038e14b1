// Settings of documents: keys, defaults, what does not fit together.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/format_parser.hpp"

#include <algorithm>

#include "translators/mapping/yaml_reader.hpp"

namespace crossdock::mapping {
namespace {

constexpr std::uint32_t position_max = 1'000'000;

class FormatReader {
 public:
  FormatReader(DocumentKind document, const std::string& file, Faults& faults)
      : document_(document), file_(file), faults_(faults) {
    out_.flat.fixed = document == DocumentKind::fixed;
  }

  Format read(const YamlView& node) {
    if (!node) return finish(node);
    if (!node.is_mapping()) {
      wrong(node, "`format:` is a mapping");
      return out_;
    }
    switch (document_) {
      case DocumentKind::xml: read_xml(node); break;
      case DocumentKind::csv: read_csv(node); break;
      case DocumentKind::fixed: read_fixed(node); break;
      default: wrong(node, "`format:` belongs to maps with `document: xml`, csv or fixed"); return out_;
    }
    return finish(node);
  }

 private:
  void wrong(const YamlView& node, std::string message, std::string expected = {}, std::string value = {}) {
    faults_.add(Code::map_format_wrong, node ? mark_of(node, file_) : TextMark{file_, 1, 1}, std::move(message),
                std::move(expected), std::move(value));
  }

  std::string text(const YamlView& node, const char* key, std::string otherwise) {
    const YamlView value = node[key];
    if (!value) return otherwise;
    auto scalar = scalar_of(value, key, file_, faults_);
    return scalar ? *scalar : otherwise;
  }

  bool truth(const YamlView& node, const char* key, bool otherwise) {
    const std::string value = text(node, key, otherwise ? "true" : "false");
    if (value == "true" || value == "false") return value == "true";
    wrong(node[key], std::string("`") + key + ":` is true or false", "true, false", value);
    return otherwise;
  }

  std::uint32_t count(const YamlView& node, const char* key) {
    const std::string value = text(node, key, "0");
    if (value.empty() || value.size() > 7 || value.find_first_not_of("0123456789") != std::string::npos ||
        std::stoul(value) > position_max) {
      wrong(node[key], std::string("`") + key + ":` is a number of 1 to 1000000", {}, value);
      return 0;
    }
    return static_cast<std::uint32_t>(std::stoul(value));
  }

  /// One character; `tab` and `none` in words.
  char character(const YamlView& node, const char* key, char otherwise) {
    const std::string value = text(node, key, std::string(1, otherwise));
    if (value == "tab" || value == "\\t") return '\t';
    if (value == "none") return '\0';
    if (value.size() == 1) return value[0];
    wrong(node[key], std::string("`") + key + ":` is one character, tab or none", {}, value);
    return otherwise;
  }

  void read_common(const YamlView& node) {
    const std::string encoding = text(node, "encoding", "UTF-8");
    if (const auto found = tree::find_encoding(encoding))
      out_.flat.encoding = *found;
    else
      wrong(node["encoding"],
            "`" + encoding + "` is no encoding that is read" +
                did_you_mean(encoding, {"utf-8", "us-ascii", "iso-8859-1", "windows-1252"}),
            "utf-8, us-ascii, iso-8859-1, windows-1252", encoding);
    const std::string end = text(node, "line_end", "crlf");
    if (end != "crlf" && end != "lf") wrong(node["line_end"], "`line_end:` is crlf or lf", "crlf, lf", end);
    out_.flat.line_end = end == "lf" ? "\n" : "\r\n";
  }

  void read_xml(const YamlView& node) {
    check_keys(node, {"namespaces", "record", "declaration", "indent", "note"}, file_, faults_);
    if (const YamlView spaces = node["namespaces"]) {
      if (!spaces.is_mapping()) return wrong(spaces, "`namespaces:` is a mapping of prefixes to namespaces");
      for (const YamlView one : spaces) out_.namespaces[std::string(one.node().key)] = one.scalar();
    }
    out_.record = text(node, "record", "");
    if (!out_.record.empty() && out_.record[0] != '/')
      wrong(node["record"], "`record:` is a path from the root: /a/b", {}, out_.record);
    out_.declaration = truth(node, "declaration", true);
    out_.indent = truth(node, "indent", false);
  }

  void read_csv(const YamlView& node) {
    check_keys(node, {"separator", "quote", "header", "encoding", "line_end", "columns", "tag", "records", "note"},
               file_, faults_);
    read_common(node);
    out_.flat.separator = character(node, "separator", ',');
    out_.flat.quote = character(node, "quote", '"');
    out_.flat.header = truth(node, "header", !node["records"]);
    out_.flat.tag_position = count(node, "tag");
    read_records(node);
    if (!out_.flat.header && !out_.flat.columns_given)
      wrong(node, "without a header line the format names its `columns:`");
  }

  void read_fixed(const YamlView& node) {
    check_keys(node, {"encoding", "line_end", "length", "columns", "tag", "records", "note"}, file_, faults_);
    read_common(node);
    out_.flat.length = count(node, "length");
    if (const YamlView tag = node["tag"]) {
      if (!tag.is_mapping()) return wrong(tag, "`tag:` is {position: 1, length: 2}");
      check_keys(tag, {"position", "length"}, file_, faults_);
      out_.flat.tag_position = count(tag, "position");
      out_.flat.tag_length = count(tag, "length");
      if (out_.flat.tag_position == 0 || out_.flat.tag_length == 0)
        wrong(tag, "`tag:` has a position and a length of 1 or more");
    }
    read_records(node);
    if (!out_.flat.columns_given) wrong(node, "a fixed-width format names its `columns:` or `records:`");
  }

  void read_records(const YamlView& node) {
    if (const YamlView columns = node["columns"]) {
      out_.flat.columns_given = true;
      out_.flat.records[0].columns = read_columns(columns);
    }
    const YamlView records = node["records"];
    if (!records) {
      if (out_.flat.typed()) wrong(node, "`tag:` needs `records:`");
      return;
    }
    if (!records.is_sequence() || records.size() == 0)
      return wrong(records, "`records:` is a list of {name, tag, columns}");
    if (node["columns"]) wrong(records, "a format has `columns:` or `records:`, not both");
    if (!out_.flat.typed()) wrong(records, "`records:` needs `tag:`, the place of a line's record type");
    out_.flat.columns_given = true;
    out_.flat.records.clear();
    for (const YamlView one : records) {
      if (!one.is_mapping()) {
        wrong(one, "a record is {name, tag, under, columns}");
        continue;
      }
      check_keys(one, {"name", "tag", "under", "columns", "note"}, file_, faults_);
      flat::FlatRecord record;
      record.name = text(one, "name", "");
      record.tag = text(one, "tag", record.name);
      std::vector<std::string> names;
      for (const flat::FlatRecord& known : out_.flat.records) {
        names.push_back(known.name);
        if (known.name == record.name || known.tag == record.tag)
          wrong(one, "record `" + record.name + "` (tag " + record.tag + ") stands twice", {}, record.name);
      }
      if (record.name.empty()) wrong(one, "a record has a `name:`");
      if (const std::string under = text(one, "under", ""); !under.empty()) {
        const auto found = std::find(names.begin(), names.end(), under);
        record.under = static_cast<std::uint32_t>(found - names.begin());
        if (found == names.end()) {
          wrong(one["under"], "`under: " + under + "` names no record above" + did_you_mean(under, names), {}, under);
          record.under = flat::no_record;
        }
      }
      record.columns = read_columns(one["columns"]);
      out_.flat.records.push_back(std::move(record));
    }
    if (out_.flat.records.empty()) out_.flat.records.emplace_back();
  }

  std::vector<flat::FlatColumn> read_columns(const YamlView& node) {
    std::vector<flat::FlatColumn> out;
    if (!node) return out;
    if (!node.is_sequence()) {
      wrong(node, "`columns:` is a list of names or of {name, position, length}");
      return out;
    }
    std::uint32_t next = 1;
    for (const YamlView one : node) {
      flat::FlatColumn column;
      if (one.is_scalar())
        column.name = one.scalar();
      else if (one.is_mapping())
        column = read_column(one, next);
      else
        wrong(one, "a column is a name or {name, position, length}");
      if (column.name.empty()) wrong(one, "a column has a `name:`");
      if (out_.flat.fixed && (column.position == 0 || column.length == 0))
        wrong(one, "column `" + column.name + "` of a fixed-width record has a `length:`");
      next = column.position + column.length;
      if (std::any_of(out.begin(), out.end(), [&](const flat::FlatColumn& known) { return known.name == column.name; }))
        wrong(one, "column `" + column.name + "` stands twice", {}, column.name);
      out.push_back(std::move(column));
    }
    return out;
  }

  flat::FlatColumn read_column(const YamlView& node, std::uint32_t next) {
    check_keys(node, {"name", "position", "length", "required", "align", "fill", "computed", "constant", "note"}, file_,
               faults_);
    flat::FlatColumn out;
    out.name = text(node, "name", "");
    out.position = node["position"] ? count(node, "position") : next;
    out.length = count(node, "length");
    out.required = truth(node, "required", false);
    const std::string align = text(node, "align", "left");
    out.right = align == "right";
    if (align != "left" && align != "right") wrong(node["align"], "`align:` is left or right", "left, right", align);
    out.fill = character(node, "fill", ' ');
    out.constant = text(node, "constant", "");
    using Computed = flat::FlatColumn::Computed;
    const std::string computed = text(node, "computed", "");
    if (computed == "number")
      out.computed = Computed::number;
    else if (computed == "parent")
      out.computed = Computed::parent;
    else if (computed == "depth")
      out.computed = Computed::depth;
    else if (!computed.empty())
      wrong(node["computed"],
            "`computed:` is number, parent or depth" + did_you_mean(computed, {"number", "parent", "depth"}),
            "number, parent, depth", computed);
    return out;
  }

  Format finish(const YamlView& node) {
    if (document_ == DocumentKind::fixed && !out_.flat.columns_given && !node)
      wrong(node, "a fixed-width format names its `columns:` or `records:`");
    return std::move(out_);
  }

  DocumentKind document_;
  const std::string& file_;
  Faults& faults_;
  Format out_;
};

}  // namespace

DocumentKind document_kind(std::string_view name) {
  if (name == "json") return DocumentKind::json;
  if (name == "xml") return DocumentKind::xml;
  if (name == "csv") return DocumentKind::csv;
  if (name == "fixed") return DocumentKind::fixed;
  return DocumentKind::segments;
}

Format read_format(const YamlView& node, DocumentKind document, const std::string& file, Faults& faults) {
  return FormatReader(document, file, faults).read(node);
}

}  // namespace crossdock::mapping
