// Connecting, and what is said to proxies.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/sftp/socket.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "gateway/channels/sftp/text.hpp"

namespace crossdock::sftp {
namespace {

constexpr std::size_t connect_answer_max = 8192;  // bytes of a proxy's answer before its empty line
constexpr std::size_t socks_text_max = 255;       // RFC 1928: lengths are one byte

std::string where(const std::string& host, std::uint16_t port) { return host + ":" + std::to_string(port); }

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

Result<Socket> open_one(const addrinfo& address, Deadline deadline) {
  Socket socket(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (socket.get() < 0) return fail(Code::files_unreachable, std::strerror(errno));
  const int one = 1;
  static_cast<void>(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
  static_cast<void>(::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one));
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS) return fail(Code::files_unreachable, std::strerror(errno));
  TRY_STATUS(wait_for(socket, POLLOUT, deadline));
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  if (error != 0) return fail(Code::files_unreachable, std::strerror(error));
  return socket;
}

Result<Socket> open_tcp(const std::string& host, std::uint16_t port, Deadline deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); failed != 0)
    return fail(Code::files_unreachable, "the name " + host + " has no address: " + ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  Error last{Code::files_unreachable, {}, "no address"};
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    auto socket = open_one(*one, deadline);
    if (socket) return socket;
    last = socket.error();
    if (last.code == Code::files_timeout) break;
  }
  last.detail = where(host, port) + ": " + last.detail;
  return tl::unexpected(last);
}

Status send_all(const Socket& socket, std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      TRY_STATUS(wait_for(socket, POLLOUT, deadline));
    } else if (errno != EINTR) {
      return fail(Code::files_proxy, std::string("the proxy closed the connection: ") + std::strerror(errno));
    }
  }
  return {};
}

/// Exactly `size` bytes: nothing of what follows, which belongs to the server.
Result<std::string> receive(const Socket& socket, std::size_t size, Deadline deadline) {
  std::string out(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::recv(socket.get(), out.data() + have, size - have, 0);
    if (got > 0) {
      have += static_cast<std::size_t>(got);
    } else if (got == 0) {
      return fail(Code::files_proxy, "the proxy closed the connection");
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      TRY_STATUS(wait_for(socket, POLLIN, deadline));
    } else if (errno != EINTR) {
      return fail(Code::files_proxy, std::strerror(errno));
    }
  }
  return out;
}

std::string_view socks_reason(unsigned char reply) {
  constexpr std::array<std::string_view, 9> reasons{"granted",
                                                    "general failure",
                                                    "not allowed by its rules",
                                                    "network unreachable",
                                                    "host unreachable",
                                                    "connection refused",
                                                    "time to live expired",
                                                    "command not supported",
                                                    "address type not supported"};
  return reply < reasons.size() ? reasons[reply] : "unknown reply";
}

Status socks_log_in(const Socket& socket, const Proxy& proxy, Deadline deadline) {
  const std::string_view password = proxy.password.reveal();
  if (proxy.user.size() > socks_text_max || password.size() > socks_text_max)
    return fail(Code::files_settings, "user or password of the proxy are longer than SOCKS5 allows (255 bytes)");
  std::string request("\x01", 1);
  request += static_cast<char>(proxy.user.size());
  request += proxy.user;
  request += static_cast<char>(password.size());
  request += password;
  TRY_STATUS(send_all(socket, request, deadline));
  TRY(const std::string answer, receive(socket, 2, deadline));
  if (answer[1] != 0) return fail(Code::files_proxy, "the proxy does not accept user and password");
  return {};
}

Status socks5(const Socket& socket, const Settings& settings, Deadline deadline) {
  const Proxy& proxy = settings.proxy;
  if (settings.host.size() > socks_text_max) return fail(Code::files_settings, "the host's name is too long");
  const std::string_view offer =  // version 5; no log-in, or that and user and password
      proxy.user.empty() ? std::string_view("\x05\x01\x00", 3) : std::string_view("\x05\x02\x00\x02", 4);
  TRY_STATUS(send_all(socket, offer, deadline));
  TRY(const std::string method, receive(socket, 2, deadline));
  if (method[0] != 5) return fail(Code::files_proxy, "what answers there is no SOCKS5 proxy");
  if (method[1] == 2)
    TRY_STATUS(socks_log_in(socket, proxy, deadline));
  else if (method[1] != 0)
    return fail(Code::files_proxy, "the proxy wants a log-in that the profile does not give");
  std::string request("\x05\x01\x00\x03", 4);  // CONNECT, by name: the proxy resolves it
  request += static_cast<char>(settings.host.size());
  request += settings.host;
  request += static_cast<char>(settings.port >> 8);
  request += static_cast<char>(settings.port & 0xff);
  TRY_STATUS(send_all(socket, request, deadline));
  TRY(const std::string head, receive(socket, 4, deadline));
  if (head[1] != 0)
    return fail(Code::files_proxy, "the proxy says of " + where(settings.host, settings.port) + ": " +
                                       std::string(socks_reason(static_cast<unsigned char>(head[1]))));
  std::size_t rest = head[3] == 4 ? 16 : 4;
  if (head[3] == 3) {
    TRY(const std::string length, receive(socket, 1, deadline));
    rest = static_cast<unsigned char>(length[0]);
  }
  TRY(const std::string bound, receive(socket, rest + 2, deadline));
  return {};
}

Status http_connect(const Socket& socket, const Settings& settings, Deadline deadline) {
  const bool v6 = settings.host.find(':') != std::string::npos;
  const std::string target = where(v6 ? "[" + settings.host + "]" : settings.host, settings.port);
  std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!settings.proxy.user.empty())
    request += "Proxy-Authorization: Basic " +
               base64(settings.proxy.user + ":" + std::string(settings.proxy.password.reveal())) + "\r\n";
  TRY_STATUS(send_all(socket, request + "\r\n", deadline));
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {  // byte by byte: what follows is the server's
    if (head.size() > connect_answer_max) return fail(Code::files_proxy, "the proxy's answer has no end");
    TRY(const std::string one, receive(socket, 1, deadline));
    head += one;
  }
  return check_connect_answer(head);
}

}  // namespace

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status wait_for(const Socket& socket, short events, Deadline deadline) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return fail(Code::files_timeout, "no answer in time");
    pollfd one{socket.get(), events, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left.count() + 1, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail(Code::files_connection_lost, std::strerror(errno));
  }
}

Status check_connect_answer(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ')
    return fail(Code::files_proxy, "what answers there is no HTTP proxy");
  if (line[9] == '2') return {};
  std::string shown;
  for (const char c : line.substr(0, 200)) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return fail(Code::files_proxy, "the proxy answers: " + shown);
}

Result<Socket> connect_to(const Settings& settings, Deadline deadline) {
  const Proxy& proxy = settings.proxy;
  if (proxy.kind == Proxy::Kind::none) return open_tcp(settings.host, settings.port, deadline);
  auto socket = open_tcp(proxy.host, proxy.port, deadline);
  if (!socket) {
    socket.error().detail = "the proxy " + socket.error().detail;
    return socket;
  }
  TRY_STATUS(proxy.kind == Proxy::Kind::socks5 ? socks5(*socket, settings, deadline)
                                               : http_connect(*socket, settings, deadline));
  return socket;
}

}  // namespace crossdock::sftp
