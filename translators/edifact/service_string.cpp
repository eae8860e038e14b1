// UNA in its forms, and what can be told from UNB alone.
// SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/service_string.hpp"

#include <algorithm>
#include <string>

#include "translators/wire/text.hpp"

namespace crossdock::edifact {
namespace {

using wire::is_alphanumeric;
using wire::is_blank;

bool is_header(std::string_view text) {
  if (text.size() < 4 || text.substr(0, 2) != "UN" || is_alphanumeric(text[3])) return false;
  return text[2] == 'B' || text[2] == 'H' || text[2] == 'G' || text[2] == 'O';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

/// True if `terminator` ends a segment in the window before the next header or trailer.
bool ends_segments(std::string_view window, char terminator) {
  for (std::size_t at = window.find(terminator); at != std::string_view::npos; at = window.find(terminator, at + 1)) {
    const std::string_view rest = window.substr(skip_blanks(window, at + 1));
    if (is_header(rest) || rest.substr(0, 3) == "UNZ" || rest.substr(0, 3) == "UNT") return true;
  }
  return false;
}

/// UNOB's own characters: information separators instead of printable ones, no release character.
constexpr char unob_segment = '\x1C', unob_element = '\x1D', unob_component = '\x1F';

std::optional<ServiceString> derive(std::string_view window) {
  ServiceString out;
  out.delimiters = {
      .element = '+', .component = ':', .repetition = 0, .release = '?', .decimal_mark = '.', .segment = "'"};
  const char element = window[3];
  if (element == '+') {  // no UNA, but every segment on a line of its own and no terminator at its end
    const std::size_t line = window.find_first_of("\r\n"), usual = window.find('\'');
    if (line < usual && line != std::string_view::npos && is_header(window.substr(skip_blanks(window, line)))) {
      out.delimiters.segment = window.substr(line, 2) == "\r\n" ? "\n" : std::string(1, window[line]);
      out.derived = true;
    }
    return out;
  }
  out.derived = true;
  out.delimiters.element = element;
  if (element == unob_element) {
    out.derived = false;
    out.delimiters = {.element = unob_element,
                      .component = unob_component,
                      .repetition = 0,
                      .release = 0,
                      .decimal_mark = '.',
                      .segment = std::string(1, unob_segment)};
    return out;
  }
  if (window.substr(0, 3) != "UNB" || window.size() < 10 || is_alphanumeric(window[8])) return std::nullopt;
  out.delimiters.component = window[8];
  for (std::size_t at = 9; at + 1 < window.size(); ++at) {
    const char byte = window[at];
    if (is_alphanumeric(byte) || byte == ' ' || byte == element || byte == window[8]) continue;
    if (!is_header(window.substr(skip_blanks(window, at + 1)))) continue;
    out.delimiters.segment = std::string(1, byte);
    return out;
  }
  return std::nullopt;
}

}  // namespace

bool begins_interchange(std::string_view text, bool bare) {
  if (text.size() < 9 || text.substr(0, 2) != "UN") return false;
  if (text[2] == 'A') {
    for (std::size_t at = 3; at < 8; ++at)
      if (is_alphanumeric(text[at])) return false;
    return is_header(text.substr(skip_blanks(text, 8))) || is_header(text.substr(skip_blanks(text, 9)));
  }
  if (text[2] == 'B') {
    if (is_alphanumeric(text[3]) || is_blank(text[3])) return false;
    for (std::size_t at = 4; at < 8; ++at)
      if (!is_alphanumeric(text[at])) return false;
    return !is_alphanumeric(text[8]);
  }
  if (!bare || text[2] != 'H' || text[3] != '+') return false;
  const std::size_t type = text.find('+', 4);
  return type != std::string_view::npos && type + 7 < text.size() && text[type + 7] == ':' &&
         text.substr(type + 1, 6).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

std::optional<ServiceString> read_service_string(std::string_view window) {
  if (window.size() < 4) return std::nullopt;
  if (window.substr(0, 3) != "UNA") return derive(window);
  if (window.size() < 8) return std::nullopt;
  ServiceString out;
  out.una = true;
  const std::size_t long_end = skip_blanks(window, 9), short_end = skip_blanks(window, 8);
  const bool long_fits = is_header(window.substr(std::min(long_end, window.size())));
  const bool short_fits = is_header(window.substr(std::min(short_end, window.size())));
  out.una_short =
      short_fits && (!long_fits || (wire::is_newline(window[8]) && ends_segments(window.substr(short_end), window[7])));
  if (!out.una_short && window.size() < 9) return std::nullopt;
  const char terminator = out.una_short ? window[7] : window[8];
  const char reserved = out.una_short ? ' ' : window[7];
  out.length = static_cast<std::uint32_t>(out.una_short ? short_end : long_end);
  out.delimiters = {.element = window[4],
                    .component = window[3],
                    .repetition = reserved == ' ' ? '\0' : reserved,
                    .release = window[6] == ' ' ? '\0' : window[6],
                    .decimal_mark = window[5],
                    .segment = std::string(1, terminator)};
  if (is_alphanumeric(out.delimiters.element) || is_alphanumeric(terminator)) return std::nullopt;
  return out;
}

std::uint32_t find_wrap_columns(std::string_view window, char terminator, bool at_end) {
  constexpr std::size_t columns_min = 20, lines_min = 2;
  if (window.find('\n') == std::string_view::npos && window.find('\r') == std::string_view::npos) return 0;
  std::size_t columns = 0, lines = 0, begin = 0;
  bool inside = false;
  while (true) {
    const std::size_t end = window.find_first_of("\r\n", begin);
    if (end == std::string_view::npos) break;
    if (columns == 0) columns = end - begin;
    const bool last = at_end && window.find_first_not_of("\r\n \x1A", end) == std::string_view::npos;
    if (end - begin != columns && !last) return 0;
    inside = inside || (!last && end > 0 && window[end - 1] != terminator);
    ++lines;
    begin = end + (window.substr(end, 2) == "\r\n" ? 2 : 1);
    if (last) break;
  }
  return inside && lines >= lines_min && columns >= columns_min ? static_cast<std::uint32_t>(columns) : 0;
}

}  // namespace crossdock::edifact
