// The schedule of looks, and what people are told of them.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/pick_up.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <set>
#include <utility>

#include "gateway/base/log.hpp"

namespace crossdock::files {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::minutes tell_again_after{10};
constexpr std::size_t told_max = 1000;
constexpr milliseconds busy_again{1'000};  // after a look that found the intake or the connections full
constexpr int failures_until_alarm = 3;    // of what heals by itself

/// Waits for one answer of the io thread, unless it is given up.
struct Waiting {
  std::mutex mutex;
  std::condition_variable ready;
  std::optional<Result<pipeline::Receipt>> receipt;
  bool abandoned = false;
};

}  // namespace

struct PickUp::State : std::enable_shared_from_this<PickUp::State> {
  State(LookSettings settings_in, PickUpParts parts_in)
      : settings(std::move(settings_in)),
        parts(std::move(parts_in)),
        taken(parts.metrics.counter("crossdock_files_taken_total", "Files taken over from partners' servers",
                                    {{"channel", settings.channel}})),
        taken_bytes(parts.metrics.counter("crossdock_files_taken_bytes_total", "Bytes of these files",
                                          {{"channel", settings.channel}})),
        failures(parts.metrics.counter("crossdock_files_failures_total", "Looks and files that failed",
                                       {{"channel", settings.channel}})),
        listed(parts.metrics.gauge("crossdock_files_listed", "Names in the folder at the last look",
                                   {{"channel", settings.channel}})) {}

  void start() {
    LookParts of_look{parts.sessions,
                      parts.endpoint,
                      parts.store,
                      parts.clock,
                      parts.workers,
                      [this](pipeline::Incoming incoming) { return hand_in(std::move(incoming)); },
                      [this] { return !stopped && accepting; },
                      [this](const Error& error, const std::string& file) { tell(error, file); },
                      [this](std::uint64_t bytes) {
                        taken.add();
                        taken_bytes.add(bytes);
                      }};
    look = std::make_unique<Look>(settings, std::move(of_look));
    begin();
  }

  void begin() {
    if (stopped || running) return;
    const bool is_open = !parts.open || parts.open(parts.clock.now());
    accepting = parts.intake.accepting();
    if (!is_open || !accepting) return again_after(is_open ? busy_again : settings.rules.every);
    running = true;
    auto work = [self = shared_from_this()] {
      LookOutcome outcome = self->look->run();
      self->parts.executor.post([self, outcome = std::move(outcome)] { self->looked(outcome); });
    };
    if (parts.workers.run(std::move(work))) return;
    running = false;  // the pool is full
    again_after(busy_again);
  }

  void looked(const LookOutcome& outcome) {
    running = false;
    if (outcome.failed) {
      failed_with(*outcome.failed);
    } else {
      failed_in_a_row = 0;
      for (const Code code : std::exchange(raised, {})) parts.all_clear(code, settings.channel);
      listed.set(static_cast<double>(outcome.listed));
    }
    if (stopped) return finish_stop();
    milliseconds next = settings.rules.every;
    if (outcome.look_again) next = std::min(next, *outcome.look_again);
    if (outcome.failed && outcome.failed->code == Code::files_budget) next = std::min(next, busy_again);
    if (outcome.more && !outcome.failed) next = milliseconds(0);
    again_after(next);
  }

  void again_after(milliseconds delay) {
    parts.executor.post_after(delay, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->begin();
    });
  }

  /// The connection, or the folder as a whole. What needs a person is an alarm at once, what may heal after a while.
  void failed_with(const Error& error) {
    if (error.code == Code::files_budget) return;
    ++failed_in_a_row;
    tell(error, {});
    const bool lasting = error.reaction() != Reaction::retry || failed_in_a_row >= failures_until_alarm;
    if (lasting && raised.insert(error.code).second)
      parts.alarm(error.code, settings.channel, parts.endpoint->connector->endpoint() + ": " + error.text());
  }

  /// On a worker. The receipt comes on the io thread.
  Result<pipeline::Receipt> hand_in(pipeline::Incoming incoming) {
    const auto waiting = std::make_shared<Waiting>();
    {
      const std::lock_guard lock(mutex);
      if (abandoned) return fail(Code::store_busy, "the gateway stops");
      waits.insert(waiting);
    }
    auto shared = std::make_shared<pipeline::Incoming>(std::move(incoming));
    parts.executor.post([self = shared_from_this(), shared, waiting] {
      self->parts.intake.receive(std::move(*shared), [waiting](Result<pipeline::Receipt> receipt) {
        const std::lock_guard lock(waiting->mutex);
        waiting->receipt = std::move(receipt);
        waiting->ready.notify_all();
      });
    });
    Result<pipeline::Receipt> out = fail(Code::store_busy, "the gateway stops");
    {
      std::unique_lock lock(waiting->mutex);
      waiting->ready.wait(lock, [&] { return waiting->receipt.has_value() || waiting->abandoned; });
      if (waiting->receipt) out = std::move(*waiting->receipt);
    }
    const std::lock_guard lock(mutex);
    waits.erase(waiting);
    return out;
  }

  /// From any thread. Counted each time; told again after a while for as long as it lasts, or when it changes.
  void tell(const Error& error, const std::string& file) {
    failures.add();
    const auto now = parts.clock.steady();
    {
      const std::lock_guard lock(mutex);
      Told& before = told[file];
      if (before.text == error.text() && now - before.at < tell_again_after) return;
      if (told.size() > told_max) told.clear();
      told[file] = {error.text(), now};
    }
    base::log(base::LogLevel::error, settings.channel_kind, error,
              {{"channel", settings.channel}, {"folder", settings.rules.pick_up.text}, {"file", file}});
  }

  void finish_stop() {
    if (stopped && !running && drained) std::exchange(drained, nullptr)();
  }

  void abandon() {
    const std::lock_guard lock(mutex);
    abandoned = true;
    for (const auto& waiting : waits) {
      const std::lock_guard inner(waiting->mutex);
      waiting->abandoned = true;
      waiting->ready.notify_all();
    }
  }

  struct Told {
    std::string text;
    base::SteadyInstant at;
  };
  LookSettings settings;
  PickUpParts parts;
  std::unique_ptr<Look> look;
  base::Counter& taken;
  base::Counter& taken_bytes;
  base::Counter& failures;
  base::Gauge& listed;
  std::set<Code> raised;  ///< alarms of ours that stand
  int failed_in_a_row = 0;
  bool running = false;
  std::atomic<bool> stopped{false}, accepting{true};
  std::function<void()> drained;
  std::mutex mutex;  ///< of what follows
  std::map<std::string, Told> told;
  std::set<std::shared_ptr<Waiting>> waits;
  bool abandoned = false;
};

PickUp::PickUp(LookSettings settings, PickUpParts parts)
    : state_(std::make_shared<State>(std::move(settings), std::move(parts))) {}
PickUp::~PickUp() { state_->stopped = true; }
void PickUp::start() { state_->start(); }
void PickUp::abandon() { state_->abandon(); }

void PickUp::stop(std::function<void()> drained) {
  state_->stopped = true;
  state_->drained = std::move(drained);
  state_->finish_stop();
}

}  // namespace crossdock::files
