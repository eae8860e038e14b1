// An IMAP server's bytes as responses: lines whose literals are kept, or given on while they arrive.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::mail {

/// One response without its line end. Each literal stands in the text as `{n}`; its bytes are in `literals`, in order.
struct ImapResponse {
  std::string text;
  std::vector<std::string> literals;
};

/// Decides at the beginning of a literal: a sink that takes its bytes, or an empty function: they are kept.
using LiteralChooser =
    std::function<std::function<Status(std::string_view)>(std::string_view text, std::uint64_t size)>;

/// Errors: mail.protocol (a line or a kept literal longer than is taken). Source: RFC 3501 s4.3, s7.
class ImapReader {
 public:
  static constexpr std::size_t line_bytes_max = 8U << 20;     ///< an answer to SEARCH lists all mails of a folder
  static constexpr std::size_t literal_bytes_max = 1U << 20;  ///< kept
  static constexpr std::size_t literals_max = 64;             ///< of one response

  /// Feeds bytes in any pieces; each whole response is given to `take`.
  [[nodiscard]] Status feed(std::string_view bytes, const LiteralChooser& choose,
                            const std::function<Status(ImapResponse&&)>& take);

 private:
  [[nodiscard]] Status line_end(const LiteralChooser& choose, const std::function<Status(ImapResponse&&)>& take);

  ImapResponse response_;
  std::size_t line_begin_ = 0;  ///< in response_.text: where the line at hand begins
  std::uint64_t literal_left_ = 0;
  std::size_t literals_ = 0;
  bool in_literal_ = false;
  std::function<Status(std::string_view)> sink_;
};

/// The numbers of an untagged `SEARCH` response, ascending and once each; nothing when it is another response.
[[nodiscard]] std::vector<std::uint32_t> search_numbers(std::string_view text);
/// The number behind a word such as `UID` or `RFC822.SIZE` in a FETCH response; 0 when it is not there.
[[nodiscard]] std::uint64_t fetch_number(std::string_view text, std::string_view word);
/// A text as an IMAP quoted string. CR, LF, NUL are left out. Source: RFC 3501 s9.
[[nodiscard]] std::string imap_quoted(std::string_view text);

}  // namespace crossdock::mail
