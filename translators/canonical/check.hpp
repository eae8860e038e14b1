// Checks a canonical event against the attributes that every event has and the schema of its data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/canonical/schema.hpp"
#include "translators/json/json_document.hpp"

namespace crossdock::canonical {

/// Findings name the field in `path` (`data.shipment.id`, `type`), its place in the text and what would be right.
void check_attributes(const json::JsonDocument& event, std::vector<Finding>& findings);
/// `data` is the node of the data object.
void check_data(const json::JsonDocument& event, std::uint32_t data, const Schema& schema,
                std::vector<Finding>& findings);

/// RFC 3339, or the same without offset (a time local to a place), or a date: what the canonical model calls a time.
[[nodiscard]] bool is_time(std::string_view text);

}  // namespace crossdock::canonical
