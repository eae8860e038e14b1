// Re-issue: the sets of an outbound message under new control numbers, linked to the old.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/operator.hpp"
#include "gateway/pipeline/outbound.hpp"
#include "gateway/pipeline/set_collector.hpp"

namespace crossdock::pipeline {
void Operator::reissue(Request request, Callback callback) {
  const auto job = std::make_shared<OutboundJob>();
  job->bundle = context_.rules->bundle;
  job->message_id = context_.uuids.next();
  job->delivery_id = context_.uuids.next();
  job->link = "reissue";
  run("reissue", std::move(request), std::move(callback),
      [job, now = context_.now(), documents = &context_.parts.documents,
       folder = context_.parts.store.payload_folder()](store::Transaction& transaction, const Request& asked,
                                                       Work& work) -> Status {
        const auto old = store::load_message(transaction, asked.id);
        if (!old) return fail(Code::operation_not_found, "there is nothing of the id " + asked.id);
        const auto partner = job->bundle->partners.find(old->partner);
        if (!old->outbound || partner == job->bundle->partners.end())
          return fail(Code::operation_not_possible,
                      "only a document sent to a partner of this configuration can be re-issued");
        TRY(const std::string bytes, store::load_body(transaction, folder, old->seq, old->sha256));
        job->partner = &partner->second;
        job->target = old->channel;
        job->test = old->usage == "T";
        job->linked_to = old->seq;
        job->lane = "reissue/" + job->message_id;
        TRY(job->sets, collect_sets(bytes));
        if (job->sets.empty()) return fail(Code::operation_not_possible, "the message holds no transaction set");
        for (const ReceivedSet& set : partner->second.receives)
          if (set.guide.substr(set.guide.rfind('/') + 1) == job->sets.front().set) job->set = &set;
        TRY(LaneItemPtr item, write_outbound(transaction, *documents, *job, folder, now));
        work.done.id = job->message_id;
        work.done.ids.push_back(job->delivery_id);
        work.done.detail = "sent under new control numbers";
        work.items.push_back(std::move(item));
        return {};
      });
}

}  // namespace crossdock::pipeline
