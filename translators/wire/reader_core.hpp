// What the readers of X12 and EDIFACT do alike: take bytes in, skip what stands between interchanges, read segments
// that stand as they usually do, and end. A base for their states; nothing here is called through a table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"
#include "translators/wire/input_cursor.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::wire {

/// Whether a step did something, or waits for more bytes.
enum class Step : std::uint8_t { done, wait };
using Progress = Result<Step>;

/// Codes and words that differ between the syntaxes.
struct ReaderWords {
  Code bom, padding, empty_segment, newline, newline_inside, indent, unterminated;
  Code header_missing, text_too_long, segment_too_long, elements_too_many;
  std::string_view header_not_within, header_nowhere, only_blanks;
};

/// Dialect: the reader's state, derived from this one. It has
/// - `words` (ReaderWords), `header_lead` (first byte of a header), `leads`, `stops`, `controls` (see body_runs.hpp);
/// - `envelope`, `terminator_byte()`, `segment_bytes_max()`, `elements_max()`, `text_outside_max()`, `release_byte()`;
/// - step(), begins_header(text), header_bytes() (that it needs), tell_text_outside(), may_run(), pass_run();
/// - close_regular(IndexPlace&, base): true where it took all trailers that are due, and the interchange ended.
template <class Dialect>
struct ReaderCore : InputCursor {
  static constexpr std::uint32_t completing_bytes = 4U << 10;
  std::uint64_t text_outside = 0;  ///< bytes of the run of text at hand, outside of interchanges
  Position text_position;          ///< where that run began
  std::optional<Error> failed;

  Status feed(std::string_view bytes) {
    if (failed) return tl::unexpected(*failed);
    std::size_t taken = 0;
    while (taken < bytes.size()) {
      if (block.full()) make_room();
      // A segment that the call before left unfinished is completed in a copy; then the caller's bytes are looked at.
      if (block.size() == 0 && !block.wrapped()) block.borrow(bytes.data() + taken);
      const std::size_t most =
          block.borrows() || block.wrapped() ? InputBlock::default_bytes : std::max(completing_bytes, block.size());
      taken += block.append(bytes.substr(taken, most));
      TRY_STATUS(run());
      if (block.borrows() || block.wrapped()) continue;
      drop_consumed();
      if (block.size() <= taken) block.borrow(bytes.data() + (taken - block.size()));
    }
    if (block.borrows()) {
      drop_consumed();
      block.own();
    }
    return {};
  }

  Status finish() {
    if (failed) return tl::unexpected(*failed);
    at_end = true;
    TRY_STATUS(run());
    if (reading) count_indexed_lines(here.byte);
    reading = false;
    self().envelope.close(place(here.byte, here.byte));
    if (self().envelope.seen_any()) return {};
    failed = Error{fail(Dialect::words.header_missing,
                        std::string(block.raw(here.byte) == 0 ? "the input is empty" : Dialect::words.only_blanks),
                        place(here.byte, here.byte))
                       .value()};
    return tl::unexpected(*failed);
  }

  /// Passes a BOM at the input's beginning. False: wait for more bytes.
  bool pass_bom() {
    constexpr std::string_view bom = "\xEF\xBB\xBF";
    if (begun) return true;
    if (block.size() < bom.size() && !at_end) return false;
    begun = true;
    if (block.from(0).substr(0, bom.size()) != bom) return true;
    here.byte = line_position = static_cast<std::uint32_t>(bom.size());
    self().envelope.note_once(Dialect::words.bom, place(0, here.byte));
    return true;
  }

  /// Passes blanks, padding and terminators that stand alone. False: wait, an LF may follow the CR at the block's end.
  bool pass_blanks() {
    const char* const bytes = block.data();
    for (; here.byte < block.size(); ++here.byte) {
      const char byte = bytes[here.byte];
      const bool alone = !is_blank(byte) && byte == self().terminator_alone();
      if (!alone && !is_blank(byte)) break;
      const Code code = alone ? Dialect::words.empty_segment : Dialect::words.padding;
      if (!(alone || is_padding(byte)) || self().envelope.noted(code)) continue;
      count_lines(here.byte);
      self().envelope.note_once(code, place(here.byte, here.byte + 1));
    }
    if (here.byte > 0 && here.byte == block.size() && bytes[here.byte - 1] == '\r' && !at_end) {
      --here.byte;
      return false;
    }
    count_lines(here.byte);
    return true;
  }

  /// Text where a header should begin: skipped up to the next one.
  Progress skip_text() {
    const std::string_view text = window();
    const std::size_t kept = Dialect::header_bytes - 1;
    const std::size_t end = at_end ? text.size() : text.size() - std::min(text.size(), kept);
    std::size_t skipped = text_outside == 0 ? 1 : 0;
    while (skipped < end && !self().begins_header(text.substr(skipped)))
      skipped = std::min(text.find(Dialect::header_lead, skipped + 1), end);
    const bool found = skipped < end;
    if (!found && end == 0) return Step::wait;
    skipped = std::min(skipped, end);
    text_outside += skipped;
    here.byte += static_cast<std::uint32_t>(skipped);
    count_lines(here.byte);
    const std::uint64_t most = self().text_outside_max();
    if (text_outside > most && !self().envelope.seen_any())
      return fail(Dialect::words.header_missing,
                  std::string(Dialect::words.header_not_within) + " the first " + std::to_string(most) + " bytes",
                  text_position);
    if (text_outside > most)
      return fail(Dialect::words.text_too_long,
                  "more than " + std::to_string(most) + " bytes of text stand between or behind interchanges",
                  text_position);
    if (!found && !at_end) return Step::wait;
    if (!found && !self().envelope.seen_any())
      return fail(Dialect::words.header_missing, std::string(Dialect::words.header_nowhere), text_position);
    text_position.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(text_outside, 0xFFFFFFFF));
    self().tell_text_outside();
    text_outside = 0;
    return found ? Step::done : Step::wait;
  }

  /// Segments that stand as they usually do: bodies in runs, control segments one by one. False when the interchange
  /// ended. What is left is for the careful way.
  bool read_regular() {
    if (!self().may_run()) return true;
    auto& envelope = self().envelope;
    const RunLimits limits{self().segment_bytes_max(), self().elements_max(), self().release_byte(),
                           envelope.noted(Dialect::words.newline)};
    const std::uint64_t base = block.raw(0);
    const std::uint32_t begin = here.byte;
    IndexPlace at = here;
    bool open = true;
    const RunTaker<Dialect> runs(block.data(), base, index, limits);
    SegmentRun run;
    Segment segment;
    while (open) {
      if (envelope.in_set()) {
        while (runs.take(at, run)) envelope.bodies(run);
        open = !self().close_regular(at, base);
      }
      if (!open || !envelope.in_interchange() || !take_control<Dialect>(block.data(), base, index, limits, at, segment))
        break;
      open = !envelope.control(segment);
    }
    if (at.byte == begin) return true;
    at.byte = std::min(at.byte, block.size());  // the terminator of the last one may only be assumed
    here = at;
    line_position = at.byte;
    self().pass_run();
    return open;
  }

  /// Reports what stands between a terminator and the next segment, each kind once.
  void note_gap(std::uint32_t from, std::uint32_t to) {
    count_indexed_lines(from);
    for (std::uint32_t at = from; at < to; ++at) {
      const char byte = block.data()[at];
      const Code code = is_newline(byte)   ? Dialect::words.newline
                        : is_padding(byte) ? Dialect::words.padding
                                           : Dialect::words.indent;
      if (!self().envelope.noted(code)) self().envelope.note_once(code, place(from, to));
    }
  }

  /// What stands behind the last terminator, from `start` on, when no header begins there: the beginning of a segment,
  /// or the input's end.
  Progress take_tail(std::uint32_t start) {
    const std::uint32_t most = self().segment_bytes_max();
    if (!at_end && (block.size() - start > most || start - here.byte > most)) return too_long(start, most);
    if (!at_end) return Step::wait;
    std::uint32_t end = block.size();
    while (end > start && is_blank(block.data()[end - 1])) --end;
    if (start == end) {
      if (start != here.byte) note_gap(here.byte, start);
      here.byte = block.size();
      return Step::wait;
    }
    for (std::uint32_t at = end; at < block.size(); ++at)
      if (is_padding(block.data()[at])) self().envelope.note_once(Dialect::words.padding, place(at, block.size()));
    const char terminator = self().terminator_byte();
    if (terminator != '\n')
      self().envelope.report(Dialect::words.unterminated, place(start, end),
                             "the last segment has no terminator; " + visible(terminator) + " should end it",
                             block.from(start).substr(0, end - start), visible(terminator));
    assume_terminator(end);
    return Step::done;
  }

  [[nodiscard]] tl::unexpected<Error> too_long(std::uint32_t start, std::uint32_t limit) const {
    return fail(Dialect::words.segment_too_long,
                "a segment is longer than the limit of " + std::to_string(limit) + " bytes; its terminator " +
                    visible(self().terminator_byte()) + " was not found",
                place(start, start));
  }
  [[nodiscard]] tl::unexpected<Error> too_many(std::uint32_t start, std::uint32_t elements) const {
    return fail(Dialect::words.elements_too_many,
                "a segment has " + std::to_string(elements) + " elements; the limit is " +
                    std::to_string(self().elements_max()),
                place(start, start));
  }

 private:
  [[nodiscard]] Dialect& self() { return static_cast<Dialect&>(*this); }
  [[nodiscard]] const Dialect& self() const { return static_cast<const Dialect&>(*this); }
  Status run() {
    for (;;) {
      Progress progress = self().step();
      if (!progress) failed = progress.error();
      if (failed) return tl::unexpected(*failed);
      if (*progress == Step::wait) return {};
    }
  }
};

}  // namespace crossdock::wire
