// The steps of a line at work: inwards from values of the document to values of fields, outwards back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "translators/mapping/arena.hpp"
#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

inline constexpr std::size_t values_max = 8;  ///< places or fields of one line

/// What flows through a line's steps. An empty text is an absent value.
struct Values {
  std::array<std::string_view, values_max> text{};
  std::uint32_t count = 0;
  std::string_view kept_code, kept_list, zone, zone_code;
  std::string_view rest;  ///< outwards: what `fold` had no room for
  [[nodiscard]] bool empty() const {
    for (std::uint32_t i = 0; i < count; ++i)
      if (!text[i].empty()) return false;
    return true;
  }
};

/// How a step ended. `wrong`: the value cannot be what the step reads or writes; `unknown_code`: no row; `stand_in`:
/// the table's `otherwise`, or outwards its `default`; `left_out`: what the value says has no place in the field, which
/// stays empty.
enum class StepEnd : std::uint8_t { good, wrong, unknown_code, stand_in, left_out };

struct StepProblem {
  std::uint32_t value = 0;    ///< which of the values
  std::string_view expected;  ///< in words
};

/// Inwards. `else` steps are the caller's.
[[nodiscard]] StepEnd read_step(const Codec& codec, std::string_view profile_zone, Values& values, Arena& arena,
                                StepProblem& problem);
/// Outwards: `values` holds the fields' values and, for tables, the kept code and list; afterwards those of `places`
/// places.
[[nodiscard]] StepEnd write_step(const Codec& codec, std::uint32_t places, Values& values, Arena& arena,
                                 StepProblem& problem);

/// Row of a table for the values of its columns: the kept code's row if it agrees, else the preferred row;
/// CodeTable::no_row if none. `kept` says whether it was the kept code's.
[[nodiscard]] std::uint32_t row_for(const Codec& codec, const Values& values, bool& kept);

/// DDDMMSS and a direction (N S E W, elements 1654/1655 and 1280) to decimal degrees and back; empty where it is none.
[[nodiscard]] std::string_view read_degrees(std::string_view text, std::string_view direction, Arena& arena);
/// Fills digits and direction; `longitude` decides between E/W and N/S.
[[nodiscard]] bool write_degrees(std::string_view decimal, bool longitude, std::string_view& digits,
                                 std::string_view& direction, Arena& arena);

/// `-012.50` to `-12.50`: signs, leading zeros and points as JSON numbers have them. Empty when it is no decimal
/// number.
[[nodiscard]] std::string_view plain_decimal(std::string_view text, Arena& arena);
[[nodiscard]] bool is_json_number(std::string_view text, bool integer);
/// Digits as JSON has numbers: no leading zero, short enough to be beyond doubt.
[[nodiscard]] inline bool is_plain_digits(std::string_view text) {
  if (text.empty() || text.size() > 18 || (text[0] == '0' && text.size() > 1)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The zone of times that name none; values have `text_slack` readable bytes behind them.
inline constexpr char zone_local_text[sizeof "local" + text_slack] = "local";
inline constexpr std::string_view zone_local(zone_local_text, 5);

}  // namespace crossdock::mapping
