// Time as an interface, so that tests and simulations hold it in their hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::base {

/// An instant of the wall clock: microseconds since 1970-01-01T00:00:00Z.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
/// Durations are measured with the steady clock only; wall time never decides order.
using SteadyInstant = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual SteadyInstant steady() const = 0;
};

/// The machine's clocks. Lives as long as the process.
[[nodiscard]] const Clock& system_clock();

/// `2026-05-18T19:32:00.123456Z`; whole seconds leave the fraction out. Source: RFC 3339.
[[nodiscard]] std::string to_rfc3339(Instant at);
/// Reads RFC 3339 with any offset; empty when the text is none.
[[nodiscard]] std::optional<Instant> parse_rfc3339(std::string_view text);
/// `2026-05-18`, the UTC day: the day of the books.
[[nodiscard]] std::string utc_day(Instant at);

[[nodiscard]] inline std::int64_t to_micros(Instant at) { return at.time_since_epoch().count(); }
[[nodiscard]] inline Instant from_micros(std::int64_t micros) { return Instant{std::chrono::microseconds{micros}}; }

}  // namespace crossdock::base
