// Every error and finding has one code; one table says what follows from it. docs/reference/errors.md is printed from
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace crossdock {

/// What the receiver of an error does next.
enum class Reaction : std::uint8_t { reject, retry, operator_action, bug };
/// How much a finding weighs. An error rejects its transaction set; a warning accepts it; a note only informs.
enum class Severity : std::uint8_t { note, warning, error };

/// One code a row: translators/base/codes/*.def. Text form `x12.isa.length`.
enum class Code : std::uint16_t {
#define CODE(identifier, text, reaction, severity, segment, element, set, group, interchange, what, remedy) identifier,
#define CODE_AS2(identifier, text, reaction, severity, disposition, what, remedy) identifier,
#include "translators/base/codes/all.def"
#undef CODE
#undef CODE_AS2
};

/// What is known of a code. The five syntax codes are those of X12 elements 720 (segment, AK304), 723 (element, AK403),
/// 718 (set, AK502), 716 (group, AK905) and I18 (interchange, TA105), for edifact.* codes all of element 0085 (UCS,
/// UCD, UCM, UCF, UCI); empty where the code does not map to that level.
struct CodeInfo {
  Code code;
  std::string_view text;
  Reaction reaction;
  Severity severity;
  std::string_view segment_code, element_code, set_code, group_code, interchange_code;
  std::string_view what;    ///< one sentence for people
  std::string_view remedy;  ///< what would be right
  /// What an MDN says of it after the mode, such as `processed/error: decryption-failed` (RFC 4130 s7.4.3); empty where
  /// the code never reaches an MDN.
  std::string_view disposition;
};

[[nodiscard]] const CodeInfo& info(Code code);
[[nodiscard]] std::optional<Code> find_code(std::string_view text);
[[nodiscard]] std::span<const CodeInfo> all_codes();
[[nodiscard]] std::string_view name(Severity severity);
[[nodiscard]] std::string_view name(Reaction reaction);

}  // namespace crossdock
