// RFC 3339 to X12's date and time.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/moment.hpp"

#include "gateway/base/clock.hpp"

namespace crossdock::cli {

Result<Moment> moment(const std::string& at) {
  base::Instant instant = base::system_clock().now();
  if (!at.empty()) {
    const auto parsed = base::parse_rfc3339(at);
    if (!parsed) return fail(Code::usage_wrong, "--at " + at + " is no RFC 3339 time such as 2026-05-18T14:32:00Z");
    instant = *parsed;
  }
  const std::string text = base::to_rfc3339(instant);
  return Moment{text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2), text.substr(11, 2) + text.substr(14, 2)};
}

}  // namespace crossdock::cli
