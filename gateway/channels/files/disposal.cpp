// Archiving, removing, leaving.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/disposal.hpp"

namespace crossdock::files {
namespace {

using configuration::FileChannel;
constexpr std::size_t name_bytes_max = 255;

std::string stamp(base::Instant at) {
  std::string out;
  for (const char c : base::to_rfc3339(at)) {
    if (c == '.') break;
    if (c != '-' && c != ':' && c != 'Z') out += c;
  }
  return out + "Z";
}

bool is_still(const RemoteEntry& entry, const store::FileIdentity& file) {
  return entry.kind == EntryKind::file && entry.size == file.size && entry.modified_s == file.modified_s;
}

Status remove_if_there(RemoteFolder& server, const std::string& path) {
  Status removed = server.remove(path);
  if (!removed && removed.error().code == Code::files_not_found) return {};
  return removed;
}

}  // namespace

Status move_to(RemoteFolder& server, const std::string& path, const std::string& folder, const std::string& name) {
  Status moved = server.rename(path, join(folder, name), false);
  if (moved || server.is_lost() || moved.error().code == Code::files_exists) return moved;
  TRY(const auto there, server.stat(folder));
  if (!there) TRY_STATUS(server.make_folder(folder));  // or another connection of ours made it meanwhile
  return server.rename(path, join(folder, name), false);
}

std::string archive_name(base::Instant at, store::Seq claim, std::string_view name) {
  std::string out = stamp(at) + "-" + std::to_string(claim) + "-" + std::string(name);
  if (out.size() > name_bytes_max) out.resize(name_bytes_max);  // the message keeps the whole of it
  return out;
}

Result<store::ClaimState> dispose(RemoteFolder& server, const FileChannel& rules, const Disposal& disposal) {
  using store::ClaimState;
  if (rules.then == FileChannel::Then::leave) return ClaimState::left;
  const auto told = [&disposal](Error error) -> Result<ClaimState> {
    if (error.code == Code::files_connection_lost || error.code == Code::files_timeout)
      return tl::unexpected(std::move(error));
    return fail(Code::files_dispose, disposal.path + ": " + error.text());
  };
  auto entry = server.stat(disposal.path);
  if (!entry) return told(entry.error());
  if (*entry && !is_still(**entry, disposal.file)) return ClaimState::disposed;  // another file stands there now
  if (*entry) {
    const std::string name = disposal.file.path.substr(disposal.file.path.rfind('/') + 1);
    const Status done = rules.then == FileChannel::Then::remove
                            ? remove_if_there(server, disposal.path)
                            : move_to(server, disposal.path, configuration::archive_folder(rules),
                                      archive_name(disposal.at, disposal.claim, name));
    if (!done) {
      // Not found may be said of the file or of the archive: only what is really gone is done with.
      const auto now = server.is_lost() ? entry : server.stat(disposal.path);
      if (!now || *now) return told(done.error());
    }
  }
  if (!disposal.marker.empty())
    if (const Status gone = remove_if_there(server, disposal.marker); !gone) return told(gone.error());
  return ClaimState::disposed;
}

}  // namespace crossdock::files
