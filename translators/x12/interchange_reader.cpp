// Finds X12 interchanges and reads their segments; what it shares with EDIFACT is in wire/reader_core.hpp.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/interchange_reader.hpp"

#include <algorithm>

#include "translators/x12/reader_state.hpp"

namespace crossdock::x12 {

using wire::Progress;
using wire::Step;

// Blanks and padding up to the next ISA; other text is skipped with a finding.
Progress ReaderState::seek_interchange() {
  if (text_outside != 0) return skip_text();
  if (!pass_bom() || !pass_blanks()) return Step::wait;
  const std::string_view text = window();
  if (text.empty() || (text.size() < isa_window_bytes && !at_end)) return Step::wait;
  if (text.size() > 3 && text.substr(0, 3) == "ISA" && !is_alphanumeric(text[3])) return open_interchange();
  text_position = place(here.byte, here.byte);
  const std::string_view start = text.substr(0, 3);
  if (!envelope.seen_any() && (start == "UNA" || start == "UNB"))
    return fail(Code::x12_isa_missing, "the input begins with " + std::string(start) + ": it is EDIFACT, not X12",
                text_position);
  return skip_text();
}

/// True where the index shows that no line break stands in the next bytes.
bool ReaderState::no_line_ends_within(std::uint32_t bytes) {
  if (scanned < here.byte + bytes) return false;
  while (here.special < index.newline_count && index.newlines[here.special] < here.byte) ++here.special;
  return here.special == index.newline_count || index.newlines[here.special] >= here.byte + bytes;
}

/// Reads the ISA at hand, after finding out whether the input is cut into lines.
Result<const IsaReading*> ReaderState::next_isa() {
  std::string_view text = window().substr(0, isa_window_bytes);
  if (!block.wrapped() && !no_line_ends_within(isa_window_bytes)) {
    wrap_columns = find_wrap_columns(text, at_end && window().size() <= isa_window_bytes);
    if (wrap_columns != 0) {
      block.unwrap(here.byte, wrap_columns);
      scanned = 0;
      text = window().substr(0, isa_window_bytes);
    }
  }
  if (const IsaReading* same = isas.repeat(text)) return same;
  auto isa = read_isa(text);
  if (isa) return &isas.remember(text, std::move(*isa));
  Error error = isa.error();
  const auto offset = std::min(here.byte + static_cast<std::uint32_t>(error.where.offset), block.size());
  error.where.offset = block.raw(offset);
  error.where.line = here.line;
  return tl::unexpected(std::move(error));
}

Progress ReaderState::open_interchange() {
  const bool wrapped_before = block.wrapped();
  TRY(const IsaReading* const isa, next_isa());
  const bool wrapped_now = block.wrapped() && !wrapped_before;
  const std::string_view separator = isa->newline_terminator ? "\n" : std::string_view(isa->delimiters.segment);
  const bool kept = !wrapped_now && element == isa->delimiters.element && terminator == separator;
  element = isa->delimiters.element;
  terminator = separator;
  strip_carriage_return = isa->newline_terminator;
  const std::uint32_t end = here.byte + isa->length;
  envelope.open(*isa, place(here.byte, end));
  if (wrapped_now)
    envelope.note_once(
        Code::x12_wire_wrapped, place(here.byte, here.byte),
        "the input is broken into lines of " + std::to_string(wrap_columns) + " bytes; the line breaks are left out");
  if (no_line_ends_within(isa->length) && !block.wrapped())
    line_position = end;
  else
    count_lines(end);
  here.byte = end;
  reading = true;
  binary_refused = false;
  if (kept)
    resume_index(end, 17);
  else
    restart_index(end);
  return Step::done;
}

void ReaderState::scan_more() {
  const auto held_back = at_end ? 0U : static_cast<std::uint32_t>(terminator.size() - 1);
  const std::uint32_t to = block.size() - std::min(block.size(), held_back);
  if (!prepare_scan(to)) return;
  if (terminator.size() == 1)
    wire::scan(block.data(), scanned, to, element, terminator[0], index);
  else
    wire::scan_multibyte({block.data(), block.size()}, scanned, to, element, terminator, index);
  scanned = to;
}

Progress ReaderState::read_segments() {
  scan_more();
  for (;;) {
    if (!read_regular()) {
      reading = false;
      return Step::done;
    }
    if (here.terminator >= index.terminator_count) return take_rest();
    TRY(const Next next, read_one());
    if (next == Next::segment) continue;
    return next == Next::wait ? Step::wait : Step::done;
  }
}

// SE, GE and IEA as they are due, found by one comparison. `base`: raw offset of the block's first byte.
bool ReaderState::close_regular(wire::IndexPlace& at, std::uint64_t base) {
  if (index.terminator_count - at.terminator < 3 || limits.elements_max < 2) return false;
  const std::uint32_t* const lasts = index.terminators.get() + at.terminator;
  if (lasts[0] != at.mark + 2 || lasts[1] != at.mark + 5 || lasts[2] != at.mark + 8) return false;
  const std::uint32_t* const marks = index.delimiters.get() + at.mark;
  const std::uint32_t end = marks[8] + 1;
  if (end > block.size() || end - at.byte > limits.segment_bytes_max) return false;
  if (at.special < index.newline_count && index.newlines[at.special] < end) return false;
  const char* const bytes = block.data();
  if (!envelope.trailers_due({bytes + at.byte, end - at.byte}, element, terminator[0])) return false;
  std::uint32_t start = at.byte;
  for (std::size_t mark = 0; mark < 9; mark += 3) {
    wire::Segment segment{bytes, start, {marks + mark, 3}, {base + start, marks[mark + 2] - start, at.line, 0}};
    envelope.close_as_due(segment);
    start = marks[mark + 2] + 1;
  }
  at.byte = end;
  at.mark += 9;
  at.terminator += 3;
  return true;
}

// One segment, whatever stands before and in it.
Result<ReaderState::Next> ReaderState::read_one() {
  const char* const bytes = block.data();
  const auto width = static_cast<std::uint32_t>(terminator.size());
  const std::uint32_t last = index.terminators[here.terminator], first = here.mark;
  std::uint32_t end = index.delimiters[last];
  const std::uint32_t tag_end = index.delimiters[first];
  std::uint32_t start = here.byte;
  while (start < tag_end && is_blank(bytes[start])) ++start;
  const bool binary = bytes[start] == 'B' && begins_binary(start);
  if (!binary && end - start > limits.segment_bytes_max) return too_long(start, limits.segment_bytes_max);
  if (start != here.byte) note_gap(here.byte, start);
  count_indexed_lines(start);
  if (binary) {
    TRY(const Step step, take_binary(start));
    return step == Step::wait ? Next::wait : Next::done;
  }
  if (bytes[start] == 'I' && start != end) {
    if (block.size() - start < isa_start_bytes && !at_end) return Next::wait;
    if (leave_for_isa(start)) return Next::done;
  }
  if (last - first > limits.elements_max) return too_many(start, last - first);
  here.mark = last + 1;
  ++here.terminator;
  here.byte = std::min(end + width, block.size());
  if (start == end) {
    envelope.note_once(Code::x12_wire_empty_segment, place(start, end));
    return Next::segment;
  }
  if (strip_carriage_return && bytes[end - 1] == '\r') index.delimiters[last] = --end;
  if (here.special < index.newline_count && index.newlines[here.special] < end &&
      !envelope.noted(Code::x12_wire_newline_inside))
    envelope.note_once(Code::x12_wire_newline_inside, place(start, end));
  binary_refused = false;
  wire::Segment segment{bytes, start, {index.delimiters.get() + first, last - first + 1}, place(start, end)};
  if (block.wrapped()) segment.wrapped = &block;
  if (envelope.in_set() && !is_control(bytes + start, tag_end - start)) {
    envelope.body(segment);
  } else if (envelope.control(segment)) {
    reading = false;
    return Next::done;
  }
  return Next::segment;
}

// An ISA inside of an interchange begins the next one: the trailer before it is missing.
bool ReaderState::leave_for_isa(std::uint32_t start) {
  if (!looks_like_isa(block.from(start))) return false;
  here.byte = start;
  reading = false;
  return true;
}

// What stands behind the last terminator: the beginning of a segment, a binary segment, or the end of the input.
Progress ReaderState::take_rest() {
  const std::uint32_t start = behind_blanks();
  if (start < block.size()) {
    const bool binary = begins_binary(start);
    if (binary || (block.data()[start] == 'I' && looks_like_isa(block.from(start)))) {
      if (start != here.byte) note_gap(here.byte, start);
      count_indexed_lines(start);
      if (binary) return take_binary(start);
      leave_for_isa(start);
      return Step::done;
    }
  }
  return take_tail(start);
}

InterchangeReader::InterchangeReader(InterchangeHandler& handler, ReaderLimits limits)
    : state_(std::make_unique<State>(handler, limits)) {}
InterchangeReader::~InterchangeReader() = default;
InterchangeReader::InterchangeReader(InterchangeReader&&) noexcept = default;

Status InterchangeReader::feed(std::string_view bytes) { return state_->feed(bytes); }
Status InterchangeReader::finish() { return state_->finish(); }
std::uint64_t InterchangeReader::offset() const { return state_->block.raw(state_->here.byte); }

}  // namespace crossdock::x12
