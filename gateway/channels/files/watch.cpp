// Readiness.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/watch.hpp"

#include <algorithm>
#include <set>

#include "gateway/base/file_names.hpp"

namespace crossdock::files {
namespace {

using configuration::FileChannel;
using std::chrono::milliseconds;

/// Between two looks of one file that has still to prove itself stable.
constexpr milliseconds look_again_min{200};

bool is_mark(const std::string& name, const FileChannel& rules) {
  if (rules.ready == FileChannel::Ready::marker) return name.ends_with(rules.marker);
  return rules.ready == FileChannel::Ready::manifest && name.ends_with(rules.manifest);
}

}  // namespace

bool is_wanted(const RemoteEntry& entry, const FileChannel& rules) {
  if (entry.kind != EntryKind::file || !is_plain_name(entry.name)) return false;
  if (base::is_temporary_name(entry.name) || is_mark(entry.name, rules)) return false;
  if (!rules.include.empty() && !base::matches_any(rules.include, entry.name)) return false;
  return !base::matches_any(rules.exclude, entry.name);
}

bool Watch::is_stable(const RemoteEntry& entry, base::SteadyInstant now, Looked& out) {
  Seen& seen = seen_[entry.name];
  if (seen.polls == 0 || seen.size != entry.size || seen.modified_s != entry.modified_s)
    seen = {entry.size, entry.modified_s, 0, now};
  ++seen.polls;
  const auto age = std::chrono::duration_cast<milliseconds>(now - seen.since);
  if (seen.polls >= rules_.polls && age >= rules_.stable_for) return true;
  const std::uint32_t missing = seen.polls < rules_.polls ? rules_.polls - seen.polls : 1;
  const milliseconds rest = age < rules_.stable_for ? rules_.stable_for - age : milliseconds(0);
  const milliseconds next = std::max(look_again_min, rest / missing + milliseconds(1));
  out.look_again = std::min(out.look_again.value_or(next), next);
  return false;
}

Looked Watch::look(const std::vector<RemoteEntry>& entries, const std::map<std::string, Manifested>& manifests,
                   base::SteadyInstant now) {
  Looked out;
  std::set<std::string_view> names;
  for (const RemoteEntry& entry : entries) names.insert(entry.name);
  for (const RemoteEntry& entry : entries) {
    if (!is_wanted(entry, rules_)) continue;
    Candidate candidate{entry, {}, {}};
    switch (rules_.ready) {
      case FileChannel::Ready::rename: break;
      case FileChannel::Ready::stable:
        if (!is_stable(entry, now, out)) continue;
        break;
      case FileChannel::Ready::marker:
        candidate.marker = entry.name + rules_.marker;
        if (!names.contains(candidate.marker)) continue;
        break;
      case FileChannel::Ready::manifest: {
        const auto said = manifests.find(entry.name);
        if (said == manifests.end()) continue;
        if (said->second.entry.size && *said->second.entry.size != entry.size) continue;  // not all of it is there yet
        candidate.expected = said->second.entry;
        if (said->second.alone) candidate.marker = said->second.manifest;
        break;
      }
    }
    if (entry.size > rules_.file_bytes_max)
      out.too_large.push_back(entry);
    else if (entry.size == 0)
      out.empty.push_back(entry);
    else
      out.ready.push_back(std::move(candidate));
  }
  std::erase_if(seen_, [&names](const auto& one) { return !names.contains(one.first); });
  std::sort(out.ready.begin(), out.ready.end(), [](const Candidate& a, const Candidate& b) {
    const auto left = a.entry.modified_s.value_or(0), right = b.entry.modified_s.value_or(0);
    return left != right ? left < right : a.entry.name < b.entry.name;
  });
  return out;
}

}  // namespace crossdock::files
