// Lines of FTP listings as entries: MLSD's facts, and what LIST prints for people. Bytes in, values out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/channels/files/remote_folder.hpp"

namespace crossdock::ftp {

/// `type=file;size=12;modify=20261121230512.5; a.edi`. Nothing for the folder itself, its parent, and what is no such
/// line. Source: RFC 3659 s7.
[[nodiscard]] std::optional<files::RemoteEntry> parse_facts(std::string_view line);

/// `-rw-r--r-- 1 u g 12 Nov 21 23:05 a.edi` (Unix and what looks like it) or `11-21-26  11:05PM  12 a.edi` (Windows).
/// Times are taken as if they were UTC: a server that lists for people does not say its zone. `now_s`, seconds since
/// 1970, gives the year where the line has none. Nothing for totals, `.`, `..` and what is no such line.
[[nodiscard]] std::optional<files::RemoteEntry> parse_list_line(std::string_view line, std::int64_t now_s);

/// `20261121230512` with an optional fraction, UTC; nothing for anything else. Source: RFC 3659 s2.3.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

/// Lines out of bytes in any pieces. Errors: files.protocol (a line longer than 8 KiB).
class LineSplitter {
 public:
  static constexpr std::size_t line_bytes_max = 8192;
  [[nodiscard]] Status feed(std::string_view bytes, const std::function<Status(std::string_view)>& line);
  [[nodiscard]] Status finish(const std::function<Status(std::string_view)>& line);

 private:
  std::string held_;
};

}  // namespace crossdock::ftp
