// What the pipeline asks of the translators, as an interface, so that its tests need neither guides nor maps.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/pipeline/settings.hpp"
#include "translators/acknowledgement/report.hpp"
#include "translators/translate.hpp"

namespace crossdock::pipeline {

/// A payload being read: feed() any number of times, then finish().
class Reading {
 public:
  virtual ~Reading() = default;
  virtual Status feed(std::string_view bytes) = 0;
  virtual Status finish() = 0;
};

/// Collects verdicts and makes of them what goes back to the sender; one for each interchange.
class Acknowledger : public acknowledgement::VerdictHandler {
 public:
  /// The sets (997, 999, CONTRL, 824, APERAK) that the interchange deserves; none when all of it are acknowledgements.
  [[nodiscard]] virtual Result<std::vector<mapping::WrittenSet>> finish() = 0;
};

/// Everything that stands round the sets of an outbound interchange.
struct EnvelopePlan {
  EnvelopeId sender, receiver;
  std::string sender_gs, receiver_gs;
  std::string usage = "P";  ///< ISA15
  bool acknowledgement_requested = false;
  std::int64_t interchange_number = 0;
  std::vector<std::int64_t> group_numbers;  ///< one a functional group, in the order of groups_of()
  std::string at;                           ///< RFC 3339 UTC: ISA09/10 and GS04/05
  std::optional<wire::Delimiters> delimiters;
  DelimiterInData delimiter_in_data = DelimiterInData::choose_delimiters;
  char delimiter_replacement = ' ';  ///< what `replace` writes
  EdifactEnvelope edifact;           ///< of EDIFACT messages
};

/// EDIFACT messages have none but their own type for a functional group; a TA1 has none, and stands in no group at all.
[[nodiscard]] bool is_edifact(const std::vector<mapping::WrittenSet>& sets);
/// The groups that get control numbers: of X12 those of groups_of(), of EDIFACT only where `UNG` is written.
[[nodiscard]] std::size_t numbered_groups(const EnvelopePlan& plan, const std::vector<mapping::WrittenSet>& sets);

/// Sets of one functional group id and version travel in one group; the groups in order of appearance: `SM`, `004010`.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> groups_of(const std::vector<mapping::WrittenSet>& sets);

/// Thread-safe and without state: called by the pipeline, its workers and the store's writer.
class Documents {
 public:
  virtual ~Documents() = default;
  /// X12 bytes to verdicts and events.
  [[nodiscard]] virtual std::unique_ptr<Reading> read(const Catalogue& catalogue, TranslateOptions options,
                                                      acknowledgement::VerdictHandler& verdicts,
                                                      mapping::EventSink events) const = 0;
  /// A document (JSON, XML, CSV, fixed width) through a named map, record after record. What is wrong with it, and what
  /// `bytes` fails with, are findings. Errors: map.unknown and those of the map.
  virtual Status read_document(const Catalogue& catalogue, const std::string& map, const mapping::ByteSource& bytes,
                               const mapping::DocumentContext& context, const mapping::EventSink& events,
                               std::vector<Finding>& findings) const = 0;
  /// `kind`: 997 | 999 | CONTRL | 824 | APERAK; `at` (RFC 3339 UTC) is when it is written.
  [[nodiscard]] virtual std::unique_ptr<Acknowledger> acknowledge(const std::string& kind, bool warnings,
                                                                  const std::string& at) const = 0;
  /// What the map writes.
  [[nodiscard]] virtual std::vector<std::string> event_types(const Catalogue& catalogue,
                                                             const std::string& map) const = 0;
  [[nodiscard]] virtual Result<std::vector<mapping::WrittenSet>> write_sets(const Catalogue& catalogue,
                                                                            const std::string& map,
                                                                            const std::vector<std::string>& events,
                                                                            std::vector<Finding>& findings) const = 0;
  /// The bytes of one interchange.
  [[nodiscard]] virtual Result<std::string> write_interchange(const EnvelopePlan& plan,
                                                              const std::vector<mapping::WrittenSet>& sets) const = 0;
};

/// Who an interchange says it is from: EDIFACT identities are apart from X12's.
[[nodiscard]] EnvelopeId sender_of(const wire::InterchangeHeader& header);

/// Who a payload says it is from, read from its first ISA and GS, or its first UNB.
struct Envelope {
  EnvelopeId sender, receiver;
  std::string gs_sender, usage;
};
/// Empty when the bytes do not begin with an ISA, UNA or UNB (white space and a byte order mark before it are passed
/// over).
[[nodiscard]] std::optional<Envelope> peek_envelope(std::string_view bytes);

}  // namespace crossdock::pipeline
