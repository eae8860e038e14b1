// Attempts and look-ups of deliveries.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/put.hpp"

#include <atomic>

#include "gateway/base/log.hpp"
#include "gateway/pipeline/file_name.hpp"

namespace crossdock::files {
namespace {

using pipeline::AttemptOutcome;
using pipeline::AttemptResult;
using pipeline::LookupOutcome;
using pipeline::LookupResult;

constexpr std::chrono::milliseconds patience{5'000}, busy_again{2'000};
constexpr std::chrono::hours stale_every{1};

AttemptOutcome outcome(AttemptResult result, std::string detail) {
  AttemptOutcome out;
  out.result = result;
  out.detail = std::move(detail);
  return out;
}

PutRequest request_of(const PutSettings& settings, const pipeline::DeliveryRequest& request) {
  PutRequest out;
  out.name = pipeline::fill_file_name(settings.rules.file_name, settings.partner, request);
  out.delivery_id = request.delivery_id;
  out.bytes = request.payload ? request.payload : request.payload_file.empty() ? request.event_json : nullptr;
  if (!out.bytes) out.file = request.payload_file;
  out.may_stand_there = request.attempt > 1;
  return out;
}

}  // namespace

struct PutAdapter::Work : std::enable_shared_from_this<PutAdapter::Work> {
  Work(PutSettings settings_in, PutParts parts_in)
      : settings(std::move(settings_in)),
        parts(std::move(parts_in)),
        put(parts.metrics.counter("crossdock_files_put_total", "Files put on partners' servers",
                                  {{"channel", settings.channel}})),
        failures(parts.metrics.counter("crossdock_files_put_failures_total", "Attempts to put a file that failed",
                                       {{"channel", settings.channel}})) {}

  AttemptOutcome attempt(const pipeline::DeliveryRequest& request) {
    auto lease = parts.sessions.lease(parts.endpoint, patience);
    if (!lease) {
      AttemptOutcome out = outcome(AttemptResult::retry, lease.error().text());
      if (lease.error().code == Code::files_budget) out.retry_after = busy_again;
      failures.add();
      return out;
    }
    clean(**lease);
    const PutRequest what = request_of(settings, request);
    const auto done = put_file(**lease, settings.rules, what);
    if (done) {
      put.add();
      return outcome(AttemptResult::applied, (done->there_already ? "stood there already: " : "put as ") + done->path);
    }
    failures.add();
    const Error& error = done.error();
    if (error.code == Code::files_exists || error.code == Code::files_name)
      return outcome(AttemptResult::refused, error.text());
    // Once the bytes are there the rename may have been done, and its answer lost.
    return outcome((*lease)->is_lost() ? AttemptResult::unknown : AttemptResult::retry, error.text());
  }

  LookupOutcome look_up(const pipeline::DeliveryRequest& request) {
    LookupOutcome out;
    auto lease = parts.sessions.lease(parts.endpoint, patience);
    if (!lease) {
      out.detail = lease.error().text();
      return out;
    }
    const PutRequest what = request_of(settings, request);
    const std::string path = join(settings.rules.put.text, what.name);
    const auto same = holds(**lease, path, what);
    if (!same) {
      out.detail = same.error().text();
    } else if (!*same) {
      out.detail = "no file " + path + ": not put, or taken away";
    } else {
      out.result = **same ? LookupResult::present : LookupResult::absent;
      out.detail = path;
    }
    return out;
  }

  /// Now and then, before a file: what broken uploads left.
  void clean(RemoteFolder& server) {
    const auto now = parts.clock.steady().time_since_epoch();
    const auto last = cleaned.load();
    if (last != 0 && now - base::SteadyInstant::duration(last) < stale_every) return;
    cleaned = now.count();
    const std::int64_t now_s = base::to_micros(parts.clock.now()) / 1'000'000;
    const auto removed = remove_stale(server, settings.rules, now_s);
    if (removed && *removed > 0)
      base::log(base::LogLevel::warning, "files", Error{Code::files_stale, {}, std::to_string(*removed) + " files"},
                {{"channel", settings.channel}, {"folder", settings.rules.put.text}});
  }

  PutSettings settings;
  PutParts parts;
  base::Counter& put;
  base::Counter& failures;
  std::atomic<base::SteadyInstant::rep> cleaned{0};
};

PutAdapter::PutAdapter(PutSettings settings, PutParts parts)
    : work_(std::make_shared<Work>(std::move(settings), std::move(parts))) {}

void PutAdapter::attempt(const pipeline::DeliveryRequest& request, std::function<void(AttemptOutcome)> done) {
  auto work = [self = work_, request, done] {
    auto result = self->attempt(request);
    self->parts.executor.post([done, result = std::move(result)] { done(result); });
  };
  if (!work_->parts.workers.run(std::move(work)))
    work_->parts.executor.post(
        [done] { done(outcome(AttemptResult::retry, "the workers that put files are all busy")); });
}

void PutAdapter::look_up(const pipeline::DeliveryRequest& request, std::function<void(LookupOutcome)> done) {
  auto work = [self = work_, request, done] {
    auto result = self->look_up(request);
    self->parts.executor.post([done, result = std::move(result)] { done(result); });
  };
  if (!work_->parts.workers.run(std::move(work))) work_->parts.executor.post([done] { done(LookupOutcome{}); });
}

}  // namespace crossdock::files
