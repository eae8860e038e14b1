// Writes lines of CSV and fixed-width files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translators/flat/flat_format.hpp"

namespace crossdock::flat {

class FlatWriter {
 public:
  using Values = std::vector<std::pair<std::string, std::string>>;  ///< column name, UTF-8 text; the last one counts
  /// `names`: the columns of a CSV file whose format names none.
  FlatWriter(FlatFormat format, const std::vector<std::string>& names, tree::FindingSink findings);
  /// One line of a record type; its number among the lines of its outermost record that are numbered (0: it is not),
  /// which is the `parent` of those below. Findings:
  /// flat.unwritable (too long, a line end in fixed width, a character that the encoding lacks), flat.column.missing.
  std::size_t line(std::string_view record, const Values& values, std::size_t parent, std::size_t depth);
  [[nodiscard]] std::string finish();

 private:
  [[nodiscard]] std::string value_of(const FlatRecord& record, const FlatColumn& column, const Values& values,
                                     std::size_t parent, std::size_t depth);
  void put_csv(std::string_view value, bool first);
  void put_fixed(const FlatRecord& record, const FlatColumn& column, const std::string& value, std::string& line);
  void report(Code code, const FlatRecord& record, const FlatColumn& column, std::string_view value,
              std::string message);

  FlatFormat format_;
  tree::FindingSink findings_;
  std::string out_;
  std::size_t lines_ = 0, numbered_ = 0;
};

}  // namespace crossdock::flat
