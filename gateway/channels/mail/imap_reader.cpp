// IMAP responses out of bytes.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/imap_reader.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::mail {
namespace {

/// `... {123}` and `... {123+}` announce a literal.
std::optional<std::uint64_t> announced(std::string_view line) {
  if (!line.ends_with('}')) return {};
  const std::size_t open = line.rfind('{');
  if (open == std::string_view::npos) return {};
  std::string_view number = line.substr(open + 1, line.size() - open - 2);
  if (number.ends_with('+')) number.remove_suffix(1);
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out);
  if (number.empty() || error != std::errc{} || end != number.data() + number.size()) return {};
  return out;
}

}  // namespace

Status ImapReader::feed(std::string_view bytes, const LiteralChooser& choose,
                        const std::function<Status(ImapResponse&&)>& take) {
  while (!bytes.empty()) {
    if (in_literal_) {
      const auto piece =
          bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(literal_left_, bytes.size())));
      if (sink_)
        TRY_STATUS(sink_(piece));
      else
        response_.literals.back() += piece;
      bytes.remove_prefix(piece.size());
      literal_left_ -= piece.size();
      in_literal_ = literal_left_ > 0;
      if (!in_literal_) sink_ = nullptr;
      continue;
    }
    const std::size_t end = bytes.find('\n');
    response_.text += bytes.substr(0, end);
    if (response_.text.size() > line_bytes_max)
      return fail(Code::mail_protocol,
                  "a line of the server has more than " + std::to_string(line_bytes_max) + " bytes");
    if (end == std::string_view::npos) return {};
    bytes.remove_prefix(end + 1);
    TRY_STATUS(line_end(choose, take));
  }
  return {};
}

Status ImapReader::line_end(const LiteralChooser& choose, const std::function<Status(ImapResponse&&)>& take) {
  if (response_.text.ends_with('\r')) response_.text.pop_back();
  const auto size = announced(std::string_view(response_.text).substr(std::min(line_begin_, response_.text.size())));
  if (!size) {
    ImapResponse whole = std::move(response_);
    response_ = {};
    line_begin_ = literals_ = 0;
    return take(std::move(whole));
  }
  if (++literals_ > literals_max) return fail(Code::mail_protocol, "a response of the server has too many literals");
  line_begin_ = response_.text.size();
  sink_ = choose ? choose(response_.text, *size) : nullptr;
  if (!sink_ && *size > literal_bytes_max)
    return fail(Code::mail_protocol, "the server sends a text of " + std::to_string(*size) + " bytes where at most " +
                                         std::to_string(literal_bytes_max) + " are taken");
  response_.literals.emplace_back();
  literal_left_ = *size;
  in_literal_ = *size > 0;
  return {};
}

std::vector<std::uint32_t> search_numbers(std::string_view text) {
  constexpr std::string_view prefix = "* SEARCH";
  std::vector<std::uint32_t> out;
  if (text.size() < prefix.size() || !mime::equals_ignoring_case(text.substr(0, prefix.size()), prefix)) return out;
  text.remove_prefix(prefix.size());
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) break;
    if (number != 0) out.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::uint64_t fetch_number(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; at += word.size()) {
    const bool begins = at == 0 || text[at - 1] == ' ' || text[at - 1] == '(' || text[at - 1] == '[';
    const std::size_t number = at + word.size() + 1;
    if (!begins || number >= text.size() || text[number - 1] != ' ') continue;
    std::uint64_t out = 0;
    if (std::from_chars(text.data() + number, text.data() + text.size(), out).ec == std::errc{}) return out;
  }
  return 0;
}

std::string imap_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\r' || c == '\n' || c == '\0') continue;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace crossdock::mail
