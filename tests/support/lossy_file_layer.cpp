// A file layer that forgets: file contents live in a hidden file and directory changes in memory until the folder is
// synced, so that a SIGKILL leaves what a power cut would leave. Test builds only (CROSSDOCK_FILE_LAYER=lossy).
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "gateway/base/file_layer.hpp"

namespace crossdock::base {

[[nodiscard]] std::unique_ptr<FileLayer> make_lossy_file_layer(FileLayer& real);

namespace {

std::string folder_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

std::string normal(const std::string& path) { return std::filesystem::path(path).lexically_normal().string(); }

class LossyFiles final : public FileLayer {
 public:
  explicit LossyFiles(FileLayer& real) : real_(real) {}

  Status write_and_sync(const std::string& path, std::string_view bytes) override {
    const std::string hidden = hidden_name(path);
    TRY_STATUS(real_.write_and_sync(hidden, bytes));
    add(path, hidden);
    return {};
  }

  Status copy_and_sync(const std::string& path, const std::function<Result<std::string_view>()>& next) override {
    const std::string hidden = hidden_name(path);
    TRY_STATUS(real_.copy_and_sync(hidden, next));
    add(path, hidden);
    return {};
  }

  Status rename(const std::string& from, const std::string& to) override {
    const std::lock_guard lock(mutex_);
    const std::string source = normal(from), goal = normal(to);
    const std::optional<std::string> holder = holder_of(source);
    if (!holder)
      return fail(Code::file_unwritable, "cannot rename " + source + " to " + goal + ": No such file or directory");
    const bool unborn = *holder != source;  // its own entry was never synced: it simply never comes to be
    if (unborn)
      drop(source);
    else
      changes_.push_back({folder_of(source), Change::Kind::remove, source, {}});
    seen_[source] = std::nullopt;
    changes_.push_back({folder_of(goal), unborn ? Change::Kind::move : Change::Kind::link, goal, *holder});
    seen_[goal] = *holder;
    return {};
  }

  Result<bool> rename_new(const std::string& from, const std::string& to) override {
    if (exists(to)) return false;
    TRY_STATUS(rename(from, to));
    return true;
  }

  Status remove(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    const std::string goal = normal(path);
    if (!holder_of(goal)) return fail(Code::file_unwritable, "cannot remove " + goal + ": No such file or directory");
    changes_.push_back({folder_of(goal), Change::Kind::remove, goal, {}});
    seen_[goal] = std::nullopt;
    return {};
  }

  Status sync_directory(const std::string& folder) override {
    const std::lock_guard lock(mutex_);
    const std::string goal = normal(folder);
    std::vector<Change> kept;
    // Links before removals: a file renamed within the folder must not lose its only name first.
    for (const bool removals : {false, true})
      for (const Change& change : changes_)
        if (change.folder == goal && (change.kind == Change::Kind::remove) == removals) TRY_STATUS(apply(change));
    for (Change& change : changes_)
      if (change.folder != goal) kept.push_back(std::move(change));
    changes_ = std::move(kept);
    return real_.sync_directory(folder);
  }

  Status make_directories(const std::string& folder) override { return real_.make_directories(folder); }

  bool exists(const std::string& path) const override {
    const std::lock_guard lock(mutex_);
    return holder_of(normal(path)).has_value();
  }

  Result<std::uint64_t> size(const std::string& path) const override { return real_.size(place(path)); }

  Status read(const std::string& path, const std::function<Status(std::string_view)>& sink) const override {
    return real_.read(place(path), sink);
  }

 private:
  struct Change {
    enum class Kind : std::uint8_t { move, link, remove };
    std::string folder;
    Kind kind;
    std::string path;
    std::string holder;  ///< where the bytes stand until then
  };

  std::string hidden_name(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return folder_of(normal(path)) + "/.lossy-" + std::to_string(::getpid()) + "-" + std::to_string(++count_);
  }

  void add(const std::string& path, const std::string& hidden) {
    const std::lock_guard lock(mutex_);
    const std::string goal = normal(path);
    drop(goal);
    changes_.push_back({folder_of(goal), Change::Kind::move, goal, hidden});
    seen_[goal] = hidden;
  }

  void drop(const std::string& path) {
    std::erase_if(changes_,
                  [&](const Change& change) { return change.path == path && change.kind != Change::Kind::remove; });
  }

  /// Where the bytes of `path` stand now; empty when it does not exist.
  std::optional<std::string> holder_of(const std::string& path) const {
    if (const auto found = seen_.find(path); found != seen_.end()) return found->second;
    if (!real_.exists(path)) return std::nullopt;
    return path;
  }

  std::string place(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    return holder_of(normal(path)).value_or(path);
  }

  Status apply(const Change& change) {
    seen_.erase(change.path);
    switch (change.kind) {
      case Change::Kind::move: return real_.rename(change.holder, change.path);
      case Change::Kind::remove:
        if (real_.exists(change.path)) return real_.remove(change.path);
        return {};
      case Change::Kind::link: {
        const std::string step = change.folder + "/.lossy-link";
        ::unlink(step.c_str());
        if (::link(change.holder.c_str(), step.c_str()) != 0)
          return fail(Code::file_unwritable, "cannot link " + change.holder + ": " + std::strerror(errno));
        return real_.rename(step, change.path);
      }
    }
    return {};
  }

  FileLayer& real_;
  mutable std::mutex mutex_;
  std::vector<Change> changes_;                             ///< not yet synced, in order
  std::map<std::string, std::optional<std::string>> seen_;  ///< what this process sees meanwhile
  std::uint64_t count_ = 0;
};

}  // namespace

std::unique_ptr<FileLayer> make_lossy_file_layer(FileLayer& real) { return std::make_unique<LossyFiles>(real); }

}  // namespace crossdock::base
