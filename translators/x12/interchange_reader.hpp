// Reads X12 interchanges, ISA to IEA, from bytes that arrive in any chunks, in constant memory; checks the whole
// envelope on the way. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/wire/delimiters.hpp"
#include "translators/wire/segment.hpp"

namespace crossdock::x12 {

/// The ISA as received (values trimmed of padding, except where said).
struct InterchangeHeader {
  std::uint32_t ordinal = 0;  ///< 1-based in the input
  wire::Delimiters delimiters;
  std::string sender_qualifier, sender_id, receiver_qualifier, receiver_id;  ///< ISA05-08
  std::string authorization_qualifier, authorization, security_qualifier, security;
  std::string date, time;                 ///< ISA09, ISA10
  std::string standards_id;               ///< ISA11 as received
  std::string version;                    ///< ISA12 `00401`
  std::string control_number;             ///< ISA13 as received
  std::string acknowledgement_requested;  ///< ISA14
  std::string usage;                      ///< ISA15 P | T | I
  Position where;
};
struct GroupHeader {
  std::uint32_t ordinal = 0;  ///< 1-based in the interchange
  std::string functional_id, sender, receiver, date, time, control_number, agency, version;  ///< GS01-GS08
  Position where;
};
struct SetHeader {
  std::uint32_t ordinal = 0;                        ///< 1-based in the group
  std::string set, control_number, implementation;  ///< ST01-ST03
  Position where;
};
struct SetTrailer {
  bool present = false;  ///< false: the next ST, GE, GS, ISA or the end of input came first
  Position where;
};
struct GroupTrailer {
  bool present = false;
  std::string stated_count, control_number;
  std::uint64_t sets_seen = 0;
  Position where;
};
struct InterchangeTrailer {
  bool present = false;
  std::string stated_count, control_number;
  std::uint64_t groups_seen = 0;
  Position where;
};

/// Receives what the reader sees, in document order. Default bodies do nothing. Views live until the call returns.
class InterchangeHandler {
 public:
  virtual ~InterchangeHandler() = default;
  virtual void on_interchange(const InterchangeHeader&) {}
  virtual void on_group(const GroupHeader&) {}
  virtual void on_set(const SetHeader&) {}
  /// Every segment between ISA and IEA that is not an envelope segment: ST, the set's body, SE; also segments outside a
  /// set (TA1, and strays, for which a finding is reported too).
  virtual void on_segment(const wire::Segment&) {}
  virtual void on_set_end(const SetTrailer&) {}
  virtual void on_group_end(const GroupTrailer&) {}
  virtual void on_interchange_end(const InterchangeTrailer&) {}
  /// Envelope and wire findings; a finding about a set (count, control numbers) comes before its on_set_end, one about
  /// a group before its on_group_end, and so on. interchange / group / set / control_number are filled.
  virtual void on_finding(Finding&&) {}
};

struct ReaderLimits {
  std::uint32_t segment_bytes_max = 1U << 20;  ///< binary segments (BIN, BDS) have their own
  std::uint32_t binary_bytes_max = 64U << 20;
  std::uint32_t elements_max = 4096;  ///< per segment
  std::uint32_t text_outside_max =
      1U << 16;  ///< bytes outside an interchange that are skipped with a finding before giving up
};

/// Push reader. feed() any number of times with chunks of any size, then finish().
/// Tokenising never fails on content: deviations are findings. An Error comes only where no delimiters can be found at
/// all (x12.isa.missing, x12.isa.length, x12.isa.separators) or a limit is passed (x12.segment.too_long,
/// x12.elements.too_many). Owns its block; borrows nothing. Source: X12.5 (interchange control), X12.6 (separators,
/// control segments).
class InterchangeReader {
 public:
  explicit InterchangeReader(InterchangeHandler& handler, ReaderLimits limits = {});
  ~InterchangeReader();
  InterchangeReader(InterchangeReader&&) noexcept;
  Status feed(std::string_view bytes);
  Status finish();
  /// Bytes consumed up to the end of the last whole segment: where a resumed reading may begin is decided by the
  /// caller.
  [[nodiscard]] std::uint64_t offset() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::x12
