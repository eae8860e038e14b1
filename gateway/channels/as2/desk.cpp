// Admission, the way of a request through worker, store and answer.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/desk.hpp"

#include <filesystem>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/base/log.hpp"
#include "gateway/channels/as2/job.hpp"
#include "gateway/channels/http_api/text.hpp"
#include "gateway/channels/http_codec/problem.hpp"

namespace crossdock::as2_channel {
namespace {

constexpr std::uint64_t body_bytes_limit = 64ULL << 30;  // above any configured one
constexpr std::uint64_t stranger_bytes_max = 1U << 20;
constexpr std::size_t kept_inline_bytes_max = 64U << 10;
constexpr std::size_t kept_running_max = 8;

mime::HeaderFields fields_of(const http::RequestHead& head) {
  mime::HeaderFields out;
  for (const http::Header& header : head.headers) out.add(header.name, header.value);
  return out;
}

http::RouteDocument description() {
  http::RouteDocument out;
  out.operation = "receiveAs2";
  out.summary = "A partner sends a message or an MDN by AS2 (RFC 4130). The answer comes when it is durable.";
  out.tag = "channels";
  out.body_content_type = "application/octet-stream";
  out.responses = {
      {200, "the MDN, where a synchronous one was asked for; errors ride in it", "multipart/report", ""},
      {204, "taken; the MDN follows, or none was asked for", "", ""},
      {400, "the headers of AS2 are missing", "application/problem+json", "Problem"},
      {403, "no such relationship, or the MDN may not go where it was asked to", "application/problem+json", "Problem"},
      {413, "the message is too large", "application/problem+json", "Problem"},
      {503, "busy: nothing was taken", "application/problem+json", "Problem"}};
  out.authorised = false;
  return out;
}

/// An MDN as the answer of the request.
http::Response mdn_response(const std::string& header_lines, std::string body) {
  http::Response out;
  const mime::HeaderFields lines = from_lines(header_lines);  // outlives the loop over it
  for (const mime::HeaderField& field : lines.all()) {
    if (mime::equals_ignoring_case(field.name, "content-type"))
      out.content_type = field.value;
    else if (!mime::equals_ignoring_case(field.name, "date"))  // the server writes its own
      out.headers.push_back({field.name, field.value});
  }
  out.body = std::move(body);
  return out;
}

http::Response empty_response() {
  http::Response out;
  out.status = 204;
  return out;
}

std::string inbox_key(const Job& job) {
  const std::string id(job.headers.message_id.key());
  return job.headers.from == job.relationship->theirs ? id : job.headers.from + " " + id;
}

}  // namespace

void Desk::add_routes(http::Router& router) {
  http::Route route;
  route.method = "POST";
  route.pattern = "/as2";
  route.body_bytes_max = body_bytes_limit;
  route.spools = true;
  route.admit = [this](http::Request& request) { return admit(request); };
  route.handler = [this](const http::RequestPtr& request, const http::Responder& respond) { handle(request, respond); };
  route.document = description();
  router.add(std::move(route));
  http::Route probe;  // a HEAD at the address of MDNs is legal and finds nothing
  probe.method = "GET";
  probe.pattern = "/as2";
  probe.handler = [](const http::RequestPtr&, const http::Responder& respond) {
    http::Response out;
    out.content_type = "text/plain";
    respond(out);
  };
  probe.document.operation = "probeAs2";
  probe.document.summary = "AS2 is spoken here by POST.";
  probe.document.tag = "channels";
  probe.document.responses = {{200, "an empty answer", "text/plain", ""}};
  probe.document.authorised = false;
  router.add(std::move(probe));
}

std::optional<http::Response> Desk::admit_credentials(const http::Request& request, const Relationship& relationship) {
  if (relationship.expected_credentials.empty()) return std::nullopt;
  const std::string* given = request.head.header("Authorization");
  const std::string wanted = "Basic " + http_api::base64(relationship.expected_credentials);
  if (given != nullptr && http::equal_in_constant_time(http::token_digest(*given), http::token_digest(wanted)))
    return std::nullopt;
  core_.count("crossdock_as2_received_total", "AS2 requests by outcome.",
              {{"partner", relationship.partner}, {"outcome", "unauthorised"}});
  http::Response out = http::problem_response(Code::channel_unauthorised);
  std::erase_if(out.headers,
                [](const http::Header& h) { return http::equals_ignoring_case(h.name, "WWW-Authenticate"); });
  out.headers.push_back({"WWW-Authenticate", "Basic realm=\"as2\""});
  return out;
}

/// Nothing is told but that the two names are no pair, and that in an MDN where one was asked for in the answer.
http::Response Desk::unknown_relationship(const mime::HeaderFields& fields, const http::Request& request) {
  core_.count("crossdock_as2_received_total", "AS2 requests by outcome.", {{"partner", ""}, {"outcome", "unknown"}});
  const as2::Addressing addressing = as2::addressing_of(fields);
  if (failures_.note(request.peer))
    base::log(base::LogLevel::warning, "as2", "a request names no pair of AS2 names that is configured",
              {{"peer", request.peer}, {"from", addressing.from}, {"to", addressing.to}});
  const bool receipt = fields.find("disposition-notification-to") != nullptr &&
                       fields.find("receipt-delivery-option") == nullptr && !addressing.message_id.empty();
  if (!receipt) return http::problem_response(Code::as2_relationship);
  as2::MdnFacts facts = as2::mdn_facts(addressing, Code::as2_relationship, as2::Profile::legacy);
  const std::string unique = core_.uuids.next();
  facts.message_id = as2::make_message_id(unique, "crossdock");
  facts.date = mail_date(core_.now());
  auto mdn = as2::write_mdn(facts, nullptr, unique);
  if (!mdn) return http::problem_response(Code::as2_relationship);
  return mdn_response(to_lines(mdn->headers), std::move(mdn->body));
}

std::optional<http::Response> Desk::admit(http::Request& request) {
  const mime::HeaderFields fields = fields_of(request.head);
  if (fields.find("as2-from") == nullptr || fields.find("as2-to") == nullptr)
    return http::problem_response(Code::as2_header, "AS2-From and AS2-To are needed");
  const as2::Addressing addressing = as2::addressing_of(fields);
  const RelationshipPtr with = core_.book->find(addressing.from, addressing.to);
  if (!with) return unknown_relationship(fields, request);
  if (auto refusal = admit_credentials(request, *with)) return refusal;
  if (!core_.parts.intake.accepting()) return http::problem_response(Code::channel_http_busy);
  request.body_bytes_max = with->profile.body_bytes_max;
  const auto headers = as2::read_as2_headers(fields);
  if (!headers || !headers->receipt || !headers->receipt->asynchronous()) return std::nullopt;
  if (with->takes_mdn_at(*headers->receipt->delivery_url)) return std::nullopt;
  core_.count("crossdock_as2_received_total", "AS2 requests by outcome.",
              {{"partner", with->partner}, {"outcome", "mdn-target"}});
  core_.parts.alarm(Code::as2_mdn_target, with->partner,
                    "an MDN was asked to be sent to " + headers->receipt->delivery_url->substr(0, 200));
  return http::problem_response(Code::as2_mdn_target);
}

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

void Desk::keep(const JobPtr& job) {
  job->raw.at = core_.now();
  job->raw.peer = job->peer;
  job->raw.headers = to_lines(job->fields);
  const http::Request& request = *job->request;
  job->raw.bytes = request.spooled ? request.spooled->bytes() : request.body.size();
  if (!request.spooled && request.body.size() <= kept_inline_bytes_max) {
    job->raw.body = request.body;
    return kept(job);
  }
  job->raw.file = core_.parts.kept_folder + "/" + job->unique;
  const bool queued = core_.parts.workers.run([self = shared_from_this(), job] {
    base::FileLayer& files = base::files();
    const http::Request& given = *job->request;
    Status done = given.spooled ? files.rename(given.spooled->path(), job->raw.file)
                                : files.write_and_sync(job->raw.file, given.body);
    if (done) done = files.sync_directory(self->core_.parts.kept_folder);
    self->core_.parts.executor.post([self, job, done] {
      if (!done) return self->busy(job, done.error().text());
      self->kept(job);
    });
  });
  if (!queued) busy(job, "the workers are all busy");
}

/// Its bytes are durable where they are a file; now the row, then the answer, then the work.
void Desk::kept(const JobPtr& job) {
  const Status queued = core_.parts.store.write(
      [job](store::Transaction& transaction) -> Status {
        store::insert_as2_raw(transaction, job->raw);
        return transaction.status();
      },
      [self = shared_from_this(), job](const Status& status) {
        if (!status) {
          job->raw.seq = 0;  // the row was undone: it is none of those that are being worked on
          return self->busy(job, status.error().text());
        }
        CROSSDOCK_FAILPOINT("as2.kept.before_answer");
        std::exchange(job->respond, nullptr)(empty_response());
        job->request.reset();
        self->kept_.push_back(job);
        self->next_kept();
      });
  if (!queued) busy(job, queued.error().text());
}

void Desk::next_kept() {
  while (!kept_.empty() && kept_running_ < kept_running_max) {
    const JobPtr job = kept_.front();
    kept_.pop_front();
    ++kept_running_;
    unpack(job);
  }
}

void Desk::unpack(const JobPtr& job) {
  const bool queued = core_.parts.workers.run([self = shared_from_this(), job] {
    work(*job);
    self->core_.parts.executor.post([self, job] { self->unpacked(job); });
  });
  if (!queued) busy(job, "the workers are all busy");
}

void Desk::unpacked(const JobPtr& job) {
  if (job->trouble) {
    base::log(base::LogLevel::error, "as2", *job->trouble, {{"partner", job->relationship->partner}});
    return busy(job, job->trouble->text());
  }
  if (job->outcome.unpacked.is_mdn) {  // with something around it: what it is showed only now, and it is not answered
    job->outcome.refusal = Error{Code::as2_mdn, {}, "send MDNs signed or plain, with nothing around them"};
    job->headers.receipt.reset();
  }
  const as2::Unpacked& seen = job->outcome.unpacked;
  if (!job->outcome.refusal && seen.signer)
    core_.note_certificate(job->relationship->partner, "signs", seen.signer->fingerprint());
  if (seen.decrypter) core_.note_certificate(job->relationship->partner, "encrypts_for", seen.decrypter->fingerprint());
  job->row = record_of(*job);
  job->row.at = core_.now();
  if (job->row.mdn_state == store::MdnState::queued)
    job->row.mdn_next_at = job->row.at;
  else if (job->row.mdn_state == store::MdnState::answered)
    job->row.mdn_at = job->row.at;
  if (job->files.parts().empty()) job->files.parts().emplace_back();
  hand_in(job, job->outcome.refusal ? 0 : job->files.parts().size() - 1);
}

/// Further attachments first, each under a key of its own; the first one carries the record and the MDN.
void Desk::hand_in(const JobPtr& job, std::size_t part) {
  pipeline::Incoming incoming;
  incoming.channel = job->relationship->target();
  incoming.channel_kind = "as2";
  incoming.partner = job->relationship->partner;
  incoming.external_id = inbox_key(*job);
  incoming.map = job->relationship->profile.map;
  if (job->relationship->test) incoming.usage = "test";
  incoming.refusal = job->outcome.refusal;
  if (job->outcome.refusal) {
    if (const Status kept = keep_refused(*job, incoming); !kept) return busy(job, kept.error().text());
  } else {
    StoredPart& stored = job->files.parts()[part];
    incoming.content_type = stored.content_type;
    incoming.file_name = stored.file_name;
    if (stored.spooled) {
      incoming.spooled_path = stored.spooled->path();
      incoming.spooled_bytes = stored.spooled->bytes();
      incoming.spooled_sha256 = stored.spooled->sha256();
    } else {
      incoming.payload = std::move(stored.bytes);
    }
  }
  if (part > 0) {
    incoming.external_id += "#" + std::to_string(part + 1);
    return core_.parts.intake.receive(std::move(incoming),
                                      [self = shared_from_this(), job, part](const Result<pipeline::Receipt>& receipt) {
                                        if (!receipt) return self->busy(job, receipt.error().text());
                                        if (receipt->outcome == pipeline::ReceiptOutcome::conflict)
                                          return self->conflict(job, receipt->message_id);
                                        CROSSDOCK_FAILPOINT("as2.between_parts");
                                        self->hand_in(job, part - 1);
                                      });
  }
  incoming.headers = {{"message-id", job->row.message_id}, {"subject", job->headers.subject}};
  incoming.beside = [job](store::Transaction& transaction, store::Seq message) -> Status {
    store::As2In row = job->row;
    row.message = message;
    store::insert_as2_in(transaction, row);
    if (job->raw.seq != 0) store::remove_as2_raw(transaction, job->raw.seq);
    return transaction.status();
  };
  core_.parts.intake.receive(
      std::move(incoming),
      [self = shared_from_this(), job](const Result<pipeline::Receipt>& receipt) { self->handed_in(job, receipt); });
}

void Desk::handed_in(const JobPtr& job, const Result<pipeline::Receipt>& receipt) {
  if (!receipt) return busy(job, receipt.error().text());
  CROSSDOCK_FAILPOINT("as2.before_mdn");
  switch (receipt->outcome) {
    case pipeline::ReceiptOutcome::accepted: count(*job, "accepted"); return answer(job, true);
    case pipeline::ReceiptOutcome::refused: count(*job, "refused"); return answer(job, true);
    case pipeline::ReceiptOutcome::repeated: count(*job, "repeated"); return repeated(job, receipt->message_id);
    case pipeline::ReceiptOutcome::conflict: count(*job, "conflict"); return conflict(job, receipt->message_id);
  }
}

/// The MDN of the first copy again, where there is one; in the way that this copy asks for.
void Desk::repeated(const JobPtr& job, const std::string& message_id) {
  const Status queued = core_.parts.store.write(
      [job, message_id](store::Transaction& transaction) -> Status {
        const auto message = store::load_message(transaction, message_id);
        auto first = message ? store::load_as2_in(transaction, message->seq) : std::nullopt;
        if (job->raw.seq != 0) store::remove_as2_raw(transaction, job->raw.seq);
        if (!first || first->mdn.empty()) return transaction.status();
        if (job->asynchronous() && first->mdn_state != store::MdnState::queued) {
          first->mdn_state = store::MdnState::queued;
          first->mdn_url = *job->headers.receipt->delivery_url;
          first->mdn_next_at = job->row.at;
          first->mdn_attempts = 0;
          store::update_mdn(transaction, *first);
        }
        job->row.mdn = first->mdn;
        job->row.mdn_headers = first->mdn_headers;
        return transaction.status();
      },
      [self = shared_from_this(), job](const Status& status) {
        if (!status) return self->busy(job, status.error().text());
        self->answer(job, false);
      });
  if (!queued) busy(job, queued.error().text());
}

/// The same Message-ID with other bytes: kept and shown by the pipeline, and refused here.
void Desk::conflict(const JobPtr& job, const std::string& message_id) {
  job->outcome.refusal = Error{Code::duplicate_key, {}, "this Message-ID came before with other content"};
  job->outcome.disposition = as2::disposition_of(Code::as2_message_id, job->relationship->policy.profile);
  const bool queued = core_.parts.workers.run([self = shared_from_this(), job, message_id] {
    write_answer(*job);
    self->core_.parts.executor.post([self, job, message_id] {
      if (job->trouble) return self->busy(job, job->trouble->text());
      const base::Instant at = job->row.at;
      const bool asynchronous = job->asynchronous();
      job->row = record_of(*job);
      job->row.at = at;
      if (asynchronous) job->row.mdn_next_at = at;
      const Status written = self->core_.parts.store.write(
          [job, message_id](store::Transaction& transaction) -> Status {
            store::As2In row = job->row;
            if (job->raw.seq != 0) store::remove_as2_raw(transaction, job->raw.seq);
            const auto message = store::load_message(transaction, message_id);
            if (!message || store::load_as2_in(transaction, message->seq)) return transaction.status();
            row.message = message->seq;
            store::insert_as2_in(transaction, row);
            return transaction.status();
          },
          [self, job](const Status& status) {
            if (!status) return self->busy(job, status.error().text());
            self->answer(job, true);
          });
      if (!written) self->busy(job, written.error().text());
    });
  });
  if (!queued) busy(job, "the workers are all busy");
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

Status Desk::start() {
  base::FileLayer& files = base::files();
  TRY_STATUS(files.make_directories(core_.parts.kept_folder));
  std::vector<store::As2Raw> rows;
  TRY_STATUS(core_.parts.store.read_now([&](store::Connection& connection) -> Status {
    for (auto page = store::load_as2_raw(connection, 0, 500); !page.empty();
         page = store::load_as2_raw(connection, page.back().seq, 500))
      rows.insert(rows.end(), page.begin(), page.end());
    return connection.status();
  }));
  std::set<std::string, std::less<>> known;
  for (store::As2Raw& row : rows) {
    known.insert(row.file);
    resume(std::move(row));
  }
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(core_.parts.kept_folder, failed))
    if (!known.contains(entry.path().string())) std::filesystem::remove(entry.path(), failed);  // its row never came
  next_kept();
  return {};
}

void Desk::resume(store::As2Raw row) {
  auto job = std::make_shared<Job>(core_.parts.spool_folder);
  job->raw = std::move(row);
  job->fields = from_lines(job->raw.headers);
  auto headers = as2::read_as2_headers(job->fields);
  if (!headers) return base::log(base::LogLevel::error, "as2", headers.error());  // it could be read before
  job->headers = std::move(*headers);
  job->relationship = core_.book->find(job->headers.from, job->headers.to);
  if (!job->relationship)
    return base::log(base::LogLevel::alarm, "as2", "a request that was answered belongs to no partner any more",
                     {{"from", job->headers.from}, {"to", job->headers.to}});
  job->moment = core_.moment();
  job->begun = core_.parts.clock.steady();
  job->parties = job->relationship->parties(job->moment, core_.book->settings().nesting_max);
  job->peer = job->raw.peer;
  job->unique = core_.uuids.next();
  job->date = mail_date(core_.now());
  job->product = core_.book->product();
  job->key = job->headers.from + "\n" + job->headers.to + "\n" + std::string(job->headers.message_id.key());
  running_.insert(job->key);
  kept_.push_back(job);
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
