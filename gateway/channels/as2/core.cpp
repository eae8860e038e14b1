// Dates, lines, and which certificate was seen.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/core.hpp"

#include <cstdio>

#include "gateway/store/as2.hpp"

namespace crossdock::as2_channel {
namespace {

constexpr std::chrono::hours note_again_after{1};
constexpr std::size_t noted_max = 20'000;

}  // namespace

void Core::note_certificate(const std::string& partner, const std::string& role, const std::string& fingerprint) {
  if (fingerprint.empty()) return;
  count("crossdock_as2_certificate_used_total", "AS2 messages by the certificate that was used.",
        {{"partner", partner}, {"role", role}, {"certificate", fingerprint.substr(0, 16)}});
  if (noted_.size() > noted_max) noted_.clear();
  const base::Instant at = now();
  const auto [found, fresh] = noted_.try_emplace(partner + "/" + role + "/" + fingerprint, at);
  if (!fresh && at - found->second < note_again_after) return;
  found->second = at;
  static_cast<void>(parts.store.write(
      [use = store::CertificateUse{partner, role, fingerprint, at, at}](store::Transaction& transaction) -> Status {
        store::note_certificate(transaction, use);
        return {};
      },
      [](const Status&) {}));
}

std::string mail_date(base::Instant at) {
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
  char text[48];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000",
                days[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::string to_lines(const mime::HeaderFields& fields) {
  std::string out;
  for (const mime::HeaderField& field : fields.all()) {
    const bool secret = mime::equals_ignoring_case(field.name, "authorization") ||
                        mime::equals_ignoring_case(field.name, "proxy-authorization") ||
                        mime::equals_ignoring_case(field.name, "cookie");
    if (secret) continue;
    out += field.name;
    out += ": ";
    for (const char c : field.value) out += c == '\n' || c == '\r' || c == '\0' ? ' ' : c;
    out += '\n';
  }
  return out;
}

mime::HeaderFields from_lines(std::string_view lines) {
  mime::HeaderFields out;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos)
      out.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
  }
  return out;
}

}  // namespace crossdock::as2_channel
