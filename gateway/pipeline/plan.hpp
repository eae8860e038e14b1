// Everything that validation, translation and routing decided about one message: values only, committed in one
// transaction. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/pipeline/lanes.hpp"
#include "gateway/pipeline/settings.hpp"
#include "gateway/pipeline/settlement.hpp"
#include "gateway/store/events.hpp"
#include "gateway/store/sets.hpp"
#include "translators/mapping/map_set.hpp"

namespace crossdock::pipeline {

inline constexpr std::size_t no_set = static_cast<std::size_t>(-1);

struct PlannedEvent {
  std::string id;  ///< as translated; the row's may get a suffix
  store::EventRow row;
  store::State base = store::State::in_progress;  ///< before duplicates are looked up
  std::size_t set = no_set;                       ///< index in Plan::sets
  std::string data;                               ///< to compare revisions
  std::shared_ptr<const std::string> json;
  std::vector<store::DeliveryRow> deliveries;
  std::vector<canonical::Attachment> attachments;  ///< stored with it, as payloads of their own
};

/// A document that goes back to the sender of an interchange.
struct PlannedAnswer {
  std::string target, link = "acknowledges";  ///< or `advises`
  std::vector<mapping::WrittenSet> sets;
  std::string message_id, delivery_id;  ///< UUIDv7 of the rows it will get
};

struct PlannedInterchange {
  store::InterchangeRow row;
  std::string partner;
  std::vector<PlannedAnswer> answers;
  EnvelopeId us, them;       ///< as the envelope says, for answers
  EdifactEnvelope envelope;  ///< EDIFACT: character set and version, for answers
  bool truncated = false;
  store::Seq earlier = 0;            ///< message of the copy that came before, once looked up
  std::uint64_t begin = 0, end = 0;  ///< its bytes in the payload
};

/// A set whose arrival answers an expectation.
struct Arrival {
  std::string partner, guide, key;
};

struct Plan {
  store::MessageRow message;  ///< stage done, statuses as far as they are known before duplicates are looked up
  std::vector<PlannedInterchange> interchanges;
  std::vector<store::SetRow> sets;
  std::vector<store::State> set_bases;  ///< what validation alone says of each set; no_event: its events decide
  std::vector<PlannedEvent> events;
  std::vector<Settlement> settlements;
  std::vector<Arrival> arrivals;
  std::chrono::hours duplicate_window{24 * 90};
  bool mark_duplicates = true;
  bool again = false;        ///< a reprocessing: earlier sets of this message are superseded
  bool answered = false;     ///< by an earlier processing with the same verdict, and not again
  bool loose_events = true;  ///< of a large message: some of its events may belong to no set
  bool stored = true;        ///< the message's row stands; otherwise it is written with what was decided
};

}  // namespace crossdock::pipeline
