// The course of a look.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/look.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>

#include "gateway/base/failpoint.hpp"

namespace crossdock::files {
namespace {

using configuration::FileChannel;
using std::chrono::milliseconds;
using store::ClaimState;

constexpr std::size_t claims_chunk = 10'000;  // rows of one read
constexpr std::size_t forget_chunk = 10'000;  // rows of one clean-up
constexpr milliseconds patience{5'000};       // for a connection
constexpr milliseconds helper_patience{0};    // further connections are taken where they are free
constexpr std::chrono::hours forget_every{1}, ended_kept_min{24 * 90};

store::FileIdentity identity_of(const std::string& path, const RemoteEntry& entry) {
  return {path, entry.size, entry.modified_s};
}

bool ends_look(const Error& error) {
  return error.code == Code::files_connection_lost || error.code == Code::files_timeout ||
         error.code == Code::files_protocol || error.code == Code::store_busy;
}

}  // namespace

/// The files of a look, shared by its connections.
struct Look::Queue {
  std::mutex mutex;
  std::condition_variable idle;
  std::deque<Task> tasks;
  std::size_t working = 0;
  bool stopped = false;  ///< what is left goes back
};

std::string Look::path_of(const std::string& name) const { return join(settings_.rules.pick_up.text, name); }

LookOutcome Look::run() {
  LookOutcome out;
  auto lease = parts_.sessions.lease(parts_.endpoint, patience);
  if (!lease) {
    out.failed = lease.error();
    return out;
  }
  if (const Status done = look(**lease, out); !done) out.failed = done.error();
  return out;
}

Result<std::vector<RemoteEntry>> Look::list(RemoteFolder& server, const std::string& folder) {
  std::vector<RemoteEntry> out;
  bool too_many = false;
  const Status listed = server.list(folder, [&](RemoteEntry entry) -> Status {
    if (entry.kind == EntryKind::folder || entry.kind == EntryKind::link) return {};
    if (out.size() >= settings_.rules.listed_max) {
      too_many = true;
      return fail(Code::files_too_many, folder);
    }
    if (entry.kind == EntryKind::file && !is_plain_name(entry.name))
      parts_.tell(Error{Code::files_name, {}, "in " + folder}, {});
    else
      out.push_back(std::move(entry));
    return {};
  });
  if (too_many)
    parts_.tell(Error{Code::files_too_many, {}, folder + " holds more than " + std::to_string(out.size())}, {});
  else if (!listed)
    return tl::unexpected(listed.error());
  return out;
}

Result<std::map<std::string, store::TransferClaim>> Look::load_claims() {
  std::map<std::string, store::TransferClaim> out;
  std::string after;
  for (bool more = true; more;) {
    std::vector<store::TransferClaim> rows;
    TRY_STATUS(parts_.store.read_now([&](store::Connection& connection) -> Status {
      rows = store::load_live_claims(connection, settings_.channel, after, claims_chunk);
      return connection.status();
    }));
    more = rows.size() == claims_chunk;
    if (!rows.empty()) after = rows.back().file.path;
    for (store::TransferClaim& row : rows) out.emplace(row.file.path, std::move(row));
  }
  return out;
}

std::map<std::string, Manifested> Look::read_manifests(RemoteFolder& server, const std::vector<RemoteEntry>& entries) {
  std::map<std::string, Manifested> out;
  if (settings_.rules.ready != FileChannel::Ready::manifest) return out;
  for (const RemoteEntry& entry : entries) {
    if (entry.kind != EntryKind::file || !entry.name.ends_with(settings_.rules.manifest)) continue;
    std::string text;
    Status read = server.read(path_of(entry.name), 0, [&text](std::string_view bytes) -> Status {
      if (text.size() + bytes.size() > manifest_bytes_max) return fail(Code::files_manifest, "it is too large");
      text += bytes;
      return {};
    });
    const std::string about = entry.name.substr(0, entry.name.size() - settings_.rules.manifest.size());
    auto lines = read ? parse_manifest(text) : Result<std::vector<ManifestEntry>>(tl::unexpected(read.error()));
    if (!lines) {
      // It may still be written: told, and looked at again.
      parts_.tell(lines.error(), entry.name);
      if (server.is_lost()) break;
      continue;
    }
    for (ManifestEntry& line : *lines) {
      const std::string name = line.name.empty() ? about : line.name;
      out[name] = {std::move(line), entry.name, lines->size() == 1};
    }
  }
  return out;
}

/// What is durable and stands there still is disposed of; what is gone is settled. A session that breaks ends it.
Status Look::settle_known(RemoteFolder& server, const std::vector<RemoteEntry>& entries,
                          std::map<std::string, store::TransferClaim>& claims) {
  std::map<std::string, const RemoteEntry*> there;
  for (const RemoteEntry& entry : entries) there.emplace(path_of(entry.name), &entry);
  for (auto& [path, claim] : claims) {
    if (claim.state == ClaimState::claimed) continue;
    const auto found = there.find(path);
    const bool same = found != there.end() && identity_of(path, *found->second) == claim.file;
    if (claim.state == ClaimState::left) {
      if (!same) TRY_STATUS(settle(claim.seq, ClaimState::disposed, "gone from the server"));
      continue;
    }
    Disposal disposal{path, claim.file, {}, parts_.clock.now(), claim.seq};
    if (!same && !settings_.rules.in_progress.empty())
      disposal.path = join(settings_.rules.in_progress, path.substr(path.rfind('/') + 1));
    if (settings_.rules.ready == FileChannel::Ready::marker) disposal.marker = path + settings_.rules.marker;
    if (settings_.rules.ready == FileChannel::Ready::manifest) disposal.marker = path + settings_.rules.manifest;
    if (same || !settings_.rules.in_progress.empty())
      TRY_STATUS(dispose_of(server, disposal));
    else
      TRY_STATUS(settle(claim.seq, ClaimState::disposed, "gone from the server"));
  }
  return {};
}

Status Look::settle(store::Seq claim, ClaimState state, const std::string& detail) {
  return parts_.store.write_now([&](store::Transaction& transaction) -> Status {
    store::settle_claim(transaction, claim, state, detail, parts_.clock.now());
    return transaction.status();
  });
}

/// A disposal that fails is told and tried again at the next look; only a broken session is an error.
Status Look::dispose_of(RemoteFolder& server, const Disposal& disposal) {
  CROSSDOCK_FAILPOINT("files.before_dispose");
  const auto state = dispose(server, settings_.rules, disposal);
  CROSSDOCK_FAILPOINT("files.after_dispose");
  if (state) return settle(disposal.claim, *state, {});
  parts_.tell(state.error(), disposal.path);
  if (server.is_lost()) return tl::unexpected(state.error());
  return settle(disposal.claim, ClaimState::committed, state.error().text());
}

/// Files that an earlier process had renamed and not finished; those of others are left until they expire.
void Look::add_in_progress(const std::vector<RemoteEntry>& entries, std::vector<Task>& tasks) const {
  for (const RemoteEntry& entry : entries) {
    if (!is_wanted(entry, settings_.rules) || entry.size == 0) continue;
    Task task{{entry, {}, {}}, identity_of(path_of(entry.name), entry), 0, true};
    tasks.push_back(std::move(task));
  }
}

Result<std::vector<Look::Task>> Look::claim(std::vector<Task> tasks) {
  std::vector<store::FileIdentity> files;
  for (const Task& task : tasks) files.push_back(task.file);
  const auto now = parts_.clock.now();
  const bool forget = parts_.clock.steady() - forgotten_at_ > forget_every;
  std::vector<store::Seq> claims;
  TRY_STATUS(parts_.store.write_now([&](store::Transaction& transaction) -> Status {
    claims = store::take_claims(transaction,
                                {settings_.channel, settings_.owner, now, now + settings_.rules.claim_expires}, files);
    if (forget) {
      const auto kept = std::max<milliseconds>(ended_kept_min, settings_.rules.duplicates);
      store::forget_claims(transaction, settings_.channel, now - kept, forget_chunk);
    }
    return transaction.status();
  }));
  if (forget) forgotten_at_ = parts_.clock.steady();
  std::vector<Task> out;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    tasks[i].claim = claims[i];
    if (claims[i] != 0) out.push_back(std::move(tasks[i]));
  }
  return out;
}

void Look::tell_of(const Looked& looked, RemoteFolder& server) {
  for (const RemoteEntry& entry : looked.too_large)
    parts_.tell(
        Error{Code::files_too_large,
              {},
              std::to_string(entry.size) + " bytes; the limit is " + std::to_string(settings_.rules.file_bytes_max)},
        entry.name);
  for (const RemoteEntry& entry : looked.empty) {
    if (settings_.rules.zero_bytes == FileChannel::ZeroBytes::report)
      parts_.tell(Error{Code::files_empty, {}, {}}, entry.name);
    if (settings_.rules.zero_bytes != FileChannel::ZeroBytes::dispose) continue;
    const std::string path = path_of(entry.name);
    const auto done = dispose(server, settings_.rules, {path, identity_of(path, entry), {}, parts_.clock.now(), 0});
    if (!done) parts_.tell(done.error(), entry.name);
  }
}

Status Look::look(RemoteFolder& server, LookOutcome& out) {
  {
    const std::lock_guard lock(changed_mutex_);
    for (const std::string& name : changed_) watch_.forget(name);
    changed_.clear();
  }
  TRY(auto claims, load_claims());
  TRY(const auto entries, list(server, settings_.rules.pick_up.text));
  out.listed = entries.size();
  TRY_STATUS(settle_known(server, entries, claims));
  Looked looked = watch_.look(entries, read_manifests(server, entries), parts_.clock.steady());
  out.look_again = looked.look_again;
  tell_of(looked, server);
  std::vector<Task> tasks;
  if (!settings_.rules.in_progress.empty()) {
    // Where nothing was ever taken the folder is not there yet.
    auto begun = list(server, settings_.rules.in_progress);
    if (begun) add_in_progress(*begun, tasks);
    if (!begun && begun.error().code != Code::files_not_found) return tl::unexpected(begun.error());
    std::erase_if(tasks, [&](const Task& task) {
      const auto known = claims.find(task.file.path);
      return known == claims.end() || known->second.state != ClaimState::claimed;  // another gateway's, or settled
    });
  }
  std::set<std::string> begun_paths;
  for (const Task& task : tasks) begun_paths.insert(task.file.path);
  for (Candidate& candidate : looked.ready) {
    const std::string path = path_of(candidate.entry.name);
    const auto known = claims.find(path);
    const store::FileIdentity file = identity_of(path, candidate.entry);
    if (known != claims.end() && known->second.state != ClaimState::claimed && known->second.file == file) continue;
    if (begun_paths.contains(path)) continue;  // its namesake first
    if (tasks.size() >= settings_.rules.files_max) {
      out.more = true;
      break;
    }
    tasks.push_back({std::move(candidate), file, 0, false});
  }
  out.ready = tasks.size();
  if (tasks.empty() || !parts_.goes_on()) return {};
  TRY(auto mine, claim(std::move(tasks)));
  CROSSDOCK_FAILPOINT("files.after_claim");
  take_all(server, std::move(mine));
  return {};
}

/// The connection at hand works through the queue; further ones help where they are free.
void Look::take_all(RemoteFolder& server, std::vector<Task> tasks) {
  const auto queue = std::make_shared<Queue>();
  const std::size_t helpers = std::min<std::size_t>(settings_.rules.at_once, tasks.size()) - (tasks.empty() ? 0 : 1);
  queue->tasks.assign(std::make_move_iterator(tasks.begin()), std::make_move_iterator(tasks.end()));
  for (std::size_t i = 0; i < helpers; ++i) {
    // A helper that comes after the last file finds nothing and touches nothing of this look.
    static_cast<void>(parts_.workers.run([this, queue] {
      {
        const std::lock_guard lock(queue->mutex);
        if (queue->tasks.empty() || queue->stopped) return;
        ++queue->working;
      }
      if (auto lease = parts_.sessions.lease(parts_.endpoint, helper_patience)) work(*queue, **lease);
      const std::lock_guard lock(queue->mutex);
      --queue->working;
      queue->idle.notify_all();
    }));
  }
  work(*queue, server);
  std::unique_lock lock(queue->mutex);
  queue->stopped = true;
  queue->idle.wait(lock, [&queue] { return queue->working == 0; });
  for (const Task& task : queue->tasks)
    if (!task.in_progress) static_cast<void>(settle(task.claim, ClaimState::released, "not begun"));
  queue->tasks.clear();
}

void Look::work(Queue& queue, RemoteFolder& server) {
  for (;;) {
    Task task;
    {
      const std::lock_guard lock(queue.mutex);
      if (queue.tasks.empty() || queue.stopped || !parts_.goes_on()) return;
      task = std::move(queue.tasks.front());
      queue.tasks.pop_front();
    }
    const Status done = take(server, task);
    if (done) continue;
    parts_.tell(done.error(), task.candidate.entry.name);
    // What was moved aside stays claimed: the next look finds it there.
    if (settings_.rules.in_progress.empty())
      static_cast<void>(settle(task.claim, ClaimState::released, done.error().text()));
    if (server.is_lost()) return;
    if (ends_look(done.error())) {
      const std::lock_guard lock(queue.mutex);
      queue.stopped = true;
    }
  }
}

}  // namespace crossdock::files
