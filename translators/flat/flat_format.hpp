// What a map says of its flat file: separators or positions, columns, record types.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translators/tree/encoding.hpp"
#include "translators/tree/record_sink.hpp"

namespace crossdock::flat {

inline constexpr std::uint32_t no_record = 0xFFFFFFFF;

struct FlatColumn {
  /// Computed when written: number of the line among all lines or among those that have the column (1, 2, ...), that of
  /// the record it stands below (0: none), how deep it stands (1 = outermost).
  enum class Computed : std::uint8_t { none, number, parent, depth };
  std::string name;
  std::uint32_t position = 0, length = 0;  ///< fixed width: in characters, 1-based
  bool required = false, right = false;
  char fill = ' ';
  Computed computed = Computed::none;
  std::string constant;  ///< written where nothing else is
};

struct FlatRecord {
  std::string name = "rows";
  std::string tag;  ///< empty: every line
  std::uint32_t under = no_record;
  std::vector<FlatColumn> columns;
};

/// `rows by order_no`: lines that follow each other with equal values there; `nested` groups within.
struct FlatGroup {
  std::string key;  ///< name in the tree, `rows by order_no`
  std::vector<std::string> by;
  std::vector<FlatGroup> nested;
};

struct FlatFormat {
  bool fixed = false;
  char separator = ',', quote = '"';  ///< quote '\0': values are never quoted
  bool header = true;                 ///< CSV: the first line names the columns
  bool columns_given = false;
  tree::Encoding encoding = tree::Encoding::utf8;
  std::string line_end = "\r\n";                   ///< written
  std::uint32_t tag_position = 0, tag_length = 0;  ///< fixed: characters, 1-based; CSV: tag_position is the column
  std::uint32_t length = 0;                        ///< fixed: lines are filled with blanks to it when written
  std::vector<FlatRecord> records = {FlatRecord{}};
  std::vector<FlatGroup> groups;
  bool whole = false;  ///< the document is one record
  std::size_t record_bytes_max = tree::record_bytes_max;
  [[nodiscard]] bool typed() const { return tag_position != 0; }
};

}  // namespace crossdock::flat
