// What the envelopes of X12 and EDIFACT keep and check alike: what is open, how many segments and sets were seen, the
// findings about them. A base for their state machines; nothing here is called through a table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <string>
#include <string_view>

#include "translators/wire/interchange.hpp"
#include "translators/wire/seen_numbers.hpp"

namespace crossdock::wire {

/// Codes and words that differ between the syntaxes.
struct EnvelopeWords {
  Code count_padded, number_padded;
  std::string_view number;  ///< `control number`, `reference`
  bool names_elements;      ///< findings tell the element also as a number, for acknowledgements
};

class EnvelopeCore {
 public:
  /// Takes a segment of a set's body.
  void body(Segment& segment) {
    ++interchange_segments_;
    segment.where.segment = ++set_segments_;
    handler_->on_segment(segment);
  }
  /// Takes several of them: the run's `where.segment` is set here.
  void bodies(SegmentRun& run) {
    run.where.segment = set_segments_ + 1;
    set_segments_ += run.count;
    interchange_segments_ += run.count;
    handler_->on_segments(run);
  }
  /// True while a set (no package) is open.
  [[nodiscard]] bool in_set() const { return in_set_ && !set_.package; }
  [[nodiscard]] bool in_interchange() const { return in_interchange_; }
  /// True once any interchange was opened.
  [[nodiscard]] bool seen_any() const { return interchange_.ordinal != 0; }
  [[nodiscard]] const InterchangeHeader& interchange() const { return interchange_; }

  /// Reports a wire quirk the first time it is met in an interchange (or outside of any).
  void note_once(Code code, Position where, std::string_view message = {});
  [[nodiscard]] bool noted(Code code) const { return noted_.test(static_cast<std::size_t>(code)); }
  /// Reports a finding at the innermost open level.
  void report(Code code, Position where, std::string message, std::string_view value = {},
              std::string_view expected = {}, std::string_view tag = {}, bool only_warn = false);

 protected:
  EnvelopeCore(InterchangeHandler& handler, const EnvelopeWords& words) : handler_(&handler), words_(&words) {}
  ~EnvelopeCore() = default;
  EnvelopeCore(const EnvelopeCore&) = default;
  EnvelopeCore& operator=(const EnvelopeCore&) = default;

  enum class Level : std::uint8_t { interchange, group, set };
  /// An element or component of a segment, 1-based; 0: the whole.
  struct Part {
    std::size_t element = 0, component = 0;
  };
  [[nodiscard]] std::string_view raw(const Segment& segment, Part part) const;
  /// The value as it is meant: blanks around it and release characters left out.
  [[nodiscard]] std::string text(const Segment& segment, Part part) const;
  /// text() into a string that keeps its room.
  void take(std::string& out, const Segment& segment, Part part) const;

  [[nodiscard]] Finding make(Code code, Level level, Position where, std::string message) const;
  /// Reports a finding about a part of a segment.
  void emit(Code code, Level level, const Segment& segment, Part part, std::string message,
            std::string_view expected = {});
  /// Element 1 of a trailer against what was counted.
  void check_count(const Segment& trailer, Level level, Code code, std::uint64_t actual, std::string_view what);
  /// Element 2 of a trailer against its header's, which stands at `header_place`.
  void check_number(const Segment& trailer, Level level, Code code, std::string_view due,
                    std::string_view header_place);
  /// True if this sender used the interchange's control number before in this input. Remembers it. `same_parties`: as
  /// at the call before.
  [[nodiscard]] bool seen_interchange(bool same_parties = false);

  static constexpr std::size_t value_bytes_max = 200;
  [[nodiscard]] static std::string quoted(std::string_view value) {
    return "'" + std::string(value.substr(0, value_bytes_max)) + "'";
  }

  InterchangeHandler* handler_;
  const EnvelopeWords* words_;
  InterchangeHeader interchange_;
  GroupHeader group_;
  SetHeader set_;
  bool in_interchange_ = false, in_group_ = false, in_set_ = false;
  std::uint32_t interchange_segments_ = 0, set_segments_ = 0;
  std::uint64_t groups_ = 0, sets_ = 0;  ///< of the interchange, of the group
  SeenNumbers seen_interchanges_, seen_groups_, seen_sets_;
  std::bitset<1024> noted_;

 private:
  std::uint64_t parties_ = 0;  ///< hash of sender and receiver
};

}  // namespace crossdock::wire
