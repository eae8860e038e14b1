// The state of an EDIFACT reader between chunks. Private to this folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "translators/edifact/characters.hpp"
#include "translators/edifact/envelope.hpp"
#include "translators/edifact/service_string.hpp"
#include "translators/wire/character_set.hpp"
#include "translators/wire/reader_core.hpp"

namespace crossdock::edifact {

struct ReaderState : wire::ReaderCore<ReaderState> {
  ReaderState(InterchangeHandler& handler, ReaderOptions given)
      : envelope(handler), options(given), characters(envelope, given.characters) {
    envelope.before_end = [this](Position where) { characters.finish(where); };
  }

  // For wire::ReaderCore:
  static constexpr wire::ReaderWords words{
      .bom = Code::edifact_wire_bom,
      .padding = Code::edifact_wire_padding,
      .empty_segment = Code::edifact_wire_empty_segment,
      .newline = Code::edifact_wire_newline,
      .newline_inside = Code::edifact_wire_newline_inside,
      .indent = Code::edifact_wire_indent,
      .unterminated = Code::edifact_wire_unterminated,
      .header_missing = Code::edifact_unb_missing,
      .text_too_long = Code::edifact_text_too_long,
      .segment_too_long = Code::edifact_segment_too_long,
      .elements_too_many = Code::edifact_elements_too_many,
      .header_not_within = "no UNA or UNB begins within",
      .header_nowhere = "the input holds neither UNA nor UNB",
      .only_blanks = "the input holds no interchange",
  };
  static constexpr char header_lead = 'U';
  static constexpr std::size_t header_bytes = service_window_bytes;
  static constexpr wire::LeadTable leads = wire::lead_table("U");
  /// Control segments and what may be a UNA.
  static bool stops(const char* tag, std::uint32_t length) {
    return tag[1] == 'N' && (is_control(tag, length) || tag[2] == 'A');
  }
  /// Those that need nothing but the envelope: no headers of interchanges, no packages.
  static bool controls(const char* tag, std::uint32_t length) {
    return is_control(tag, length) && tag[2] != 'B' && tag[2] != 'O' && tag[2] != 'P';
  }
  [[nodiscard]] char terminator_byte() const { return terminator; }
  [[nodiscard]] char terminator_alone() const { return envelope.seen_any() ? terminator : '\''; }
  [[nodiscard]] std::uint32_t segment_bytes_max() const { return options.segment_bytes_max; }
  [[nodiscard]] std::uint32_t elements_max() const { return options.elements_max; }
  [[nodiscard]] std::uint32_t text_outside_max() const { return options.text_outside_max; }
  [[nodiscard]] char release_byte() const { return release; }
  [[nodiscard]] bool begins_header(std::string_view text) const {
    return begins_interchange(text, options.bare_messages);
  }
  void tell_text_outside() {
    envelope.note_once(Code::edifact_wire_text_outside, text_position,
                       std::to_string(text_outside) + " bytes stand outside of any interchange");
  }
  [[nodiscard]] bool may_run() const {
    return !strip_carriage_return && !block.wrapped() && !high && !object_behind && !characters.watches();
  }
  void pass_run() {}
  static bool close_regular(wire::IndexPlace&, std::uint64_t) { return false; }
  wire::Progress step();

  wire::Progress seek_interchange();
  wire::Progress open_interchange();
  void start_index(std::uint32_t position);
  void scan_more();
  wire::Progress read_segments();
  Status read_one(std::uint32_t first, std::uint32_t last);
  wire::Progress take_rest();
  wire::Progress pass_object();
  bool leave_for_header(std::uint32_t start);

  Envelope envelope;
  ReaderOptions options;
  CharacterCheck characters;
  bool released = false;          ///< the byte at `scanned` is data: a release character stands before it
  bool high = false;              ///< bytes above 0x7F stand in what is indexed
  std::uint64_t object_left = 0;  ///< of a package's object
  bool object_behind = false;     ///< the object was passed: UNP must follow
  // Of the interchange at hand:
  char element = 0, terminator = 0, release = 0;
  bool strip_carriage_return = false;
};

struct InterchangeReader::State : ReaderState {
  using ReaderState::ReaderState;
};

}  // namespace crossdock::edifact
