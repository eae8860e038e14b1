// The lists, release by release. A code of a later release is written as the nearest one that the release has.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/code_lists.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace crossdock::acknowledgement {
namespace {

constexpr auto segment_codes = std::to_array<std::string_view>({"1", "2", "3", "4", "5", "6", "7", "8"});
constexpr auto element_codes_004010 =
    std::to_array<std::string_view>({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"});
constexpr auto element_codes_005010 =
    std::to_array<std::string_view>({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "12", "13"});
constexpr auto set_codes_004010 =
    std::to_array<std::string_view>({"1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12", "13",
                                     "15", "16", "17", "19", "20", "21", "22", "23", "24", "25", "26", "27"});
constexpr auto set_codes_005010 =
    std::to_array<std::string_view>({"1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12", "13",
                                     "15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27"});
constexpr auto group_codes =
    std::to_array<std::string_view>({"1",  "2",  "3",  "4",  "5",  "6",  "10", "11", "12", "13", "14", "15",
                                     "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26"});

std::string_view pick(std::span<const std::string_view> list, std::string_view code, std::string_view otherwise) {
  if (code.empty()) return {};
  const auto found = std::find(list.begin(), list.end(), code);
  return found != list.end() ? *found : otherwise;
}

}  // namespace

std::string release_of(std::string_view version) {
  const std::string_view digits = version.substr(0, 6);
  const bool all = digits.size() == 6 &&
                   std::all_of(digits.begin(), digits.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
  return all ? std::string(digits) : "004010";
}

Form form_for(std::string_view version) { return release_of(version) >= "005010" ? Form::v005010 : Form::v004010; }

std::string_view segment_code(Form, std::string_view code) { return pick(segment_codes, code, "2"); }

// 12 (too many repetitions) and 13 (too many components) are too many elements (3) where they do not exist.
std::string_view element_code(Form form, std::string_view code) {
  if (form != Form::v004010) return pick(element_codes_005010, code, "");
  return pick(element_codes_004010, code, code == "12" || code == "13" ? "3" : "");
}

// 18 (set not of this group) is a bad set identifier (6) where it does not exist.
std::string_view set_code(Form form, std::string_view code) {
  if (form != Form::v004010) return pick(set_codes_005010, code, "5");
  return pick(set_codes_004010, code, code == "18" ? "6" : "5");
}

std::string_view segment_code(Form form, Code code) {
  if (form == Form::implementation && code == Code::x12_segment_forbidden) return "I4";
  if (form == Form::implementation && code == Code::x12_segment_condition) return "I6";
  return segment_code(form, info(code).segment_code);
}

std::string_view element_code(Form form, Code code) {
  if (form == Form::implementation && code == Code::x12_element_forbidden) return "I10";
  return element_code(form, info(code).element_code);
}

std::string_view group_code(Form, std::string_view code) { return pick(group_codes, code, ""); }

}  // namespace crossdock::acknowledgement
