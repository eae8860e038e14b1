// A small single-threaded HTTP/1.1 server on epoll that hands whole requests to a function and can also misbehave on
// purpose: answer late, never, with garbage, or hang up. Shares nothing with the gateway's own server, which it helps
// to test. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::simulate {

/// One request. Views live during the call.
struct Request {
  std::string_view method, path, body;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  /// Value of the first header of that name, whatever its case; empty if absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// What goes back.
struct Answer {
  enum class Then : std::uint8_t { keep, close, hold };  ///< hold: no byte is sent and the connection stays open
  int status = 200;
  std::string body, content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string raw;  ///< sent instead of status, headers and body
  Then then = Then::keep;
  std::chrono::milliseconds delay{0};
};

class HttpLoop {
 public:
  static constexpr std::size_t head_bytes_max = 32U << 10;
  static constexpr std::size_t body_bytes_max = 64U << 20;
  using Handler = std::function<Answer(const Request&)>;

  HttpLoop();
  ~HttpLoop();
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  /// Opens an IPv4 listener; port 0 picks one. Errors: channel.simulate.listen.
  [[nodiscard]] Status listen(const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Serves until stop(). `handler` answers each request; `settle` runs once before the answers of a round go out:
  /// what they promise is made durable there.
  void run(const Handler& handler, const std::function<void()>& settle);
  /// From any thread or signal handler.
  void stop();

 private:
  struct Connection;
  void accept_all();
  void read(Connection& connection, const Handler& handler);
  [[nodiscard]] bool take_request(Connection& connection, const Handler& handler);
  void put_answer(Connection& connection, const Answer& answer);
  void flush(Connection& connection);
  void release_due();
  void drop(Connection& connection);
  [[nodiscard]] int wait_ms() const;

  int listener_ = -1, epoll_ = -1, wake_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
  std::vector<int> touched_;  ///< connections with answers of this round
  std::multimap<std::chrono::steady_clock::time_point, std::pair<int, std::uint64_t>>
      delayed_;  ///< when, descriptor and its serial
  std::uint64_t serial_ = 0;
};

}  // namespace crossdock::simulate
