// Which functional identifier (GS01) a transaction set belongs to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace crossdock::x12 {

/// GS01 for a transaction set (`214` -> `QM`); several are separated by blanks; empty for a set that the table does not
/// know. Source: X12 data element 479.
[[nodiscard]] std::string_view functional_ids(std::string_view set);
/// False only where the table knows the set and GS01 is none of its identifiers.
[[nodiscard]] bool belongs_to_group(std::string_view set, std::string_view functional_id);

}  // namespace crossdock::x12
