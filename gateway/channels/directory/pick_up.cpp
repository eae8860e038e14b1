// The life of a file in a pick-up folder: seen, ready, read, handed in, durable, disposed of.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/directory/pick_up.hpp"

#include <atomic>
#include <map>
#include <optional>
#include <utility>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/log.hpp"
#include "gateway/channels/directory/file_moves.hpp"

namespace crossdock::directory {
namespace {

constexpr std::string_view component = "directory";
constexpr std::chrono::minutes tell_again_after{1};
constexpr std::size_t told_max = 1000;

std::string identity(const FileFacts& file) {
  return file.name + "|" + std::to_string(file.inode) + "|" + std::to_string(file.size) + "|" +
         std::to_string(file.modified_ns);
}

}  // namespace

struct PickUp::State : std::enable_shared_from_this<PickUp::State> {
  enum class Stage : std::uint8_t {
    seen,     ///< waits to become stable
    in_hand,  ///< being read, or at the intake
    durable,  ///< to be disposed of
    disposing,
    left,  ///< refused or too large: stays until it changes
  };
  struct Entry {
    FileFacts facts;
    Stage stage = Stage::seen;
    base::SteadyInstant since;
  };

  State(PickUpSettings settings_in, PickUpParts parts_in)
      : settings(std::move(settings_in)),
        parts(parts_in),
        taken(parts.metrics.counter("crossdock_directory_files_total", "Files taken over from folders",
                                    {{"channel", settings.channel}})),
        failures(parts.metrics.counter("crossdock_directory_failures_total",
                                       "Listings, reads and disposals that failed", {{"channel", settings.channel}})) {}

  void tick() {
    if (stopped) return;
    scan();
    parts.executor.post_after(settings.every, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->tick();
    });
  }

  void scan() {
    if (stopped || scanning) {
      again = scanning;
      return;
    }
    scanning = true;
    auto work = [self = shared_from_this()] {
      auto listed = list_files(self->settings.folder, self->settings.rules);
      self->parts.executor.post([self, listed = std::move(listed)]() mutable { self->listed(std::move(listed)); });
    };
    if (!parts.workers.run(std::move(work))) scanning = false;  // the pool is full: the next tick looks again
  }

  void listed(Result<std::vector<FileFacts>> files) {
    scanning = false;
    if (!files) {
      fail_with(files.error(), {});
    } else {
      remember(*files);
      for (const FileFacts& file : *files) advance(entries.at(file.name));
    }
    if (std::exchange(again, false)) scan();
  }

  /// Forgets what is gone, begins anew with what changed.
  void remember(const std::vector<FileFacts>& files) {
    std::map<std::string, Entry> now;
    for (const FileFacts& file : files) {
      const auto known = entries.find(file.name);
      const bool same =
          known != entries.end() && (known->second.facts == file || known->second.stage == Stage::in_hand ||
                                     known->second.stage == Stage::disposing);
      now.emplace(file.name, same ? known->second : Entry{file, Stage::seen, parts.clock.steady()});
    }
    for (const auto& [name, entry] : entries)
      if (entry.stage == Stage::in_hand || entry.stage == Stage::disposing) now.emplace(name, entry);
    entries = std::move(now);
  }

  void advance(Entry& entry) {
    if (entry.stage == Stage::durable) return dispose(entry);
    if (entry.stage != Stage::seen || stopped) return;
    if (settings.ready == PickUpSettings::Ready::stable) {
      const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(parts.clock.steady() - entry.since);
      if (waited < settings.stable_for) return look_again_after(settings.stable_for - waited);
    }
    if (entry.facts.size == 0) {
      if (settings.zero_bytes == PickUpSettings::ZeroBytes::archive) dispose(entry);
      return;
    }
    if (entry.facts.size > settings.file_bytes_max) {
      entry.stage = Stage::left;
      return fail_with(Error{Code::channel_directory_too_large,
                             {},
                             entry.facts.name + " has " + std::to_string(entry.facts.size) + " bytes; the limit is " +
                                 std::to_string(settings.file_bytes_max)},
                       entry.facts.name);
    }
    if (in_hand >= settings.at_once || !parts.intake.accepting()) return;  // a later scan goes on
    take(entry);
  }

  void look_again_after(std::chrono::milliseconds delay) {
    if (look_pending) return;
    look_pending = true;
    parts.executor.post_after(delay + std::chrono::milliseconds(1), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->look_pending = false;
        self->scan();
      }
    });
  }

  void take(Entry& entry) {
    auto work = [self = shared_from_this(), facts = entry.facts] {
      auto read = read_file(self->settings.folder, facts, self->settings.spool_folder, self->settings.inline_bytes_max,
                            self->leaving);
      self->parts.executor.post(
          [self, facts, read = std::move(read)]() mutable { self->hand_in(facts, std::move(read)); });
    };
    if (!parts.workers.run(std::move(work))) return;
    entry.stage = Stage::in_hand;
    ++in_hand;
  }

  void hand_in(const FileFacts& facts, Result<ReadFile> read) {
    if (!read) {
      fail_with(read.error(), facts.name);
      return settle(facts, Stage::seen);
    }
    if (!read->unchanged) return settle(facts, Stage::seen);  // still being written: it is looked at anew
    pipeline::Incoming incoming;
    incoming.channel = settings.channel;
    incoming.channel_kind = "directory";
    incoming.partner = settings.partner;
    incoming.external_id = identity(facts);
    incoming.file_name = facts.name;
    incoming.payload = std::move(read->bytes);
    incoming.spooled_path = std::move(read->spooled_path);
    incoming.spooled_bytes = read->spooled_bytes;
    incoming.spooled_sha256 = std::move(read->spooled_sha256);
    incoming.map = settings.map;
    incoming.usage = settings.usage;
    const std::string spooled = incoming.spooled_path;
    parts.intake.receive(
        std::move(incoming), [self = shared_from_this(), facts, spooled](Result<pipeline::Receipt> receipt) {
          if (!receipt) {
            if (receipt.error().reaction() != Reaction::retry) self->fail_with(receipt.error(), facts.name);
            if (!spooled.empty()) remove_spooled(spooled);
            return self->settle(facts, receipt.error().reaction() == Reaction::retry ? Stage::seen : Stage::left);
          }
          CROSSDOCK_FAILPOINT("directory.before_dispose");
          const bool refused = receipt->outcome == pipeline::ReceiptOutcome::refused;
          if (!refused) self->taken.add();
          self->settle(facts, refused ? Stage::left : Stage::durable);
        });
  }

  void settle(const FileFacts& facts, Stage stage) {
    --in_hand;
    if (const auto found = entries.find(facts.name); found != entries.end()) {
      found->second.stage = stage;
      if (stage == Stage::seen) found->second.since = parts.clock.steady();
      if (stage == Stage::durable) dispose(found->second);
    }
    if (stage == Stage::durable && !stopped) scan();  // there may be more than at_once
    finish_stop();
  }

  void dispose(Entry& entry) {
    auto work = [self = shared_from_this(), facts = entry.facts] {
      DisposeRequest request{self->settings.folder, facts, {}, {}, self->parts.clock.now()};
      if (self->settings.then == PickUpSettings::Then::archive) request.archive_folder = self->settings.archive_folder;
      if (!self->settings.rules.marker.empty()) request.marker = facts.name + self->settings.rules.marker;
      auto done = dispose_file(request);
      CROSSDOCK_FAILPOINT("directory.after_dispose");
      self->parts.executor.post([self, facts, done = std::move(done)] { self->disposed(facts, done); });
    };
    const Stage before = std::exchange(entry.stage, Stage::disposing);
    if (!parts.workers.run(std::move(work))) {
      entry.stage = before;
      return;
    }
    ++disposals;
  }

  void disposed(const FileFacts& facts, const Status& done) {
    --disposals;
    const auto found = entries.find(facts.name);
    if (!done) {
      fail_with(done.error(), facts.name);
      if (found != entries.end()) found->second.stage = Stage::durable;  // tried again at the next scan
    } else if (found != entries.end()) {
      entries.erase(found);
    }
    finish_stop();
  }

  /// Counted each time; told once a minute for as long as it lasts, or when it changes.
  void fail_with(const Error& error, const std::string& file) {
    failures.add();
    const auto now = parts.clock.steady();
    Told& before = told[file];
    if (before.text == error.text() && now - before.at < tell_again_after) return;
    if (told.size() > told_max) told.clear();
    told[file] = {error.text(), now};
    base::log(base::LogLevel::error, component, error,
              {{"channel", settings.channel}, {"folder", settings.folder}, {"file", file}});
  }

  void finish_stop() {
    if (stopped && in_hand == 0 && disposals == 0 && drained) std::exchange(drained, nullptr)();
  }

  struct Told {
    std::string text;
    base::SteadyInstant at;
  };
  PickUpSettings settings;
  PickUpParts parts;
  std::map<std::string, Told> told;  ///< by file; failures already in the log
  base::Counter& taken;
  base::Counter& failures;
  std::map<std::string, Entry> entries;
  std::size_t in_hand = 0, disposals = 0;
  bool scanning = false, again = false, stopped = false, look_pending = false;
  std::atomic<bool> leaving{false};
  std::function<void()> drained;
};

PickUp::PickUp(PickUpSettings settings, PickUpParts parts)
    : state_(std::make_shared<State>(std::move(settings), parts)) {}
PickUp::~PickUp() { state_->stopped = true; }
void PickUp::start() { state_->tick(); }
void PickUp::scan() { state_->scan(); }
const std::string& PickUp::folder() const { return state_->settings.folder; }

void PickUp::stop(std::function<void()> drained) {
  state_->stopped = true;
  state_->drained = std::move(drained);
  state_->finish_stop();
}

void PickUp::abandon() { state_->leaving = true; }

}  // namespace crossdock::directory
