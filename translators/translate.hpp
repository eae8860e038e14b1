// The front door of the translators: bytes and configuration in; verdicts, events and acknowledgements out; and back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "translators/acknowledgement/report.hpp"
#include "translators/any_reader.hpp"
#include "translators/base/digest.hpp"
#include "translators/base/result.hpp"
#include "translators/canonical/event.hpp"
#include "translators/catalogue.hpp"
#include "translators/guide/validate.hpp"
#include "translators/mapping/map_set.hpp"
#include "translators/mapping/runner.hpp"
#include "translators/partner_folder.hpp"

namespace crossdock {

struct TranslateOptions {
  bool make_events = true;  ///< false: validate only (pass 1)
  bool trace = false;
  std::string map;    ///< forced map id; empty: the id of the guide used
  std::string guide;  ///< forced release (profile's `guide:`; EDIFACT: directory such as `d96a`), empty: by GS08 or UNH
  std::string source = "/files/-";
  Sha256Bytes payload_hash{};  ///< must be known before the first event: hash the payload first
  std::string received_at;     ///< RFC 3339 UTC, empty offline
  std::string profile_zone;
  std::shared_ptr<const PartnerRules> partner;  ///< overlays, maps and moves of severity; null: nobody's
  std::uint64_t set_bytes_max = 64U << 20;      ///< above: finding x12.set.too_large, the set is rejected unread
  mapping::LineSink lines;                ///< takes events as finished lines instead of the event sink, save those
                                          ///< with attachments or a trace: quicker, where the text is all
  mapping::Coverage* coverage = nullptr;  ///< with a forced map: counts its lines; slower
  guide::ValidationOptions validation;
  x12::ReaderLimits limits;
  edifact::ReaderOptions edifact;
};

/// Streaming processor of one payload, X12 or EDIFACT. Order of calls for a set: on_set verdict (with its findings),
/// then its events. A rejected set makes no events. Errors as InterchangeReader; findings are in the verdicts.
class Translator {
 public:
  using EventSink = mapping::EventSink;
  Translator(const Catalogue& catalogue, TranslateOptions options, acknowledgement::VerdictHandler& verdicts,
             EventSink events = {});
  ~Translator();
  Status feed(std::string_view bytes);
  Status finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock
