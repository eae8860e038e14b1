// Log lines of the gateway: level, component, sentence, fields. The library behind it stays out of this header.
// Payload bytes and secrets are never logged.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "translators/base/result.hpp"

namespace crossdock::base {

enum class LogLevel : std::uint8_t { debug, info, warning, error, alarm };
using LogFields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Writes one line to standard error (logfmt). Lines below the threshold cost one comparison. Callable from any thread.
void log(LogLevel level, std::string_view component, std::string_view sentence, LogFields fields = {});
/// Logs an error with its code and text.
void log(LogLevel level, std::string_view component, const Error& error, LogFields fields = {});
void set_log_level(LogLevel threshold);
/// Sends lines elsewhere (tests, journald); an empty function restores standard error.
void set_log_sink(std::function<void(LogLevel, std::string_view line)> sink);

}  // namespace crossdock::base
