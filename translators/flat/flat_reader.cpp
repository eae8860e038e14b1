// Lines, their columns, and the records that they make.
// SPDX-License-Identifier: Apache-2.0
#include "translators/flat/flat_reader.hpp"

#include <algorithm>

namespace crossdock::flat {

using tree::TreeNode;
using Kind = TreeNode::Kind;

FlatReader::FlatReader(FlatFormat format, tree::RecordSink sink, tree::FindingSink findings)
    : format_(std::move(format)), sink_(std::move(sink)), findings_(std::move(findings)), tree_(tree::Notation::flat) {
  tree_.add(TreeNode::none, Kind::object, {}, {});
  empty_ = tree_.mark(0);
  if (!format_.fixed && (!format_.header || format_.typed()))
    for (const FlatColumn& column : format_.records[0].columns) names_.push_back(column.name);
  has_header_ = format_.fixed || !format_.header;
}

void FlatReader::report(Code code, std::string message, const Field* field, std::string path, std::string expected) {
  Finding finding;
  finding.code = code;
  finding.severity = info(code).severity;
  finding.where.offset = field == nullptr ? offset_ : field->offset;
  finding.where.length = field == nullptr ? 0 : field->length;
  finding.where.line = field == nullptr ? line_ : field->line;
  if (field != nullptr) finding.value = field->text.substr(0, 200);
  finding.message = std::move(message);
  finding.path = std::move(path);
  finding.expected = std::move(expected);
  findings_(std::move(finding));
}

Status FlatReader::feed(std::string_view bytes) {
  buffer_.append(bytes);
  if (!begun_) {
    if (buffer_.size() < 3) return {};
    begun_ = true;
    if (buffer_.starts_with("\xEF\xBB\xBF")) {
      buffer_.erase(0, 3);
      offset_ = 3;
    }
  }
  std::size_t start = 0;
  for (; searched_ < buffer_.size(); ++searched_) {
    const char c = buffer_[searched_];
    if (!format_.fixed && format_.quote != '\0' && c == format_.quote) quoted_ = !quoted_;
    if (quoted_ || (c != '\n' && c != '\r')) continue;
    if (c == '\r' && searched_ + 1 >= buffer_.size()) break;  // LF may follow
    const std::string_view whole = std::string_view(buffer_).substr(start, searched_ - start);
    const bool two = c == '\r' && buffer_[searched_ + 1] == '\n';
    TRY_STATUS(line(whole));
    line_ += 1 + static_cast<std::uint32_t>(std::count(whole.begin(), whole.end(), '\n'));
    if (two) ++searched_;
    offset_ += searched_ + 1 - start;
    start = searched_ + 1;
  }
  buffer_.erase(0, start);
  searched_ -= std::min(searched_, start);
  if (buffer_.size() > format_.record_bytes_max)
    return fail(Code::flat_limit,
                "the line at " + std::to_string(line_) + " has more than " + std::to_string(format_.record_bytes_max) +
                    " bytes" + (quoted_ ? "; a quote is not closed" : ""),
                Position{offset_, 0, line_, 0});
  return {};
}

Status FlatReader::finish() {
  begun_ = true;
  if (!buffer_.empty() && buffer_.back() == '\r' && !quoted_) buffer_.pop_back();
  if (quoted_) {
    report(Code::flat_syntax, "a quoted value is not closed before the file ends", nullptr);
  } else if (!buffer_.empty()) {
    const std::string rest = std::move(buffer_);
    TRY_STATUS(line(rest));
  }
  buffer_.clear();
  if (!has_header_) return fail(Code::flat_header, "the file has no header line", Position{0, 0, 1, 0});
  TRY_STATUS(flush());
  return format_.whole ? sink_(tree_, 0) : Status{};
}

/// CSV: values of a line. RFC 4180 s2, and a quote only where the value begins.
Status FlatReader::cut(std::string_view bytes, Row& row, bool& good) {
  std::size_t at = 0;
  std::uint32_t at_line = line_;
  for (;;) {
    Field field;
    field.offset = offset_ + at;
    field.line = at_line;
    std::string raw;
    if (format_.quote != '\0' && at < bytes.size() && bytes[at] == format_.quote) {
      std::size_t end = at + 1;
      for (;;) {
        end = bytes.find(format_.quote, end);
        if (end == std::string_view::npos || end + 1 >= bytes.size() || bytes[end + 1] != format_.quote) break;
        end += 2;  // two quotes are one
      }
      if (end == std::string_view::npos) end = bytes.size();
      for (std::size_t i = at + 1; i < end; ++i) {
        raw += bytes[i];
        at_line += bytes[i] == '\n' ? 1 : 0;
        if (bytes[i] == format_.quote) ++i;
      }
      field.length = static_cast<std::uint32_t>(std::min(end + 1, bytes.size()) - at);
      at = std::min(end + 1, bytes.size());
      if (at < bytes.size() && bytes[at] != format_.separator) {
        report(Code::flat_syntax, "something follows a closing quote in column " + std::to_string(row.size() + 1),
               &field);
        good = false;
        return {};
      }
    } else {
      const std::size_t end = std::min(bytes.find(format_.separator, at), bytes.size());
      raw = std::string(bytes.substr(at, end - at));
      field.length = static_cast<std::uint32_t>(end - at);
      if (format_.quote != '\0' && raw.find(format_.quote) != std::string::npos) {
        field.text = raw;
        report(Code::flat_syntax,
               "a quote stands inside of a value that is not quoted, in column " + std::to_string(row.size() + 1),
               &field);
        good = false;
        return {};
      }
      at = end;
    }
    if (!tree::append_as_utf8(field.text, raw, format_.encoding)) {
      report(Code::flat_encoding,
             "the bytes of column " + std::to_string(row.size() + 1) + " are not " +
                 std::string(tree::name(format_.encoding)),
             &field);
      good = false;
      return {};
    }
    row.push_back(std::move(field));
    if (at >= bytes.size()) return {};
    ++at;
    if (row.size() > 16'384)
      return fail(Code::flat_limit, "line " + std::to_string(line_) + " has more than 16384 values");
  }
}

namespace {

/// Byte offsets of characters: positions of columns count characters.
std::size_t skip_characters(std::string_view text, std::size_t at, std::size_t count, bool utf8) {
  if (!utf8) return std::min(at + count, text.size());
  for (; count > 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

}  // namespace

Status FlatReader::cut_fixed(std::string_view bytes, const FlatRecord& record, Row& row, bool& good) {
  const bool utf8 = format_.encoding == tree::Encoding::utf8;
  for (const FlatColumn& column : record.columns) {
    const std::size_t from = skip_characters(bytes, 0, column.position - 1U, utf8);
    const std::size_t end = skip_characters(bytes, from, column.length, utf8);
    std::string_view raw = bytes.substr(from, end - from);
    Field field;
    field.line = line_;
    std::size_t skipped = 0;
    const char fill = column.fill;
    if (column.right)
      while (!raw.empty() && (raw.front() == ' ' || (raw.front() == fill && (fill != '0' || raw.size() > 1))))
        raw.remove_prefix(1), ++skipped;
    while (!raw.empty() && (raw.back() == ' ' || (!column.right && raw.back() == fill))) raw.remove_suffix(1);
    field.offset = offset_ + from + skipped;
    field.length = static_cast<std::uint32_t>(raw.size());
    if (!tree::append_as_utf8(field.text, raw, format_.encoding)) {
      report(Code::flat_encoding,
             "the bytes of column " + column.name + " are not " + std::string(tree::name(format_.encoding)), &field);
      good = false;
      return {};
    }
    row.push_back(std::move(field));
  }
  return {};
}

Status FlatReader::line(std::string_view bytes) {
  if (bytes.find_first_not_of(" \t\x1a") == std::string_view::npos)
    return {};  // blank lines and the old end-of-file mark
  Row row;
  bool good = true;
  if (format_.fixed) {
    std::uint32_t record = 0;
    if (format_.typed()) {
      std::string_view tag =
          bytes.substr(std::min<std::size_t>(format_.tag_position - 1U, bytes.size()), format_.tag_length);
      tag = tag.substr(0, tag.find(' '));  // a longer place than the tag itself may hold other columns behind it
      const auto found = std::find_if(format_.records.begin(), format_.records.end(),
                                      [&](const FlatRecord& one) { return one.tag == tag; });
      record = static_cast<std::uint32_t>(found - format_.records.begin());
      if (found == format_.records.end()) {
        Field field{std::string(tag), offset_ + format_.tag_position - 1U, static_cast<std::uint32_t>(tag.size()),
                    line_};
        report(Code::flat_record_unknown, "`" + field.text + "` is the tag of no record type of this map", &field);
        return {};
      }
    }
    TRY_STATUS(cut_fixed(bytes, format_.records[record], row, good));
    return good ? take_row(row, record) : Status{};
  }
  TRY_STATUS(cut(bytes, row, good));
  if (!has_header_) return good ? take_header(row) : fail(Code::flat_header, "the header line cannot be read");
  if (!good) return {};
  std::uint32_t record = 0;
  if (format_.typed()) {
    const std::string tag = format_.tag_position <= row.size() ? row[format_.tag_position - 1U].text : "";
    const auto found = std::find_if(format_.records.begin(), format_.records.end(),
                                    [&](const FlatRecord& one) { return one.tag == tag; });
    record = static_cast<std::uint32_t>(found - format_.records.begin());
    if (found == format_.records.end()) {
      report(Code::flat_record_unknown, "`" + tag.substr(0, 100) + "` is the tag of no record type of this map",
             row.data());
      return {};
    }
  }
  const std::size_t columns = format_.typed() ? format_.records[record].columns.size() : names_.size();
  while (row.size() > columns && row.back().text.empty()) row.pop_back();
  if (row.size() > columns) {
    report(Code::flat_columns,
           "the line has " + std::to_string(row.size()) + " values for " + std::to_string(columns) + " columns",
           &row[columns]);
    return {};
  }
  return take_row(row, record);
}

Status FlatReader::take_header(const Row& row) {
  has_header_ = true;
  const auto& wanted = format_.records[0].columns;
  for (const Field& field : row) {
    std::string name = field.text;
    const std::size_t first = name.find_first_not_of(' ');
    name = first == std::string::npos ? "" : name.substr(first, name.find_last_not_of(' ') - first + 1);
    if (!name.empty() && std::find(names_.begin(), names_.end(), name) != names_.end())
      return fail(Code::flat_header, "column `" + name.substr(0, 100) + "` stands twice in the header",
                  Position{field.offset, field.length, field.line, 0});
    if (format_.columns_given &&
        std::none_of(wanted.begin(), wanted.end(), [&](const FlatColumn& one) { return one.name == name; }))
      report(Code::flat_column_unknown, "column `" + name.substr(0, 100) + "` is not known to the map", &field);
    names_.push_back(std::move(name));
  }
  for (const FlatColumn& one : wanted)
    if (one.required && std::find(names_.begin(), names_.end(), one.name) == names_.end())
      return fail(Code::flat_header, "the header lacks the column `" + one.name + "`", Position{offset_, 0, line_, 0});
  return {};
}

std::size_t FlatReader::column(std::string_view name) const {
  return static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
}

bool FlatReader::complete(const Row& row, const FlatRecord& record) {
  bool good = true;
  for (std::size_t i = 0; i < record.columns.size(); ++i) {
    const FlatColumn& one = record.columns[i];
    if (!one.required) continue;
    const std::size_t at = format_.fixed || format_.typed() ? i : column(one.name);
    if (at < row.size() && !row[at].text.empty()) continue;
    report(Code::flat_column_missing, "column `" + one.name + "` is required and empty",
           at < row.size() ? &row[at] : nullptr, "/" + record.name + "/" + one.name);
    good = false;
  }
  return good;
}

Status FlatReader::take_row(const Row& row, std::uint32_t record) {
  ++lines_;
  (void)complete(row, format_.records[record]);  // an event that needs the value fails by itself
  std::size_t bytes = 0;
  for (const Field& field : row) bytes += field.text.size() + 128;
  rows_bytes_ += bytes;
  if (rows_bytes_ > format_.record_bytes_max * 2)
    return fail(Code::flat_limit,
                "one record takes more than " + std::to_string(format_.record_bytes_max * 2) +
                    " bytes of memory; it ends at line " + std::to_string(line_),
                Position{offset_, 0, line_, 0});
  return format_.typed() ? take_typed(row, record) : take_plain(row);
}

Status FlatReader::take_plain(const Row& row) {
  const bool grouped = !format_.groups.empty() && !format_.whole;
  if (!rows_.empty() && !format_.whole && (!grouped || !same_group(rows_.back(), row, format_.groups[0].by)))
    TRY_STATUS(flush());
  rows_.push_back(row);
  return {};
}

Status FlatReader::take_typed(const Row& row, std::uint32_t record) {
  const FlatRecord& type = format_.records[record];
  if (type.under == no_record) {
    TRY_STATUS(flush());
    open_.clear();
  }
  while (!open_.empty() && open_.back().first != type.under) open_.pop_back();
  if (type.under != no_record && open_.empty()) {
    report(Code::flat_record_orphan,
           "record `" + type.name + "` stands below a record `" + format_.records[type.under].name +
               "`, and there is none before it",
           row.data());
    return {};
  }
  const std::uint32_t parent = open_.empty() ? 0 : open_.back().second;
  const auto node = static_cast<std::uint32_t>(tree_.size());
  add_row(parent, row, type, true, type.name);
  open_.emplace_back(record, node);
  return {};
}

/// Hands the record at hand over, and takes it out of the tree.
Status FlatReader::flush() {
  if (format_.typed()) {
    if (format_.whole || tree_.size() <= empty_.nodes) return {};
    TRY_STATUS(sink_(tree_, static_cast<std::uint32_t>(empty_.nodes)));
    tree_.back(empty_);
    rows_bytes_ = 0;
    return {};
  }
  if (rows_.empty()) return {};
  if (format_.whole || format_.groups.empty()) {
    for (const Row& row : rows_) add_row(0, row, format_.records[0], true, format_.records[0].name);
    if (format_.whole) add_groups(0, 0, rows_.size(), format_.groups);
  } else {
    add_groups(0, 0, rows_.size(), format_.groups);
  }
  rows_.clear();
  if (format_.whole) return {};
  rows_bytes_ = 0;
  TRY_STATUS(sink_(tree_, static_cast<std::uint32_t>(empty_.nodes)));
  tree_.back(empty_);
  return {};
}

bool FlatReader::same_group(const Row& a, const Row& b, const std::vector<std::string>& by) const {
  return std::all_of(by.begin(), by.end(), [&](const std::string& name) {
    const std::size_t at = column(name);
    const std::string_view x = at < a.size() ? std::string_view(a[at].text) : std::string_view{};
    const std::string_view y = at < b.size() ? std::string_view(b[at].text) : std::string_view{};
    return x == y;
  });
}

/// A node for each run of lines with equal values: the first line's columns, the lines, and the groups within.
void FlatReader::add_groups(std::uint32_t parent, std::size_t first, std::size_t end,
                            const std::vector<FlatGroup>& groups) {
  for (const FlatGroup& group : groups)
    for (std::size_t from = first; from < end;) {
      std::size_t to = from + 1;
      while (to < end && same_group(rows_[from], rows_[to], group.by)) ++to;
      Position where{rows_[from][0].offset, rows_[from][0].length, rows_[from][0].line, 0};
      const std::uint32_t node = tree_.add(parent, Kind::object, group.key, where);
      add_columns(node, rows_[from], format_.records[0]);
      for (std::size_t i = from; i < to; ++i)
        add_row(node, rows_[i], format_.records[0], true, format_.records[0].name);
      add_groups(node, from, to, group.nested);
      from = to;
    }
}

void FlatReader::add_row(std::uint32_t parent, const Row& row, const FlatRecord& record, bool with_columns,
                         std::string_view key) {
  Position where;
  if (!row.empty())
    where = {row.front().offset, static_cast<std::uint32_t>(row.back().offset + row.back().length - row.front().offset),
             row.front().line, 0};
  const std::uint32_t node = tree_.add(parent, Kind::object, key, where);
  if (with_columns) add_columns(node, row, record);
}

void FlatReader::add_columns(std::uint32_t node, const Row& row, const FlatRecord& record) {
  const bool named = format_.fixed || format_.typed();
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string& name = named ? record.columns[i].name : names_[i];
    if (name.empty()) continue;
    const std::uint32_t value = tree_.add(node, Kind::string, name, {row[i].offset, row[i].length, row[i].line, 0});
    tree_.set_text(value, row[i].text);
  }
}

}  // namespace crossdock::flat
