// Data element 479 for the sets that move freight, goods and money, and those that travel beside them.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/functional_ids.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace crossdock::x12 {
namespace {

using Row = std::pair<std::string_view, std::string_view>;
constexpr auto table = std::to_array<Row>({
    {"104", "SA"}, {"110", "IA"}, {"204", "SM"}, {"210", "IM"}, {"211", "BL"}, {"212", "TM"}, {"213", "MI"},
    {"214", "QM"}, {"215", "UP"}, {"216", "PU"}, {"217", "FG"}, {"218", "FH"}, {"219", "AB"}, {"220", "AH"},
    {"240", "MZ"}, {"300", "RO"}, {"301", "RO"}, {"303", "RO"}, {"304", "SO"}, {"309", "AQ"}, {"310", "IO"},
    {"312", "IO"}, {"313", "QO"}, {"315", "QO"}, {"322", "SO"}, {"323", "SO"}, {"404", "SR"}, {"410", "IR"},
    {"417", "WB"}, {"753", "RF"}, {"754", "RG"}, {"810", "IN"}, {"812", "CD"}, {"820", "RA"}, {"824", "AG"},
    {"830", "PS"}, {"832", "SC"}, {"834", "BE"}, {"835", "HP"}, {"837", "HC"}, {"840", "RQ"}, {"843", "RR"},
    {"846", "IB"}, {"850", "PO"}, {"852", "PD"}, {"855", "PR"}, {"856", "SH"}, {"858", "SI"}, {"860", "PC"},
    {"861", "RC"}, {"862", "SS"}, {"864", "TX"}, {"865", "CA"}, {"867", "PT"}, {"870", "RS"}, {"940", "OW"},
    {"943", "AR"}, {"944", "RE"}, {"945", "SW"}, {"947", "AW"}, {"990", "GF"}, {"997", "FA"}, {"999", "FA"},
});

constexpr int set_number(std::string_view set) {
  if (set.size() != 3) return -1;
  int number = 0;
  for (const char byte : set) {
    if (byte < '0' || byte > '9') return -1;
    number = number * 10 + (byte - '0');
  }
  return number;
}

// Row of each set number, plus one; 0: not in the table.
constexpr auto row_of = [] {
  std::array<std::uint8_t, 1000> rows{};
  for (std::size_t i = 0; i < table.size(); ++i)
    rows[static_cast<std::size_t>(set_number(table[i].first))] = static_cast<std::uint8_t>(i + 1);
  return rows;
}();

}  // namespace

std::string_view functional_ids(std::string_view set) {
  const int number = set_number(set);
  const std::size_t row = number < 0 ? 0 : row_of[static_cast<std::size_t>(number)];
  return row == 0 ? std::string_view{} : table[row - 1].second;
}

bool belongs_to_group(std::string_view set, std::string_view functional_id) {
  std::string_view ids = functional_ids(set);
  if (ids.empty()) return true;
  for (; ids.size() >= 2; ids.remove_prefix(std::min<std::size_t>(ids.size(), 3)))
    if (ids.substr(0, 2) == functional_id) return true;
  return false;
}

}  // namespace crossdock::x12
