// Requests that were answered before they were unpacked: kept durably, worked off in order, gone on with after a
// restart. SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/base/log.hpp"
#include "gateway/channels/as2/desk.hpp"
#include "gateway/channels/as2/desk_answers.hpp"
#include "gateway/channels/as2/job.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::as2_channel {
namespace {

constexpr std::size_t kept_inline_bytes_max = 64U << 10;
constexpr std::size_t kept_running_max = 8;
constexpr std::chrono::seconds try_again_after{5};

/// A request of the table as the message that a person must look at. Errors: file.unreadable.
Status describe_orphan(const store::As2Raw& raw, pipeline::Incoming& incoming) {
  if (raw.file.empty()) {
    incoming.payload = raw.body;
    return {};
  }
  Sha256 digest;
  TRY_STATUS(base::files().read(raw.file, [&digest](std::string_view bytes) -> Status {
    digest.update(bytes);
    return {};
  }));
  incoming.spooled_path = raw.file;
  incoming.spooled_bytes = raw.bytes;
  incoming.spooled_sha256 = to_hex(digest.finish());
  return {};
}

}  // namespace

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

/// We said that we have it, and its partner left the configuration before it was unpacked: what came stays as a parked
/// message. No MDN goes out: the partner, should it come back, sends it again.
void Desk::orphaned(store::As2Raw given, const as2::As2Headers& headers) {
  const auto raw = std::make_shared<const store::As2Raw>(std::move(given));
  const auto incoming = std::make_shared<pipeline::Incoming>();
  incoming->channel = incoming->channel_kind = "as2";  // of no partner
  incoming->content_type = headers.content_type;
  incoming->headers = {{"message-id", std::string(headers.message_id.key())}, {"subject", headers.subject}};
  incoming->refusal = Error{Code::as2_relationship,
                            {},
                            "it was taken from `" + headers.from + "` for `" + headers.to +
                                "`, a pair that left the configuration before the request was unpacked: configure it "
                                "and have the partner send it again"};
  incoming->parked = true;
  store::As2In row;
  row.message_id = std::string(headers.message_id.key());
  row.from = headers.from;
  row.to = headers.to;
  row.peer = raw->peer;
  row.headers = raw->headers;
  row.at = raw->at;
  incoming->beside = [raw, row](store::Transaction& transaction, store::Seq message) -> Status {
    store::As2In record = row;
    record.message = message;
    store::insert_as2_in(transaction, record);
    store::remove_as2_raw(transaction, raw->seq);
    return transaction.status();
  };
  const auto again = [weak = weak_from_this(), raw](const Error& why) {
    const auto self = weak.lock();
    if (!self) return;
    base::log(base::LogLevel::warning, "as2", why, {{"what", "a kept request of no partner waits"}});
    self->core_.parts.executor.post_after(try_again_after, [weak, raw] {
      if (const auto desk = weak.lock()) desk->resume(*raw);
    });
  };
  const bool queued = core_.parts.workers.run([self = shared_from_this(), raw, incoming, again] {
    const Status described = describe_orphan(*raw, *incoming);
    self->core_.parts.executor.post([self, raw, incoming, again, described] {
      if (!described) return again(described.error());
      self->core_.parts.intake.receive(
          std::move(*incoming), [self, raw, again](const Result<pipeline::Receipt>& receipt) {
            if (!receipt) return again(receipt.error());
            self->core_.parts.alarm(Code::as2_relationship, receipt->message_id,
                                    "a request that was answered belongs to no partner any more");
          });
    });
  });
  if (!queued) again(Error{Code::store_busy, {}, "the workers are all busy"});
}

void Desk::resume(store::As2Raw row) {
  auto job = std::make_shared<Job>(core_.parts.spool_folder);
  job->raw = std::move(row);
  job->fields = from_lines(job->raw.headers);
  auto headers = as2::read_as2_headers(job->fields);
  if (!headers) return base::log(base::LogLevel::error, "as2", headers.error());  // it could be read before
  job->headers = std::move(*headers);
  job->relationship = core_.book->find(job->headers.from, job->headers.to);
  if (!job->relationship) return orphaned(std::move(job->raw), job->headers);
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

}  // namespace crossdock::as2_channel
