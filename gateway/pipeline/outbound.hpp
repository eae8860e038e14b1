// One outbound interchange: control numbers, bytes, message and delivery, all in the transaction at hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/pipeline/documents.hpp"
#include "gateway/pipeline/lanes.hpp"
#include "gateway/pipeline/settings.hpp"
#include "gateway/store/deliveries.hpp"

namespace crossdock::pipeline {

/// What is to be sent; ids are given, so that a transaction that runs twice does the same.
struct OutboundJob {
  std::shared_ptr<const Bundle> bundle;  ///< keeps `partner` alive
  const PartnerSettings* partner = nullptr;
  const ReceivedSet* set = nullptr;  ///< null for acknowledgements without an entry of their own
  std::string target;
  std::string message_id, delivery_id;
  std::string lane;
  int priority = 1;
  bool test = false;
  store::Seq linked_to = 0;
  std::string link;                        ///< acknowledges | advises | reissue
  std::optional<EnvelopeId> us, them;      ///< EDIFACT answers: as the interchange that is answered says
  std::optional<EdifactEnvelope> edifact;  ///< EDIFACT answers: its character set and version
  std::vector<mapping::WrittenSet> sets;
  std::vector<store::Seq> carries;  ///< deliveries of the events that travel in it
  std::vector<std::string> keys;    ///< partition keys of those events, for what is expected back
  std::vector<std::string> types;   ///< their types
};

/// Reserves numbers, writes the bytes, stores payload, message and delivery; the delivery as an item for its lane.
/// Errors: those of the interchange writer; file.unwritable.
[[nodiscard]] Result<LaneItemPtr> write_outbound(store::Transaction& transaction, const Documents& documents,
                                                 const OutboundJob& job, const std::string& payload_folder,
                                                 base::Instant now);

}  // namespace crossdock::pipeline
