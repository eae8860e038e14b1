// Chunks of a large payload (each at most some rows, so that small messages pass between them).
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/large.hpp"

#include <algorithm>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/pipeline/processor.hpp"
#include "gateway/pipeline/x12_planner.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::size_t head_bytes = 64U << 10;

/// The first bytes of the payload.
Result<std::string> read_head(const PayloadSource& payload) {
  std::string head;
  const Status read = payload([&](std::string_view bytes) -> Status {
    head += bytes.substr(0, head_bytes - std::min(head_bytes, head.size()));
    if (head.size() < head_bytes) return {};
    return fail(Code::payload_too_large);  // enough seen: ends the reading
  });
  if (!read && read.error().code != Code::payload_too_large) return tl::unexpected(read.error());
  return head;
}

Plan empty_plan(const PlannerInput& input) {
  Plan plan;
  plan.message = input.message;
  plan.message.bundle = input.rules->bundle->hash;
  plan.message.stage = store::Stage::done;
  plan.message.reason.clear();
  plan.message.detail.clear();
  plan.message.state = store::State::in_progress;
  plan.message.rank = store::State::no_event;
  plan.message.open = 0;
  plan.again = input.again;
  return plan;
}

/// Writes what the plan has gathered and takes it out of it.
Status flush(Plan& chunk, std::uint64_t sets_done, const Plan& survey, const CommitInput& commit,
             const std::vector<Seen>& seen, const WriteNow& write) {
  chunk.set_bases.clear();
  for (const store::SetRow& set : chunk.sets) chunk.set_bases.push_back(set.state);
  const Status written = write([&](store::Transaction& transaction) -> Status {
    Status status = commit_chunk(transaction, chunk, survey, commit, seen, sets_done);
    CROSSDOCK_FAILPOINT("validate.in_chunk");
    return status;
  });
  TRY_STATUS(written);
  CROSSDOCK_FAILPOINT("validate.after_chunk");
  chunk.sets.clear();
  chunk.events.clear();
  chunk.settlements.clear();
  chunk.arrivals.clear();
  return {};
}

Status process_chunks(const PlannerInput& input, const Envelope& envelope, const CommitInput& commit,
                      const PayloadSource& payload, const WriteNow& write, Plan& survey, Committed& out) {
  std::vector<Seen> seen;
  TRY_STATUS(write([&](store::Transaction& transaction) { return commit_begin(transaction, survey, commit, seen); }));
  Plan chunk = empty_plan(input);
  Purpose purpose;
  purpose.acknowledge = false;
  purpose.skip_sets = input.message.resume_sets;
  std::uint64_t done = input.message.resume_sets;
  purpose.flush = [&](Plan& full, std::uint64_t sets_done) -> Status {
    done = sets_done;
    return flush(full, sets_done, survey, commit, seen, write);
  };
  plan_x12(input, envelope, payload, chunk, std::move(purpose));
  if (!chunk.sets.empty()) TRY_STATUS(flush(chunk, done + chunk.sets.size(), survey, commit, seen, write));
  return write([&](store::Transaction& transaction) { return commit_end(transaction, survey, commit, seen, out); });
}

}  // namespace

Status process_large(const PlannerInput& input, const CommitInput& commit, const PayloadSource& payload,
                     const WriteNow& write, Committed& out) {
  TRY(const std::string head, read_head(payload));
  const std::optional<Envelope> envelope = peek_envelope(head);
  if (!envelope || input.message.channel_kind == "event") {  // one document: bounded by its own limit, so whole
    Plan plan = make_plan(input, head, payload);
    return write([&](store::Transaction& transaction) { return commit_plan(transaction, plan, commit, out); });
  }
  Plan survey = empty_plan(input);
  Purpose first;
  first.keep_sets = false;
  plan_x12(input, *envelope, payload, survey, std::move(first));
  if (survey.message.state != store::State::in_progress)  // nobody may send it, or it is held or unreadable as a whole
    return write([&](store::Transaction& transaction) { return commit_plan(transaction, survey, commit, out); });
  return process_chunks(input, *envelope, commit, payload, write, survey, out);
}

void Processor::plan_large(const std::string& sender, const std::shared_ptr<Received>& received) {
  // A worker has its own ids: the pipeline's source belongs to its thread.
  auto input = std::make_shared<PlannerInput>(input_of(*received));
  const auto random = std::shared_ptr<base::Random>(base::make_seeded_random(context_.parts.random.next()));
  const auto uuids = std::make_shared<base::UuidSource>(context_.parts.clock, *random);
  input->next_id = [random, uuids] { return uuids->next(); };
  const CommitInput commit = commit_input();
  const std::string path = store::payload_path(context_.parts.store.payload_folder(), received->message.sha256);
  const bool taken = context_.parts.workers.run([self = shared_from_this(), sender, received, input, commit, path] {
    const PayloadSource source = [received, path](const std::function<Status(std::string_view)>& sink) -> Status {
      return received->payload ? sink(*received->payload) : base::files().read(path, sink);
    };
    store::Store& store = self->context_.parts.store;
    const auto done = std::make_shared<Committed>();
    const Status status = process_large(
        *input, commit, source, [&store](const store::Store::Work& work) { return store.write_now(work); }, *done);
    self->context_.parts.executor.post([self, sender, received, done, status] {
      if (!status) return self->give_up(sender, received, status.error());
      self->deliver_message_(received->message.seq);
      // Its own deliveries are read from the table; acknowledgements belong to messages of their own.
      std::erase_if(done->items, [&](const LaneItemPtr& item) { return item->row.message == received->message.seq; });
      self->committed(sender, received, *done);
    });
  });
  if (!taken)
    context_.parts.executor.post_after(std::chrono::milliseconds{100},
                                       [self = shared_from_this(), sender, received] { self->plan(sender, received); });
}

}  // namespace crossdock::pipeline
