// The state of an X12 reader between chunks. Private to this folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "translators/wire/reader_core.hpp"
#include "translators/x12/envelope.hpp"
#include "translators/x12/isa.hpp"
#include "translators/x12/text.hpp"

namespace crossdock::x12 {

struct ReaderState : wire::ReaderCore<ReaderState> {
  ReaderState(InterchangeHandler& handler, ReaderLimits given) : envelope(handler), limits(given) {}

  // For wire::ReaderCore:
  static constexpr wire::ReaderWords words{
      .bom = Code::x12_wire_bom,
      .padding = Code::x12_wire_padding,
      .empty_segment = Code::x12_wire_empty_segment,
      .newline = Code::x12_wire_newline,
      .newline_inside = Code::x12_wire_newline_inside,
      .indent = Code::x12_wire_indent,
      .unterminated = Code::x12_segment_unterminated,
      .header_missing = Code::x12_isa_missing,
      .text_too_long = Code::x12_text_too_long,
      .segment_too_long = Code::x12_segment_too_long,
      .elements_too_many = Code::x12_elements_too_many,
      .header_not_within = "no ISA segment begins within",
      .header_nowhere = "the input holds no interchange: neither ISA nor UNA, UNB or UNH was found",
      .only_blanks = "the input holds nothing but blanks",
  };
  static constexpr char header_lead = 'I';
  static constexpr std::size_t header_bytes = isa_start_bytes;
  static constexpr wire::LeadTable leads = wire::lead_table("SGIB");
  /// Control segments, binary ones, and what may be an ISA.
  static bool stops(const char* tag, std::uint32_t length) {
    if (tag[0] == 'I') return true;
    return tag[0] == 'B' ? tag[1] == 'I' || tag[1] == 'D' : is_control(tag, length);
  }
  static bool controls(const char* tag, std::uint32_t length) { return is_control(tag, length); }
  [[nodiscard]] char terminator_byte() const { return terminator[0]; }
  [[nodiscard]] char terminator_alone() const {
    return envelope.seen_any() && terminator.size() == 1 ? terminator[0] : '\0';
  }
  [[nodiscard]] std::uint32_t segment_bytes_max() const { return limits.segment_bytes_max; }
  [[nodiscard]] std::uint32_t elements_max() const { return limits.elements_max; }
  [[nodiscard]] std::uint32_t text_outside_max() const { return limits.text_outside_max; }
  [[nodiscard]] static char release_byte() { return 0; }
  [[nodiscard]] static bool begins_header(std::string_view text) { return looks_like_isa(text); }
  void tell_text_outside() {
    envelope.report(Code::x12_text_outside, text_position,
                    std::to_string(text_outside) + " bytes of text stand outside of any interchange and were skipped");
  }
  [[nodiscard]] bool may_run() const { return terminator.size() == 1 && !strip_carriage_return && !block.wrapped(); }
  void pass_run() { binary_refused = false; }
  bool close_regular(wire::IndexPlace& at, std::uint64_t base);
  wire::Progress step() { return reading ? read_segments() : seek_interchange(); }

  wire::Progress seek_interchange();
  wire::Progress open_interchange();
  [[nodiscard]] Result<const IsaReading*> next_isa();
  [[nodiscard]] bool no_line_ends_within(std::uint32_t bytes);
  void scan_more();
  wire::Progress read_segments();
  /// What came of one segment read carefully.
  enum class Next : std::uint8_t { segment, done, wait };
  Result<Next> read_one();
  wire::Progress take_rest();
  wire::Progress take_binary(std::uint32_t start);
  [[nodiscard]] bool begins_binary(std::uint32_t start) const;
  bool leave_for_isa(std::uint32_t start);

  Envelope envelope;
  IsaMemory isas;
  ReaderLimits limits;
  bool binary_refused = false;  ///< the binary segment at the cursor has a wrong count: read it as any other
  // Of the interchange at hand:
  char element = 0;
  std::string terminator;  ///< LF where lines are segments
  bool strip_carriage_return = false;
  std::uint32_t wrap_columns = 0;  ///< of the input's lines, found at the last ISA; 0: not cut into lines
};

struct InterchangeReader::State : ReaderState {
  using ReaderState::ReaderState;
};

}  // namespace crossdock::x12
