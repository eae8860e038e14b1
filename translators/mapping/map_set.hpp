// What the rest of Crossdock sees of maps: compiled maps that turn a document into events, and events into a document.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/digest.hpp"
#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/canonical/event.hpp"
#include "translators/guide/compiled_guide.hpp"
#include "translators/guide/set_tree.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::mapping {

/// Takes an event as its line of JSON, without a line break; the text is good until it returns.
using LineSink = std::function<void(std::string_view line)>;

/// Facts about the document that a map may use but that do not stand in it.
struct DocumentContext {
  Sha256Bytes payload_hash{};
  std::string_view source;                            ///< event source attribute
  std::uint32_t interchange = 1, group = 1, set = 1;  ///< ordinals: part of the event's id
  std::string_view
      received_at;  ///< RFC 3339 UTC: the event's time when nothing better is known; offline empty: then left out
  std::string_view stated_at;         ///< when the sender stated it (GS04/GS05 as local ISO text), may be empty
  std::string_view sender, receiver;  ///< partner keys used for `partitionkey` (GS02/GS03 ids offline)
  std::string_view profile_zone;      ///< IANA name, empty: none
  bool trace = false;
  std::uint64_t sequence_first = 1;  ///< sequence of the first event
  /// Not null: takes all events instead of the sink, as lines, save those with attachments. Not with `trace`.
  const LineSink* lines = nullptr;
};

/// Called once for each event; `trace` is a JSON array text when asked for, else empty.
using EventSink = std::function<void(canonical::Event&&, std::string_view trace)>;

class CompiledMap;  // translators/mapping/compiled_map.hpp

/// Runs a map forwards over a validated set. Events go to `sink` in document order; problems become findings (with
/// map_line set); an event that a finding of severity error concerns is not emitted. Never throws.
void translate_set(const CompiledMap& map, const wire::SegmentDocument& document, const guide::SetTree& tree,
                   const DocumentContext& context, const EventSink& sink, std::vector<Finding>& findings);

/// Gives the bytes of a document from its beginning, in any chunks; may be called twice.
using ByteSource = std::function<Status(const std::function<Status(std::string_view)>& take)>;

/// Runs a map forwards over a document that is no transaction set (JSON, XML, CSV, fixed width). A document whose map
/// says where its records are (`for:` on each entry) is read record by record: memory does not grow with it, and one
/// record is limited to 64 MiB. A document that cannot be read is a finding.
void translate_document(const CompiledMap& map, const ByteSource& bytes, const DocumentContext& context,
                        const EventSink& sink, std::vector<Finding>& findings);

/// The same for bytes in memory, of any of these formats.
void translate_json(const CompiledMap& map, std::string_view json, const DocumentContext& context,
                    const EventSink& sink, std::vector<Finding>& findings);

/// Between the components of one element of a WrittenSet; whoever writes the set puts the interchange's separator
/// there.
inline constexpr char component_joint = '\x1f';

/// One transaction set written from events: segments ST..SE without envelope, SE01 computed, ST02 left to the caller as
/// `0001`-style text.
struct WrittenSet {
  std::string set;                                 ///< `204`
  std::string functional_group, version;           ///< `SM`, `004010`
  std::vector<std::vector<std::string>> segments;  ///< body without ST and SE; [i][0] is the tag, then elements
};

/// What stands in a document, without reading it by the map's lines: how many records, and each place with a value.
struct DocumentSurvey {
  static constexpr std::size_t paths_max = 10'000;
  std::uint64_t records = 0;
  std::map<std::string, std::uint64_t> paths;  ///< `/feed/stop/@city`: how often; further places than paths_max not
};
void survey_document(const CompiledMap& map, const ByteSource& bytes, DocumentSurvey& survey,
                     std::vector<Finding>& findings);

/// One document (JSON, XML, CSV, fixed width) written from events.
struct WrittenDocument {
  std::string bytes;
  std::vector<std::size_t> events;  ///< which of the events given stand in it, 0-based
};

/// Runs a map of such documents backwards: events (JSON texts of whole CloudEvents) to documents. One document an
/// event; with a `group:` events that agree in its places, and in all that stands outside the entry's `for`, share one
/// (`group:
/// []`: all do). An event with a finding of severity error is not written. Errors: map.event.unwritable where the map
/// writes transaction sets.
[[nodiscard]] Result<std::vector<WrittenDocument>> write_documents(const CompiledMap& map,
                                                                   const std::vector<std::string>& events,
                                                                   std::vector<Finding>& findings,
                                                                   std::vector<std::uint64_t>* runs = nullptr);

/// `runs`, where given: counts by line of the map (Program::lines), as large as those.
/// Runs a map backwards: events (JSON texts of whole CloudEvents) to sets; events alike in the map's `group:` share one
/// set. Findings: required elements that nothing fills, values that no table row writes.
[[nodiscard]] Result<std::vector<WrittenSet>> write_sets(const CompiledMap& map, const std::vector<std::string>& events,
                                                         std::vector<Finding>& findings,
                                                         std::vector<std::uint64_t>* runs = nullptr);

}  // namespace crossdock::mapping
