// The way of a request: taken, unpacked on a worker, answered.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/desk.hpp"

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/base/log.hpp"
#include "gateway/channels/as2/desk_answers.hpp"
#include "gateway/channels/as2/job.hpp"
#include "gateway/channels/http_codec/problem.hpp"

namespace crossdock::as2_channel {

void Desk::handle(const http::RequestPtr& request, const http::Responder& respond) {
  mime::HeaderFields fields = fields_of(request->head);
  const as2::Addressing addressing = as2::addressing_of(fields);
  const RelationshipPtr with = core_.book->find(addressing.from, addressing.to);
  if (!with) return respond(unknown_relationship(fields, *request));  // configuration changed meanwhile
  if (!request->spooled && looks_like_mdn(fields.value("content-type"), request->body))
    return take_mdn(request, respond, with, std::move(fields));
  auto headers = as2::read_as2_headers(fields);
  if (!headers) return respond(http::problem_response(headers.error().code, headers.error().detail));
  auto job = std::make_shared<Job>(core_.parts.spool_folder);
  job->request = request;
  job->respond = respond;
  job->fields = std::move(fields);
  job->headers = std::move(*headers);
  job->relationship = with;
  job->moment = core_.moment();
  job->begun = core_.parts.clock.steady();
  job->parties = with->parties(job->moment, core_.book->settings().nesting_max);
  job->peer = request->peer;
  job->unique = core_.uuids.next();
  job->date = mail_date(core_.now());
  job->product = core_.book->product();
  job->key = job->headers.from + "\n" + job->headers.to + "\n" + std::string(job->headers.message_id.key());
  if (!running_.insert(job->key).second) {
    job->key.clear();
    return busy(job, "the first copy of this message is still being worked on");
  }
  job->asynchronous() ? keep(job) : unpack(job);
}

void Desk::take_mdn(const http::RequestPtr& request, const http::Responder& respond,
                    const RelationshipPtr& relationship, mime::HeaderFields fields) {
  receipts_.take(relationship, std::move(fields), std::make_shared<const std::string>(std::move(request->body)),
                 [weak = weak_from_this(), respond](const Result<Settled>& settled) {
                   if (!settled) return respond(http::problem_response(Code::channel_http_busy));
                   if (!settled->readable && !settled->paired)
                     return respond(http::problem_response(Code::as2_mdn, settled->detail));
                   CROSSDOCK_FAILPOINT("as2.mdn_received.before_answer");
                   http::Response out;
                   out.content_type = "text/plain";
                   respond(out);
                   const auto self = weak.lock();
                   if (self && settled->paired && !settled->delivery.empty())
                     self->core_.parts.look_again(settled->delivery);
                 });
}

void Desk::unpack(const JobPtr& job) {
  ++working_;
  const bool queued = core_.parts.workers.run([self = shared_from_this(), job] {
    work(*job);
    self->core_.parts.executor.post([self, job] { self->unpacked(job); });
  });
  if (queued) return;
  --working_;
  busy(job, "the workers are all busy");
}

void Desk::answer(const JobPtr& job, bool fresh) {
  if (fresh && job->mdn) {
    core_.count("crossdock_as2_mdn_made_total", "MDNs made by disposition.",
                {{"partner", job->relationship->partner},
                 {"disposition", job->outcome.disposition.positive() ? "processed" : job->outcome.disposition.text}});
  }
  core_.parts.metrics
      .histogram("crossdock_as2_receive_seconds", "From the whole request to its durable message.",
                 {{"partner", job->relationship->partner}})
      .observe(std::chrono::duration<double>(core_.parts.clock.steady() - job->begun).count());
  if (job->respond) {
    const bool sync = job->headers.receipt && !job->asynchronous() && !job->row.mdn.empty();
    job->respond(sync ? mdn_response(job->row.mdn_headers, job->row.mdn) : empty_response());
    CROSSDOCK_FAILPOINT("as2.after_mdn");
  }
  if (job->asynchronous()) queue_.look();
  finish(job);
}

/// Nothing is told: the partner sends it again. What was answered already stays in the table and is tried again.
void Desk::busy(const JobPtr& job, std::string_view why) {
  base::log(base::LogLevel::warning, "as2", std::string("a request was put off: ") + std::string(why),
            {{"partner", job->relationship->partner}, {"message_id", std::string(job->headers.message_id.key())}});
  count(*job, "busy");
  if (job->respond) {
    job->respond(http::problem_response(Code::channel_http_busy));
    return finish(job);
  }
  --kept_running_;
  core_.parts.executor.post_after(std::chrono::seconds{5}, [weak = weak_from_this(), job] {
    const auto self = weak.lock();
    if (!self) return;
    self->resume(job->raw);
    self->next_kept();
  });
}

void Desk::finish(const JobPtr& job) {
  if (!job->key.empty()) running_.erase(job->key);
  job->respond = nullptr;
  if (!job->raw.file.empty())
    static_cast<void>(
        core_.parts.workers.run([file = job->raw.file] { static_cast<void>(base::files().remove(file)); }));
  if (job->raw.seq == 0) return;
  --kept_running_;
  next_kept();
}

void Desk::count(const Job& job, std::string_view outcome) {
  core_.count("crossdock_as2_received_total", "AS2 requests by outcome.",
              {{"partner", job.relationship->partner}, {"outcome", std::string(outcome)}});
  const std::uint64_t bytes = job.raw.seq != 0       ? job.raw.bytes
                              : !job.request         ? 0
                              : job.request->spooled ? job.request->spooled->bytes()
                                                     : job.request->body.size();
  core_.count("crossdock_as2_received_bytes_total", "Bytes of AS2 requests.", {{"partner", job.relationship->partner}},
              bytes);
}

}  // namespace crossdock::as2_channel
