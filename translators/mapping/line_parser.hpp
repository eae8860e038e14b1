// Reads the line language: `PLACE... <-> FIELD... keep FIELD | step | else ... when GUARD`, and the small texts that
// stand in blocks. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/faults.hpp"
#include "translators/mapping/source_text.hpp"

namespace crossdock::mapping {

/// Each reads one text of a map that begins at `at`; nothing where it cannot be read (the fault says why and where).
[[nodiscard]] std::optional<LineText> parse_line(std::string_view text, const TextMark& at, Faults& faults,
                                                 DocumentKind document = DocumentKind::segments);
/// `one /N1[01=SH] <-> shipper`, `LX/L5 with L0 by 01 <-> lines[]`; without an arrow a scope only. Fills places, with,
/// by, field, list, arrow.
[[nodiscard]] std::optional<BlockText> parse_for(std::string_view text, const TextMark& at, Faults& faults,
                                                 DocumentKind document = DocumentKind::segments);
[[nodiscard]] std::optional<std::vector<ConditionText>> parse_guard(std::string_view text, const TextMark& at,
                                                                    Faults& faults,
                                                                    DocumentKind document = DocumentKind::segments);
/// `B10.02` (an element must be named).
[[nodiscard]] std::optional<PlaceText> parse_place(std::string_view text, const TextMark& at, Faults& faults,
                                                   DocumentKind document = DocumentKind::segments);
/// `a.b else c.d`.
[[nodiscard]] std::optional<std::vector<FieldText>> parse_field_choice(std::string_view text, const TextMark& at,
                                                                       Faults& faults,
                                                                       DocumentKind document = DocumentKind::segments);

}  // namespace crossdock::mapping
