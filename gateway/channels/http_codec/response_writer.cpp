// The head of a response as text.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_codec/response_writer.hpp"

#include <chrono>
#include <cstdio>

namespace crossdock::http {
namespace {

void append_value(std::string& out, std::string_view value) {
  for (const char c : value)
    if (c != '\r' && c != '\n' && c != '\0') out.push_back(c);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  append_value(out, name);
  out += ": ";
  append_value(out, value);
  out += "\r\n";
}

bool says_length(std::uint16_t status) { return status != 204 && status != 304 && status >= 200; }

}  // namespace

void append_head(std::string& out, const Response& response, const WriteOptions& options) {
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  if (!options.date.empty()) append_header(out, "Date", options.date);
  if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
  for (const Header& header : response.headers) append_header(out, header.name, header.value);
  const std::uint64_t bytes = response.source ? response.source->bytes() : response.body.size();
  if (says_length(response.status)) append_header(out, "Content-Length", std::to_string(bytes));
  append_header(out, "X-Content-Type-Options", "nosniff");
  if (!options.keep_alive)
    append_header(out, "Connection", "close");
  else if (options.version_10)
    append_header(out, "Connection", "keep-alive");
  out += "\r\n";
}

std::string http_date(std::int64_t unix_seconds) {
  using std::chrono::floor, std::chrono::hh_mm_ss, std::chrono::seconds, std::chrono::sys_days,
      std::chrono::sys_seconds;
  using std::chrono::weekday, std::chrono::year_month_day;
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds instant{seconds(unix_seconds)};
  const sys_days day = floor<std::chrono::days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(instant - day);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", days[weekday(day).c_encoding()],
                static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace crossdock::http
