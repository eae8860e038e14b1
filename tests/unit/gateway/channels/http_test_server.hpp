// A real server on port 0 in a thread, a clock held in the hand, and a blocking client that sends raw bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/http_server/server.hpp"
#include "gateway/runtime/runtime.hpp"

namespace crossdock::http::test {

class FakeClock final : public base::Clock {
 public:
  base::Instant now() const override { return base::from_micros(wall_us_.load()); }
  base::SteadyInstant steady() const override {
    return base::SteadyInstant{std::chrono::milliseconds(steady_ms_.load())};
  }
  void advance(std::chrono::milliseconds by) {
    steady_ms_ += by.count();
    wall_us_ += by.count() * 1000;
  }

 private:
  std::atomic<std::int64_t> steady_ms_{1'000'000};
  std::atomic<std::int64_t> wall_us_{1'779'130'000'000'000};  // 2026-05-18
};

struct Answer {
  int status = 0;  ///< 0: the connection ended before an answer
  std::string head, body;
  [[nodiscard]] bool has(std::string_view text) const {
    return head.find(text) != std::string::npos || body.find(text) != std::string::npos;
  }
};

/// A blocking client. A socket time-out of 20 s only ends a broken test.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const timeval wait{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Reads one answer with Content-Length (or none).
  Answer receive(bool head_only = false) {
    Answer out;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return out;
    out.head = buffer_.substr(0, end + 4);
    out.status = std::stoi(out.head.substr(9, 3));
    buffer_.erase(0, end + 4);
    std::size_t length = 0;
    if (const std::size_t at = out.head.find("Content-Length: "); at != std::string::npos)
      length = std::stoul(out.head.substr(at + 16));
    if (head_only || out.status == 100) length = 0;
    while (buffer_.size() < length)
      if (!more()) return out;
    out.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return out;
  }
  Answer ask(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  /// True when the server ended the connection without a further byte.
  bool ended() { return buffer_.empty() && !more(); }

 private:
  bool more() {
    char chunk[65536];
    const ssize_t got = ::recv(socket_, chunk, sizeof chunk, 0);
    if (got <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(got));
    return true;
  }
  int socket_;
  bool connected_ = false;
  std::string buffer_;
};

/// Owns runtime, server and the io thread. Construct, add routes in `setup`, use port().
class TestServer {
 public:
  using Setup = std::function<void(Router&, runtime::Runtime&)>;
  explicit TestServer(const Setup& setup, ServerLimits limits = {}, std::shared_ptr<TlsContext> tls = nullptr)
      : folder_(std::filesystem::temp_directory_path() /
                ("crossdock-http-" + std::to_string(::getpid()) + "-" + std::to_string(++made_))),
        runtime_({{"spool", 1, 64}, {"store_reader", 2, 256}}) {
    std::filesystem::create_directories(folder_);
    auto router = std::make_shared<Router>();
    setup(*router, runtime_);
    limits.sweep = std::chrono::hours(1);  // tests sweep by hand
    ServerOptions options;
    options.limits = limits;
    options.spool_folder = folder_.string();
    server_ = std::make_unique<Server>(runtime_, options, clock_, registry_);
    runtime_.add_shutdown_step({"http", [this](std::function<void()> drained) { server_->drain(std::move(drained)); },
                                [this] { server_->abandon(); }});
    port_ = server_->listen({"test", "127.0.0.1", 0, std::move(tls), router}).value();
    thread_ = std::thread([this] { runtime_.run(); });
  }
  ~TestServer() {
    stop(std::chrono::seconds(20));
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  void stop(std::chrono::milliseconds deadline) {
    runtime_.request_stop(deadline);
    if (thread_.joinable()) thread_.join();
  }
  /// Moves the clock and looks at all deadlines, on the io thread.
  void pass(std::chrono::milliseconds time) {
    on_io([&] {
      clock_.advance(time);
      server_->sweep();
    });
  }
  /// Runs on the io thread and waits for it.
  void on_io(const std::function<void()>& task) {
    std::promise<void> done;
    runtime_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  /// Waits until the server knows that many connections.
  void await_connections(std::size_t count) {
    std::size_t now = 0;
    do {
      on_io([&] { now = server_->connections(); });
    } while (now != count);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] FakeClock& clock() { return clock_; }
  [[nodiscard]] base::Registry& registry() { return registry_; }
  [[nodiscard]] runtime::Runtime& runtime() { return runtime_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  inline static std::atomic<int> made_{0};
  std::filesystem::path folder_;
  FakeClock clock_;
  base::Registry registry_;
  runtime::Runtime runtime_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace crossdock::http::test
