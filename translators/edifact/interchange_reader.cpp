// Finds EDIFACT interchanges and reads their segments; what it shares with X12 is in wire/reader_core.hpp.
// SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/interchange_reader.hpp"

#include <algorithm>

#include "translators/edifact/reader_state.hpp"

namespace crossdock::edifact {

using wire::is_blank;
using wire::is_newline;
using wire::Progress;
using wire::Step;

Progress ReaderState::step() {
  return object_left != 0 ? pass_object() : reading ? read_segments() : seek_interchange();
}

Progress ReaderState::seek_interchange() {
  if (text_outside != 0) return skip_text();
  if (!pass_bom() || !pass_blanks()) return Step::wait;
  const std::string_view text = window();
  if (text.empty() || (text.size() < service_window_bytes && !at_end)) return Step::wait;
  if (begins_header(text)) return open_interchange();
  text_position = place(here.byte, here.byte);
  return skip_text();
}

Progress ReaderState::open_interchange() {
  const std::string_view text = window().substr(0, service_window_bytes);
  const std::optional<ServiceString> service = read_service_string(text);
  if (!service)
    return fail(Code::edifact_unb_missing, "the service characters cannot be told: UNA or UNB is not well-formed",
                place(here.byte, here.byte));
  const wire::Delimiters& signs = service->delimiters;
  const bool kept = element == signs.element && terminator == signs.segment[0] && release == signs.release;
  element = signs.element;
  terminator = signs.segment[0];
  release = signs.release;
  strip_carriage_return = terminator == '\n';
  envelope.expect(*service, place(here.byte, here.byte + std::min<std::uint32_t>(service->length, 9)));
  here.byte += service->length;
  count_lines(here.byte);
  if (!block.wrapped() && !is_newline(terminator)) {
    std::uint32_t columns = 0;
    if (options.line_breaks == LineBreaks::detect) {
      columns = find_wrap_columns(text, terminator, at_end);
      if (columns != 0) envelope.note_once(Code::edifact_wire_wrapped, place(here.byte, here.byte));
    }
    if (columns != 0 || options.line_breaks == LineBreaks::noise) block.unwrap_all(here.byte);
  }
  reading = true;
  // What was indexed before is used again, unless it was read in another way or the header is released in it.
  if (kept && !block.wrapped() && here.byte > 0 && block.data()[here.byte - 1] != release)
    resume_index(here.byte);
  else
    start_index(here.byte);
  return Step::done;
}

void ReaderState::start_index(std::uint32_t position) {
  restart_index(position);
  released = high = false;
}

void ReaderState::scan_more() {
  const bool all_used = here.mark == index.delimiter_count;
  if (!prepare_scan(block.size())) return;
  index.high = false;
  if (release == 0) {
    index.high = wire::has_high_bytes(block.from(scanned));
    wire::scan(block.data(), scanned, block.size(), element, terminator, index);
  } else {
    wire::scan_released(block.data(), scanned, block.size(), element, terminator, release, released, index);
  }
  high = index.high || (high && !all_used);
  scanned = block.size();
}

Progress ReaderState::read_segments() {
  scan_more();
  const char* const bytes = block.data();
  for (;;) {
    if (!read_regular()) {
      reading = false;
      return Step::done;
    }
    if (here.terminator >= index.terminator_count) return take_rest();
    const std::uint32_t last = index.terminators[here.terminator], first = here.mark;
    const std::uint32_t end = index.delimiters[last];
    std::uint32_t start = here.byte;
    while (start < index.delimiters[first] && is_blank(bytes[start])) ++start;
    if (end - start > options.segment_bytes_max) return too_long(start, options.segment_bytes_max);
    if (start != here.byte) note_gap(here.byte, start);
    count_indexed_lines(start);
    if (bytes[start] == 'U' && start != end) {
      const std::string_view tag = block.from(start).substr(0, 3);
      if ((tag == "UNA" || tag == "UNB") && envelope.in_interchange() && !at_end &&
          block.size() - start < service_window_bytes)
        return Step::wait;
      if (leave_for_header(start)) return Step::done;
    }
    if (last - first > options.elements_max) return too_many(start, last - first);
    here.mark = last + 1;
    ++here.terminator;
    here.byte = std::min(end + 1, block.size());
    if (start == end) {
      envelope.note_once(Code::edifact_wire_empty_segment, place(start, end));
      continue;
    }
    TRY_STATUS(read_one(first, last));
    if (!reading || object_left != 0) return Step::done;
  }
}

// The segment whose ends are index.delimiters[first] to [last]; `line_position` stands at its beginning.
Status ReaderState::read_one(std::uint32_t first, std::uint32_t last) {
  const char* const bytes = block.data();
  const std::uint32_t start = line_position;
  std::uint32_t end = index.delimiters[last];
  if (strip_carriage_return && bytes[end - 1] == '\r') index.delimiters[last] = --end;
  bool releases = false, lines = false;
  for (std::uint32_t at = here.special; at < index.newline_count && index.newlines[at] < end; ++at)
    (bytes[index.newlines[at]] == release ? releases : lines) = true;
  if (lines && !envelope.noted(Code::edifact_wire_newline_inside))
    envelope.note_once(Code::edifact_wire_newline_inside, place(start, end));
  wire::Segment segment{bytes, start, {index.delimiters.get() + first, last - first + 1}, place(start, end), releases};
  if (block.wrapped()) segment.wrapped = &block;
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
    if (strip_carriage_return || block.wrapped()) count_indexed_lines(here.byte);
    start_index(here.byte);
  }
  return {};
}

// A package's object: counted, not kept. What it holds are no line breaks.
Progress ReaderState::pass_object() {
  const auto present = static_cast<std::uint32_t>(std::min<std::uint64_t>(object_left, block.size() - here.byte));
  here.byte += present;
  object_left -= present;
  line_position = here.byte;
  if (object_left != 0) {
    start_index(here.byte);
    if (at_end) object_left = 0;  // the input ends inside of it: UNP is missing, which is said
    return at_end ? Step::done : Step::wait;
  }
  object_behind = true;
  start_index(here.byte);
  return Step::done;
}

// A UNA or UNB inside of an interchange begins the next one: the trailer before it is missing.
bool ReaderState::leave_for_header(std::uint32_t start) {
  const std::string_view text = block.from(start).substr(0, service_window_bytes);
  if (!envelope.in_interchange() || text.substr(0, 3) == "UNH" || !begins_interchange(text, false)) return false;
  here.byte = start;
  reading = false;
  return true;
}

// What stands behind the last terminator: the beginning of a segment, or the end of the input.
Progress ReaderState::take_rest() {
  const std::uint32_t start = behind_blanks();
  if (start < block.size() && block.data()[start] == 'U' && (at_end || block.size() - start >= service_window_bytes)) {
    if (start != here.byte) note_gap(here.byte, start);
    count_indexed_lines(start);
    if (leave_for_header(start)) return Step::done;
  }
  return take_tail(start);
}

InterchangeReader::InterchangeReader(InterchangeHandler& handler, ReaderOptions options)
    : state_(std::make_unique<State>(handler, options)) {}
InterchangeReader::~InterchangeReader() = default;
InterchangeReader::InterchangeReader(InterchangeReader&&) noexcept = default;

Status InterchangeReader::feed(std::string_view bytes) { return state_->feed(bytes); }
Status InterchangeReader::finish() { return state_->finish(); }
std::uint64_t InterchangeReader::offset() const { return state_->block.raw(state_->here.byte); }

}  // namespace crossdock::edifact
