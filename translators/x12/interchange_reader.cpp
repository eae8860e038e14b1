// The loop from bytes to segments: finds interchanges, indexes their delimiters block by block, hands segments to the
// envelope. SPDX-License-Identifier: Apache-2.0
#include "translators/x12/interchange_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "translators/wire/scan.hpp"
#include "translators/x12/envelope.hpp"
#include "translators/x12/isa.hpp"
#include "translators/x12/text.hpp"

namespace crossdock::x12 {
namespace {

/// Whether a step did something, or waits for more bytes.
enum class Step : std::uint8_t { done, wait };
using Progress = Result<Step>;

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";

}  // namespace

struct InterchangeReader::State {
  State(InterchangeHandler& handler, ReaderLimits given) : envelope(handler), limits(given) {}

  Status feed(std::string_view bytes);
  Status finish();
  Status run();
  void make_room();
  // Outside of interchanges:
  Progress seek_interchange();
  Progress skip_text();
  Progress open_interchange();
  void use_index_from(std::uint32_t position, bool delimiters_kept);
  // Inside:
  void scan_more();
  Progress read_segments();
  void read_bodies();
  Progress take_rest();
  Progress take_binary(std::uint32_t start);
  [[nodiscard]] bool begins_binary(std::uint32_t start) const;
  bool leave_for_isa(std::uint32_t start);
  void note_gap(std::uint32_t from, std::uint32_t to);
  void restart_index(std::uint32_t position);

  // Lines: `line` is that of `line_position`, which only moves forward; by bytes, or by the index where there is one.
  void count_lines(std::uint32_t to);
  void count_indexed_lines(std::uint32_t to);
  [[nodiscard]] Position place(std::uint32_t start, std::uint32_t end) const {
    const std::uint64_t offset = block.raw(start);
    return {offset, static_cast<std::uint32_t>(block.raw(end) - offset), line, 0};
  }
  tl::unexpected<Error> too_long(std::uint32_t start, std::uint32_t limit) const {
    return fail(Code::x12_segment_too_long,
                "a segment is longer than the limit of " + std::to_string(limit) + " bytes; its terminator " +
                    visible(terminator[0]) + " was not found",
                place(start, start));
  }

  Envelope envelope;
  ReaderLimits limits;
  InputBlock block;
  wire::DelimiterIndex index;
  bool reading = false;       // inside of an interchange
  bool at_end = false;        // no more bytes will come
  bool begun = false;         // the first bytes (BOM) were looked at
  std::uint32_t cursor = 0;   // everything before it is consumed
  std::uint32_t scanned = 0;  // indexed up to here; lies behind the block's end while a binary segment arrives
  std::uint32_t next_delimiter = 0, next_terminator = 0, next_newline = 0;  // first unused entries of the index
  std::uint32_t line = 1, line_position = 0;
  std::uint64_t text_outside = 0;  // bytes of the run of text at hand
  Position text_position;          // where that run began
  bool binary_refused = false;     // the binary segment at the cursor has a wrong count: read it as any other
  // Of the interchange at hand:
  char element = 0;
  std::string terminator;  // LF where lines are segments
  bool strip_carriage_return = false;
  std::optional<Error> failed;
};

Status InterchangeReader::State::feed(std::string_view bytes) {
  if (failed) return tl::unexpected(*failed);
  while (!bytes.empty()) {
    if (block.full()) make_room();
    bytes.remove_prefix(block.append(bytes.substr(0, InputBlock::default_bytes)));
    TRY_STATUS(run());
  }
  return {};
}

Status InterchangeReader::State::run() {
  for (;;) {
    Progress progress = reading ? read_segments() : seek_interchange();
    if (!progress) failed = progress.error();
    if (failed) return tl::unexpected(*failed);
    if (*progress == Step::wait) return {};
  }
}

Status InterchangeReader::State::finish() {
  if (failed) return tl::unexpected(*failed);
  at_end = true;
  TRY_STATUS(run());
  if (reading) count_indexed_lines(cursor);
  reading = false;
  envelope.close(place(cursor, cursor));
  if (envelope.seen_any()) return {};
  return fail(Code::x12_isa_missing, cursor == 0 ? "the input is empty" : "the input holds nothing but blanks",
              place(cursor, cursor));
}

// One byte before the cursor stays: a CR there is a line break of its own only if no LF follows.
void InterchangeReader::State::make_room() {
  const std::uint32_t bytes = reading && cursor > 0 ? cursor - 1 : cursor;
  if (bytes == 0) {
    block.grow();
    return;
  }
  if (reading) {
    count_indexed_lines(bytes);
    index.shift(bytes, next_delimiter, next_terminator, next_newline);
    scanned -= std::min(scanned, bytes);
  } else {
    count_lines(bytes);
    index.clear();
    scanned = 0;
  }
  block.drop(bytes);
  next_delimiter = next_terminator = next_newline = 0;
  cursor -= bytes;
  line_position -= bytes;
}

void InterchangeReader::State::count_lines(std::uint32_t to) {
  if (to <= line_position) return;
  line += block.lines_removed(line_position, to);
  const char* bytes = block.data();
  for (; line_position < to; ++line_position) {
    const bool before_line_feed = line_position + 1 < block.size() && bytes[line_position + 1] == '\n';
    if (bytes[line_position] == '\n' || (bytes[line_position] == '\r' && !before_line_feed)) ++line;
  }
}

void InterchangeReader::State::count_indexed_lines(std::uint32_t to) {
  if (to <= line_position) return;
  const char* bytes = block.data();
  for (; next_newline < index.newline_count && index.newlines[next_newline] < to; ++next_newline) {
    const std::uint32_t at = index.newlines[next_newline];
    if (bytes[at] == '\n' || at + 1 >= block.size() || bytes[at + 1] != '\n') ++line;
  }
  line += block.lines_removed(line_position, to);
  line_position = to;
}

// Blanks and padding up to the next ISA; other text is skipped with a finding.
Progress InterchangeReader::State::seek_interchange() {
  if (text_outside != 0) return skip_text();
  if (!begun) {
    if (block.size() < utf8_bom.size() && !at_end) return Step::wait;
    begun = true;
    if (block.from(0).substr(0, utf8_bom.size()) == utf8_bom) {
      cursor = line_position = static_cast<std::uint32_t>(utf8_bom.size());
      envelope.note_once(Code::x12_wire_bom, place(0, cursor));
    }
  }
  const char* bytes = block.data();
  for (; cursor < block.size(); ++cursor) {
    const bool doubled =
        envelope.seen_any() && terminator.size() == 1 && bytes[cursor] == terminator[0] && !is_blank(bytes[cursor]);
    if (!doubled && !is_blank(bytes[cursor])) break;
    const Code code = doubled ? Code::x12_wire_empty_segment : Code::x12_wire_padding;
    if (envelope.noted(code) || !(doubled || is_padding(bytes[cursor]))) continue;
    count_lines(cursor);
    envelope.note_once(code, place(cursor, cursor + 1));
  }
  if (cursor > 0 && cursor == block.size() && bytes[cursor - 1] == '\r' && !at_end) {
    --cursor;  // an LF may follow
    return Step::wait;
  }
  count_lines(cursor);
  const std::string_view window = block.from(cursor);
  if (window.empty() || (window.size() < isa_window_bytes && !at_end)) return Step::wait;
  if (window.size() > 3 && window.substr(0, 3) == "ISA" && !is_alphanumeric(window[3])) return open_interchange();
  text_position = place(cursor, cursor);
  const std::string_view start = window.substr(0, 3);
  if (!envelope.seen_any() && (start == "UNA" || start == "UNB"))
    return fail(Code::x12_isa_missing, "the input begins with " + std::string(start) + ": it is EDIFACT, not X12",
                text_position);
  return skip_text();
}

Progress InterchangeReader::State::skip_text() {
  const std::string_view window = block.from(cursor);
  const std::size_t end =
      at_end ? window.size() : window.size() - std::min<std::size_t>(window.size(), isa_start_bytes - 1);
  std::size_t skipped = text_outside == 0 ? 1 : 0;
  while (skipped < end && !looks_like_isa(window.substr(skipped))) {
    const std::size_t next = window.find('I', skipped + 1);
    skipped = std::min(next, end);
  }
  const bool found = skipped < end;
  if (!found && end == 0) return Step::wait;
  skipped = std::min(skipped, end);
  text_outside += skipped;
  cursor += static_cast<std::uint32_t>(skipped);
  count_lines(cursor);
  if (text_outside > limits.text_outside_max) {
    const std::string most = std::to_string(limits.text_outside_max);
    if (!envelope.seen_any())
      return fail(Code::x12_isa_missing, "no ISA segment begins within the first " + most + " bytes", text_position);
    return fail(Code::x12_text_too_long, "more than " + most + " bytes of text stand between or behind interchanges",
                text_position);
  }
  if (!found && !at_end) return Step::wait;
  if (!found && !envelope.seen_any())
    return fail(Code::x12_isa_missing, "the input holds no ISA segment", text_position);
  text_position.length = static_cast<std::uint32_t>(text_outside);
  envelope.report(Code::x12_text_outside, text_position,
                  std::to_string(text_outside) + " bytes of text stand outside of any interchange and were skipped");
  text_outside = 0;
  return found ? Step::done : Step::wait;
}

Progress InterchangeReader::State::open_interchange() {
  std::string_view window = block.from(cursor).substr(0, isa_window_bytes);
  const bool all = at_end && block.from(cursor).size() <= isa_window_bytes;
  const std::uint32_t columns = block.wrapped() ? 0 : find_wrap_columns(window, all);
  if (columns != 0) {
    block.unwrap(cursor, columns);
    window = block.from(cursor).substr(0, isa_window_bytes);
  }
  auto isa = read_isa(window);
  if (!isa) {
    Error error = isa.error();
    const auto offset = std::min(cursor + static_cast<std::uint32_t>(error.where.offset), block.size());
    error.where.offset = block.raw(offset);
    error.where.line = line;
    return tl::unexpected(std::move(error));
  }
  const std::string separator = isa->newline_terminator ? "\n" : isa->delimiters.segment;
  const bool kept = columns == 0 && element == isa->delimiters.element && terminator == separator;
  element = isa->delimiters.element;
  terminator = separator;
  strip_carriage_return = isa->newline_terminator;
  const std::uint32_t end = cursor + isa->length;
  envelope.open(*isa, place(cursor, end));
  if (columns != 0)
    envelope.note_once(
        Code::x12_wire_wrapped, place(cursor, cursor),
        "the input is broken into lines of " + std::to_string(columns) + " bytes; the line breaks are left out");
  count_lines(end);
  cursor = end;
  reading = true;
  binary_refused = false;
  use_index_from(end, kept);
  return Step::done;
}

void InterchangeReader::State::restart_index(std::uint32_t position) {
  index.clear();
  next_delimiter = next_terminator = next_newline = 0;
  scanned = position;
}

// Behind an ISA: what was indexed before is used again if the delimiters are still the same.
void InterchangeReader::State::use_index_from(std::uint32_t position, bool delimiters_kept) {
  if (!delimiters_kept || scanned < position) return restart_index(position);
  while (next_delimiter < index.delimiter_count && index.delimiters[next_delimiter] < position) ++next_delimiter;
  while (next_terminator < index.terminator_count && index.terminators[next_terminator] < next_delimiter)
    ++next_terminator;
  while (next_newline < index.newline_count && index.newlines[next_newline] < position) ++next_newline;
}

void InterchangeReader::State::scan_more() {
  if (next_delimiter == index.delimiter_count && next_newline == index.newline_count) {
    index.clear();
    next_delimiter = next_terminator = next_newline = 0;
  }
  const auto held_back = at_end ? 0U : static_cast<std::uint32_t>(terminator.size() - 1);
  const std::uint32_t to = block.size() - std::min(block.size(), held_back);
  if (scanned >= to) return;
  index.reserve(std::max(index.delimiter_count, index.newline_count) + (to - scanned));
  if (terminator.size() == 1)
    wire::scan(block.data(), scanned, to, element, terminator[0], index);
  else
    wire::scan_multibyte({block.data(), block.size()}, scanned, to, element, terminator, index);
  scanned = to;
}

// The common case, kept in registers: segments of a set's body that follow each other directly or on lines of their
// own. It stops before anything else (blanks, quirks, control segments, limits), which read_segments() then takes.
void InterchangeReader::State::read_bodies() {
  if (!envelope.in_set() || terminator.size() != 1 || strip_carriage_return || block.wrapped()) return;
  const char* const bytes = block.data();
  const std::uint32_t* const delimiters = index.delimiters.get();
  const std::uint64_t base = block.raw(0);
  const bool lines_known = envelope.noted(Code::x12_wire_newline);
  std::uint32_t at = cursor, first = next_delimiter, ended = next_terminator, newline = next_newline, here = line;
  const auto next_line = [&] { return newline < index.newline_count ? index.newlines[newline] : UINT32_MAX; };
  std::uint32_t line_break = next_line();
  for (; ended < index.terminator_count; ++ended) {
    const std::uint32_t last = index.terminators[ended], end = delimiters[last];
    std::uint32_t start = at;
    if (start == line_break && lines_known) {
      const std::uint32_t width = bytes[start] == '\r' && bytes[start + 1] == '\n' ? 2 : 1;
      start += width;
      newline += width;
      ++here;
      line_break = next_line();
    }
    const char lead = bytes[start], second = start < end ? bytes[start + 1] : '\0';
    const bool common = lead > ' ' && start < end && line_break > end && end - start <= limits.segment_bytes_max &&
                        lead != 'I' && !(lead == 'B' && (second == 'I' || second == 'D')) &&
                        last - first <= limits.elements_max &&
                        !((lead == 'S' || lead == 'G') && is_control(bytes + start, delimiters[first] - start));
    if (!common) {
      if (start != at) {  // the line break is taken again by the careful path
        newline -= start - at;
        --here;
      }
      break;
    }
    wire::Segment segment{bytes, start, {delimiters + first, last - first + 1}, {base + start, end - start, here, 0}};
    envelope.body(segment);
    first = last + 1;
    at = end + 1;
  }
  if (at == cursor) return;
  cursor = line_position = std::min(at, block.size());  // the terminator of the last one may only be assumed
  next_delimiter = first;
  next_terminator = ended;
  next_newline = newline;
  line = here;
  binary_refused = false;
}

Progress InterchangeReader::State::read_segments() {
  scan_more();
  const char* const bytes = block.data();
  const auto width = static_cast<std::uint32_t>(terminator.size());
  for (;;) {
    read_bodies();
    if (next_terminator >= index.terminator_count) break;
    const std::uint32_t last = index.terminators[next_terminator], first = next_delimiter;
    std::uint32_t end = index.delimiters[last];
    const std::uint32_t tag_end = index.delimiters[first];
    std::uint32_t start = cursor;
    while (start < tag_end && is_blank(bytes[start])) ++start;
    const bool binary = bytes[start] == 'B' && begins_binary(start);
    if (!binary && end - start > limits.segment_bytes_max) return too_long(start, limits.segment_bytes_max);
    if (start != cursor) note_gap(cursor, start);
    if (next_newline < index.newline_count || block.wrapped())
      count_indexed_lines(start);
    else
      line_position = std::max(line_position, start);
    if (binary) return take_binary(start);
    if (bytes[start] == 'I' && start != end) {
      if (block.size() - start < isa_start_bytes && !at_end) return Step::wait;
      if (leave_for_isa(start)) return Step::done;
    }
    if (last - first > limits.elements_max)
      return fail(Code::x12_elements_too_many,
                  "a segment has " + std::to_string(last - first) + " elements; the limit is " +
                      std::to_string(limits.elements_max),
                  place(start, start));
    next_delimiter = last + 1;
    ++next_terminator;
    cursor = std::min(end + width, block.size());
    if (start == end) {
      envelope.note_once(Code::x12_wire_empty_segment, place(start, end));
      continue;
    }
    if (strip_carriage_return && bytes[end - 1] == '\r') index.delimiters[last] = --end;
    if (next_newline < index.newline_count && index.newlines[next_newline] < end &&
        !envelope.noted(Code::x12_wire_newline_inside))
      envelope.note_once(Code::x12_wire_newline_inside, place(start, end));
    binary_refused = false;
    wire::Segment segment{bytes, start, {index.delimiters.get() + first, last - first + 1}, place(start, end)};
    if (envelope.in_set() && !is_control(bytes + start, tag_end - start)) {
      envelope.body(segment);
    } else if (envelope.control(segment)) {
      reading = false;
      return Step::done;
    }
  }
  return take_rest();
}

// An ISA inside of an interchange begins the next one: the trailer before it is missing.
bool InterchangeReader::State::leave_for_isa(std::uint32_t start) {
  if (!looks_like_isa(block.from(start))) return false;
  cursor = start;
  reading = false;
  return true;
}

void InterchangeReader::State::note_gap(std::uint32_t from, std::uint32_t to) {
  count_indexed_lines(from);
  for (std::uint32_t at = from; at < to; ++at) {
    const char byte = block.data()[at];
    const Code code = is_newline(byte)   ? Code::x12_wire_newline
                      : is_padding(byte) ? Code::x12_wire_padding
                                         : Code::x12_wire_indent;
    if (!envelope.noted(code)) envelope.note_once(code, place(from, to));
  }
}

// What stands behind the last terminator: the beginning of a segment, a binary segment, or the end of the input.
Progress InterchangeReader::State::take_rest() {
  const char* const bytes = block.data();
  std::uint32_t start = cursor;
  while (start < block.size() && is_blank(bytes[start])) ++start;
  if (start < block.size()) {
    if (begins_binary(start)) {
      if (start != cursor) note_gap(cursor, start);
      count_indexed_lines(start);
      return take_binary(start);
    }
    if (bytes[start] == 'I' && looks_like_isa(block.from(start))) {
      if (start != cursor) note_gap(cursor, start);
      count_indexed_lines(start);
      leave_for_isa(start);
      return Step::done;
    }
  }
  if (!at_end) {
    if (block.size() - start > limits.segment_bytes_max || start - cursor > limits.segment_bytes_max)
      return too_long(start, limits.segment_bytes_max);
    return Step::wait;
  }
  std::uint32_t end = block.size();
  while (end > start && is_blank(bytes[end - 1])) --end;
  if (start == end) {
    if (start != cursor) note_gap(cursor, start);
    cursor = block.size();
    return Step::wait;
  }
  for (std::uint32_t at = end; at < block.size(); ++at)
    if (is_padding(bytes[at])) envelope.note_once(Code::x12_wire_padding, place(at, block.size()));
  if (!strip_carriage_return)
    envelope.report(Code::x12_segment_unterminated, place(start, end),
                    "the last segment has no terminator; " + visible(terminator[0]) + " should end it",
                    block.from(start).substr(0, end - start), visible(terminator[0]));
  block.truncate(end);  // a terminator is assumed there
  while (index.newline_count > next_newline && index.newlines[index.newline_count - 1] >= end) --index.newline_count;
  index.reserve(index.delimiter_count + 1);
  index.terminators[index.terminator_count++] = index.delimiter_count;
  index.delimiters[index.delimiter_count++] = end;
  return Step::done;
}

bool InterchangeReader::State::begins_binary(std::uint32_t start) const {
  if (binary_refused || !envelope.in_set() || block.size() - start < 4) return false;
  const std::string_view tag = block.from(start).substr(0, 3);
  return (tag == "BIN" || tag == "BDS") && block.data()[start + 3] == element;
}

// BIN*count*bytes and BDS*code*count*bytes: the count decides where the segment ends, whatever stands in between.
Progress InterchangeReader::State::take_binary(std::uint32_t start) {
  constexpr std::size_t header_bytes_max = 40;
  cursor = start;
  std::array<std::uint32_t, 4> ends{};
  const std::size_t parts = block.data()[start + 1] == 'I' ? 2 : 3;  // tag, count | tag, code, count
  const std::string_view header = block.from(start).substr(0, header_bytes_max);
  std::size_t found = 0;
  for (std::size_t at = 0; at < header.size() && found < parts; ++at) {
    if (header[at] == terminator[0]) break;
    if (header[at] == element) ends[found++] = start + static_cast<std::uint32_t>(at);
  }
  const auto refuse = [&](std::string_view why) -> Step {
    envelope.report(Code::x12_binary_length, place(start, start + 3), "binary segment: " + std::string(why));
    binary_refused = true;
    restart_index(start);
    return Step::done;
  };
  if (found < parts) {
    const bool complete =
        header.size() == header_bytes_max || header.find(terminator[0]) != std::string_view::npos || at_end;
    if (!complete) {
      restart_index(start);
      return Step::wait;
    }
    return refuse("it has no byte count");
  }
  const std::uint32_t count_begin = ends[parts - 2] + 1, data = ends[parts - 1] + 1;
  const std::string stated(block.data() + count_begin, data - 1 - count_begin);
  const auto count = parse_number(stated);
  if (!count) return refuse("its byte count '" + stated + "' is not a number");
  if (*count > limits.binary_bytes_max)
    return fail(Code::x12_segment_too_long,
                "a binary segment of " + stated + " bytes is longer than the limit of " +
                    std::to_string(limits.binary_bytes_max) + " bytes",
                place(start, start));
  const std::uint32_t end = data + static_cast<std::uint32_t>(*count);
  const auto width = static_cast<std::uint32_t>(terminator.size());
  const std::uint32_t width_max = width + (strip_carriage_return ? 1U : 0U);
  if (!at_end && block.size() < end + width_max + 1) {
    restart_index(std::max(end, block.size()));
    return Step::wait;
  }
  const std::string_view behind = block.size() >= end ? block.from(end) : std::string_view{};
  const std::uint32_t skip = strip_carriage_return && behind.substr(0, 1) == "\r" ? 1 : 0;
  if (behind.substr(skip, width) != terminator)
    return refuse("its byte count is " + stated + ", but no terminator stands behind that many bytes");
  ends[parts] = end;
  cursor = end + skip + width;
  restart_index(cursor);
  wire::Segment segment{block.data(), start, {ends.data(), parts + 1}, place(start, end)};
  envelope.body(segment);
  count_lines(cursor);
  return Step::done;
}

InterchangeReader::InterchangeReader(InterchangeHandler& handler, ReaderLimits limits)
    : state_(std::make_unique<State>(handler, limits)) {}
InterchangeReader::~InterchangeReader() = default;
InterchangeReader::InterchangeReader(InterchangeReader&&) noexcept = default;

Status InterchangeReader::feed(std::string_view bytes) { return state_->feed(bytes); }
Status InterchangeReader::finish() { return state_->finish(); }
std::uint64_t InterchangeReader::offset() const { return state_->block.raw(state_->cursor); }

}  // namespace crossdock::x12
