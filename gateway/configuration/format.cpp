// The forms that texts in configuration take.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/format.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace crossdock::configuration {
namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz", upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                           digits = "0123456789";

bool in(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool is_alpha(char c) { return in(c, lower) || in(c, upper); }
bool is_word(char c) { return is_alpha(c) || in(c, digits); }
bool every(std::string_view text, bool (*accepts)(char)) { return std::all_of(text.begin(), text.end(), accepts); }
bool visible(std::string_view text) {
  return every(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 64 && in(text.front(), "abcdefghijklmnopqrstuvwxyz0123456789") &&
         every(text, [](char c) { return in(c, lower) || in(c, digits) || c == '-' || c == '_'; });
}

/// Words of letters, digits, `-`, `_` and (where asked) `.` between slashes; at least `parts_min` of them.
bool is_slashed(std::string_view text, std::size_t parts_min, std::size_t parts_max) {
  if (text.size() > 200) return false;
  std::size_t parts = 0;
  for (std::size_t from = 0; from <= text.size(); ++parts) {
    const std::size_t slash = std::min(text.find('/', from), text.size());
    const std::string_view part = text.substr(from, slash - from);
    if (part.empty() || part.front() == '.' || !every(part, [](char c) { return is_word(c) || in(c, "-_."); }))
      return false;
    from = slash + 1;
  }
  return parts >= parts_min && parts <= parts_max;
}

bool is_path(std::string_view text) {
  if (text.empty() || text.size() > 1000 || !visible(text)) return false;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t slash = std::min(text.find('/', from), text.size());
    if (text.substr(from, slash - from) == "..") return false;
    from = slash + 1;
  }
  return true;
}

bool is_url(std::string_view text) {
  if (text.size() > 2000) return false;
  const bool tls = text.starts_with("https://");
  if (!tls && !text.starts_with("http://")) return false;
  const std::string_view rest = text.substr(tls ? 8 : 7);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  return !authority.empty() && authority.find('@') == std::string_view::npos && every(rest, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '"' && c != '<' && c != '>';
  });
}

bool is_host_key(std::string_view text) {
  const auto base64 = [](char c) { return is_word(c) || in(c, "+/="); };
  if (text.starts_with("SHA256:")) {
    text.remove_prefix(7);
    if (text.ends_with('=')) text.remove_suffix(1);
    return text.size() == 43 && every(text, base64);
  }
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos || blank == 0 || text.size() > 4000) return false;
  return every(text.substr(0, blank), [](char c) { return is_word(c) || in(c, "@.-"); }) && text.size() > blank + 1 &&
         every(text.substr(blank + 1), base64);
}

bool is_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = text.substr(colon + 1), address = text.substr(0, colon);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size() || number > 65535) return false;
  if (address.front() == '[') return address.back() == ']' && address.size() > 3;
  return every(address, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool is_proxy(std::string_view text) {
  for (const std::string_view scheme : {"socks5://", "http://"})
    if (text.starts_with(scheme)) return is_listen(text.substr(scheme.size())) && !text.ends_with(":0");
  return false;
}

bool is_x12_identifier(std::string_view text) {
  return text.size() >= 4 && text.size() <= 18 && text[2] == ':' && is_word(text[0]) && is_word(text[1]) &&
         visible(text) && text.back() != ' ';
}

bool is_time(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return false;
  for (const std::size_t i : {0, 1, 3, 4})
    if (!in(text[i], digits)) return false;
  const std::string_view hour = text.substr(0, 2), minute = text.substr(3);
  return (hour < "24" && minute < "60") || text == "24:00";
}

bool is_zone(std::string_view text) {
  return !text.empty() && text.size() <= 64 && is_alpha(text.front()) && text.back() != '/' &&
         text.find("..") == std::string_view::npos && every(text, [](char c) { return is_word(c) || in(c, "/_+-"); });
}

bool is_event(std::string_view text) {
  if (text == "*") return true;
  if (text.size() > 100 || text.empty() || !in(text.front(), lower)) return false;
  return every(text, [](char c) { return in(c, lower) || in(c, digits) || in(c, "._*"); });
}

constexpr struct {
  std::string_view suffix;
  std::int64_t factor;
} durations[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

constexpr struct {
  std::string_view suffix;
  std::uint64_t factor;
} sizes[] = {{"GiB", 1U << 30}, {"MiB", 1U << 20}, {"KiB", 1U << 10}};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// Whatever stands in braces must be something that a file's name is made of.
bool is_file_name(std::string_view text) {
  if (text.empty() || text.size() > 200 || text.find('/') != std::string_view::npos) return false;
  for (std::size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at) {
    const std::string_view rest = text.substr(at);
    bool known = false;
    for (const std::string_view word : {"{name}", "{partner}", "{event}", "{message}", "{key}", "{type}"})
      known = known || rest.starts_with(word);
    if (!known) return false;
  }
  return visible(text);
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i != 4 && i != 7 && !in(text[i], digits)) return false;
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const int year = number(0) * 100 + number(2), month = number(5), day = number(8);
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

}  // namespace

namespace format {
const TextFormat any{"text", "a text of at most 1000 characters on one line", "",
                     [](std::string_view t) { return !t.empty() && t.size() <= 1000 && visible(t); }};
const TextFormat name{"name", "a name of lower-case letters, digits, `-` and `_`, at most 64 long",
                      "^[a-z0-9][a-z0-9_-]{0,63}$", is_slug};
const TextFormat url{"URL", "a URL that begins with https:// or http:// and holds no user name", "^https?://[^@\\s]+$",
                     is_url};
const TextFormat path{"path", "a path without `..`", "", is_path};
const TextFormat listen{"address", "ADDRESS:PORT, for example 127.0.0.1:8080 or [::1]:8080; port 0 picks a free one",
                        "^.+:[0-9]{1,5}$", is_listen};
const TextFormat set{"set", "a transaction set such as x12/004010/214", "^[a-z0-9]+/[A-Za-z0-9]+/[A-Za-z0-9]+$",
                     [](std::string_view t) { return is_slashed(t, 3, 3); }};
const TextFormat map{"map", "a map's name such as x12/004010/214 or webhooks/acme-status",
                     "^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$", [](std::string_view t) { return is_slashed(t, 2, 8); }};
const TextFormat event{"event type", "an event type such as shipment.milestone.v1, load.tendered or shipment.*",
                       "^[a-z*][a-z0-9._*]*$", is_event};
const TextFormat scac{"SCAC", "two to four capital letters", "^[A-Z0-9]{2,4}$", [](std::string_view t) {
                        return t.size() >= 2 && t.size() <= 4 &&
                               every(t, [](char c) { return in(c, upper) || in(c, digits); });
                      }};
const TextFormat x12_identifier{"QUALIFIER:ID",
                                "the qualifier and identifier of the ISA, such as \"02:ACFL\" (in quotes)",
                                "^[A-Za-z0-9]{2}:.{1,15}$", is_x12_identifier};
const TextFormat identifier{"identifier", "an identifier of at most 128 visible characters", "",
                            [](std::string_view t) { return !t.empty() && t.size() <= 128 && visible(t); }};
const TextFormat as2_name{"AS2 name", "an AS2 name: 1 to 128 printable ASCII characters, no blank at either end",
                          "^[!-~]([ -~]{0,126}[!-~])?$", [](std::string_view t) {
                            return !t.empty() && t.size() <= 128 && t.front() != ' ' && t.back() != ' ' &&
                                   every(t, [](char c) { return c >= ' ' && c <= '~'; });
                          }};
const TextFormat host{
    "host", "a host's name or numeric address, without port", "^[A-Za-z0-9._:\\[\\]-]{1,255}$", [](std::string_view t) {
      return !t.empty() && t.size() <= 255 && every(t, [](char c) { return is_word(c) || in(c, ".-:[]"); });
    }};
const TextFormat proxy{"proxy", "socks5h://HOST:PORT or http://HOST:PORT, without user name",
                       "^(socks5h?|https?)://[^@\\s]+$", [](std::string_view t) {
                         const std::size_t colon = t.find("://");
                         if (colon == std::string_view::npos || t.find_first_of("@ \t") != std::string_view::npos)
                           return false;
                         const std::string_view scheme = t.substr(0, colon);
                         return t.size() > colon + 3 && visible(t) &&
                                (scheme == "socks5" || scheme == "socks5h" || scheme == "http" || scheme == "https");
                       }};
const TextFormat mail_address{"mail address", "one mail address such as edi@acme.example, without a name",
                              "^[^@<>\\s]+@[^@<>\\s]+$", [](std::string_view t) {
                                const std::size_t at = t.find('@');
                                return at != 0 && at != std::string_view::npos && at + 1 < t.size() &&
                                       t.size() <= 254 && t.find('@', at + 1) == std::string_view::npos &&
                                       every(t, [](char c) { return c > ' ' && c < 0x7F && c != '<' && c != '>'; });
                              }};
const TextFormat host_key{
    "host key", "SHA256: and base64 as `crossdock partner host-key` prints it, or type and key as in known_hosts",
    "^(SHA256:[A-Za-z0-9+/]{43}=?|[a-z0-9@.-]+ [A-Za-z0-9+/=]+)$", is_host_key};
const TextFormat algorithm{"algorithm", "an algorithm of SSH, such as ssh-ed25519 or aes256-gcm@openssh.com",
                           "^[A-Za-z0-9@._+-]{1,64}$", [](std::string_view t) {
                             return !t.empty() && t.size() <= 64 &&
                                    every(t, [](char c) { return is_word(c) || in(c, "@._+-"); });
                           }};
const TextFormat tunnel{"proxy", "socks5://HOST:PORT or http://HOST:PORT", "^(socks5|http)://[^@/\\s]+:[0-9]{1,5}$",
                        is_proxy};
const TextFormat zone{"zone", "an IANA time zone such as America/Chicago or UTC", "^[A-Za-z][A-Za-z0-9/_+-]*$",
                      is_zone};
const TextFormat token_hash{"token hash", "sha256: and 64 hexadecimal digits", "^sha256:[0-9a-f]{64}$",
                            [](std::string_view t) {
                              return t.size() == 71 && t.starts_with("sha256:") &&
                                     every(t.substr(7), [](char c) { return in(c, digits) || in(c, "abcdef"); });
                            }};
const TextFormat header{"header", "the name of an HTTP header", "^[A-Za-z0-9-]{1,64}$", [](std::string_view t) {
                          return !t.empty() && t.size() <= 64 &&
                                 every(t, [](char c) { return is_word(c) || c == '-'; });
                        }};
const TextFormat url_segment{"path", "letters, digits, `-`, `_` and `.`, as the last part of /webhooks/PATH",
                             "^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$",
                             [](std::string_view t) { return t.size() <= 100 && is_slashed(t, 1, 1); }};
const TextFormat delimiter{
    "delimiter", "one character that is no letter, digit or space", "^[!-/:-@\\[-`{-~]$", [](std::string_view t) {
      return t.size() == 1 && t[0] > ' ' && t[0] <= '~' && std::isalnum(static_cast<unsigned char>(t[0])) == 0;
    }};
const TextFormat character{"character", "exactly one character", "^[ -~]$",
                           [](std::string_view t) { return t.size() == 1; }};
const TextFormat glob{"pattern", "a file name pattern with * and ?, without a slash", "^[^/]+$",
                      [](std::string_view t) {
                        return !t.empty() && t.size() <= 200 && visible(t) && t.find('/') == std::string_view::npos;
                      }};
const TextFormat file_name{"file name",
                           "a file's name without a slash; {name}, {partner}, {event}, {message}, {key} and {type} are "
                           "filled in",
                           "^([^/{]|\\{(name|partner|event|message|key|type)\\})+$", is_file_name};
const TextFormat time_of_day{"time", "hours and minutes such as \"08:30\" (in quotes)",
                             "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", is_time};
const TextFormat date{"date", "a day such as \"2026-12-25\" (in quotes)",
                      "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", is_date};
const TextFormat release{
    "release", "a release such as \"004010\" (in quotes)", "^[0-9A-Za-z]{3,12}$",
    [](std::string_view t) { return t.size() >= 3 && t.size() <= 12 && every(t, [](char c) { return is_word(c); }); }};
const TextFormat field_path{"field", "a field of the event's data such as milestone.code", "^[a-z_]+(\\.[a-z_]+)*$",
                            [](std::string_view t) {
                              return !t.empty() && t.size() <= 200 &&
                                     every(t, [](char c) { return in(c, lower) || in(c, digits) || in(c, "._"); });
                            }};
const TextFormat code{"code", "a code such as x12.element.code", "^[a-z0-9_]+(\\.[a-z0-9_]+)+$",
                      [](std::string_view t) {
                        return t.size() <= 100 && t.find('.') != std::string_view::npos &&
                               every(t, [](char c) { return in(c, lower) || in(c, digits) || in(c, "._"); });
                      }};
}  // namespace format

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::int64_t most = 10LL * 366 * 86'400'000;
  if (text == "0") return std::chrono::milliseconds(0);
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0 || number > most) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::string_view unit = text.substr(0, text.find_first_of(digits));
    const auto* row =
        std::find_if(std::begin(durations), std::end(durations), [&](const auto& d) { return d.suffix == unit; });
    if (row == std::end(durations) || number > most / row->factor) return std::nullopt;
    total += number * row->factor;
    if (total > most) return std::nullopt;
    text.remove_prefix(unit.size());
  }
  return std::chrono::milliseconds(total);
}

std::string write_duration(std::chrono::milliseconds value) {
  if (value.count() == 0) return "0";
  for (std::size_t i = std::size(durations); i-- > 0;)
    if (value.count() % durations[i].factor == 0)
      return std::to_string(value.count() / durations[i].factor) + std::string(durations[i].suffix);
  return std::to_string(value.count()) + "ms";
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (text.empty()) return number;
  for (const auto& row : sizes)
    if (text == row.suffix)
      return number > (1ULL << 50) / row.factor ? std::nullopt : std::optional(number * row.factor);
  return std::nullopt;
}

std::string write_bytes(std::uint64_t value) {
  for (const auto& row : sizes)
    if (value != 0 && value % row.factor == 0)
      return std::to_string(value / row.factor) + " " + std::string(row.suffix);
  return std::to_string(value);
}

std::string_view nearest(std::string_view text, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  if (text.size() > 200) return best;
  std::size_t best_distance = std::max<std::size_t>(2, text.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > 200) continue;
    const std::size_t d = distance(text, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace crossdock::configuration
