// inotify on a thread of its own; an eventfd ends it.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/directory/notifier.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace crossdock::directory {

struct Notifier::State {
  explicit State(base::Executor& executor_in) : executor(executor_in) {
    if (inotify >= 0 && wake >= 0) thread = std::thread([this] { run(); });
  }
  ~State() {
    const std::uint64_t one = 1;
    if (thread.joinable() && ::write(wake, &one, sizeof one) == sizeof one) thread.join();
    if (inotify >= 0) ::close(inotify);
    if (wake >= 0) ::close(wake);
  }

  void run() {
    std::array<pollfd, 2> waits{pollfd{inotify, POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    for (;;) {
      if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
      if ((waits[1].revents & POLLIN) != 0) return;
      if ((waits[0].revents & POLLIN) != 0) read_events();
    }
  }

  void read_events() {
    alignas(inotify_event) std::array<char, 16384> buffer;
    const ssize_t got = ::read(inotify, buffer.data(), buffer.size());
    std::set<int> arrived;
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      arrived.insert(event.wd);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
    const std::scoped_lock lock(mutex);
    for (const int watch : arrived)
      if (const auto found = callbacks.find(watch); found != callbacks.end()) executor.post(found->second);
  }

  base::Executor& executor;
  int inotify = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK), wake = ::eventfd(0, EFD_CLOEXEC);
  std::mutex mutex;
  std::map<int, std::function<void()>> callbacks;
  std::thread thread;
};

Notifier::Notifier(base::Executor& executor) : state_(std::make_unique<State>(executor)) {}
Notifier::~Notifier() = default;

Status Notifier::watch(const std::string& folder, std::function<void()> arrived) {
  const std::scoped_lock lock(state_->mutex);
  const int watch =
      ::inotify_add_watch(state_->inotify, folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR);
  if (watch < 0) return fail(Code::file_unreadable, "cannot watch " + folder + ": " + std::strerror(errno));
  state_->callbacks[watch] = std::move(arrived);
  return {};
}

void Notifier::clear() {
  const std::scoped_lock lock(state_->mutex);
  for (const auto& [watch, callback] : state_->callbacks) ::inotify_rm_watch(state_->inotify, watch);
  state_->callbacks.clear();
}

}  // namespace crossdock::directory
