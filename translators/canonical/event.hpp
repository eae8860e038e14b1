// A canonical event: CloudEvents 1.0 structured JSON with the extensions of the canonical model.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translators/canonical/attachment.hpp"

namespace crossdock::canonical {

/// Attributes as values, `data` as JSON text. All texts are UTF-8.
struct Event {
  std::string type;          ///< `crossdock.shipment.milestone.v1`
  std::string source;        ///< `/partners/<partner>`, `/systems/<system>`, offline `/files/<name>`
  std::string subject;       ///< `shipment/SHP1001`
  std::string time;          ///< RFC 3339 (or local, without offset, where only a local time is known)
  std::string id;            ///< hash of payload hash, position of set and occurrence, map entry; revision suffix `.r2`
  std::string factkey;       ///< subject, code, stop, time: the same fact told again has the same key
  std::string partitionkey;  ///< lane: shipper + shipment number, or carrier + carrier reference
  std::string sequence;      ///< decimal, position among the events of the payload; empty if none
  std::string recordedtime, correlationid, traceparent, messageid, supersedes;  ///< gateway only; empty: left out
  std::string data;                                                             ///< JSON object text
  std::vector<Attachment> attachments;  ///< what `data` refers to by hash; not part of the JSON

  /// The whole event as one line of JSON; empty attributes are left out.
  [[nodiscard]] std::string to_json() const;
  void append_json(std::string& out) const;
};

}  // namespace crossdock::canonical
