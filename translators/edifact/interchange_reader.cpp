// The loop from bytes to segments: finds interchanges, indexes their delimiters block by block, hands segments to the
// envelope. SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/interchange_reader.hpp"

#include <algorithm>
#include <optional>

#include "translators/edifact/characters.hpp"
#include "translators/edifact/envelope.hpp"
#include "translators/edifact/service_string.hpp"
#include "translators/wire/character_set.hpp"
#include "translators/wire/input_block.hpp"
#include "translators/wire/scan.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::edifact {
namespace {

using wire::is_blank;
using wire::is_newline;
using wire::is_padding;

/// Whether a step did something, or waits for more bytes.
enum class Step : std::uint8_t { done, wait };
using Progress = Result<Step>;

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";

}  // namespace

struct InterchangeReader::State {
  State(InterchangeHandler& handler, ReaderOptions given)
      : envelope(handler), options(given), characters(envelope, given.characters) {
    envelope.before_end = [this](Position where) { characters.finish(where); };
  }

  Status feed(std::string_view bytes);
  Status finish();
  Status run();
  void make_room();
  // Outside of interchanges:
  Progress seek_interchange();
  void pass_blanks();
  Progress skip_text();
  Progress open_interchange();
  // Inside:
  void scan_more();
  Progress read_segments();
  void read_bodies();
  Status read_one(std::uint32_t first, std::uint32_t last);
  Progress take_rest();
  Progress pass_object();
  bool leave_for_header(std::uint32_t start);
  void note_gap(std::uint32_t from, std::uint32_t to);
  void restart_index(std::uint32_t position);

  // Lines: `line` is that of `line_position`, which only moves forward; by bytes, or by the index where there is one.
  void count_lines(std::uint32_t to);
  void count_indexed_lines(std::uint32_t to);
  [[nodiscard]] Position place(std::uint32_t start, std::uint32_t end) const {
    const std::uint64_t offset = block.raw(start);
    return {offset, static_cast<std::uint32_t>(block.raw(end) - offset), line, 0};
  }
  tl::unexpected<Error> too_long(std::uint32_t start) const {
    return fail(Code::edifact_segment_too_long,
                "a segment is longer than the limit of " + std::to_string(options.segment_bytes_max) +
                    " bytes; its terminator " + wire::visible(terminator) + " was not found",
                place(start, start));
  }

  Envelope envelope;
  ReaderOptions options;
  CharacterCheck characters;
  wire::InputBlock block;
  wire::DelimiterIndex index;  // its `newlines` hold release characters too
  bool reading = false;        // inside of an interchange
  bool at_end = false;         // no more bytes will come
  bool begun = false;          // the first bytes (BOM) were looked at
  bool released = false;       // the byte at `scanned` is data: a release character stands before it
  bool high = false;           // bytes above 0x7F stand in what is indexed
  std::uint32_t cursor = 0;    // everything before it is consumed
  std::uint32_t scanned = 0;   // indexed up to here
  std::uint32_t next_delimiter = 0, next_terminator = 0, next_special = 0;  // first unused entries of the index
  std::uint32_t line = 1, line_position = 0;
  std::uint64_t text_outside = 0;  // bytes of the run of text at hand
  Position text_position;          // where that run began
  std::uint64_t object_left = 0;   // of a package's object
  bool object_behind = false;      // the object was passed: UNP must follow
  // Of the interchange at hand:
  char element = 0, terminator = 0, release = 0;
  bool strip_carriage_return = false;
  std::optional<Error> failed;
};

Status InterchangeReader::State::feed(std::string_view bytes) {
  if (failed) return tl::unexpected(*failed);
  while (!bytes.empty()) {
    if (block.full()) make_room();
    bytes.remove_prefix(block.append(bytes.substr(0, wire::InputBlock::default_bytes)));
    TRY_STATUS(run());
  }
  return {};
}

Status InterchangeReader::State::run() {
  for (;;) {
    Progress progress = object_left != 0 ? pass_object() : reading ? read_segments() : seek_interchange();
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
  failed = fail(Code::edifact_unb_missing, cursor == 0 ? "the input is empty" : "the input holds no interchange",
                place(cursor, cursor))
               .value();
  return tl::unexpected(*failed);
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
    index.shift(bytes, next_delimiter, next_terminator, next_special);
    scanned -= std::min(scanned, bytes);
  } else {
    count_lines(bytes);
    index.clear();
    scanned = 0;
  }
  block.drop(bytes);
  next_delimiter = next_terminator = next_special = 0;
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
  for (; next_special < index.newline_count && index.newlines[next_special] < to; ++next_special) {
    const std::uint32_t at = index.newlines[next_special];
    if (bytes[at] == '\n' || (bytes[at] == '\r' && (at + 1 >= block.size() || bytes[at + 1] != '\n'))) ++line;
  }
  line += block.lines_removed(line_position, to);
  line_position = to;
}

/// Blanks, padding and terminators that stand alone.
void InterchangeReader::State::pass_blanks() {
  const char* bytes = block.data();
  for (; cursor < block.size(); ++cursor) {
    const bool alone =
        !is_blank(bytes[cursor]) && (envelope.seen_any() ? bytes[cursor] == terminator : bytes[cursor] == '\'');
    if (!alone && !is_blank(bytes[cursor])) break;
    const Code code = alone ? Code::edifact_wire_empty_segment : Code::edifact_wire_padding;
    if (envelope.noted(code) || !(alone || is_padding(bytes[cursor]))) continue;
    count_lines(cursor);
    envelope.note_once(code, place(cursor, cursor + 1));
  }
}

Progress InterchangeReader::State::seek_interchange() {
  if (text_outside != 0) return skip_text();
  if (!begun) {
    if (block.size() < utf8_bom.size() && !at_end) return Step::wait;
    begun = true;
    if (block.from(0).substr(0, utf8_bom.size()) == utf8_bom) {
      cursor = line_position = static_cast<std::uint32_t>(utf8_bom.size());
      envelope.note_once(Code::edifact_wire_bom, place(0, cursor));
    }
  }
  pass_blanks();
  if (cursor > 0 && cursor == block.size() && block.data()[cursor - 1] == '\r' && !at_end) {
    --cursor;  // an LF may follow
    return Step::wait;
  }
  count_lines(cursor);
  const std::string_view window = block.from(cursor);
  if (window.empty() || (window.size() < service_window_bytes && !at_end)) return Step::wait;
  if (begins_interchange(window, options.bare_messages)) return open_interchange();
  text_position = place(cursor, cursor);
  return skip_text();
}

Progress InterchangeReader::State::skip_text() {
  const std::string_view window = block.from(cursor);
  const std::size_t end =
      at_end ? window.size() : window.size() - std::min<std::size_t>(window.size(), service_window_bytes - 1);
  std::size_t skipped = text_outside == 0 ? 1 : 0;
  while (skipped < end && !begins_interchange(window.substr(skipped), options.bare_messages)) {
    const std::size_t next = window.find('U', skipped + 1);
    skipped = std::min(next, end);
  }
  const bool found = skipped < end;
  if (!found && end == 0) return Step::wait;
  skipped = std::min(skipped, end);
  text_outside += skipped;
  cursor += static_cast<std::uint32_t>(skipped);
  count_lines(cursor);
  if (text_outside > options.text_outside_max) {
    const std::string most = std::to_string(options.text_outside_max);
    if (!envelope.seen_any())
      return fail(Code::edifact_unb_missing, "no UNA or UNB begins within the first " + most + " bytes", text_position);
    return fail(Code::edifact_text_too_long,
                "more than " + most + " bytes of text stand between or behind interchanges", text_position);
  }
  if (!found && !at_end) return Step::wait;
  if (!found && !envelope.seen_any())
    return fail(Code::edifact_unb_missing, "the input holds neither UNA nor UNB", text_position);
  Position where = text_position;
  where.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(text_outside, 0xFFFFFFFF));
  envelope.note_once(Code::edifact_wire_text_outside, where,
                     std::to_string(text_outside) + " bytes stand outside of any interchange");
  text_outside = 0;
  return found ? Step::done : Step::wait;
}

Progress InterchangeReader::State::open_interchange() {
  const std::string_view window = block.from(cursor).substr(0, service_window_bytes);
  const std::optional<ServiceString> service = read_service_string(window);
  if (!service)
    return fail(Code::edifact_unb_missing, "the service characters cannot be told: UNA or UNB is not well-formed",
                place(cursor, cursor));
  element = service->delimiters.element;
  terminator = service->delimiters.segment[0];
  release = service->delimiters.release;
  strip_carriage_return = terminator == '\n';
  envelope.expect(*service, place(cursor, cursor + std::min<std::uint32_t>(service->length, 9)));
  cursor += service->length;
  count_lines(cursor);
  if (!block.wrapped() && !is_newline(terminator)) {
    std::uint32_t columns = 0;
    if (options.line_breaks == LineBreaks::detect) {
      columns = find_wrap_columns(window, terminator, at_end);
      if (columns != 0) envelope.note_once(Code::edifact_wire_wrapped, place(cursor, cursor));
    }
    if (columns != 0 || options.line_breaks == LineBreaks::noise) block.unwrap_all(cursor);
  }
  reading = true;
  restart_index(cursor);
  return Step::done;
}

void InterchangeReader::State::restart_index(std::uint32_t position) {
  index.clear();
  next_delimiter = next_terminator = next_special = 0;
  scanned = position;
  released = high = false;
}

void InterchangeReader::State::scan_more() {
  if (next_delimiter == index.delimiter_count && next_special == index.newline_count) {
    index.clear();
    next_delimiter = next_terminator = next_special = 0;
  }
  if (scanned >= block.size()) return;
  index.reserve(std::max(index.delimiter_count, index.newline_count) + (block.size() - scanned));
  const std::string_view more = block.from(scanned);
  high = wire::has_high_bytes(more) || (high && next_delimiter != index.delimiter_count);
  if (release == 0)
    wire::scan(block.data(), scanned, block.size(), element, terminator, index);
  else
    wire::scan_released(block.data(), scanned, block.size(), element, terminator, release, released, index);
  scanned = block.size();
}

// The common case, kept in registers: segments of a message's body that follow each other directly or on lines of their
// own. It stops before anything else (blanks, quirks, control segments, limits), which read_segments() then takes.
void InterchangeReader::State::read_bodies() {
  if (!envelope.in_set() || strip_carriage_return || block.wrapped() || high || characters.watches()) return;
  const char* const bytes = block.data();
  const std::uint32_t* const delimiters = index.delimiters.get();
  const std::uint32_t* const specials = index.newlines.get();
  const std::uint64_t base = block.raw(0);
  const bool lines_known = envelope.noted(Code::edifact_wire_newline);
  std::uint32_t at = cursor, first = next_delimiter, ended = next_terminator, special = next_special, here = line;
  const auto next_place = [&] { return special < index.newline_count ? specials[special] : UINT32_MAX; };
  std::uint32_t next = next_place();
  for (; ended < index.terminator_count; ++ended) {
    const std::uint32_t last = index.terminators[ended], end = delimiters[last];
    std::uint32_t start = at;
    const std::uint32_t special_before = special;
    if (start == next && lines_known && is_newline(bytes[start])) {
      const std::uint32_t width = bytes[start] == '\r' && bytes[start + 1] == '\n' ? 2 : 1;
      start += width;
      special += width;
      ++here;
      next = next_place();
    }
    bool releases = false, plain = true;
    while (next < end) {  // release characters are common, line breaks inside of a segment are not
      plain = plain && bytes[next] == release && next >= start;
      releases = true;
      ++special;
      next = next_place();
    }
    const bool common = plain && bytes[start] > ' ' && start < end && end - start <= options.segment_bytes_max &&
                        last - first <= options.elements_max &&
                        !(bytes[start] == 'U' && bytes[start + 1] == 'N' &&
                          (is_control(bytes + start, delimiters[first] - start) || bytes[start + 2] == 'A'));
    if (!common) {
      if (start != at) --here;  // the line break is taken again by the careful path
      special = special_before;
      break;
    }
    wire::Segment segment{
        bytes, start, {delimiters + first, last - first + 1}, {base + start, end - start, here, 0}, releases};
    envelope.body(segment);
    first = last + 1;
    at = end + 1;
  }
  if (at == cursor) return;
  cursor = line_position = at;
  next_delimiter = first;
  next_terminator = ended;
  next_special = special;
  line = here;
}

Progress InterchangeReader::State::read_segments() {
  scan_more();
  const char* const bytes = block.data();
  for (;;) {
    read_bodies();
    if (next_terminator >= index.terminator_count) break;
    const std::uint32_t last = index.terminators[next_terminator], first = next_delimiter;
    const std::uint32_t end = index.delimiters[last];
    std::uint32_t start = cursor;
    while (start < index.delimiters[first] && is_blank(bytes[start])) ++start;
    if (end - start > options.segment_bytes_max) return too_long(start);
    if (start != cursor) note_gap(cursor, start);
    count_indexed_lines(start);
    if (bytes[start] == 'U' && start != end) {
      const std::string_view tag = block.from(start).substr(0, 3);
      if ((tag == "UNA" || tag == "UNB") && envelope.in_interchange() && !at_end &&
          block.size() - start < service_window_bytes)
        return Step::wait;
      if (leave_for_header(start)) return Step::done;
    }
    if (last - first > options.elements_max)
      return fail(Code::edifact_elements_too_many,
                  "a segment has " + std::to_string(last - first) + " elements; the limit is " +
                      std::to_string(options.elements_max),
                  place(start, start));
    next_delimiter = last + 1;
    ++next_terminator;
    cursor = std::min(end + 1, block.size());
    if (start == end) {
      envelope.note_once(Code::edifact_wire_empty_segment, place(start, end));
      continue;
    }
    TRY_STATUS(read_one(first, last));
    if (!reading || object_left != 0) return Step::done;
  }
  return take_rest();
}

// The segment whose ends are index.delimiters[first] to [last]; `line_position` stands at its beginning.
Status InterchangeReader::State::read_one(std::uint32_t first, std::uint32_t last) {
  const char* const bytes = block.data();
  const std::uint32_t start = line_position;
  std::uint32_t end = index.delimiters[last];
  if (strip_carriage_return && bytes[end - 1] == '\r') index.delimiters[last] = --end;
  bool releases = false, lines = false;
  for (std::uint32_t at = next_special; at < index.newline_count && index.newlines[at] < end; ++at)
    (bytes[index.newlines[at]] == release ? releases : lines) = true;
  if (lines && !envelope.noted(Code::edifact_wire_newline_inside))
    envelope.note_once(Code::edifact_wire_newline_inside, place(start, end));
  wire::Segment segment{bytes, start, {index.delimiters.get() + first, last - first + 1}, place(start, end), releases};
  const std::string_view tag = segment.tag();
  if (object_behind && tag != "UNP")
    envelope.report(Code::edifact_package_length, segment.where,
                    "behind the object stands " + std::string(tag.substr(0, 20)) + ", not UNP: its length is wrong", {},
                    "UNP", "UNO");
  object_behind = false;
  if (envelope.in_set() && !is_control(bytes + start, index.delimiters[first] - start)) {
    envelope.body(segment);
  } else if (envelope.control(segment)) {
    reading = false;
    return {};
  } else if (tag == "UNB") {
    characters.begin(envelope.interchange());
  }
  if (high || characters.watches()) characters.look(segment.text(), segment.where, tag);
  object_left = envelope.take_object_bytes();
  if (object_left != 0) {
    if (strip_carriage_return || block.wrapped()) count_indexed_lines(cursor);
    restart_index(cursor);
  }
  return {};
}

// A package's object: counted, not kept. What it holds are no line breaks.
Progress InterchangeReader::State::pass_object() {
  const auto here = static_cast<std::uint32_t>(std::min<std::uint64_t>(object_left, block.size() - cursor));
  cursor += here;
  object_left -= here;
  line_position = cursor;
  if (object_left != 0) {
    restart_index(cursor);
    if (at_end) object_left = 0;  // the input ends inside of it: UNP is missing, which is said
    return at_end ? Step::done : Step::wait;
  }
  object_behind = true;
  restart_index(cursor);
  return Step::done;
}

// A UNA or UNB inside of an interchange begins the next one: the trailer before it is missing.
bool InterchangeReader::State::leave_for_header(std::uint32_t start) {
  const std::string_view text = block.from(start).substr(0, service_window_bytes);
  if (!envelope.in_interchange() || text.substr(0, 3) == "UNH" || !begins_interchange(text, false)) return false;
  cursor = start;
  reading = false;
  return true;
}

void InterchangeReader::State::note_gap(std::uint32_t from, std::uint32_t to) {
  count_indexed_lines(from);
  for (std::uint32_t at = from; at < to; ++at) {
    const char byte = block.data()[at];
    const Code code = is_newline(byte)   ? Code::edifact_wire_newline
                      : is_padding(byte) ? Code::edifact_wire_padding
                                         : Code::edifact_wire_indent;
    if (!envelope.noted(code)) envelope.note_once(code, place(from, to));
  }
}

// What stands behind the last terminator: the beginning of a segment, or the end of the input.
Progress InterchangeReader::State::take_rest() {
  const char* const bytes = block.data();
  std::uint32_t start = cursor;
  while (start < block.size() && is_blank(bytes[start])) ++start;
  if (start < block.size() && bytes[start] == 'U' && (at_end || block.size() - start >= service_window_bytes)) {
    if (start != cursor) note_gap(cursor, start);
    count_indexed_lines(start);
    if (leave_for_header(start)) return Step::done;
  }
  if (!at_end) {
    if (block.size() - start > options.segment_bytes_max || start - cursor > options.segment_bytes_max)
      return too_long(start);
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
    if (is_padding(bytes[at])) envelope.note_once(Code::edifact_wire_padding, place(at, block.size()));
  if (!strip_carriage_return)
    envelope.report(Code::edifact_wire_unterminated, place(start, end),
                    "the last segment has no terminator; " + wire::visible(terminator) + " should end it",
                    block.from(start).substr(0, end - start), wire::visible(terminator));
  block.truncate(end);  // a terminator is assumed there
  scanned = end;
  while (index.newline_count > next_special && index.newlines[index.newline_count - 1] >= end) --index.newline_count;
  index.reserve(index.delimiter_count + 1);
  index.terminators[index.terminator_count++] = index.delimiter_count;
  index.delimiters[index.delimiter_count++] = end;
  return Step::done;
}

InterchangeReader::InterchangeReader(InterchangeHandler& handler, ReaderOptions options)
    : state_(std::make_unique<State>(handler, options)) {}
InterchangeReader::~InterchangeReader() = default;
InterchangeReader::InterchangeReader(InterchangeReader&&) noexcept = default;

Status InterchangeReader::feed(std::string_view bytes) { return state_->feed(bytes); }
Status InterchangeReader::finish() { return state_->finish(); }
std::uint64_t InterchangeReader::offset() const { return state_->block.raw(state_->cursor); }

}  // namespace crossdock::edifact
