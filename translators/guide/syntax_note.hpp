// Relational conditions of X12.6 and dependency notes of ISO 9735: reading their short form and judging them on a
// presence mask. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "translators/guide/compiled_guide.hpp"

namespace crossdock::guide {

inline constexpr std::size_t elements_in_segment_max = 64;  ///< a presence mask is one word

/// `P0304`, `C0201`: kind, then two-digit positions, at least two, none twice; `D5(01,02)` for EDIFACT. Empty when it
/// is none or names a position above `count`. Source: X12.6 s3.8.3.1 (relational conditions), ISO 9735-1 s11.4
/// (dependency notes).
[[nodiscard]] std::optional<SyntaxNote> parse_note(std::string_view text, std::size_t count);

/// True where the elements present (bit 0 = element 1) satisfy the note.
/// P all or none; R at least one; E at most one; C if the first then all others; L if the first then at least one
/// other; 1 exactly one; 7 if the first then none of the others.
[[nodiscard]] inline bool satisfied(const SyntaxNote& note, std::uint64_t present) {
  const std::uint64_t those = present & note.mask;
  switch (note.kind) {
    case 'P': return those == 0 || those == note.mask;
    case 'R': return those != 0;
    case 'E': return (those & (those - 1)) == 0;
    case 'C': return (present & note.first) == 0 || those == note.mask;
    case '1': return those != 0 && (those & (those - 1)) == 0;
    case '7': return (present & note.first) == 0 || those == 0;
    default: return (present & note.first) == 0 || those != 0;
  }
}

/// The note as a sentence: `03 and 04 stand together or not at all`.
[[nodiscard]] std::string sentence(const SyntaxNote& note);

/// First position (1-based) that a finding about a broken note points at: the first that is missing, where too many
/// stand (see excludes) the second that is present, for 7 the first that must not stand.
[[nodiscard]] std::uint16_t culprit(const SyntaxNote& note, std::uint64_t present);

/// Position of the element whose presence made the broken note apply: the first of C and L, for P and E the first one
/// present besides `culprit`; 0 where none did (R).
[[nodiscard]] std::uint16_t trigger(const SyntaxNote& note, std::uint64_t present, std::uint16_t culprit);

/// True where a note that is broken forbids something that stands, false where something is missing.
[[nodiscard]] inline bool excludes(const SyntaxNote& note, std::uint64_t present) {
  return note.kind == 'E' || note.kind == '7' || (note.kind == '1' && (present & note.mask) != 0);
}

}  // namespace crossdock::guide
