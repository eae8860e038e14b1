// Delimiters by position where ISA is well formed; by its separators and the segment behind it where it is not.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/isa.hpp"

#include <algorithm>
#include <optional>

#include "translators/x12/text.hpp"

namespace crossdock::x12 {
namespace {

constexpr std::uint32_t fixed_length = 105;  // up to and with ISA16
constexpr std::uint32_t isa16_search_bytes = 16;

Position at(std::size_t offset, std::size_t length = 1) {
  return {.offset = offset, .length = static_cast<std::uint32_t>(length), .line = 0, .segment = 0};
}

// Offset of the first fixed separator position that holds another byte; nothing if all hold.
std::optional<std::uint32_t> first_wrong_separator(std::string_view window) {
  std::uint32_t offset = 3;
  for (std::size_t element = 1; element <= 16; ++element) {
    if (offset >= window.size() || window[offset] != window[3]) return offset;
    offset += isa_widths[element] + 1U;
  }
  return std::nullopt;
}

// A segment begins here: two or three characters, a letter first, then the separator.
bool begins_segment(std::string_view text, char separator) {
  if (text.size() < 3 || !is_upper(text[0]) || !is_alphanumeric(text[1])) return false;
  return text[2] == separator || (text.size() > 3 && is_alphanumeric(text[2]) && text[3] == separator);
}

std::size_t skip_blank(std::string_view text, std::size_t from) {
  while (from < text.size() && is_blank(text[from])) ++from;
  return from;
}

std::size_t character_length(std::string_view text, std::size_t from) {
  const auto lead = static_cast<unsigned char>(text[from]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (from + length > text.size()) return 1;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[from + i]) & 0xC0) != 0x80) return 1;
  return length;
}

// The punctuation mark that ends the line beginning at `from`; 0 if the line ends with text or does not end.
/// find_first_of("\r\n") by memchr: it looks at each byte in one step instead of searching the two for it.
std::size_t find_line_end(std::string_view text, std::size_t from = 0) {
  const std::string_view rest = text.substr(std::min(from, text.size()));
  const std::size_t feed = rest.find('\n'), carriage = rest.substr(0, feed).find('\r');
  const std::size_t at = std::min(feed, carriage);
  return at == std::string_view::npos ? at : from + at;
}

char line_end_mark(std::string_view window, std::size_t from, char separator) {
  const std::size_t end = find_line_end(window, from);
  if (end == std::string_view::npos || end == from) return 0;
  const char mark = window[end - 1];
  return is_alphanumeric(mark) || is_blank(mark) || mark == separator || static_cast<unsigned char>(mark) >= 0x80
             ? '\0'
             : mark;
}

struct End {
  std::size_t isa16_end = 0;  // one past ISA16, blanks behind it left out
  std::size_t length = 0;     // of ISA with its terminator
  std::string terminator;
  bool terminator_absent = false;
  bool contradicted = false;  // ISA shows one character for both, the lines behind it end with another
};

// The terminator is the first character behind ISA16's place that is followed by the beginning of a segment.
std::optional<End> find_end(std::string_view window, std::size_t isa16, char separator) {
  const std::size_t last = std::min(window.size(), isa16 + isa16_search_bytes);
  for (std::size_t t = isa16; t < last;) {
    const char byte = window[t];
    if (is_alphanumeric(byte) || byte == separator) {
      if (t != isa16 || byte == separator) return std::nullopt;
      ++t;
      continue;
    }
    if (byte == ' ' || byte == '\t') {
      ++t;
      continue;
    }
    const std::size_t length =
        byte == '\r' && t + 1 < window.size() && window[t + 1] == '\n' ? 2 : character_length(window, t);
    std::size_t behind = skip_blank(window, t + length);
    while (t > isa16 && length == 1 && behind < window.size() && window[behind] == byte)
      behind = skip_blank(window, behind + 1);  // doubled
    const bool nothing_behind = behind == window.size() && t == isa16 + 1;
    if (!nothing_behind && !begins_segment(window.substr(behind), separator)) {
      t += length;
      continue;
    }
    End end{t, t + length, std::string(window.substr(t, length)), false, false};
    const bool newline = byte == '\r' || byte == '\n';
    const char mark = nothing_behind ? '\0' : line_end_mark(window, behind, separator);
    if (t == isa16 && newline && mark != 0) {  // ISA16 and the terminator are both missing: the next line shows it
      end.terminator = mark;
      end.length = t;
      end.terminator_absent = true;
    } else if (t == isa16 && behind > t + length && is_newline(window[t + length]) && mark != byte) {
      // one mark before a line break: it is the component separator, and lines are segments
      const bool crlf = window[t + length] == '\r' && t + length + 1 < window.size() && window[t + length + 1] == '\n';
      end = {t + length, t + length + (crlf ? 2U : 1U), std::string(window.substr(t + length, crlf ? 2 : 1)), false,
             false};
    } else if (t == isa16 + 1 && window[isa16] == byte && mark != 0 && mark != byte) {
      end.terminator = mark;
      end.contradicted = true;
    }
    return end;
  }
  return std::nullopt;
}

void remark_widths(IsaReading& reading, std::string_view window) {
  for (std::uint16_t element = 1; element <= 15; ++element) {
    const std::string_view value = reading.elements[element];
    if (value.size() == isa_widths[element]) continue;
    const std::string place = element_place("ISA", element);
    reading.remarks.push_back({Code::x12_isa_width, static_cast<std::uint32_t>(value.data() - window.data()),
                               static_cast<std::uint32_t>(value.size()), element,
                               place + " has " + std::to_string(value.size()) + " bytes; its width is " +
                                   std::to_string(isa_widths[element]) + ", padded with " +
                                   (element == 13 ? "zeros" : "blanks"),
                               std::string(value), std::to_string(isa_widths[element]) + " bytes"});
  }
}

tl::unexpected<Error> wrong_separator(std::string_view window, std::uint32_t offset) {
  const char found = offset < window.size() ? window[offset] : '\0';
  return fail(Code::x12_isa_separators,
              "byte " + std::to_string(offset) + " of ISA should be the element separator " + visible(window[3]) +
                  " and is " + visible(found) +
                  ", and counting separators does not lead to 16 sensible elements either",
              at(offset));
}

// By separators: fifteen elements that end before a segment begins on a line of its own. Returns the offset of ISA16.
Result<std::size_t> split_by_separators(std::string_view window, std::uint32_t wrong, IsaReading& reading) {
  const char separator = window[3];
  std::size_t begin = 4;
  for (std::size_t element = 1; element <= 15; ++element) {
    const std::size_t end = window.find(separator, begin);
    const std::string_view value = window.substr(begin, end == std::string_view::npos ? end : end - begin);
    const std::size_t line_break = value.find_first_of("\r\n");
    const bool ended = line_break != std::string_view::npos &&
                       begins_segment(window.substr(skip_blank(window, begin + line_break)), separator);
    if (ended && wrong < begin) return wrong_separator(window, wrong);
    if (ended || end == std::string_view::npos)
      return fail(Code::x12_isa_length,
                  "ISA ends behind element " + std::to_string(element) +
                      "; it has 16 elements and 106 bytes with its terminator",
                  at(begin, std::min<std::size_t>(value.size(), 64)));
    reading.elements[element] = value;
    begin = end + 1;
  }
  return begin;
}

// ISA12, ISA13 and ISA15 are what they should be: then the sixteen elements are those of an ISA.
bool is_plausible(const IsaReading& reading) {
  const std::string_view version = trim(reading.elements[12]), number = trim(reading.elements[13]),
                         usage = trim(reading.elements[15]);
  return version.size() <= 5 && is_digits(version) && number.size() <= 14 && usage.size() <= 1;
}

void set_repetition(IsaReading& reading, std::string_view window) {
  const std::string_view version = trim(reading.elements[12]), id = reading.elements[11];
  if (!is_digits(version) || version < "00402" || id.size() != 1) return;
  wire::Delimiters& delimiters = reading.delimiters;
  const char mark = id[0];
  const bool taken = mark == delimiters.component || delimiters.segment.find(mark) != std::string::npos;
  if (!is_alphanumeric(mark) && !is_blank(mark) && static_cast<unsigned char>(mark) < 0x80 && !taken) {
    delimiters.repetition = mark;
    return;
  }
  reading.remarks.push_back(
      {Code::x12_isa_repetition, static_cast<std::uint32_t>(id.data() - window.data()), 1, 11,
       "ISA11 is " + visible(mark) + ", which cannot separate repetitions; nothing is split by it", std::string(id),
       "a character that occurs nowhere else, such as ^"});
}

void set_component(IsaReading& reading, std::size_t isa16, std::string_view value, bool absent) {
  const auto remark = [&](Code code, std::string message, std::string expected) {
    reading.remarks.push_back({code, static_cast<std::uint32_t>(isa16), static_cast<std::uint32_t>(value.size()), 16,
                               std::move(message), std::string(value), std::move(expected)});
  };
  wire::Delimiters& delimiters = reading.delimiters;
  delimiters.component = 0;
  const std::string_view mark = trim_right(value);
  if (absent || value.empty()) {
    remark(Code::x12_isa_width, "ISA16 is missing: no component separator is known, so elements stay whole", "1 byte");
  } else if (mark.empty() || is_alphanumeric(mark[0]) || static_cast<unsigned char>(mark[0]) >= 0x80) {
    remark(Code::x12_isa_component,
           "ISA16 is " + (mark.empty() ? std::string("blank") : "'" + std::string(mark) + "'") +
               ", which cannot separate components; elements stay whole",
           "one character that occurs nowhere else, such as : or >");
  } else {
    delimiters.component = mark[0];
    if (mark.size() > 1)
      remark(Code::x12_isa_width, "ISA16 has " + std::to_string(mark.size()) + " bytes; its width is 1", "1 byte");
    if (mark.size() < value.size())
      remark(Code::x12_isa_blank, "blanks stand between ISA16 and the segment terminator", "no blank");
    if (delimiters.segment[0] == mark[0])
      remark(
          Code::x12_delimiters_clash,
          "the component separator and the segment terminator are both " + visible(mark[0]) + "; elements stay whole",
          "two different characters");
    if (delimiters.segment[0] == mark[0] || mark[0] == delimiters.element) delimiters.component = 0;
  }
}

}  // namespace

bool looks_like_isa(std::string_view text) {
  return text.size() > 6 && text.substr(0, 3) == "ISA" && !is_alphanumeric(text[3]) && !is_blank(text[3]) &&
         text[6] == text[3];
}

Result<IsaReading> read_isa(std::string_view window) {
  if (window.size() < 5) return fail(Code::x12_isa_length, "the input ends within ISA", at(0, window.size()));
  const char separator = window[3];
  if (is_alphanumeric(separator) || is_blank(separator))
    return fail(Code::x12_isa_separators,
                "the byte behind ISA is " + visible(separator) + " and cannot separate elements", at(3));
  IsaReading reading;
  reading.delimiters.element = separator;
  const auto wrong = first_wrong_separator(window);
  std::size_t isa16 = fixed_length - 1;
  if (!wrong) {
    std::size_t begin = 4;
    for (std::size_t element = 1; element <= 15; ++element) {
      reading.elements[element] = window.substr(begin, isa_widths[element]);
      begin += isa_widths[element] + 1U;
    }
  } else {
    TRY(isa16, split_by_separators(window, *wrong, reading));
    if (!is_plausible(reading)) return wrong_separator(window, *wrong);
  }
  auto end = find_end(window, isa16, separator);
  if (!end) {
    const std::size_t place = isa16 + 1;
    if (place >= window.size()) return fail(Code::x12_isa_length, "the input ends within ISA", at(isa16, 0));
    if (window[isa16] == separator || window[place] == separator)
      return fail(
          Code::x12_isa_terminator,
          "the element separator " + visible(separator) +
              " stands where the segment terminator is due: ISA has more than 16 elements, or one character does both",
          at(place));
    if (is_alphanumeric(window[place]) || is_blank(window[place]))
      return fail(Code::x12_isa_terminator,
                  "the byte behind ISA16 is " + visible(window[place]) +
                      ", and no segment follows that would show another terminator",
                  at(place));
    end = End{place, place + character_length(window, place),
              std::string(window.substr(place, character_length(window, place))), false, false};
  }
  reading.delimiters.segment = end->terminator;
  reading.length = static_cast<std::uint32_t>(end->length);
  reading.newline_terminator = end->terminator.back() == '\n';
  remark_widths(reading, window);
  reading.elements[16] = window.substr(isa16, end->isa16_end - isa16);
  set_component(reading, isa16, reading.elements[16], end->terminator_absent);
  if (end->contradicted)
    reading.remarks.push_back({Code::x12_delimiters_clash, static_cast<std::uint32_t>(isa16 + 1), 1, 0,
                               "ISA shows " + visible(window[isa16]) +
                                   " both as component separator and as segment terminator, but segments end with " +
                                   visible(end->terminator[0]) + ", which is taken",
                               std::string(window.substr(isa16, 2)), "two different characters"});
  set_repetition(reading, window);
  return reading;
}

std::uint32_t find_wrap_columns(std::string_view window, bool at_end) {
  constexpr std::size_t columns_min = 20, columns_max = 500;
  const std::size_t first = find_line_end(window);
  if (first == std::string_view::npos || first < columns_min || first > columns_max || first == fixed_length) return 0;
  const std::size_t next = first + (window.substr(first, 2) == "\r\n" ? 2 : 1);
  std::size_t second = find_line_end(window, next);
  const bool last_line = second == std::string_view::npos;
  if (last_line) second = window.size();
  if (last_line ? !at_end || second - next > first || first > fixed_length : second - next != first) return 0;
  if (first > fixed_length && window[first - 1] == window[fixed_length] && window[second - 1] == window[fixed_length])
    return 0;
  return static_cast<std::uint32_t>(first);
}

}  // namespace crossdock::x12
