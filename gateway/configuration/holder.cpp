// Hot reload.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/holder.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace crossdock::configuration {
namespace {

void compare_files(const Bundle& before, const Bundle& now, ReloadReport& report) {
  auto old_file = before.files.begin();
  auto new_file = now.files.begin();
  while (old_file != before.files.end() || new_file != now.files.end()) {
    if (new_file == now.files.end() || (old_file != before.files.end() && old_file->name < new_file->name)) {
      report.removed.push_back((old_file++)->name);
    } else if (old_file == before.files.end() || new_file->name < old_file->name) {
      report.added.push_back((new_file++)->name);
    } else {
      if (old_file->sha256 != new_file->sha256) report.changed.push_back(new_file->name);
      ++old_file;
      ++new_file;
    }
  }
}

void append_names(std::string& out, const std::vector<std::string>& names, std::string_view what) {
  if (names.empty()) return;
  out += out.ends_with(':') ? " " : ", ";
  out += std::to_string(names.size()) + (names.size() == 1 ? " file " : " files ") + std::string(what) + " (";
  constexpr std::size_t shown_max = 5;
  for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i) out += (i == 0 ? "" : ", ") + names[i];
  out += names.size() > shown_max ? ", ...)" : ")";
}

}  // namespace

std::string ReloadReport::text() const {
  if (outcome == Outcome::unchanged) return "configuration unchanged, bundle " + hash_now.substr(0, 12);
  if (outcome == Outcome::refused) {
    const auto errors =
        std::count_if(faults.begin(), faults.end(), [](const Fault& f) { return f.severity == Severity::error; });
    return "configuration refused with " + std::to_string(errors) + (errors == 1 ? " fault" : " faults") + "; bundle " +
           hash_before.substr(0, 12) + " stays";
  }
  std::string out = "configuration swapped to bundle " + hash_now.substr(0, 12) + ":";
  append_names(out, added, "added");
  append_names(out, changed, "changed");
  append_names(out, removed, "removed");
  return out;
}

Holder::Holder(std::filesystem::path folder, const Installed* installed)
    : folder_(std::move(folder)), installed_(installed) {}

std::shared_ptr<const Bundle> Holder::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

Faults Holder::faults() const {
  const std::scoped_lock lock(mutex_);
  return faults_;
}

Status Holder::start() {
  fingerprint_ = fingerprint();
  FolderOptions options;
  options.folder = folder_;
  options.installed = installed_;
  options.quarantine = true;
  FolderResult result = load_folder(options);
  const std::scoped_lock lock(mutex_);
  faults_ = std::move(result.faults);
  if (!result.bundle) {
    std::string first;
    for (const Fault& fault : faults_)
      if (first.empty() && fault.severity == Severity::error) first = to_text(fault);
    return fail(Code::configuration_refused, "the configuration in " + folder_.string() + " has faults: " + first);
  }
  current_ = std::move(result.bundle);
  return {};
}

bool Holder::only_known_quarantine(const Bundle& before, const Bundle& now) {
  return std::all_of(now.quarantined.begin(), now.quarantined.end(), [&](const Quarantined& one) {
    const bool known = std::any_of(before.quarantined.begin(), before.quarantined.end(),
                                   [&](const Quarantined& q) { return q.file == one.file; });
    const FileEntry* old_file = before.file(one.file);
    const FileEntry* new_file = now.file(one.file);
    return known && old_file != nullptr && new_file != nullptr && old_file->sha256 == new_file->sha256;
  });
}

ReloadReport Holder::reload() {
  const auto begin = std::chrono::steady_clock::now();
  const std::shared_ptr<const Bundle> before = current();
  ReloadReport report;
  if (before) report.hash_before = report.hash_now = before->hash;
  fingerprint_ = fingerprint();
  FolderOptions options;
  options.folder = folder_;
  options.installed = installed_;
  options.quarantine = true;
  options.previous = before;
  FolderResult result = load_folder(options);
  report.faults = result.faults;
  const bool usable = result.bundle && (result.bundle->quarantined.empty() ||
                                        (before && only_known_quarantine(*before, *result.bundle)));
  if (!usable) {
    report.outcome = ReloadReport::Outcome::refused;
  } else {
    report.hash_now = result.bundle->hash;
    if (before) compare_files(*before, *result.bundle, report);
    if (!before || before->hash != result.bundle->hash) report.outcome = ReloadReport::Outcome::swapped;
  }
  {
    const std::scoped_lock lock(mutex_);
    faults_ = std::move(result.faults);
    if (usable) current_ = result.bundle;  // also when unchanged: secrets may have been renewed
  }
  if (usable && swapped_ && report.outcome == ReloadReport::Outcome::swapped) swapped_(result.bundle);
  report.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return report;
}

/// Names, sizes, inodes and times of everything in the folder, secrets included, as one hash.
std::string Holder::fingerprint() const {
  std::vector<std::string> lines;
  std::error_code error;
  for (auto it = std::filesystem::recursive_directory_iterator(folder_, error);
       !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    struct stat status {};
    if (it->path().filename().string().starts_with('.') || ::stat(it->path().c_str(), &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) continue;
    lines.push_back(it->path().string() + ' ' + std::to_string(status.st_size) + ' ' + std::to_string(status.st_ino) +
                    ' ' + std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec));
  }
  std::sort(lines.begin(), lines.end());
  Sha256 hash;
  for (const std::string& line : lines) hash.update(line);
  return to_hex(hash.finish());
}

bool Holder::poll() { return fingerprint() != fingerprint_; }

}  // namespace crossdock::configuration
