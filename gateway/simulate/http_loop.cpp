// The epoll loop of the simulated systems.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/simulate/http_loop.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace crossdock::simulate {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 409: return "Conflict";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    default: return "Status";
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

/// Splits the head; false when it is no request.
bool parse_head(std::string_view head, Request& request) {
  const std::size_t line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || last <= first || !line.substr(last + 1).starts_with("HTTP/1.")) return false;
  request.method = line.substr(0, first);
  request.path = line.substr(first + 1, last - first - 1);
  if (line_end == std::string_view::npos) return true;
  for (std::size_t from = line_end + 2; from < head.size();) {
    const std::size_t to = std::min(head.find("\r\n", from), head.size());
    const std::string_view field = head.substr(from, to - from);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) return false;
    request.headers.emplace_back(field.substr(0, colon), trimmed(field.substr(colon + 1)));
    from = to + 2;
  }
  return true;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

struct HttpLoop::Connection {
  int fd = -1;
  std::uint64_t serial = 0;
  std::string in, out;
  std::size_t sent = 0;
  bool close_after = false, held = false, waiting = false, want_write = false, touched = false, continued = false;
};

HttpLoop::HttpLoop() = default;

HttpLoop::~HttpLoop() {
  for (auto& [fd, connection] : connections_) ::close(fd);
  for (const int fd : {listener_, epoll_, wake_})
    if (fd >= 0) ::close(fd);
}

Status HttpLoop::listen(const std::string& address, std::uint16_t port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  const int yes = 1;
  if (listener_ < 0 || ::inet_pton(AF_INET, address.c_str(), &name.sin_addr) != 1)
    return fail(Code::channel_simulate_listen, "`" + address + "` is not an IPv4 address");
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0 || ::listen(listener_, 1024) != 0)
    return fail(Code::channel_simulate_listen,
                address + ":" + std::to_string(port) + " cannot be opened: " + std::strerror(errno));
  socklen_t size = sizeof name;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &size);
  port_ = ntohs(name.sin_port);
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  for (const int fd : {listener_, wake_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0)
      return fail(Code::channel_simulate_listen, "epoll is not available");
  }
  return {};
}

void HttpLoop::stop() {
  stopping_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

void HttpLoop::run(const Handler& handler, const std::function<void()>& settle) {
  std::array<epoll_event, 256> events{};
  while (!stopping_) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == wake_) continue;
      if (fd == listener_) {
        accept_all();
        continue;
      }
      const auto found = connections_.find(fd);
      if (found == connections_.end()) continue;
      if ((events[static_cast<std::size_t>(i)].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        read(*found->second, handler);
      if (const auto again = connections_.find(fd);
          again != connections_.end() && again->second->want_write && !again->second->touched) {
        again->second->touched = true;
        touched_.push_back(fd);
      }
    }
    release_due();
    settle();
    for (const int fd : std::exchange(touched_, {}))
      if (const auto found = connections_.find(fd); found != connections_.end()) {
        found->second->touched = false;
        flush(*found->second);
      }
  }
}

void HttpLoop::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (connections_.size() >= 10'000 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
      ::close(fd);
      continue;
    }
    auto connection = std::make_unique<Connection>();
    connection->fd = fd;
    connection->serial = ++serial_;
    connections_.emplace(fd, std::move(connection));
  }
}

void HttpLoop::read(Connection& connection, const Handler& handler) {
  std::array<char, 65536> chunk;
  const ssize_t got = ::read(connection.fd, chunk.data(), chunk.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return drop(connection);
  connection.in.append(chunk.data(), static_cast<std::size_t>(got));
  if (connection.in.size() > head_bytes_max + body_bytes_max) return drop(connection);
  while (!connection.held && !connection.waiting && !connection.close_after && take_request(connection, handler)) {
  }
}

/// Takes one whole request from the buffer; false when more bytes are needed or the connection is done with.
bool HttpLoop::take_request(Connection& connection, const Handler& handler) {
  const std::size_t head_end = connection.in.find("\r\n\r\n");
  if (head_end == std::string::npos) {
    if (connection.in.size() > head_bytes_max) connection.close_after = true;
    return false;
  }
  Request request;
  const std::string_view all(connection.in);
  std::size_t length = 0;
  bool good = parse_head(all.substr(0, head_end), request) && request.header("transfer-encoding").empty();
  if (const std::string_view text = request.header("content-length"); good && !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    good = error == std::errc{} && end == text.data() + text.size() && length <= body_bytes_max;
  }
  if (!good) {
    Answer answer;
    answer.status = 400;
    answer.then = Answer::Then::close;
    put_answer(connection, answer);
    return false;
  }
  const std::size_t total = head_end + 4 + length;
  if (all.size() < total) {
    if (!connection.continued && same_name(request.header("expect"), "100-continue")) {
      connection.continued = true;
      connection.out += "HTTP/1.1 100 Continue\r\n\r\n";
      flush(connection);
    }
    return false;
  }
  connection.continued = false;
  request.body = all.substr(head_end + 4, length);
  const bool last = same_name(request.header("connection"), "close");
  Answer answer = handler(request);
  if (last && answer.then == Answer::Then::keep) answer.then = Answer::Then::close;
  connection.in.erase(0, total);
  put_answer(connection, answer);
  return true;
}

void HttpLoop::put_answer(Connection& connection, const Answer& answer) {
  if (answer.then == Answer::Then::hold) {
    connection.held = true;
    return;
  }
  std::string& out = connection.out;
  if (!answer.raw.empty()) {
    out += answer.raw;
  } else if (answer.status != 0) {
    out += "HTTP/1.1 " + std::to_string(answer.status) + " ";
    out += reason(answer.status);
    out += "\r\nContent-Type: " + answer.content_type + "\r\nContent-Length: " + std::to_string(answer.body.size()) +
           "\r\n";
    for (const auto& [name, value] : answer.headers) out += name + ": " + value + "\r\n";
    if (answer.then == Answer::Then::close) out += "Connection: close\r\n";
    out += "\r\n";
    out += answer.body;
  }
  connection.close_after = answer.then == Answer::Then::close;
  if (answer.delay.count() > 0) {
    connection.waiting = true;
    delayed_.emplace(std::chrono::steady_clock::now() + answer.delay, std::pair{connection.fd, connection.serial});
    return;
  }
  if (connection.touched) return;
  connection.touched = true;
  touched_.push_back(connection.fd);
}

void HttpLoop::flush(Connection& connection) {
  if (connection.waiting) return;
  while (connection.sent < connection.out.size()) {
    const ssize_t wrote = ::send(connection.fd, connection.out.data() + connection.sent,
                                 connection.out.size() - connection.sent, MSG_NOSIGNAL);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno != EAGAIN) return drop(connection);
    if (wrote < 0) break;
    connection.sent += static_cast<std::size_t>(wrote);
  }
  const bool unfinished = connection.sent < connection.out.size();
  if (!unfinished) {
    connection.out.clear();
    connection.sent = 0;
    if (connection.close_after) return drop(connection);
  }
  if (unfinished == connection.want_write) return;
  connection.want_write = unfinished;
  epoll_event event{};
  event.events = EPOLLIN | (unfinished ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.fd = connection.fd;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
}

void HttpLoop::release_due() {
  const auto now = std::chrono::steady_clock::now();
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    const auto [fd, serial] = delayed_.begin()->second;
    delayed_.erase(delayed_.begin());
    const auto found = connections_.find(fd);
    if (found == connections_.end() || found->second->serial != serial) continue;
    found->second->waiting = false;
    touched_.push_back(fd);
  }
}

int HttpLoop::wait_ms() const {
  if (delayed_.empty()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(delayed_.begin()->first - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void HttpLoop::drop(Connection& connection) {
  const int fd = connection.fd;
  ::close(fd);
  connections_.erase(fd);
}

}  // namespace crossdock::simulate
