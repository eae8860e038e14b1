// Duplicates (promise 2) are decided here, where nothing can come in between.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/commit.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/store/keys.hpp"

namespace crossdock::pipeline {
namespace {

/// One run of the transaction.
class Commit {
 public:
  Commit(store::Transaction& transaction, Plan& plan, const CommitInput& input, Committed& out)
      : transaction_(transaction), plan_(plan), input_(input), out_(out), since_(input.now - plan.duplicate_window) {}

  Status run() {
    out_ = {};
    if (plan_.again) store::supersede_sets(transaction_, plan_.message.seq);
    keep_answers();
    look_up_all();
    TRY_STATUS(add_sets());
    TRY_STATUS(acknowledge());
    for (const store::SetRow& set : plan_.sets) {
      if (set.state == store::State::in_progress)
        ++open_;
      else
        rank_ = std::max(rank_, set.state);
    }
    end_message(plan_.sets.empty());
    return {};
  }

  std::vector<SeenInterchange> begin(bool first) {
    out_ = {};
    if (first) {
      // Once only: a resumed one has sets of this reading already.
      if (plan_.again && plan_.message.resume_sets == 0) store::supersede_sets(transaction_, plan_.message.seq);
      // Once answers are on their way they go on.
      if (plan_.message.resume_sets <= plan_.message.sets) keep_answers();
      store::forget_interchanges(transaction_, plan_.message.seq);
      store::set_resume(transaction_, plan_.message.seq, plan_.message.resume_sets);
    }
    look_up_all();
    return std::move(found_);
  }

  Status chunk(const SeenInterchanges& seen, std::uint64_t sets_done) {
    out_ = {};
    seen_ = &seen;
    TRY_STATUS(add_sets());
    store::set_resume(transaction_, plan_.message.seq, sets_done);
    return {};
  }

  Status answers(const SeenInterchanges& seen, std::uint64_t done) {
    out_ = {};
    seen_ = &seen;
    TRY_STATUS(acknowledge());
    store::set_resume(transaction_, plan_.message.seq, done);
    return {};
  }

  Status end(const SeenInterchanges& seen) {
    out_ = {};
    seen_ = &seen;
    const store::SetTotals totals = store::count_sets(transaction_, plan_.message.seq, plan_.loose_events);
    open_ = totals.open;
    rank_ = totals.rank;
    plan_.message.events = totals.events;
    end_message(totals.sets == 0);
    return {};
  }

 private:
  void look_up_all() {
    for (PlannedInterchange& interchange : plan_.interchanges)
      found_.push_back({interchange.row.ordinal, look_up(interchange)});
    looked_up_.add(found_);
    seen_ = &looked_up_;
  }

  Status add_sets() {
    first_set_ = plan_.sets.empty() ? 0 : store::reserve_sets(transaction_, plan_.sets.size());
    for (std::size_t i = 0; i < plan_.sets.size(); ++i) begin_set(i);
    for (PlannedEvent& event : plan_.events) TRY_STATUS(add_event(event));
    for (store::SetRow& set : plan_.sets) end_set(set);
    settle();
    return {};
  }

  Seen look_up(PlannedInterchange& interchange) {
    interchange.row.message = plan_.message.seq;
    interchange.row.at = input_.now;
    const auto earlier = plan_.again ? std::nullopt : store::find_interchange(transaction_, interchange.row, since_);
    if (!earlier) {
      store::insert_interchange(transaction_, interchange.row);
      return Seen::fresh;
    }
    interchange.earlier = earlier->message;
    if (earlier->sha256 == interchange.row.sha256) return Seen::repeated;
    out_.alarms.emplace_back(Code::duplicate_control_number, "interchange " + interchange.row.control_number +
                                                                 " from " + interchange.row.sender +
                                                                 " came before with other content");
    return Seen::conflict;
  }

  [[nodiscard]] Seen seen_of(const store::SetRow& set) const { return seen_->of(set.interchange); }

  void begin_set(std::size_t index) {
    store::SetRow& set = plan_.sets[index];
    set.seq = first_set_ + static_cast<store::Seq>(index);
    set.message = plan_.message.seq;
    set.open = 0;
    set.state = set.rank = plan_.set_bases[index];
    const Seen seen = seen_of(set);
    if (seen == Seen::fresh) return;
    set.state = set.rank = seen == Seen::repeated ? store::State::duplicate : store::State::parked;
    set.reason = info(seen == Seen::repeated ? Code::duplicate_interchange : Code::duplicate_control_number).text;
  }

  void end_set(store::SetRow& set) {
    if (set.open > 0)
      set.state = store::State::in_progress;
    else
      set.state = set.rank;
    store::insert_set(transaction_, set, input_.now);
  }

  /// The whole that the event is part of hears of it.
  void tell(const PlannedEvent& event) {
    if (event.set == no_set) {
      if (event.row.state == store::State::in_progress)
        ++open_;
      else
        rank_ = std::max(rank_, event.row.state);
      return;
    }
    store::SetRow& set = plan_.sets[event.set];
    if (event.row.state == store::State::in_progress)
      ++set.open;
    else
      set.rank = std::max(set.rank, event.row.state);
  }

  Status add_event(PlannedEvent& event) {
    if (event.set != no_set && seen_of(plan_.sets[event.set]) != Seen::fresh) return {};
    store::EventRow& row = event.row;
    row.id = event.id;
    row.message = plan_.message.seq;
    row.set = event.set == no_set ? 0 : plan_.sets[event.set].seq;
    row.state = row.rank = event.base;
    row.open = event.base == store::State::in_progress ? static_cast<std::int64_t>(event.deliveries.size()) : 0;
    if (row.open > 0) row.rank = store::State::no_event;
    const bool told = plan_.mark_duplicates && !row.fact.empty() && event.base == store::State::in_progress &&
                      store::find_fact(transaction_, row.subject, row.fact, since_, plan_.message.seq) != 0;
    if (told) make_duplicate(row);
    std::shared_ptr<const std::string> json = event.json;
    if (!store::insert_event(transaction_, row, *json)) {
      TRY(const bool go_on, make_room(event, json));
      if (!go_on) return {};
    }
    add_attachments(event);
    tell(event);
    if (row.state == store::State::in_progress) add_deliveries(event, json);
    return {};
  }

  void add_attachments(const PlannedEvent& event) {
    std::uint32_t ordinal = 0;
    for (const canonical::Attachment& attachment : event.attachments) {
      const bool large = attachment.bytes.size() > base::limits::payload_inline_bytes_max;  // see keep_attachments()
      store::add_payload(transaction_, attachment.sha256, {attachment.bytes, large, attachment.bytes.size()});
      store::insert_attachment(transaction_, event.row.seq, ++ordinal, attachment.sha256, attachment.media_type);
    }
  }

  static void make_duplicate(store::EventRow& row) {
    row.state = row.rank = store::State::duplicate;
    row.open = 0;
    row.reason = info(Code::duplicate_fact).text;
  }

  /// An event of this id stands already. Of another message: this one is its duplicate. Of this message (reprocessing):
  /// alike, it is the same event and nothing is added; otherwise it becomes the next revision, which supersedes.
  Result<bool> make_room(PlannedEvent& event, std::shared_ptr<const std::string>& json) {
    store::EventRow& row = event.row;
    const auto standing = store::load_event(transaction_, event.id);
    if (!standing) return fail(Code::internal_bug, "event " + event.id + " neither inserted nor found");
    if (standing->message != plan_.message.seq) {
      row.id = event.id + "~" + plan_.message.id;
      make_duplicate(row);
      return store::insert_event(transaction_, row, *json);
    }
    const boost::json::value before = boost::json::parse(standing->json), now = boost::json::parse(*json);
    if (before.at("data") == now.at("data")) {
      rank_ = std::max(rank_, standing->state == store::State::in_progress ? store::State::no_event : standing->state);
      return false;
    }
    boost::json::object revised = now.get_object();
    std::string last = event.id;
    for (int revision = 2; revision < 1000; ++revision) {
      row.id = event.id + ".r" + std::to_string(revision);
      revised["id"] = row.id;
      revised["supersedes"] = last;
      json = std::make_shared<const std::string>(boost::json::serialize(revised));
      for (store::DeliveryRow& delivery : event.deliveries)
        delivery.effect_key = delivery.target + ":" + delivery.operation + ":" + row.id;
      if (store::insert_event(transaction_, row, *json)) return true;
      last = row.id;
    }
    return false;
  }

  void add_deliveries(PlannedEvent& event, const std::shared_ptr<const std::string>& json) {
    for (store::DeliveryRow& row : event.deliveries) {
      row.message = plan_.message.seq;
      row.set = event.row.set;
      row.event = event.row.seq;
      store::insert_delivery(transaction_, row);
      auto item = std::make_shared<LaneItem>();
      item->row = row;
      item->event_id = event.row.id;
      item->event_type = event.row.type;
      item->message_id = plan_.message.id;
      item->traceparent = plan_.message.traceparent;
      item->event_json = json;
      out_.items.push_back(std::move(item));
    }
  }

  void settle() {
    for (const Settlement& settlement : plan_.settlements) settle(settlement);
    for (const Arrival& arrival : plan_.arrivals)
      store::meet_expectations(transaction_, arrival.partner, arrival.guide, arrival.key);
  }

  void settle(const Settlement& answer) {
    const store::Seq message =
        store::find_sent_group(transaction_, answer.partner, answer.functional_id, answer.control_number);
    const std::string key = answer.functional_id + "/" + answer.control_number;
    if (message == 0) {
      if (!answer.advises)
        out_.alarms.emplace_back(
            Code::acknowledgement_unmatched,
            answer.partner + (answer.functional_id.empty() ? " acknowledges interchange " + answer.control_number
                                                           : " acknowledges group " + key));
      return;
    }
    link(message, answer.advises ? "advises" : "answers");
    if (answer.advises) return;  // what the partner's application says goes to our systems as an event
    if (answer.settles)
      store::set_acknowledgement(transaction_, message,
                                 answer.positive ? store::Acknowledgement::positive : store::Acknowledgement::negative);
    store::meet_expectations(transaction_, answer.partner, answer.answer, key);
    for (const char* code : {"997", "999"})  // either answers where the other was agreed
      if (answer.answer != code && !answer.functional_id.empty())
        store::meet_expectations(transaction_, answer.partner, code, key);
  }

  void link(store::Seq other, const char* how) {
    if (plan_.stored)
      store::link_message(transaction_, plan_.message.seq, other, how);
    else if (linked_to_ == 0)
      linked_to_ = other, link_ = how;
  }

  Status acknowledge() {
    if (plan_.answered) return {};
    for (const PlannedInterchange& interchange : plan_.interchanges) {
      const Seen seen = seen_->of(interchange.row.ordinal);
      if (seen == Seen::repeated) repeat_answer(earlier_of(interchange));
      if (seen != Seen::fresh || interchange.answers.empty()) continue;
      const auto partner = input_.bundle->partners.find(interchange.partner);
      if (partner == input_.bundle->partners.end()) continue;
      for (const PlannedAnswer& answer : interchange.answers) TRY_STATUS(send(interchange, answer, partner->second));
    }
    return {};
  }

  /// A message that is processed again and judged as before is not answered again: what went out stands.
  void keep_answers() {
    if (!plan_.stored) return;
    const auto before = store::load_message(transaction_, plan_.message.seq);
    plan_.answered = before && before->validation && before->validation == plan_.message.validation &&
                     !store::load_linked(transaction_, plan_.message.seq, "acknowledges").empty();
    if (plan_.answered) plan_.message.acknowledgement = before->acknowledgement;
  }

  /// The message of the first copy; looked up again where that was in another transaction.
  store::Seq earlier_of(const PlannedInterchange& interchange) {
    if (interchange.earlier != 0) return interchange.earlier;
    store::InterchangeRow key = interchange.row;
    key.message = plan_.message.seq;
    const auto found = store::find_interchange(transaction_, key, since_);
    return found ? found->message : 0;
  }

  Status send(const PlannedInterchange& interchange, const PlannedAnswer& answer, const PartnerSettings& partner) {
    OutboundJob job;
    job.bundle = input_.bundle;
    job.partner = &partner;
    job.target = answer.target;
    job.message_id = answer.message_id;
    job.delivery_id = answer.delivery_id;
    job.lane = "acknowledgement/" + job.message_id;
    job.test = plan_.message.usage == "T";
    job.linked_to = plan_.message.seq;
    job.link = answer.link;
    job.sets = answer.sets;
    job.us = interchange.us;
    job.them = interchange.them;
    job.edifact = interchange.envelope;
    auto item = write_outbound(transaction_, *input_.documents, job, input_.payload_folder, input_.now);
    // One that cannot be written (a stranger's name for us, a value that fits nowhere) is a matter for a person; the
    // message goes on. A disk or store that fails is none of these: all of it is tried again.
    const bool unwritable = !item && item.error().reaction() != Reaction::retry && transaction_.status();
    if (unwritable && item.error().code != Code::file_unwritable) {
      out_.alarms.emplace_back(item.error().code, partner.name + ": " + item.error().text());
      return {};
    }
    if (!item) return tl::unexpected(item.error());
    out_.items.push_back(std::move(*item));
    return {};
  }

  /// The stored acknowledgement of the first copy goes out again, byte for byte.
  void repeat_answer(store::Seq earlier) {
    store::count_repeat(transaction_, earlier);
    for (const store::MessageRow& answer : store::load_linked(transaction_, earlier, "acknowledges")) {
      for (store::DeliveryRow& delivery : store::load_deliveries_of(transaction_, answer.seq)) {
        if (delivery.state == store::State::in_progress) continue;
        store::reopen_delivery(transaction_, delivery, input_.now);
        auto item = std::make_shared<LaneItem>();
        item->row = delivery;
        item->row.state = store::State::in_progress;
        item->message_id = answer.id;
        item->sha256 = answer.sha256;
        item->file_name = answer.file_name;
        item->content_type = answer.content_type;
        out_.items.push_back(std::move(item));
      }
      plan_.message.acknowledgement = store::Acknowledgement::sent;
    }
  }

  void end_message(bool no_sets) {
    store::MessageRow& message = plan_.message;
    const bool decided = no_sets && plan_.events.empty() && message.state != store::State::in_progress;
    if (!decided) {
      message.rank = rank_;
      message.open = open_;
      message.state = open_ > 0 ? store::State::in_progress : rank_;
    }
    for (const auto& [ordinal, seen] : seen_->before()) {
      const bool repeated = seen == Seen::repeated;
      message.reason = info(repeated ? Code::duplicate_interchange : Code::duplicate_control_number).text;
      message.detail = info(repeated ? Code::duplicate_interchange : Code::duplicate_control_number).what;
      if (repeated && no_sets) message.state = message.rank = store::State::duplicate;
      if (!repeated) message.acknowledgement = store::Acknowledgement::not_due;
      if (!repeated && no_sets) message.state = message.rank = store::State::parked;
    }
    out_.message = message;
    if (plan_.stored) return store::update_message(transaction_, message);
    if (out_.message.linked_to == 0) {
      out_.message.linked_to = linked_to_;
      out_.message.link = link_;
    }
    store::insert_message(transaction_, out_.message);
  }

  store::Transaction& transaction_;
  Plan& plan_;
  const CommitInput& input_;
  Committed& out_;
  const base::Instant since_;
  std::vector<SeenInterchange> found_;
  SeenInterchanges looked_up_;  ///< found_, where this run looked
  const SeenInterchanges* seen_ = nullptr;
  store::Seq first_set_ = 0;
  store::Seq linked_to_ = 0;  ///< what a message that is not stored yet has to do with another
  const char* link_ = "";
  std::int64_t open_ = 0;
  store::State rank_ = store::State::no_event;
};

}  // namespace

bool has_large_attachments(const Plan& plan) {
  return std::any_of(plan.events.begin(), plan.events.end(), [](const PlannedEvent& event) {
    return std::any_of(event.attachments.begin(), event.attachments.end(), [](const canonical::Attachment& attachment) {
      return attachment.bytes.size() > base::limits::payload_inline_bytes_max;
    });
  });
}

Status keep_attachments(const Plan& plan, const std::string& payload_folder) {
  for (const PlannedEvent& event : plan.events)
    for (const canonical::Attachment& attachment : event.attachments)
      if (attachment.bytes.size() > base::limits::payload_inline_bytes_max)
        TRY_STATUS(store::write_payload_file(payload_folder, attachment.sha256, attachment.bytes));
  return {};
}

Status commit_plan(store::Transaction& transaction, Plan& plan, const CommitInput& input, Committed& out) {
  Commit commit(transaction, plan, input, out);
  return commit.run();
}

Status commit_begin(store::Transaction& transaction, Plan& part, bool first, const CommitInput& input,
                    std::vector<SeenInterchange>& seen, Committed& out) {
  Commit commit(transaction, part, input, out);
  seen = commit.begin(first);
  return {};
}

Status commit_chunk(store::Transaction& transaction, Plan& chunk, const CommitInput& input,
                    const SeenInterchanges& seen, std::uint64_t sets_done, Committed& out) {
  Commit commit(transaction, chunk, input, out);
  return commit.chunk(seen, sets_done);
}

Status commit_answers(store::Transaction& transaction, Plan& part, const CommitInput& input,
                      const SeenInterchanges& seen, std::uint64_t done, Committed& out) {
  Commit commit(transaction, part, input, out);
  return commit.answers(seen, done);
}

Status commit_end(store::Transaction& transaction, Plan& survey, const CommitInput& input, const SeenInterchanges& seen,
                  Committed& out) {
  Commit commit(transaction, survey, input, out);
  return commit.end(seen);
}

}  // namespace crossdock::pipeline
