// Moving the window, counting lines, keeping index and block in step.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/input_cursor.hpp"

#include <algorithm>

namespace crossdock::wire {

// One byte before the cursor stays: a CR there is a line break of its own only if no LF follows.
bool InputCursor::drop_consumed() {
  const std::uint32_t bytes = reading && here.byte > 0 ? here.byte - 1 : here.byte;
  if (bytes == 0) return false;
  if (reading) {
    count_indexed_lines(bytes);
    index.shift(bytes, here.mark, here.terminator, here.special);
    scanned -= std::min(scanned, bytes);
  } else {
    count_lines(bytes);
    index.clear();
    scanned = 0;
  }
  block.drop(bytes);
  here.mark = here.terminator = here.special = 0;
  here.byte -= bytes;
  line_position -= bytes;
  return true;
}

void InputCursor::count_lines(std::uint32_t to) {
  if (to <= line_position) return;
  here.line += block.lines_removed(line_position, to);
  const char* const bytes = block.data();
  for (; line_position < to; ++line_position) {
    const bool before_line_feed = line_position + 1 < block.size() && bytes[line_position + 1] == '\n';
    if (bytes[line_position] == '\n' || (bytes[line_position] == '\r' && !before_line_feed)) ++here.line;
  }
}

void InputCursor::count_indexed_lines(std::uint32_t to) {
  if (to <= line_position) return;
  const char* const bytes = block.data();
  for (; here.special < index.newline_count && index.newlines[here.special] < to; ++here.special) {
    const std::uint32_t at = index.newlines[here.special];
    if (bytes[at] == '\n' || (bytes[at] == '\r' && (at + 1 >= block.size() || bytes[at + 1] != '\n'))) ++here.line;
  }
  here.line += block.lines_removed(line_position, to);
  line_position = to;
}

void InputCursor::restart_index(std::uint32_t position) {
  index.clear();
  here.mark = here.terminator = here.special = 0;
  scanned = position;
}

void InputCursor::resume_index(std::uint32_t position, std::uint32_t expected) {
  if (scanned < position) return restart_index(position);
  if (const std::uint32_t mark = here.mark + expected;
      expected != 0 && mark <= index.delimiter_count && index.delimiters[mark - 1] < position)
    here.mark = mark;
  while (here.mark < index.delimiter_count && index.delimiters[here.mark] < position) ++here.mark;
  while (here.terminator < index.terminator_count && index.terminators[here.terminator] < here.mark) ++here.terminator;
  while (here.special < index.newline_count && index.newlines[here.special] < position) ++here.special;
}

bool InputCursor::prepare_scan(std::uint32_t to) {
  if (here.mark == index.delimiter_count && here.special == index.newline_count) {
    index.clear();
    here.mark = here.terminator = here.special = 0;
  }
  if (scanned >= to) return false;
  index.reserve(std::max(index.delimiter_count, index.newline_count) + (to - scanned));
  return true;
}

void InputCursor::assume_terminator(std::uint32_t end) {
  block.truncate(end);
  scanned = end;
  while (index.newline_count > here.special && index.newlines[index.newline_count - 1] >= end) --index.newline_count;
  index.reserve(index.delimiter_count + 1);
  index.terminators[index.terminator_count++] = index.delimiter_count;
  index.delimiters[index.delimiter_count++] = end;
}

std::uint32_t InputCursor::behind_blanks() const {
  std::uint32_t at = here.byte;
  while (at < block.size() && is_blank(block.data()[at])) ++at;
  return at;
}

}  // namespace crossdock::wire
