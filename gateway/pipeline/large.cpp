// Chunks of a large payload (each at most some rows, so that small messages pass between them).
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/large.hpp"

#include <algorithm>
#include <iterator>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/pipeline/processor.hpp"
#include "gateway/pipeline/x12_planner.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::size_t head_bytes = 64U << 10;
// Of one transaction, so that small messages pass between them: a key costs about 20 us, an answer with its document
// and rows about 300 us.
constexpr std::size_t interchanges_max = 500, answers_max = 50;

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

/// Takes over what one of the transactions made and found.
void gather(Committed&& part, Committed& all) {
  std::move(part.items.begin(), part.items.end(), std::back_inserter(all.items));
  std::move(part.alarms.begin(), part.alarms.end(), std::back_inserter(all.alarms));
}

/// A large X12 payload on its way into the store, one transaction after the other.
class Chunks {
 public:
  Chunks(const CommitInput& commit, const WriteNow& write, Plan& survey)
      : commit_(commit), write_(write), survey_(survey) {}

  /// Keys of the interchanges, and which of them came before.
  Status begin() {
    return in_parts(0, interchanges_max, [&](Part part) -> Status {
      std::vector<Seen> found;
      Committed made;
      TRY_STATUS(write_([&](store::Transaction& transaction) {
        return commit_begin(transaction, survey_, commit_, part, found, made);
      }));
      seen_.insert(seen_.end(), found.begin(), found.end());
      gather(std::move(made), all_);
      return {};
    });
  }

  /// Writes what the plan has gathered and takes it out of it.
  Status flush(Plan& chunk, std::uint64_t sets_done) {
    chunk.set_bases.clear();
    for (const store::SetRow& set : chunk.sets) chunk.set_bases.push_back(set.state);
    Committed made;
    TRY_STATUS(write_([&](store::Transaction& transaction) -> Status {
      Status status = commit_chunk(transaction, chunk, survey_, commit_, seen_, sets_done, made);
      CROSSDOCK_FAILPOINT("validate.in_chunk");
      return status;
    }));
    CROSSDOCK_FAILPOINT("validate.after_chunk");
    made.items.clear();  // deliveries are read from the table once the message is through
    gather(std::move(made), all_);
    chunk.sets.clear();
    chunk.events.clear();
    chunk.settlements.clear();
    chunk.arrivals.clear();
    return {};
  }

  /// `resumed`: how far an earlier run came, in sets and then answered interchanges.
  Status answer(std::uint64_t resumed) {
    const std::uint64_t sets = survey_.message.sets;
    const std::size_t from = resumed > sets ? static_cast<std::size_t>(resumed - sets) : 0;
    return in_parts(from, answers_max, [&](Part part) -> Status {
      Committed made;
      TRY_STATUS(write_([&](store::Transaction& transaction) {
        return commit_answers(transaction, survey_, commit_, seen_, part, sets + part.to, made);
      }));
      CROSSDOCK_FAILPOINT("validate.after_answers");
      gather(std::move(made), all_);
      return {};
    });
  }

  Status end(Committed& out) {
    TRY_STATUS(
        write_([&](store::Transaction& transaction) { return commit_end(transaction, survey_, commit_, seen_, out); }));
    gather(std::move(all_), out);
    return {};
  }

 private:
  /// Every part of at most `most` interchanges.
  Status in_parts(std::size_t from, std::size_t most, const std::function<Status(Part)>& work) {
    const std::size_t count = survey_.interchanges.size();
    for (; from < count; from += most) TRY_STATUS(work({from, std::min(count, from + most)}));
    return {};
  }

  const CommitInput& commit_;
  const WriteNow& write_;
  Plan& survey_;
  std::vector<Seen> seen_;
  Committed all_;
};

Status process_chunks(const PlannerInput& input, const Envelope& envelope, const CommitInput& commit,
                      const PayloadSource& payload, const WriteNow& write, Plan& survey, Committed& out) {
  Chunks chunks(commit, write, survey);
  TRY_STATUS(chunks.begin());
  Plan chunk = empty_plan(input);
  Purpose purpose;
  purpose.acknowledge = false;
  purpose.skip_sets = input.message.resume_sets;
  std::uint64_t done = input.message.resume_sets;
  purpose.flush = [&](Plan& full, std::uint64_t sets_done) -> Status {
    done = sets_done;
    return chunks.flush(full, sets_done);
  };
  plan_x12(input, envelope, payload, chunk, std::move(purpose));
  if (!chunk.sets.empty() || !chunk.events.empty()) TRY_STATUS(chunks.flush(chunk, done + chunk.sets.size()));
  TRY_STATUS(chunks.answer(input.message.resume_sets));
  return chunks.end(out);
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
