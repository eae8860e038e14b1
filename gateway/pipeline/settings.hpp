// What the pipeline needs to know of targets and partners: plain values, filled by the configuration folder, swapped in
// whole. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "translators/catalogue.hpp"
#include "translators/partner_folder.hpp"
#include "translators/wire/delimiters.hpp"

namespace crossdock::json {
class JsonSchema;
}

namespace crossdock::pipeline {

/// How a target makes an effect happen once.
enum class Once : std::uint8_t { key, lookup, same_bytes, none };
/// What becomes of an unknown outcome where `once` gives no answer.
enum class OnUnknown : std::uint8_t { park, resend };

struct RetryLadder {
  std::vector<std::chrono::milliseconds> delays{
      std::chrono::seconds{1},  std::chrono::seconds{5},  std::chrono::seconds{30}, std::chrono::minutes{2},
      std::chrono::minutes{10}, std::chrono::minutes{30}, std::chrono::hours{1}};  ///< the last one repeats
  std::chrono::milliseconds age_max{std::chrono::hours{72}};  ///< then parked as `delivery.too_old`
  double jitter = 0.2;                                        ///< share of the delay, both ways
};

struct BreakerSettings {
  std::uint32_t failures = 5;                 ///< in a row: opens
  std::chrono::milliseconds open_for{10000};  ///< before the first probe; doubles with each failed probe
  std::chrono::milliseconds open_max{std::chrono::minutes{5}};
};

/// Which events a target takes, and by which of its operations.
struct Subscription {
  std::string type;       ///< `shipment.milestone.v1` (with or without `crossdock.`), `shipment.*`, `*`
  std::string operation;  ///< empty: the target's first
  std::vector<std::pair<std::string, std::string>>
      filters;                    ///< all must hold: path in `data` such as `milestone.code`, value as text
  std::vector<std::string> from;  ///< names of partners or systems whose events are meant; empty: any
};

struct TargetSettings {
  std::string name;     ///< unique; a partner's channel is `<partner>/<channel>`
  std::string partner;  ///< set for a partner's channel: bytes (EDI), not events, go there
  Once once = Once::key;
  OnUnknown on_unknown = OnUnknown::park;
  bool accepts_test = false;
  bool accepts_production = true;
  std::uint32_t in_flight_max = 8;
  double rate_per_second = 0;                 ///< 0: no limit
  std::chrono::milliseconds deadline{30000};  ///< of one attempt
  RetryLadder retry;
  BreakerSettings breaker;
  std::vector<std::string> operations;
  std::vector<Subscription> subscribes;
  std::optional<Once>
      when_forgotten;  ///< a `key` target that says it forgot falls back to this (lookup or none); unset: none
};

/// Identity in an envelope: ISA qualifier and id, e.g. `02` and `ACFL`; of EDIFACT `edifact:14` (or `edifact:`) and id.
struct EnvelopeId {
  std::string qualifier, id;
  auto operator<=>(const EnvelopeId&) const = default;
};

struct PartnerIdentifiers {
  std::vector<std::string> scac;
  std::vector<EnvelopeId> x12, edifact;
  std::vector<std::string> gs;  ///< GS02; empty: any
};

/// How EDIFACT interchanges to a partner are written.
struct EdifactEnvelope {
  enum class Una : std::uint8_t { when_needed, always, never };
  std::string syntax = "UNOC", version = "3";  ///< character set and syntax version of UNB
  Una una = Una::when_needed;
  bool groups = false;          ///< messages of one type and directory stand in UNG
  bool refuse_foreign = false;  ///< a character that the set does not have: refuse, else `?`
  std::string application_reference, agreement;
};

/// When an interchange as a whole is answered: X12 by TA1, EDIFACT by CONTRL.
enum class AnswerInterchange : std::uint8_t {
  on_request,  ///< ISA14 or UNB 0031 is 1, or the envelope is rejected
  rejected,
  always,
  never,
};

/// A set that the partner receives from us.
struct ReceivedSet {
  std::string guide;                     ///< `x12/004010/204`
  std::string map;                       ///< empty: as the guide
  std::vector<std::string> event_types;  ///< empty: those of the map
  std::string via;                       ///< channel: its target is `<partner>/<via>`
  std::string acknowledge;               ///< `997`: we expect one; empty: none
  std::optional<wire::Delimiters> delimiters;
  struct Batch {
    std::uint32_t sets = 1;
    std::chrono::milliseconds every{0};
  } batch;
  struct Window {
    int from_minute = 0, until_minute = 0;
    std::uint8_t weekdays = 0;       ///< bit 0 is Monday; 0: every day
  };                                 ///< minutes of the partner's local day
  std::vector<Window> send_windows;  ///< empty: always
  EdifactEnvelope edifact;
};

/// A set that the partner sends to us.
struct SentSet {
  std::string guide;
  std::string acknowledge;  ///< `997` | `999` | `CONTRL`; empty: not acknowledged
  std::string map;          ///< empty: as the guide
  std::string advise = {};  ///< `824` | `APERAK` where something is wrong with it; empty: never
};

/// After an event towards the partner, a set is due from it.
struct Expectation {
  std::string after;  ///< event type `load.tendered`
  std::string guide;  ///< `x12/004010/990`, `x12/004010/997`
  std::chrono::milliseconds within{std::chrono::hours{2}};
};

enum class DuplicatePolicy : std::uint8_t {
  mark,     ///< a fact told again ends as duplicate
  deliver,  ///< facts told again are delivered again
};

enum class DelimiterInData : std::uint8_t { choose_delimiters, replace, refuse };

struct PartnerSettings {
  std::string name;
  std::shared_ptr<const PartnerRules> rules;  ///< how its documents are read; null: as anybody's
  /// What documents read by a map must follow, by the map's name.
  std::map<std::string, std::shared_ptr<const json::JsonSchema>> schemas;
  PartnerIdentifiers identifiers;
  std::vector<std::string> carries;   ///< names of partners it may speak for (hub)
  std::string zone;                   ///< IANA name
  std::vector<std::string> closed;    ///< days on which nothing is sent, `2026-12-25`
  std::vector<std::string> channels;  ///< names of its channels
  std::vector<ReceivedSet> receives;
  std::vector<SentSet> sends;
  bool acknowledge_warnings = false;  ///< AK5 E with detail instead of A
  bool accept_truncated = false;      ///< `truncated: accept`
  std::chrono::hours duplicate_window{std::chrono::hours{24 * 90}};
  DuplicatePolicy duplicate_policy = DuplicatePolicy::mark;
  DelimiterInData delimiter_in_data = DelimiterInData::choose_delimiters;
  char delimiter_replacement = ' ';  ///< what `replace` writes
  std::vector<Expectation> expects;
  bool test = false;  ///< everything to and from it is test
  EnvelopeId us;      ///< who we are to this partner
  std::string us_gs;
  EnvelopeId us_edifact;  ///< qualifier without `edifact:`
  AnswerInterchange answer_interchange = AnswerInterchange::on_request;
  std::vector<std::string> quarantine;  ///< why its file is not used; empty: it is
};

/// One configuration, checked whole, never changed. A message keeps the hash of the one it ran under.
struct Bundle {
  std::string hash;  ///< lower-case hex
  std::shared_ptr<const Catalogue> catalogue;
  std::map<std::string, PartnerSettings> partners;  ///< by name
  std::map<std::string, TargetSettings> targets;    ///< by name
};

}  // namespace crossdock::pipeline
