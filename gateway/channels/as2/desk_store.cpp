// From the worker's result to the durable message: names, company for the commit, repetitions, conflicts.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <thread>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/log.hpp"
#include "gateway/channels/as2/desk.hpp"
#include "gateway/channels/as2/job.hpp"

namespace crossdock::as2_channel {
namespace {

/// A commit costs nearly the same for one message and for many. While the workers, whose keys are what limits us, have
/// more to do than can be done before, a finished request waits so long for so many others.
constexpr std::chrono::milliseconds company_time_max{20};
constexpr std::size_t company_max = 32;
std::size_t company_working_min() {
  static const std::size_t most = 2 * std::max<std::size_t>(1, std::thread::hardware_concurrency());
  return most;
}

std::string inbox_key(const Job& job) {
  const std::string id(job.headers.message_id.key());
  return job.headers.from == job.relationship->theirs ? id : job.headers.from + " " + id;
}

/// Where file names are remembered; no scope of Message-IDs ends like this.
std::string name_scope(const Job& job) { return job.relationship->target() + "|/file-name"; }

/// Errors: as2.file_name.duplicate, when another message took a name since it was looked for.
Status claim_names(store::Transaction& transaction, const Job& job, store::Seq message) {
  if (job.outcome.refusal ||
      job.relationship->profile.duplicate_file_name != configuration::As2Channel::DuplicateFileName::refuse)
    return {};
  for (const StoredPart& part : job.files.parts())
    if (!part.file_name.empty() &&
        !store::insert_inbox(transaction, name_scope(job), part.file_name, {"", message}, job.row.at)) {
      const auto known = store::find_inbox(transaction, name_scope(job), part.file_name);
      if (known && known->message != message) return fail(Code::as2_file_name_duplicate);
    }
  return {};
}

}  // namespace

void Desk::unpacked(const JobPtr& job) {
  --working_;
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
  const bool named = std::any_of(job->files.parts().begin(), job->files.parts().end(),
                                 [](const StoredPart& part) { return !part.file_name.empty(); });
  if (!job->outcome.refusal && named &&
      job->relationship->profile.duplicate_file_name == configuration::As2Channel::DuplicateFileName::refuse)
    return check_names_are_new(job);
  record(job);
}

/// A name of another message is refused; that of the same message, sent again, is none of our concern here.
void Desk::check_names_are_new(const JobPtr& job) {
  const auto known = std::make_shared<std::string>();
  const Status queued = core_.parts.store.read(
      [job, known](store::Connection& connection) -> Status {
        for (const StoredPart& part : job->files.parts()) {
          if (part.file_name.empty()) continue;
          const auto before = store::find_inbox(connection, name_scope(*job), part.file_name);
          const auto message = before ? store::load_message(connection, before->message) : std::nullopt;
          if (message && message->external_id != inbox_key(*job)) *known = part.file_name;
        }
        return connection.status();
      },
      [self = shared_from_this(), job, known](const Status& status) {
        if (!status) return self->busy(job, status.error().text());
        if (known->empty()) return self->record(job);
        refuse(*job, Code::as2_file_name_duplicate, "`" + *known + "` came before with another message");
        const bool taken = self->core_.parts.workers.run([self, job] {
          write_answer(*job);
          self->core_.parts.executor.post([self, job] {
            if (job->trouble) return self->busy(job, job->trouble->text());
            self->record(job);
          });
        });
        if (!taken) self->busy(job, "the workers are all busy");
      });
  if (!queued) busy(job, queued.error().text());
}

/// What the table keeps of it; then it waits for company, or goes at once.
void Desk::record(const JobPtr& job) {
  job->row = record_of(*job);
  job->row.at = core_.now();
  if (job->row.mdn_state == store::MdnState::queued)
    job->row.mdn_next_at = job->row.at;
  else if (job->row.mdn_state == store::MdnState::answered)
    job->row.mdn_at = job->row.at;
  if (job->files.parts().empty()) job->files.parts().emplace_back();
  finished_.push_back(job);
  if (finished_.size() >= company_max || working_ < company_working_min()) return hand_in_all();
  if (std::exchange(gathering_, true)) return;
  core_.parts.executor.post_after(company_time_max, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->gathering_ = false;
    self->hand_in_all();
  });
}

void Desk::hand_in_all() {
  for (const JobPtr& job : std::exchange(finished_, {}))
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
    TRY_STATUS(claim_names(transaction, *job, message));
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

}  // namespace crossdock::as2_channel
