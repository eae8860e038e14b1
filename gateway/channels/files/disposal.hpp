// What becomes of a file on the partner's server once its message is durable here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/channels/files/remote_folder.hpp"
#include "gateway/configuration/file_channel.hpp"
#include "gateway/store/transfers.hpp"

namespace crossdock::files {

struct Disposal {
  std::string path;          ///< where the file stands now
  store::FileIdentity file;  ///< as it was taken: another one in its place is left alone
  std::string marker;        ///< path of its marker or manifest; empty: none
  base::Instant at{};        ///< the archive's time stamp
  store::Seq claim = 0;      ///< makes the archive's name its own
};

/// `disposed`, also when it is gone already; `left` where files stay. Errors: files.dispose with the server's reason,
/// and those that end the session.
[[nodiscard]] Result<store::ClaimState> dispose(RemoteFolder& server, const configuration::FileChannel& rules,
                                                const Disposal& disposal);
/// Renames `path` to `name` in a folder of ours, which is made when the first file goes there. Errors: those of rename
/// and make_folder.
[[nodiscard]] Status move_to(RemoteFolder& server, const std::string& path, const std::string& folder,
                             const std::string& name);
/// `20260518T143200Z-17-name`, at most 255 bytes.
[[nodiscard]] std::string archive_name(base::Instant at, store::Seq claim, std::string_view name);

}  // namespace crossdock::files
