// The executor's half of the pick-up: visits, hand-in, and what is put away when.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/pick_up.hpp"

#include <map>
#include <utility>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/log.hpp"
#include "gateway/channels/mail/visit.hpp"

namespace crossdock::mail {
namespace {

constexpr std::string_view component = "mail";
constexpr std::chrono::minutes tell_again_after{1};
constexpr std::size_t batch_mails = 16;

/// What one step on the workers brings back.
struct Step {
  Status status;
  std::optional<Error> trouble;
  std::shared_ptr<Visit> visit;
  std::vector<FetchedMail> mails;
};

std::string key_of(const PickUpSettings& settings, const FetchedMail& mail, const Unit& unit, std::uint64_t validity) {
  std::string identity = mail.envelope.message_id;
  if (identity.empty()) identity = settings.folder + ";" + std::to_string(validity) + ";" + std::to_string(mail.uid);
  return identity + "#" + unit.section + "#" + unit.sha256;
}

}  // namespace

struct PickUp::State : std::enable_shared_from_this<PickUp::State> {
  State(PickUpSettings settings_in, PickUpParts parts_in)
      : settings(std::move(settings_in)),
        parts(std::move(parts_in)),
        taken(parts.metrics.counter("crossdock_mail_mails_total", "Mails taken over from folders",
                                    {{"channel", settings.channel}})),
        refused(parts.metrics.counter("crossdock_mail_refused_total", "Mails that were not taken",
                                      {{"channel", settings.channel}})),
        failures(parts.metrics.counter("crossdock_mail_failures_total", "Visits and disposals that failed",
                                       {{"channel", settings.channel}})) {}

  void tick() {
    if (stopped) return;
    if (!visiting && parts.intake.accepting()) begin_visit();
    parts.executor.post_after(settings.every, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->tick();
    });
  }

  void begin_visit() {
    visiting = true;
    auto work = [self = shared_from_this(), memory = memory]() mutable {
      Step step;
      auto connection = self->parts.connect(self->settings.server);
      if (!connection) {
        step.status = tl::unexpected(connection.error());
      } else {
        step.visit = std::make_shared<Visit>(self->settings, std::move(*connection), std::move(memory));
        step.status = step.visit->open();
        step.trouble = step.visit->trouble();
        if (step.status) self->read_on(step);
      }
      self->give_back(std::move(step));
    };
    if (!parts.workers.run(std::move(work))) visiting = false;  // the pool is full: the next tick
  }

  /// On a worker.
  void read_on(Step& step) const {
    auto read = step.visit->next(batch_mails);
    if (read)
      step.mails = std::move(*read);
    else
      step.status = tl::unexpected(read.error());
  }
  /// On a worker.
  void give_back(Step step) {
    auto shared = std::make_shared<Step>(std::move(step));
    parts.executor.post([self = shared_from_this(), shared] { self->stepped(std::move(*shared)); });
  }

  void stepped(Step step) {
    if (step.trouble) tell(*step.trouble);
    if (!step.status) {
      tell(step.status.error());
      return end_visit(step.visit);
    }
    if (step.mails.empty() || stopped) return end_visit(step.visit);
    visit = std::move(step.visit);
    open_units = 1;  // until all are handed in
    mails = std::move(step.mails);
    outcomes.assign(mails.size(), Outcome::taken);
    for (std::size_t i = 0; i < mails.size(); ++i) hand_in(i);
    unit_settled();
  }

  void hand_in(std::size_t index) {
    FetchedMail& mail = mails[index];
    if (mail.refusal) {
      outcomes[index] = Outcome::refused;
      return hand_in_refused(index);
    }
    for (Unit& unit : mail.units) {
      pipeline::Incoming incoming = incoming_of(mail);
      incoming.external_id = key_of(settings, mail, unit, visit->memory().uid_validity);
      incoming.content_type = unit.content_type;
      incoming.file_name = unit.file_name;
      if (unit.spool) {
        incoming.spooled_path = unit.spool->path();
        incoming.spooled_bytes = unit.spool->bytes();
        incoming.spooled_sha256 = unit.spool->sha256();
      } else {
        incoming.payload = std::move(unit.bytes);
      }
      ++open_units;
      parts.intake.receive(std::move(incoming),
                           [self = shared_from_this(), index, spool = unit.spool](Result<pipeline::Receipt> receipt) {
                             if (!receipt) self->not_taken(index, receipt.error());
                             self->unit_settled();
                           });
    }
  }

  /// The header shows a person which mail it was; the mail itself stays in its folder.
  void hand_in_refused(std::size_t index) {
    const FetchedMail& mail = mails[index];
    refused.add();
    base::log(base::LogLevel::warning, component, *mail.refusal,
              {{"channel", settings.channel}, {"from", mail.envelope.from}, {"mail", mail.envelope.message_id}});
    pipeline::Incoming incoming = incoming_of(mail);
    incoming.content_type = "message/rfc822";
    incoming.file_name = "mail.eml";
    incoming.payload = mail.envelope.header;
    incoming.refusal = mail.refusal;
    ++open_units;
    parts.intake.receive(std::move(incoming), [self = shared_from_this(), index](Result<pipeline::Receipt> receipt) {
      if (!receipt) self->not_taken(index, receipt.error());
      self->unit_settled();
    });
  }

  pipeline::Incoming incoming_of(const FetchedMail& mail) const {
    pipeline::Incoming out;
    out.channel = settings.channel;
    out.channel_kind = "mail";
    out.partner = settings.partner;
    out.headers = {{"from", mail.envelope.from},
                   {"subject", mail.envelope.subject},
                   {"message-id", mail.envelope.message_id},
                   {"date", mail.envelope.date}};
    out.map = settings.map;
    out.usage = settings.usage;
    return out;
  }

  /// It stays where it is and is tried again at a later visit.
  void not_taken(std::size_t index, const Error& error) {
    outcomes[index] = Outcome::later;
    if (error.reaction() != Reaction::retry) tell(error);
  }

  void unit_settled() {
    if (--open_units > 0) return;
    CROSSDOCK_FAILPOINT("mail.before_put_away");
    std::vector<Disposal> done;
    for (std::size_t i = 0; i < mails.size(); ++i) {
      if (outcomes[i] == Outcome::later) continue;
      if (outcomes[i] == Outcome::taken) taken.add();
      done.push_back({mails[i].uid, outcomes[i] == Outcome::taken ? PutAway::taken : PutAway::refused});
    }
    mails.clear();
    const bool go_on = !stopped && parts.intake.accepting();
    auto work = [self = shared_from_this(), visit = visit, done, go_on] {
      Step step;
      step.visit = visit;
      if (const Status status = visit->put_away(done); !status) {
        step.trouble = status.error();
        if (status.error().code == Code::mail_connection) step.status = status;
      }
      if (step.status && go_on) self->read_on(step);
      self->give_back(std::move(step));
    };
    if (parts.workers.run(std::move(work))) return;
    visit->memory().owed.insert(visit->memory().owed.end(), done.begin(), done.end());
    end_visit(visit);
  }

  void end_visit(std::shared_ptr<Visit> ended) {
    visit.reset();
    if (ended) {
      memory = ended->memory();
      static_cast<void>(parts.workers.run([ended = std::move(ended)] { ended->end(); }));
    }
    visiting = false;
    finish_stop();
  }

  /// Counted each time; told once a minute for as long as it lasts, or when it changes.
  void tell(const Error& error) {
    failures.add();
    const auto now = parts.clock.steady();
    if (told == error.text() && now - told_at < tell_again_after) return;
    told = error.text();
    told_at = now;
    base::log(base::LogLevel::error, component, error, {{"channel", settings.channel}, {"folder", settings.folder}});
  }

  void finish_stop() {
    if (stopped && !visiting && drained) std::exchange(drained, nullptr)();
  }

  enum class Outcome : std::uint8_t { taken, refused, later };
  PickUpSettings settings;
  PickUpParts parts;
  base::Counter& taken;
  base::Counter& refused;
  base::Counter& failures;
  FolderMemory memory;
  std::shared_ptr<Visit> visit;  ///< while its mails are at the intake
  std::vector<FetchedMail> mails;
  std::vector<Outcome> outcomes;
  std::size_t open_units = 0;
  bool visiting = false, stopped = false;
  std::string told;
  base::SteadyInstant told_at{};
  std::function<void()> drained;
};

PickUp::PickUp(PickUpSettings settings, PickUpParts parts)
    : state_(std::make_shared<State>(std::move(settings), std::move(parts))) {}
PickUp::~PickUp() { state_->stopped = true; }
void PickUp::start() { state_->tick(); }

void PickUp::stop(std::function<void()> drained) {
  state_->stopped = true;
  state_->drained = std::move(drained);
  state_->finish_stop();
}

}  // namespace crossdock::mail
