// The moment that goes into envelopes: now, or what --at says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "translators/base/result.hpp"

namespace crossdock::cli {

/// A UTC moment as X12 writes it.
struct Moment {
  std::string date;                                                        ///< CCYYMMDD
  std::string time;                                                        ///< HHMM
  [[nodiscard]] std::string short_date() const { return date.substr(2); }  ///< YYMMDD
};

/// `at` is RFC 3339 (`2026-05-18T14:32:00Z`, any offset) or empty for now. Errors: usage.wrong.
[[nodiscard]] Result<Moment> moment(const std::string& at);

}  // namespace crossdock::cli
