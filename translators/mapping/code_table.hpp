// A crosswalk between a code list and canonical values, read by its keys and written by its values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "translators/mapping/faults.hpp"

namespace crossdock::mapping {

/// Built once, never changed. An empty value of a column says nothing.
class CodeTable {
 public:
  struct Row {
    std::vector<std::string> keys, values;
    bool preferred = false;
    TextMark at;
  };
  static constexpr std::uint32_t no_row = 0xFFFFFFFF;

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& list() const { return list_; }
  [[nodiscard]] const std::vector<std::string>& key_names() const { return key_names_; }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// What an unknown code reads as, one value a column; nothing: an unknown code is an error.
  [[nodiscard]] const std::optional<std::vector<std::string>>& otherwise() const { return otherwise_; }
  /// Index of the row with exactly these keys, no_row if there is none.
  [[nodiscard]] std::uint32_t find(std::span<const std::string_view> keys) const;
  /// Nearest codes of the first key, for messages.
  [[nodiscard]] std::string nearest_codes(std::string_view code) const;

  /// The table's text (YAML, see the map language). Faults: map.yaml, map.key, map.table.wrong.
  [[nodiscard]] static std::optional<CodeTable> parse(std::string_view yaml, const std::string& file, Faults& faults);
  /// The table behind `codes(A=accepted, D=declined)`.
  [[nodiscard]] static CodeTable inline_codes(std::vector<Row> rows);

 private:
  struct Reader;
  void index();

  std::string id_, list_;
  std::vector<std::string> key_names_, columns_;
  std::vector<Row> rows_;
  std::optional<std::vector<std::string>> otherwise_;
  std::unordered_map<std::string, std::uint32_t> by_keys_;  // keys joined by 0x1F
  struct Packed {
    std::uint64_t key = 0;
    std::uint32_t row = no_row, length = 0;
  };
  std::vector<Packed> by_packed_;  // one key of at most 8 bytes: open addressing, a power of two
};

}  // namespace crossdock::mapping
