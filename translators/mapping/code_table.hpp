// A crosswalk between a code list and canonical values, read by its keys and written by its values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
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
  /// True for the table behind `codes(...)`, which has no name.
  [[nodiscard]] bool is_inline() const { return inline_; }
  [[nodiscard]] const std::vector<std::string>& key_names() const { return key_names_; }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// What an unknown code reads as, one value a column; nothing: an unknown code is an error.
  [[nodiscard]] const std::optional<std::vector<std::string>>& otherwise() const { return otherwise_; }
  /// What a value that no row has is written as, one code a key (empty: it is left out); nothing: it is an error.
  [[nodiscard]] const std::optional<std::vector<std::string>>& default_codes() const { return default_; }
  /// Index of the row with exactly these keys, no_row if there is none.
  [[nodiscard]] std::uint32_t find(std::span<const std::string_view> keys) const;
  /// The same for one key.
  [[nodiscard]] std::uint32_t find(std::string_view key) const {
    if (by_packed_.empty()) return find(std::span(&key, 1));
    if (key.empty() || key.size() > 8) return no_row;
    const std::uint64_t wanted = packed(key);
    for (std::size_t at = place_of(wanted);; at = (at + 1) & (by_packed_.size() - 1)) {
      const Packed& here = by_packed_[at];
      if (here.row == no_row) return no_row;
      if (here.key == wanted) return here.length == key.size() ? here.row : no_row;
    }
  }
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
  bool inline_ = false;
  std::vector<std::string> key_names_, columns_;
  std::vector<Row> rows_;
  std::optional<std::vector<std::string>> otherwise_, default_;
  std::unordered_map<std::string, std::uint32_t> by_keys_;  // keys joined by 0x1F
  struct Packed {
    std::uint64_t key = 0;
    std::uint32_t row = no_row, length = 0;
  };
  /// A code of 1 to 8 bytes as one number.
  [[nodiscard]] static std::uint64_t packed(std::string_view code) {
    std::uint64_t out = 0;
    if (code.size() == 2) {  // most are
      std::uint16_t two = 0;
      std::memcpy(&two, code.data(), 2);
      return two;
    }
    for (std::size_t i = code.size(); i-- > 0;) out = (out << 8U) | static_cast<unsigned char>(code[i]);
    return out;
  }
  [[nodiscard]] std::size_t place_of(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 32U) & (by_packed_.size() - 1);
  }
  std::vector<Packed> by_packed_;  // one key of at most 8 bytes: open addressing, a power of two
};

}  // namespace crossdock::mapping
