// Reads CSV and fixed-width files into trees: node 0, below it the records.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translators/flat/flat_format.hpp"
#include "translators/tree/growing_tree.hpp"

namespace crossdock::flat {

/// Feed in any chunks. What is wrong with a line becomes a finding and the line is left out; the reading goes on.
class FlatReader {
 public:
  FlatReader(FlatFormat format, tree::RecordSink sink, tree::FindingSink findings);
  /// Errors: flat.header (nothing can be read without it), flat.limit; those of the sink.
  Status feed(std::string_view bytes);
  Status finish();
  /// Lines with content read so far, without the header.
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] const std::vector<std::string>& header() const { return names_; }

 private:
  struct Field {
    std::string text;
    std::uint64_t offset = 0;
    std::uint32_t length = 0, line = 0;
  };
  using Row = std::vector<Field>;
  Status line(std::string_view bytes);
  Status cut(std::string_view bytes, Row& row, bool& good);
  Status cut_fixed(std::string_view bytes, const FlatRecord& record, Row& row, bool& good);
  Status take_header(const Row& row);
  Status take_row(const Row& row, std::uint32_t record);
  Status take_plain(const Row& row);
  Status take_typed(const Row& row, std::uint32_t record);
  Status flush();
  void add_row(std::uint32_t parent, const Row& row, const FlatRecord& record, bool with_columns, std::string_view key);
  void add_columns(std::uint32_t node, const Row& row, const FlatRecord& record);
  void add_groups(std::uint32_t parent, std::size_t first, std::size_t end, const std::vector<FlatGroup>& groups);
  [[nodiscard]] bool same_group(const Row& a, const Row& b, const std::vector<std::string>& by) const;
  [[nodiscard]] std::size_t column(std::string_view name) const;
  void report(Code code, std::string message, const Field* field, std::string path = {}, std::string expected = {});
  [[nodiscard]] bool complete(const Row& row, const FlatRecord& record);

  FlatFormat format_;
  tree::RecordSink sink_;
  tree::FindingSink findings_;
  tree::GrowingTree tree_;
  tree::GrowingTree::Mark empty_;
  std::string buffer_;
  std::size_t searched_ = 0;
  bool quoted_ = false;  ///< inside of quotes at searched_
  bool begun_ = false, has_header_ = false;
  std::uint64_t offset_ = 0, lines_ = 0;
  std::uint32_t line_ = 1;
  std::vector<std::string> names_;
  std::vector<Row> rows_;  ///< of the group at hand
  std::size_t rows_bytes_ = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>>
      open_;  ///< record type, node: records that others may stand below
};

}  // namespace crossdock::flat
