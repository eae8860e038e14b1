// One received AS2 request on its way from the socket to its MDN.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/as2/reception.hpp"
#include "gateway/channels/as2/core.hpp"
#include "gateway/channels/as2/payload_files.hpp"
#include "gateway/channels/http_server/router.hpp"
#include "gateway/store/as2.hpp"

namespace crossdock::as2_channel {

struct Job {
  explicit Job(const std::string& spool_folder) : files(spool_folder) {}
  http::RequestPtr request;  ///< null when it comes from the table
  http::Responder respond;   ///< empty once it was answered
  store::As2Raw raw;         ///< seq 0: not kept
  mime::HeaderFields fields;
  as2::As2Headers headers;
  RelationshipPtr relationship;
  as2::Parties parties;
  as2::Moment moment;
  base::SteadyInstant begun;
  std::string peer, key, unique, date, product;
  PayloadFiles files;
  as2::ReceptionOutcome outcome;
  std::optional<as2::WrittenMdn> mdn;
  std::optional<Error> trouble;  ///< ours: nothing may be told
  store::As2In row;
  std::string message_id;  ///< of the message that it became

  [[nodiscard]] bool asynchronous() const { return headers.receipt && headers.receipt->asynchronous(); }
};

/// On a worker: takes the body apart, decides, signs the MDN. What is wrong with us lands in `trouble`.
void work(Job& job);
/// The outcome becomes a refusal; its MDN is still to be written.
void refuse(Job& job, Code code, std::string detail);
/// The MDN for the outcome as it stands; on a worker.
void write_answer(Job& job);
/// What the table keeps of it.
[[nodiscard]] store::As2In record_of(const Job& job);
/// The raw body's bytes or file, as the message that a refused request becomes.
[[nodiscard]] Status keep_refused(Job& job, pipeline::Incoming& incoming);

}  // namespace crossdock::as2_channel
