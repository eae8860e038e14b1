// The epoll loop of the pipeline measurement. HTTP/1.1 as far as loopback peers of our own need it: Content-Length
// bodies, keep-alive. SPDX-License-Identifier: Apache-2.0
#include "gateway/bench/load_loop.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace crossdock::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::string_view sink_answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

tl::unexpected<Error> broken(const char* what) {
  return fail(Code::file_unwritable, std::string(what) + ": " + std::strerror(errno));
}

struct Connection {
  int socket = -1;
  bool is_sink = false;
  std::string in, out;
  std::string request;      ///< kept until answered: a 503 sends it again
  std::size_t to_drop = 0;  ///< bytes of a body that are not kept, still to come
};

/// Value of a header in a message head; names of our peers are compared without case.
std::string_view header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2);
    if (line.size() > name.size() + 1 && line[name.size()] == ':' &&
        ::strncasecmp(line.data(), name.data(), name.size()) == 0) {
      std::string_view value = line.substr(name.size() + 1, line.find("\r\n") - name.size() - 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      return value;
    }
  }
  return {};
}

/// Length of the first whole message in `in` and of its head; empty while it is not complete.
struct Framed {
  std::size_t head, whole;
};
std::optional<Framed> frame(std::string_view in) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view length = header(in.substr(0, end + 2), "content-length");
  std::size_t body = 0;
  std::from_chars(length.data(), length.data() + length.size(), body);
  if (in.size() < end + 4 + body) return std::nullopt;
  return Framed{end + 4, end + 4 + body};
}

}  // namespace

struct LoadLoop::State {
  int poll = ::epoll_create1(EPOLL_CLOEXEC);
  int listener = -1;
  std::map<int, Connection> connections;
  std::unordered_set<std::string> keys;
  LoadFigures figures;
  const std::function<std::string(std::uint64_t)>* make = nullptr;
  std::uint64_t made = 0;
  bool posting = false, drop_bodies = false;

  ~State() {
    for (auto& [socket, connection] : connections) ::close(socket);
    if (listener >= 0) ::close(listener);
    ::close(poll);
  }

  void watch(int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
  }

  Connection& adopt(int socket, bool is_sink) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(socket);
    Connection& connection = connections[socket];
    connection.socket = socket;
    connection.is_sink = is_sink;
    return connection;
  }

  void accept_all() {
    for (int socket; (socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;)
      adopt(socket, true);
  }

  /// Loopback sockets take answers and small requests whole; what they do not take waits for the next turn.
  void flush(Connection& connection) {
    while (!connection.out.empty()) {
      const ssize_t put = ::send(connection.socket, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
      if (put < 0) return;
      connection.out.erase(0, static_cast<std::size_t>(put));
    }
  }

  void next_request(Connection& connection) {
    if (!posting) return;
    connection.request = (*make)(made++);
    connection.out += connection.request;
    flush(connection);
  }

  void take_answer(Connection& connection, std::string_view head) {
    const bool good = head.size() > 9 && head[9] == '2';
    if (good) {
      ++figures.accepted;
      connection.request.clear();
      next_request(connection);
      return;
    }
    ++figures.refused;
    if (head.substr(9, 3) != "503" || !posting) {
      connection.request.clear();
      next_request(connection);
      return;
    }
    connection.out += connection.request;
    flush(connection);
  }

  void take_delivery(Connection& connection, std::string_view head) {
    std::string_view key = header(head, "idempotency-key");
    if (key.empty()) key = header(head, "message-id");
    if (keys.insert(std::string(key)).second)
      ++figures.delivered;
    else
      ++figures.doubled;
    connection.out += sink_answer;
  }

  /// A body that has not come whole is counted from here on, and not kept.
  static void drop_rest(Connection& connection) {
    const std::size_t end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos || frame(connection.in)) return;
    const std::string_view length = header(std::string_view(connection.in).substr(0, end + 2), "content-length");
    std::size_t body = 0;
    std::from_chars(length.data(), length.data() + length.size(), body);
    connection.to_drop = end + 4 + body - connection.in.size();
    connection.in.clear();
  }

  /// False when the peer closed.
  bool readable(Connection& connection) {
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t got = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
      if (got == 0) return false;
      if (got < 0) {
        if (errno == EAGAIN) break;
        return false;
      }
      if (connection.to_drop > 0) {
        connection.to_drop -= std::min(connection.to_drop, static_cast<std::size_t>(got));
        if (connection.to_drop == 0) connection.out += sink_answer;
      } else {
        connection.in.append(buffer.data(), static_cast<std::size_t>(got));
      }
      if (static_cast<std::size_t>(got) < buffer.size()) break;
    }
    if (drop_bodies && connection.is_sink) drop_rest(connection);
    std::size_t done = 0;
    while (const auto framed = frame(std::string_view(connection.in).substr(done))) {
      const std::string_view head = std::string_view(connection.in).substr(done, framed->head);
      connection.is_sink ? take_delivery(connection, head) : take_answer(connection, head);
      done += framed->whole;
    }
    connection.in.erase(0, done);
    flush(connection);
    return true;
  }

  void turn() {
    std::array<epoll_event, 128> events;
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 10);
    for (int i = 0; i < ready; ++i) {
      const int socket = events[static_cast<std::size_t>(i)].data.fd;
      if (socket == listener) {
        accept_all();
        continue;
      }
      const auto found = connections.find(socket);
      if (found != connections.end() && !readable(found->second)) {
        ::close(socket);
        connections.erase(found);
      }
    }
  }

  Status connect_to(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket < 0 || ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      if (socket >= 0) ::close(socket);
      return broken("connecting to the gateway");
    }
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
    next_request(adopt(socket, false));
    return {};
  }
};

LoadLoop::LoadLoop() : state_(std::make_unique<State>()) {}
LoadLoop::~LoadLoop() = default;

void LoadLoop::drop_bodies() { state_->drop_bodies = true; }

Result<std::uint16_t> LoadLoop::open_sink() {
  state_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (state_->listener < 0 || ::bind(state_->listener, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::listen(state_->listener, 512) != 0 ||
      ::getsockname(state_->listener, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return broken("opening the sink");
  state_->watch(state_->listener);
  return ntohs(address.sin_port);
}

Status LoadLoop::serve_sink(const std::function<bool()>& until, std::chrono::milliseconds most) {
  const auto end = Clock::now() + most;
  while (!until()) {
    if (Clock::now() > end)
      return fail(Code::file_unreadable, "waited " + std::to_string(most.count()) + " ms in vain");
    state_->turn();
  }
  return {};
}

Result<LoadFigures> LoadLoop::run(std::uint16_t port, int connections, std::chrono::milliseconds duration,
                                  std::chrono::milliseconds patience,
                                  const std::function<std::string(std::uint64_t)>& request) {
  State& state = *state_;
  state.make = &request;
  state.posting = true;
  state.figures = {};
  state.keys.clear();
  const auto start = Clock::now();
  for (int i = 0; i < connections; ++i) TRY_STATUS(state.connect_to(port));
  while (Clock::now() - start < duration) state.turn();
  state.posting = false;
  auto answered = [&state] {
    for (const auto& [socket, connection] : state.connections)
      if (!connection.is_sink && !connection.request.empty()) return false;
    return true;
  };
  const auto last = Clock::now() + std::chrono::seconds(10);
  while (!answered() && Clock::now() < last) state.turn();
  state.figures.accept_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto end = Clock::now() + patience;
  while (state.figures.delivered < state.figures.accepted && Clock::now() < end) state.turn();
  state.figures.deliver_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return state.figures;
}

}  // namespace crossdock::bench
