// Chunks of a large payload (each at most some rows, so that small messages pass between them).
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/large.hpp"

#include <algorithm>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/pipeline/document_planner.hpp"
#include "gateway/pipeline/interchange_file.hpp"
#include "gateway/pipeline/processor.hpp"
#include "gateway/pipeline/x12_planner.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::size_t head_bytes = 64U << 10;
// Of one transaction, so that small messages pass between them: a key costs about 20 us, an answer with its document
// and rows about 300 us.
constexpr std::size_t interchanges_max = 500, answers_max = 50;
constexpr std::size_t alarms_max = 100;  // raised for one file

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

/// A large X12 payload on its way into the store, one transaction after the other.
class Chunks {
 public:
  Chunks(const CommitInput& commit, const WriteNow& write, const DeliverNow& deliver, Plan& survey,
         InterchangeFile& interchanges)
      : commit_(commit),
        write_(write),
        deliver_(deliver),
        survey_(survey),
        interchanges_(interchanges),
        // What an earlier run wrote is not known.
        loose_events_(survey.again || survey.message.resume_sets != 0) {}

  /// Keys of the interchanges, and which of them came before.
  Status begin() {
    TRY_STATUS(interchanges_.rewind());
    bool more = true;
    for (bool first = true; more; first = false) {
      TRY(more, load_part(interchanges_max));
      if (!more && !first) break;
      std::vector<SeenInterchange> found;
      Committed made;
      TRY_STATUS(write_([&](store::Transaction& transaction) {
        return commit_begin(transaction, survey_, first, commit_, found, made);
      }));
      seen_.add(found);
      keep_alarms(made);
    }
    return {};
  }

  /// Writes what the plan has gathered and takes it out of it.
  Status flush(Plan& chunk, std::uint64_t sets_done) {
    chunk.set_bases.clear();
    for (const store::SetRow& set : chunk.sets) chunk.set_bases.push_back(set.state);
    TRY_STATUS(keep_attachments(chunk, commit_.payload_folder));
    loose_events_ = loose_events_ || std::any_of(chunk.events.begin(), chunk.events.end(),
                                                 [](const PlannedEvent& event) { return event.set == no_set; });
    Committed made;
    TRY_STATUS(write_([&](store::Transaction& transaction) -> Status {
      Status status = commit_chunk(transaction, chunk, commit_, seen_, sets_done, made);
      CROSSDOCK_FAILPOINT("validate.in_chunk");
      return status;
    }));
    CROSSDOCK_FAILPOINT("validate.after_chunk");
    keep_alarms(made);  // its deliveries are read from the table once the message is through
    chunk.sets.clear();
    chunk.events.clear();
    chunk.settlements.clear();
    chunk.arrivals.clear();
    return {};
  }

  /// `resumed`: how far an earlier run came, in sets and then answered interchanges.
  Status answer(std::uint64_t resumed) {
    const std::uint64_t sets = survey_.message.sets;
    std::size_t done = resumed > sets ? static_cast<std::size_t>(resumed - sets) : 0;
    TRY_STATUS(interchanges_.rewind());
    TRY_STATUS(interchanges_.skip(done));
    for (;;) {
      TRY(const bool more, load_part(answers_max));
      if (!more) return {};
      done += survey_.interchanges.size();
      Committed made;
      TRY_STATUS(write_([&](store::Transaction& transaction) {
        return commit_answers(transaction, survey_, commit_, seen_, sets + done, made);
      }));
      CROSSDOCK_FAILPOINT("validate.after_answers");
      keep_alarms(made);
      // New answers are read from the table once the message is through; those that go out again leave now.
      std::erase_if(made.items, [](const LaneItemPtr& item) { return item->payload != nullptr; });
      if (!made.items.empty()) deliver_(std::move(made.items));
    }
  }

  Status end(Committed& out) {
    survey_.interchanges.clear();
    survey_.loose_events = loose_events_;
    TRY_STATUS(
        write_([&](store::Transaction& transaction) { return commit_end(transaction, survey_, commit_, seen_, out); }));
    out.alarms.insert(out.alarms.end(), alarms_.begin(), alarms_.end());
    return {};
  }

 private:
  /// The next interchanges into the survey; false when there are none.
  Result<bool> load_part(std::size_t most) {
    TRY(survey_.interchanges, interchanges_.next(most));
    for (PlannedInterchange& interchange : survey_.interchanges)
      if (interchange.row.sha256.empty())  // its bytes were not kept
        interchange.row.sha256 = stand_in_hash(survey_.message, interchange.row.ordinal, interchanges_.size() == 1);
    return !survey_.interchanges.empty();
  }

  void keep_alarms(Committed& part) {
    for (auto& alarm : part.alarms)
      if (alarms_.size() < alarms_max) alarms_.push_back(std::move(alarm));
  }

  const CommitInput& commit_;
  const WriteNow& write_;
  const DeliverNow& deliver_;
  Plan& survey_;  ///< its interchanges are those of one part
  InterchangeFile& interchanges_;
  SeenInterchanges seen_;
  bool loose_events_;
  std::vector<std::pair<Code, std::string>> alarms_;
};

/// The first reading: verdicts of the envelopes and of the message as a whole, nothing of sets and events.
Result<std::unique_ptr<InterchangeFile>> survey_payload(const PlannerInput& input, const Envelope& envelope,
                                                        const CommitInput& commit, const PayloadSource& payload,
                                                        Plan& survey) {
  TRY(auto file, InterchangeFile::make(commit.payload_folder));
  Status kept;
  Purpose purpose;
  purpose.keep_sets = false;
  // Below this size the planner keeps the bytes, to name each interchange by its own.
  if (input.message.bytes > base::limits::translate_inline_bytes_max)
    purpose.interchange = [&](PlannedInterchange&& interchange) { return kept = file->add(interchange); };
  plan_x12(input, envelope, payload, survey, std::move(purpose));
  TRY_STATUS(kept);
  for (const PlannedInterchange& interchange : survey.interchanges) TRY_STATUS(file->add(interchange));
  survey.interchanges.clear();
  return file;
}

/// The second reading: sets and events.
Status process_sets(const PlannerInput& input, const Envelope& envelope, const PayloadSource& payload, Chunks& chunks) {
  Plan chunk = empty_plan(input);
  Purpose purpose;
  purpose.acknowledge = false;
  purpose.skip_sets = input.message.resume_sets;
  purpose.interchange = [](PlannedInterchange&&) -> Status { return {}; };  // known from the first
  std::uint64_t done = input.message.resume_sets;
  Status flushed;
  purpose.flush = [&](Plan& full, std::uint64_t sets_done) -> Status {
    done = sets_done;
    return flushed = chunks.flush(full, sets_done);
  };
  plan_x12(input, envelope, payload, chunk, std::move(purpose));
  TRY_STATUS(flushed);
  if (chunk.sets.empty() && chunk.events.empty()) return {};
  return chunks.flush(chunk, done + chunk.sets.size());
}

/// A document without an envelope, in parts of some events.
Status process_document(const PlannerInput& input, const CommitInput& commit, const PayloadSource& payload,
                        const WriteNow& write, const DeliverNow& deliver, Committed& out) {
  Plan plan = empty_plan(input);
  TRY(const auto none, InterchangeFile::make(commit.payload_folder));
  Chunks chunks(commit, write, deliver, plan, *none);
  TRY_STATUS(chunks.begin());
  std::uint64_t done = input.message.resume_sets;
  TRY_STATUS(plan_document(input, payload, plan, [&](Plan& part, std::uint64_t events_done) {
    done = events_done;
    return chunks.flush(part, events_done);
  }));
  if (!plan.events.empty()) TRY_STATUS(chunks.flush(plan, done + plan.events.size()));
  return chunks.end(out);
}

}  // namespace

Status process_large(const PlannerInput& input, const CommitInput& commit, const PayloadSource& payload,
                     const WriteNow& write, const DeliverNow& deliver, Committed& out) {
  TRY(const std::string head, read_head(payload));
  const std::optional<Envelope> envelope = peek_envelope(head);
  const bool posted = input.message.channel_kind == "event";
  if (!posted && !envelope && !input.message.map.empty())
    return process_document(input, commit, payload, write, deliver, out);
  if (!envelope || posted) {  // what nothing is known of, or one event: bounded by its own limit
    Plan plan = make_plan(input, head, payload);
    TRY_STATUS(keep_attachments(plan, commit.payload_folder));
    return write([&](store::Transaction& transaction) { return commit_plan(transaction, plan, commit, out); });
  }
  Plan survey = empty_plan(input);
  TRY(const auto interchanges, survey_payload(input, *envelope, commit, payload, survey));
  if (survey.message.state == store::State::parked)  // nobody may send it: its numbers are not remembered
    return write([&](store::Transaction& transaction) { return commit_plan(transaction, survey, commit, out); });
  Chunks chunks(commit, write, deliver, survey, *interchanges);
  TRY_STATUS(chunks.begin());
  if (survey.message.state == store::State::in_progress)  // else it is held or unreadable as a whole
    TRY_STATUS(process_sets(input, *envelope, payload, chunks));
  if (!survey.answered) TRY_STATUS(chunks.answer(input.message.resume_sets));
  return chunks.end(out);
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
    // At shutdown the reading ends with the piece it is at: the next start goes on where the last chunk stands.
    const auto goes_on = [&stopping = self->context_.stopping]() -> Status {
      if (stopping) return fail(Code::store_busy, "the gateway stops");
      return {};
    };
    const PayloadSource source = [&](const std::function<Status(std::string_view)>& sink) -> Status {
      if (received->payload) return sink(*received->payload);
      return base::files().read(path, [&](std::string_view piece) -> Status {
        TRY_STATUS(goes_on());
        return sink(piece);
      });
    };
    const WriteNow write = [&](const store::Store::Work& work) -> Status {
      TRY_STATUS(goes_on());  // what was read of a piece that was broken off is not written
      return self->context_.parts.store.write_now(work);
    };
    const auto done = std::make_shared<Committed>();
    const Status status = process_large(
        *input, commit, source, write,
        [self](std::vector<LaneItemPtr> items) {
          self->context_.parts.executor.post([self, items = std::move(items)] { self->deliver_(items); });
        },
        *done);
    self->context_.parts.executor.post([self, sender, received, done, status] {
      if (!status && self->context_.stopping) return self->leave_for_later(*received);
      if (!status) return self->give_up(sender, received, status.error());
      self->deliver_message_(received->message.seq);
      done->items.clear();  // they are read from the table
      self->committed(sender, received, *done);
    });
  });
  if (!taken)
    context_.parts.executor.post_after(std::chrono::milliseconds{100},
                                       [self = shared_from_this(), sender, received] { self->plan(sender, received); });
}

void Processor::leave_for_later(const Received& received) {
  base::log(base::LogLevel::info, "pipeline", "a large message is left where it stands; the next start goes on with it",
            {{"message", received.message.id}});
}

}  // namespace crossdock::pipeline
