// Writes X12 interchanges: fixed-width ISA, groups, sets with their counts; keeps delimiters out of data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/wire/delimiters.hpp"
#include "translators/wire/segment_writer.hpp"

namespace crossdock::x12 {

/// One transaction set to write: its body without ST and SE. In values wire::component_mark and wire::repetition_mark
/// stand for separators.
struct OutgoingSet {
  std::string set;             ///< ST01 `204`
  std::string control_number;  ///< ST02, four to nine characters
  std::string implementation;  ///< ST03 from 005010 on; empty: left out
  std::vector<wire::OutgoingSegment> segments;
};

struct OutgoingGroup {
  std::string functional_id, sender, receiver;  ///< GS01-GS03
  std::string date, time;                       ///< GS04 CCYYMMDD, GS05 HHMM
  std::string control_number;                   ///< GS06, one to nine digits
  std::string agency = "X";                     ///< GS07
  std::string version;                          ///< GS08 `004010`
  std::vector<OutgoingSet> sets;
};

/// Qualifiers and identifiers unpadded; date YYMMDD, time HHMM; control number up to nine digits, padded with zeros
/// when written.
struct OutgoingInterchange {
  std::string sender_qualifier = "ZZ", sender_id, receiver_qualifier = "ZZ", receiver_id;
  std::string authorization_qualifier = "00", authorization, security_qualifier = "00", security;
  std::string date, time;
  std::string version;  ///< ISA12; empty: from the first group's GS08 (`004010` -> `00401`)
  std::string control_number;
  bool acknowledgement_requested = false;  ///< ISA14: a TA1 is wanted
  std::string usage = "P";                 ///< ISA15
  std::vector<OutgoingGroup> groups;
};

/// What to do where a delimiter stands in data: X12 has no escape.
enum class DelimiterInData : std::uint8_t { choose_delimiters, replace, refuse };

struct WriteOptions {
  wire::Delimiters delimiters{
      .element = '*', .component = '>', .repetition = '^', .release = 0, .decimal_mark = '.', .segment = "~"};
  DelimiterInData delimiter_in_data = DelimiterInData::choose_delimiters;
  char replacement = ' ';  ///< stands where `replace` found a delimiter; must be no delimiter itself
  std::string line_break;  ///< behind each terminator: empty, LF or CR LF
};

struct WrittenInterchange {
  std::string bytes;
  wire::Delimiters delimiters;  ///< those used; repetition 0 up to release 00401
  std::vector<Finding>
      findings;  ///< x12.write.delimiter_replaced, with interchange, group and set ordinals and the place `L11.01`
};

/// `004010` and whatever follows (`004010VICS`) to ISA12 `00401`.
[[nodiscard]] std::string interchange_version(std::string_view group_version);

/// Writes the whole interchange; SE01, GE01 and IEA01 are counted. ISA11 is `U` up to 00401, from 00402 on the
/// repetition separator. Errors: x12.write.character (a control character in a value), x12.write.delimiter (policy
/// refuse, or no free delimiter is left), x12.write.header (an identifier too long, a control number that is none).
/// Source: X12.5, X12.6.
[[nodiscard]] Result<WrittenInterchange> write_interchange(const OutgoingInterchange& interchange,
                                                           const WriteOptions& options = {});

/// The ISA segment alone, 106 bytes with a one-byte terminator; for streaming writers. Errors: x12.write.header.
[[nodiscard]] Result<std::string> write_isa(const OutgoingInterchange& header, const wire::Delimiters& delimiters);

}  // namespace crossdock::x12
