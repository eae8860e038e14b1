// Which files of a folder are ready, from one look to the next. Pure: a listing and a moment in, candidates out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/channels/files/manifest.hpp"
#include "gateway/channels/files/remote_folder.hpp"
#include "gateway/configuration/file_channel.hpp"

namespace crossdock::files {

/// A file that may be taken.
struct Candidate {
  RemoteEntry entry;
  std::string marker;                     ///< name of its marker or manifest, to be disposed of with it; empty: none
  std::optional<ManifestEntry> expected;  ///< what its manifest says
};

struct Looked {
  std::vector<Candidate> ready;                         ///< oldest first
  std::vector<RemoteEntry> empty, too_large;            ///< told, not taken
  std::optional<std::chrono::milliseconds> look_again;  ///< when the first of those that are not ready may be
};

/// True for a regular file whose name the rules want; temporary names, markers and manifests are none.
[[nodiscard]] bool is_wanted(const RemoteEntry& entry, const configuration::FileChannel& rules);

/// Remembers what it saw of a folder; forgets what is gone.
class Watch {
 public:
  explicit Watch(configuration::FileChannel rules) : rules_(std::move(rules)) {}
  /// `entries` is the whole listing. `manifests`: what they say, by file name (only for ready: manifest).
  [[nodiscard]] Looked look(const std::vector<RemoteEntry>& entries, const std::map<std::string, Manifested>& manifests,
                            base::SteadyInstant now);
  /// A file that changed while it was read is looked at anew.
  void forget(const std::string& name) { seen_.erase(name); }

 private:
  struct Seen {
    std::uint64_t size = 0;
    std::optional<std::int64_t> modified_s;
    std::uint32_t polls = 0;
    base::SteadyInstant since;
  };
  [[nodiscard]] bool is_stable(const RemoteEntry& entry, base::SteadyInstant now, Looked& out);
  configuration::FileChannel rules_;
  std::map<std::string, Seen> seen_;
};

}  // namespace crossdock::files
