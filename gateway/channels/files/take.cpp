// One file of a look: moved aside, read, compared, handed in, disposed of.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/failpoint.hpp"
#include "gateway/channels/files/look.hpp"

namespace crossdock::files {
namespace {

using configuration::FileChannel;
using store::ClaimState;

/// A name as the message keeps it: what is no UTF-8 or a control character is `?`.
std::string shown_name(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte >= 0x20 && byte < 0x7f ? c : '?';
  }
  return out;
}

std::string external_id(const store::FileIdentity& file, const std::string& sha256, store::Seq claim) {
  return file.path + "|" + std::to_string(file.size) + "|" +
         (file.modified_s ? std::to_string(*file.modified_s) : std::string("-")) + "|" + sha256 + "|" +
         std::to_string(claim);
}

}  // namespace

/// The bytes, if the file is after reading what it was before, and what its manifest says.
Result<Download> Look::fetch(RemoteFolder& server, const Task& task, const std::string& path) {
  TRY(Download got, download(server, path, task.file.size, settings_.spool_folder, settings_.inline_bytes_max));
  const auto refuse = [&got](Code code, std::string detail) -> Result<Download> {
    remove_spooled(got);
    return fail(code, std::move(detail));
  };
  const auto now = server.stat(path);
  if (!now) {
    remove_spooled(got);
    return tl::unexpected(now.error());
  }
  if (!*now) return refuse(Code::files_changed, path + " was taken away while it was read");
  if ((*now)->kind != EntryKind::file || (*now)->size != task.file.size || (*now)->modified_s != task.file.modified_s)
    return refuse(Code::files_changed, path + " has another size or time than before it was read");
  if (got.size != task.file.size)
    return refuse(Code::files_size_differs, path + " has " + std::to_string(task.file.size) +
                                                " bytes by the listing, " + std::to_string(got.size) + " were read");
  const auto& expected = task.candidate.expected;
  if (expected && !expected->sha256.empty() && expected->sha256 != got.sha256)
    return refuse(Code::files_hash_differs, path + ": the manifest says " + expected->sha256 + ", it is " + got.sha256);
  return got;
}

Result<bool> Look::came_before(const Task& task, const Download& download) {
  if (settings_.rules.duplicates.count() == 0) return false;
  std::optional<store::TransferClaim> before;
  const auto since = parts_.clock.now() - settings_.rules.duplicates;
  TRY_STATUS(parts_.store.read_now([&](store::Connection& connection) -> Status {
    before = store::find_taken(connection, settings_.channel, download.sha256, since, task.claim);
    return connection.status();
  }));
  if (!before) return false;
  parts_.tell(Error{Code::files_duplicate, {}, "the same bytes came as " + shown_name(before->file.path)},
              task.candidate.entry.name);
  TRY_STATUS(parts_.store.write_now([&](store::Transaction& transaction) -> Status {
    store::commit_claim(transaction, task.claim, download.sha256, before->message, parts_.clock.now());
    return transaction.status();
  }));
  return true;
}

Status Look::hand_in(const Task& task, Download download) {
  pipeline::Incoming incoming;
  incoming.channel = settings_.channel;
  incoming.channel_kind = settings_.channel_kind;
  incoming.partner = settings_.partner;
  incoming.external_id = external_id(task.file, download.sha256, task.claim);
  incoming.file_name = shown_name(task.candidate.entry.name);
  incoming.payload = std::move(download.bytes);
  incoming.spooled_path = download.spooled_path;
  incoming.spooled_bytes = download.spooled_path.empty() ? 0 : download.size;
  if (!download.spooled_path.empty()) incoming.spooled_sha256 = download.sha256;
  incoming.map = settings_.rules.map;
  incoming.usage = settings_.usage;
  const auto now = parts_.clock.now();
  incoming.beside = [claim = task.claim, sha256 = download.sha256, now](store::Transaction& transaction,
                                                                        std::int64_t message) -> Status {
    store::commit_claim(transaction, claim, sha256, message, now);
    return transaction.status();
  };
  CROSSDOCK_FAILPOINT("files.before_commit");
  const auto receipt = parts_.hand_in(std::move(incoming));
  if (!receipt) {
    remove_spooled(download);
    return tl::unexpected(receipt.error());
  }
  CROSSDOCK_FAILPOINT("files.after_commit");
  if (receipt->outcome != pipeline::ReceiptOutcome::accepted) {
    // Its key holds the claim's number, which is used once: this cannot be a first hand-in that was repeated.
    remove_spooled(download);
    return fail(Code::internal_bug, "a claim was handed in twice: " + receipt->message_id);
  }
  parts_.taken(download.size);
  return {};
}

Status Look::take(RemoteFolder& server, const Task& task) {
  const std::string& name = task.candidate.entry.name;
  std::string path = task.file.path;
  if (!settings_.rules.in_progress.empty()) {
    const std::string aside = join(settings_.rules.in_progress, name);
    if (!task.in_progress) {
      const Status moved = move_to(server, path, settings_.rules.in_progress, name);
      if (!moved) {
        static_cast<void>(settle(task.claim, ClaimState::released, moved.error().text()));
        return moved;
      }
    }
    path = aside;
    CROSSDOCK_FAILPOINT("files.after_rename");
  }
  auto got = fetch(server, task, path);
  if (!got) {
    if (got.error().code == Code::files_changed) {
      const std::lock_guard lock(changed_mutex_);
      changed_.push_back(name);
    }
    return tl::unexpected(got.error());
  }
  CROSSDOCK_FAILPOINT("files.after_download");
  const std::string sha256 = got->sha256;
  {
    // Two files with the same bytes at the same moment: the second is looked at when the first is durable.
    const std::lock_guard lock(hashes_mutex_);
    if (settings_.rules.duplicates.count() != 0 && !hashes_.insert(sha256).second) {
      remove_spooled(*got);
      return settle(task.claim, ClaimState::released, "a file with the same bytes is being taken");
    }
  }
  const auto before = came_before(task, *got);
  Status done = before ? Status{} : Status(tl::unexpected(before.error()));
  if (!done || *before)
    remove_spooled(*got);
  else
    done = hand_in(task, std::move(*got));
  {
    const std::lock_guard lock(hashes_mutex_);
    hashes_.erase(sha256);
  }
  TRY_STATUS(std::move(done));
  Disposal disposal{path, task.file, {}, parts_.clock.now(), task.claim};
  if (!task.candidate.marker.empty()) disposal.marker = path_of(task.candidate.marker);
  if (const Status disposed = dispose_of(server, disposal); !disposed) {
    // It is durable: the next look disposes of it. Nothing goes back.
    return {};
  }
  return {};
}

}  // namespace crossdock::files
