// Values into columns.
// SPDX-License-Identifier: Apache-2.0
#include "translators/flat/flat_writer.hpp"

#include <algorithm>

namespace crossdock::flat {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

FlatWriter::FlatWriter(FlatFormat format, const std::vector<std::string>& names, tree::FindingSink findings)
    : format_(std::move(format)), findings_(std::move(findings)) {
  if (!format_.columns_given)
    for (const std::string& name : names) {
      FlatColumn column;
      column.name = name;
      format_.records[0].columns.push_back(std::move(column));
    }
  if (format_.fixed || !format_.header) return;
  bool first = true;
  for (const FlatColumn& column : format_.records[0].columns) {
    put_csv(column.name, first);
    first = false;
  }
  out_ += format_.line_end;
}

void FlatWriter::report(Code code, const FlatRecord& record, const FlatColumn& column, std::string_view value,
                        std::string message) {
  Finding finding;
  finding.code = code;
  finding.severity = Severity::error;
  finding.path = "/" + record.name + "[" + std::to_string(lines_) + "]/" + column.name;
  finding.value = std::string(value.substr(0, 200));
  finding.message = std::move(message);
  findings_(std::move(finding));
}

std::string FlatWriter::value_of(const FlatRecord& record, const FlatColumn& column, const Values& values,
                                 std::size_t parent, std::size_t depth) {
  using Computed = FlatColumn::Computed;
  switch (column.computed) {
    case Computed::number: return std::to_string(numbered_);
    case Computed::parent: return std::to_string(parent);
    case Computed::depth: return std::to_string(depth);
    case Computed::none: break;
  }
  const auto found =
      std::find_if(values.rbegin(), values.rend(), [&](const auto& one) { return one.first == column.name; });
  std::string value = found == values.rend() ? column.constant : found->second;
  if (value.empty()) value = column.constant;
  if (value.empty() && column.required)
    report(Code::flat_column_missing, record, column, {},
           "column `" + column.name + "` is required and the event fills it with nothing");
  return value;
}

void FlatWriter::put_csv(std::string_view value, bool first) {
  if (!first) out_ += format_.separator;
  const bool quote =
      format_.quote != '\0' &&
      (value.find(format_.separator) != std::string_view::npos || value.find(format_.quote) != std::string_view::npos ||
       value.find_first_of("\r\n") != std::string_view::npos || value.starts_with(" ") || value.ends_with(" "));
  if (quote) out_ += format_.quote;
  std::string encoded;
  if (!tree::append_encoded(encoded, value, format_.encoding)) encoded = "?";
  for (const char c : encoded) {
    out_ += c;
    if (quote && c == format_.quote) out_ += c;
  }
  if (quote) out_ += format_.quote;
}

void FlatWriter::put_fixed(const FlatRecord& record, const FlatColumn& column, const std::string& value,
                           std::string& line) {
  const std::size_t size = characters(value);
  if (size > column.length)
    report(Code::flat_unwritable, record, column, value,
           "`" + value.substr(0, 100) + "` has " + std::to_string(size) + " characters; column `" + column.name +
               "` has room for " + std::to_string(column.length));
  if (value.find_first_of("\r\n") != std::string::npos)
    report(Code::flat_unwritable, record, column, value, "a value with a line end cannot stand in a fixed-width file");
  const std::size_t have = characters(line);
  if (have + 1 < column.position) line.append(column.position - 1 - have, ' ');
  const std::size_t room = column.length - std::min<std::size_t>(size, column.length);
  // An empty number stays blank: zeros would say 0.
  const char fill = value.empty() ? ' ' : column.fill;
  if (column.right) line.append(room, fill);
  line += value;
  if (!column.right) line.append(room, fill);
}

std::size_t FlatWriter::line(std::string_view record, const Values& values, std::size_t parent, std::size_t depth) {
  ++lines_;
  const auto found = std::find_if(format_.records.begin(), format_.records.end(),
                                  [&](const FlatRecord& one) { return one.name == record; });
  const FlatRecord& type = found == format_.records.end() ? format_.records[0] : *found;
  if (type.under == no_record) numbered_ = 0;
  const bool counts = std::any_of(type.columns.begin(), type.columns.end(),
                                  [](const FlatColumn& one) { return one.computed == FlatColumn::Computed::number; });
  if (counts) ++numbered_;
  const std::size_t number = counts ? numbered_ : 0;
  const std::size_t before = out_.size();
  std::string fixed;
  for (std::size_t i = 0; i < type.columns.size(); ++i) {
    const FlatColumn& column = type.columns[i];
    const bool tag = !format_.fixed && format_.tag_position == i + 1;
    const std::string value = tag ? type.tag : value_of(type, column, values, parent, depth);
    std::string probe;
    if (!tree::append_encoded(probe, value, format_.encoding))
      report(Code::flat_unwritable, type, column, value,
             "a character of `" + value.substr(0, 100) + "` does not exist in " +
                 std::string(tree::name(format_.encoding)));
    if (format_.quote == '\0' && !format_.fixed &&
        (value.find(format_.separator) != std::string::npos || value.find_first_of("\r\n") != std::string::npos))
      report(Code::flat_unwritable, type, column, value,
             "a value holds the separator or a line end, and the format knows no quotes");
    if (format_.fixed)
      put_fixed(type, column, value, fixed);
    else
      put_csv(value, i == 0);
  }
  if (!format_.fixed) {
    if (out_.size() == before && format_.quote != '\0') out_.append(2, format_.quote);  // a line of one empty value
    out_ += format_.line_end;
    return number;
  }
  if (format_.typed()) {
    const std::size_t need = format_.tag_position - 1U + format_.tag_length;
    if (fixed.size() < need) fixed.resize(need, ' ');
    fixed.replace(format_.tag_position - 1U, type.tag.size(), type.tag);
  }
  if (characters(fixed) < format_.length) fixed.append(format_.length - characters(fixed), ' ');
  std::string encoded;
  out_ += tree::append_encoded(encoded, fixed, format_.encoding) ? encoded : fixed;
  out_ += format_.line_end;
  return number;
}

std::string FlatWriter::finish() { return std::move(out_); }

}  // namespace crossdock::flat
