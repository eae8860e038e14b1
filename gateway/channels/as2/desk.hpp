// POST /as2: requests in, durable messages and MDNs out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/channels/as2/core.hpp"
#include "gateway/channels/as2/mdn_queue.hpp"
#include "gateway/channels/as2/receipts.hpp"
#include "gateway/channels/http_server/credentials.hpp"
#include "gateway/channels/http_server/router.hpp"
#include "gateway/store/as2.hpp"

namespace crossdock::as2_channel {

struct Job;

/// On the executor; keys are used and files written on the workers. What is answered is durable before.
class Desk : public std::enable_shared_from_this<Desk> {
 public:
  Desk(Core& core, Receipts& receipts, MdnQueue& queue)
      : core_(core), receipts_(receipts), queue_(queue), failures_(core.parts.clock) {}
  void add_routes(http::Router& router);
  /// Restart: goes on with requests that were answered and not unpacked. Errors: channel.spool, store.*.
  [[nodiscard]] Status start();

 private:
  using JobPtr = std::shared_ptr<Job>;
  std::optional<http::Response> admit(http::Request& request);
  [[nodiscard]] std::optional<http::Response> admit_credentials(const http::Request& request,
                                                                const Relationship& relationship);
  [[nodiscard]] http::Response unknown_relationship(const mime::HeaderFields& fields, const http::Request& request);
  void handle(const http::RequestPtr& request, const http::Responder& respond);
  void take_mdn(const http::RequestPtr& request, const http::Responder& respond, const RelationshipPtr& relationship,
                mime::HeaderFields fields);
  /// Asynchronous: the request is kept, answered, and only then unpacked.
  void keep(const JobPtr& job);
  void kept(const JobPtr& job);
  void next_kept();
  /// A request of the table, from its beginning.
  void resume(store::As2Raw row);
  void orphaned(store::As2Raw raw, const as2::As2Headers& headers);
  void unpack(const JobPtr& job);
  void unpacked(const JobPtr& job);
  void check_names_are_new(const JobPtr& job);
  void record(const JobPtr& job);
  void hand_in_all();
  void hand_in(const JobPtr& job, std::size_t part);
  void handed_in(const JobPtr& job, const Result<pipeline::Receipt>& receipt);
  void repeated(const JobPtr& job, const std::string& message_id);
  void conflict(const JobPtr& job, const std::string& message_id);
  void answer(const JobPtr& job, bool fresh);
  void busy(const JobPtr& job, std::string_view why);
  void finish(const JobPtr& job);
  void count(const Job& job, std::string_view outcome);

  Core& core_;
  Receipts& receipts_;
  MdnQueue& queue_;
  http::FailureLimiter failures_;
  std::set<std::string, std::less<>> running_;  ///< sender, receiver, Message-ID of what is being worked on
  std::deque<JobPtr> kept_;                     ///< answered, waiting for a worker
  std::size_t kept_running_ = 0;
  std::size_t working_ = 0;       ///< given to the workers, not back yet
  std::vector<JobPtr> finished_;  ///< back from them, waiting for company in the commit
  bool gathering_ = false;        ///< a timer runs that ends their waiting
};

}  // namespace crossdock::as2_channel
