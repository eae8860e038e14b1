// The reference pages that are printed from what is installed: sets, maps, code tables, events, codes, configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "translators/catalogue.hpp"

namespace crossdock::cli {

/// File name below docs/reference/ and the page, whole; `schemas/...` are JSON Schemas. Errors: those of a guide, map,
/// table or schema that cannot be read.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> reference_pages(const Catalogue& catalogue);

/// docs/reference/errors.md.
[[nodiscard]] std::string codes_page();

}  // namespace crossdock::cli
