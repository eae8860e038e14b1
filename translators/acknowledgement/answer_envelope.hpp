// The ISA of an answer: the addresses of what was received, swapped, and fitted so that it can always be written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "translators/edifact/interchange_writer.hpp"
#include "translators/wire/delimiters.hpp"
#include "translators/x12/interchange_reader.hpp"

namespace crossdock::acknowledgement {

struct AnswerIsa {
  std::string bytes;            ///< the ISA segment with its terminator
  std::string control_number;   ///< ISA13, nine digits
  wire::Delimiters delimiters;  ///< as wished, without a repetition separator before release 00402
};

/// date CCYYMMDD or YYMMDD, time HHMM; of the number nine digits are kept. Source: X12.5 (ISA).
[[nodiscard]] AnswerIsa answer_isa(const x12::InterchangeHeader& received, const wire::Delimiters& delimiters,
                                   std::string_view date, std::string_view time, std::uint64_t number);

/// The UNB of an answer: addresses swapped, syntax and test indicator of what was received. date CCYYMMDD, time HHMM.
[[nodiscard]] edifact::OutgoingInterchange answer_unb(const x12::InterchangeHeader& received, std::string_view date,
                                                      std::string_view time, std::uint64_t number);

/// Control characters and delimiters become blanks; blanks at the end go.
[[nodiscard]] std::string cleaned(std::string value, const wire::Delimiters& delimiters);

}  // namespace crossdock::acknowledgement
