// Interchanges as readers tell of them, whatever the syntax: X12 (ISA/GS/ST) and EDIFACT (UNB/UNG/UNH) fill the same
// values, so that what stands behind a reader needs to know one form. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "translators/base/finding.hpp"
#include "translators/wire/delimiters.hpp"
#include "translators/wire/segment_run.hpp"

namespace crossdock::wire {

/// The ISA or UNB as received (values trimmed of padding, release characters taken out, except where said).
struct InterchangeHeader {
  std::uint32_t ordinal = 0;  ///< 1-based in the input
  Syntax syntax = Syntax::x12;
  Delimiters delimiters;
  std::string sender_qualifier, sender_id, receiver_qualifier, receiver_id;  ///< ISA05-08; UNB S002, S003: 0007, 0004
  std::string authorization_qualifier, authorization, security_qualifier, security;  ///< X12 only
  std::string date, time;                                                            ///< ISA09, ISA10; S004
  std::string standards_id;               ///< ISA11 as received; EDIFACT: syntax identifier 0001 `UNOC`
  std::string version;                    ///< ISA12 `00401`; EDIFACT: syntax version 0002 `3`
  std::string control_number;             ///< ISA13 as received; 0020
  std::string acknowledgement_requested;  ///< ISA14; 0031: `1` where one is asked for
  std::string usage;                      ///< ISA15 P | T | I; EDIFACT: T where 0035 is 1, else P
  // EDIFACT only:
  std::string sender_internal, receiver_internal;          ///< 0008, 0014
  std::string sender_subordinate, receiver_subordinate;    ///< 0042, 0046 (syntax 4)
  std::string recipient_reference, application_reference;  ///< 0022, 0026
  std::string priority, agreement, test_indicator;         ///< 0029, 0032, 0035
  bool una = false;                                        ///< a UNA stood before the UNB
  bool implied = false;  ///< messages stood without UNB: the interchange is the reader's, with default delimiters
  Position where;
};

/// kept = next, without touching texts that stay the same: headers mostly repeat those before them. A new field has to
/// be added there too.
void follow(InterchangeHeader& kept, const InterchangeHeader& next);

struct GroupHeader {
  std::uint32_t ordinal = 0;  ///< 1-based in the interchange
  std::string functional_id, sender, receiver, date, time, control_number, agency, version;  ///< GS01-GS08; UNG
  Position where;
  std::string sender_qualifier{}, receiver_qualifier{};  ///< UNG S006, S007: 0007
  bool implied = false;  ///< sets stand without GS (a finding says so) or, as is common, without UNG (none)
};

struct SetHeader {
  std::uint32_t ordinal = 0;        ///< 1-based in the group
  std::string set, control_number;  ///< ST01, ST02; UNH S009: 0065, and 0062
  std::string implementation;       ///< ST03; S009: association assigned code 0057 `EAN008`
  Position where;
  std::string version{}, release{};  ///< EDIFACT: 0052 `D`, 0054 `96A`
  std::string agency{};              ///< EDIFACT: 0051 `UN`
  std::string access_reference{};    ///< EDIFACT: 0068
  bool package = false;              ///< EDIFACT UNO: an object, no message; its bytes do not come as segments
  std::uint64_t package_bytes = 0;   ///< of the object
};

void follow(GroupHeader& kept, const GroupHeader& next);
void follow(SetHeader& kept, const SetHeader& next);

struct SetTrailer {
  bool present = false;  ///< false: the next header, an outer trailer or the end of input came first
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
  std::uint64_t groups_seen = 0;  ///< EDIFACT: without the implied ones
  Position where;
  std::uint64_t sets_seen = 0;  ///< EDIFACT: in all groups
};

void follow(GroupTrailer& kept, const GroupTrailer& next);
void follow(InterchangeTrailer& kept, const InterchangeTrailer& next);

/// Receives what a reader sees, in document order. Default bodies do nothing. Views live until the call returns.
class InterchangeHandler {
 public:
  virtual ~InterchangeHandler() = default;
  virtual void on_interchange(const InterchangeHeader&) {}
  virtual void on_group(const GroupHeader&) {}
  virtual void on_set(const SetHeader&) {}
  /// Every segment between header and trailer of an interchange that is not an envelope segment: ST (UNH), the set's
  /// body, SE (UNT); also segments outside a set (TA1, and strays, for which a finding is reported too).
  virtual void on_segment(const Segment&) {}
  /// The common form of on_segment for segments of a set's body: several at once. Handlers that gain by it override it.
  virtual void on_segments(const SegmentRun& run) {
    run.each([this](const Segment& segment) { on_segment(segment); });
  }
  virtual void on_set_end(const SetTrailer&) {}
  virtual void on_group_end(const GroupTrailer&) {}
  virtual void on_interchange_end(const InterchangeTrailer&) {}
  /// Envelope and wire findings; a finding about a set (count, control numbers) comes before its on_set_end, one about
  /// a group before its on_group_end, and so on. interchange / group / set / control_number are filled.
  virtual void on_finding(Finding&&) {}
};

}  // namespace crossdock::wire
