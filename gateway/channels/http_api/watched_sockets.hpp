// Which sockets of the transfer pool epoll watches, and for what.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/epoll.h>
#include <unistd.h>

#include <cstdint>
#include <unordered_map>

namespace crossdock::http_api {

/// Sockets that epoll watches for libcurl. One of ours stays with epoll while its connection is idle: the next call on
/// it wants the same again, and most do.
class WatchedSockets {
 public:
  WatchedSockets() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
  ~WatchedSockets() { ::close(epoll_); }
  WatchedSockets(const WatchedSockets&) = delete;
  WatchedSockets& operator=(const WatchedSockets&) = delete;
  [[nodiscard]] int epoll() const { return epoll_; }

  /// Opened for a connection of ours: we hear of its end by closed().
  void opened(int socket) { ours_.try_emplace(socket); }
  void closed(int socket) { ours_.erase(socket); }  // the kernel takes it out of epoll

  void watch(int socket, std::uint32_t events) {
    const auto at = ours_.find(socket);
    if (at == ours_.end()) return control(socket, events);
    at->second.wanted = true;
    if (at->second.watched == events) return;
    at->second.watched = events;
    control(socket, events);
  }
  void unwatch(int socket) {
    const auto at = ours_.find(socket);
    if (at != ours_.end())
      at->second.wanted = false;
    else
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
  }
  /// True when nobody waits for it: its peer closed an idle connection, or says something nobody asked for. Then it is
  /// no longer watched; libcurl looks at it before it uses it again.
  [[nodiscard]] bool dismissed(int socket) {
    const auto at = ours_.find(socket);
    if (at == ours_.end() || at->second.wanted) return false;
    at->second.watched = 0;
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
    return true;
  }

 private:
  struct State {
    std::uint32_t watched = 0;  ///< what epoll was told; 0: it does not know the socket
    bool wanted = false;
  };
  void control(int socket, std::uint32_t events) const {
    epoll_event event{};
    event.data.fd = socket;
    event.events = events;
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) != 0) ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }

  int epoll_;
  std::unordered_map<int, State> ours_;
};

}  // namespace crossdock::http_api
