// Dates and times between documents and events: CCYYMMDD HHMM zone code, EDIFACT 2379, ISO 8601, epoch; canonical form
// RFC 3339. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "translators/mapping/zone.hpp"

namespace crossdock::mapping {

/// A moment as far as it is known. Without an offset it is local to a place that the document does not name.
struct Moment {
  WallTime wall;
  bool has_offset = false;
  int offset = 0;              ///< minutes east of UTC
  std::string_view zone;       ///< where the offset came from: stated | profile | utc | local
  std::string_view zone_code;  ///< as received
};

/// CCYYMMDD or YYMMDD (years 00-49 are 20xx: X12 element 373 before 004010).
[[nodiscard]] bool parse_date(std::string_view text, WallTime& out);
/// HHMM, HHMMSS, HHMMSSD, HHMMSSDD (X12 element 337).
[[nodiscard]] bool parse_time(std::string_view text, WallTime& out);
/// Decides the offset from a code of element 623 (may be empty) and the partner's zone (IANA name, may be empty).
/// False: unknown code.
[[nodiscard]] bool resolve_zone(Moment& moment, std::string_view code, std::string_view profile_zone);
/// RFC 3339, or ISO 8601 without offset, or a date alone. Also `2026-05-18 14:32`, `20260518T1432Z`.
[[nodiscard]] std::optional<Moment> parse_iso(std::string_view text);
/// True for the codes of EDIFACT 2379 that name a day or a moment of one: 2 to 5, 101, 102, 103, 105, 201 to 205, 301
/// to 304. The others name weeks, months, spans, numbers of days.
[[nodiscard]] bool names_day_2379(std::string_view format);
/// The format that a date without one is read as, by its length: 101, 102, 203, 204.
[[nodiscard]] std::string_view format_2379_of(std::string_view text);
/// A date by a code of 2379 that names a day; nothing where it is none. Behind a time with zone stand UTC, an offset
/// (+02, -0530, +02:00) or a zone's letters; letters that are not known make it a local time.
[[nodiscard]] std::optional<Moment> parse_2379(std::string_view text, std::string_view format);
[[nodiscard]] std::optional<Moment> from_epoch(std::string_view digits, bool milliseconds);

constexpr std::size_t moment_bytes_max = 64;
/// Writes the canonical form (`2026-05-18T14:32:00-05:00`, `...Z`, without offset, or a date) into `out`, which holds
/// moment_bytes_max bytes.
[[nodiscard]] std::size_t format_moment(const Moment& moment, char* out);
/// The same for the commonest form, CCYYMMDD and HHMM without an offset; 0 where they are anything else.
[[nodiscard]] std::size_t format_local(std::string_view date, std::string_view time, char* out);
[[nodiscard]] std::string date_digits(const WallTime& wall, bool century);
/// HHMM, with seconds and fraction where they are not zero.
[[nodiscard]] std::string time_digits(const WallTime& wall);
/// Writes a moment by the code of 2379 that holds it, which is set: 102, 203, 204, 303, 304, and 205 for an offset
/// with minutes where `long_offsets` says that the directory has it (D.01B; D.96A has not: such a moment becomes UTC).
[[nodiscard]] std::string write_2379(const Moment& moment, bool long_offsets, std::string_view& format);
/// Milliseconds since 1970 of a moment with an offset.
[[nodiscard]] std::int64_t to_epoch_ms(const Moment& moment);

/// True for `2026-05-18T14:32:00-05:00`, false for a date alone.
[[nodiscard]] inline bool has_time_of_day(std::string_view told) { return told.size() > 10 && told[10] == 'T'; }

}  // namespace crossdock::mapping
