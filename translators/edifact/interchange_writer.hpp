// Writes EDIFACT interchanges: UNA where it is needed, UNB to UNZ with everything counted, data released and in the
// interchange's character set. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/wire/delimiters.hpp"
#include "translators/wire/segment_writer.hpp"

namespace crossdock::edifact {

/// One message to write: its body without UNH and UNT. Values are UTF-8; in them wire::component_mark and
/// wire::repetition_mark stand for separators.
struct OutgoingMessage {
  std::string type, version = "D", release, agency = "UN", association;  ///< S009
  std::string reference;                                                 ///< 0062, up to 14 characters
  std::string access_reference;                                          ///< 0068
  std::vector<wire::OutgoingSegment> segments;
};

struct OutgoingGroup {
  std::string type, sender, sender_qualifier, receiver, receiver_qualifier;  ///< 0038, S006, S007
  std::string date, time;                                                    ///< CCYYMMDD, HHMM
  std::string reference, agency = "UN", version = "D", release, association;
  std::vector<OutgoingMessage> messages;
};

/// Messages stand in groups, or directly in the interchange; not both.
struct OutgoingInterchange {
  std::string syntax_identifier = "UNOC", syntax_version = "3";
  std::string sender_id, sender_qualifier, sender_internal, receiver_id, receiver_qualifier, receiver_internal;
  std::string date, time;  ///< CCYYMMDD (written as YYMMDD up to syntax 3), HHMM
  std::string reference;   ///< 0020, up to 14 characters
  std::string recipient_reference, application_reference, priority, agreement;
  bool acknowledgement_requested = false, test = false;
  std::vector<OutgoingGroup> groups;
  std::vector<OutgoingMessage> messages;
};

enum class UnaPolicy : std::uint8_t { when_needed, always, never };
/// What to do with a character that the declared set does not have.
enum class ForeignCharacter : std::uint8_t { replace, refuse };

struct WriteOptions {
  wire::Delimiters delimiters{
      .element = '+', .component = ':', .repetition = 0, .release = '?', .decimal_mark = '.', .segment = "'"};
  UnaPolicy una = UnaPolicy::when_needed;  ///< needed where a character is not the default one of the syntax
  ForeignCharacter foreign = ForeignCharacter::replace;
  std::string line_break;  ///< behind each terminator: empty, LF or CR LF
};

struct WrittenInterchange {
  std::string bytes;
  wire::Delimiters delimiters;    ///< those used; repetition `*` from syntax 4 on unless another was asked for
  std::vector<Finding> findings;  ///< edifact.write.character: a character was replaced by `?` (released)
};

/// Writes the whole interchange; UNT, UNE and UNZ are counted. Errors: edifact.write.header (a mandatory value is
/// missing or too long, a service character that cannot be one), edifact.write.character (policy refuse, or a control
/// character). Source: ISO 9735:1988, ISO 9735-1:2002.
[[nodiscard]] Result<WrittenInterchange> write_interchange(const OutgoingInterchange& interchange,
                                                           const WriteOptions& options = {});

/// Appends one segment: what are service characters in its values is released, empty elements, components and
/// repetitions at their ends are left out. Without a release character, service characters in values become blanks.
void append_segment(std::string& out, const wire::OutgoingSegment& segment, const wire::Delimiters& delimiters);

/// Version, release and association of UNH as the folder of a guide names them: `d96a-ean008` is D, 96A, EAN008.
void name_directory(std::string_view directory, OutgoingMessage& message);

/// Appends one message from UNH to UNT, `line_break` behind each segment; no envelope, no check of characters.
void append_message(std::string& out, const OutgoingMessage& message, const wire::Delimiters& delimiters,
                    std::string_view line_break);

}  // namespace crossdock::edifact
