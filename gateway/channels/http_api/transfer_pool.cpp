// libcurl's multi interface on epoll. With transfer_call.cpp and simulate/command.cpp, what there is that sees curl.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_api/transfer_pool.hpp"

#include <curl/curl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "gateway/channels/http_api/transfer_call.hpp"
#include "gateway/channels/http_api/watched_sockets.hpp"

namespace crossdock::http_api {
namespace {

constexpr std::size_t idle_handles_max = 256;

/// Wakes the loop's thread; outlives the pool in tasks that are still queued.
class Waker {
 public:
  Waker() : file_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~Waker() { ::close(file_); }
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;
  [[nodiscard]] int file() const { return file_; }
  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(file_, &one, sizeof one);
  }
  void drain() const {
    std::uint64_t drained = 0;
    [[maybe_unused]] const ssize_t got = ::read(file_, &drained, sizeof drained);
  }

 private:
  int file_;
};

}  // namespace

const std::string* TransferResult::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& one) { return one.first == name; });
  return found == headers.end() ? nullptr : &found->second;
}

class TransferPool::Loop {
 public:
  explicit Loop(base::Executor& executor) : executor_(executor), waker_(std::make_shared<Waker>()) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)initialised;
    multi_ = curl_multi_init();
    sockets_.watch(waker_->file(), EPOLLIN);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 512L);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    thread_ = std::thread([this] { run(); });
  }

  ~Loop() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    waker_->wake();
    thread_.join();
    for (auto& [call, owner] : calls_) curl_multi_remove_handle(multi_, call->handle->easy);
    calls_.clear();
    idle_.clear();
    curl_multi_cleanup(multi_);
  }

  void submit(Transfer transfer, Done done) {
    auto call = std::make_unique<Call>();
    call->transfer = std::move(transfer);
    call->done = std::move(done);
    bool first = false;
    {
      const std::scoped_lock lock(mutex_);
      first = submitted_.empty();
      submitted_.push_back(std::move(call));
    }
    // Behind what the executor has before it: most calls come many at a time, and waking a thread costs more than one.
    if (first) executor_.post([waker = waker_] { waker->wake(); });
  }

 private:
  void run() {
    pthread_setname_np(pthread_self(), "transfers");
    std::array<epoll_event, 128> events{};
    int running = 0;
    for (;;) {
      const int count = ::epoll_wait(sockets_.epoll(), events.data(), static_cast<int>(events.size()), wait_ms());
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == waker_->file()) {
          waker_->drain();
          continue;
        }
        if (sockets_.dismissed(event.data.fd)) continue;
        const int what = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                         ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                         ((event.events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(multi_, event.data.fd, what, &running);
      }
      if (timer_ && *timer_ <= std::chrono::steady_clock::now()) {
        timer_.reset();
        curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      }
      collect();
      if (!begin()) return;
    }
  }

  [[nodiscard]] int wait_ms() const {
    if (!timer_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*timer_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  }

  /// Starts what was submitted; false when the pool stops.
  bool begin() {
    std::vector<std::unique_ptr<Call>> fresh;
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return false;
      fresh.swap(submitted_);
    }
    for (auto& call : fresh) {
      if (idle_.empty()) {
        call->handle = std::make_unique<Handle>(sockets_);
      } else {
        call->handle = std::move(idle_.back());
        idle_.pop_back();
      }
      equip(*call);
      Call* key = call.get();
      calls_.emplace(key, std::move(call));
      curl_multi_add_handle(multi_, key->handle->easy);
    }
    return true;
  }

  /// Hands over all finished calls in one task.
  void collect() {
    using Finished = std::vector<std::pair<Done, TransferResult>>;
    std::shared_ptr<Finished> finished;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      void* user = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
      Call& call = call_of(user);
      conclude(call, code);
      release(call);
      if (!finished) finished = std::make_shared<Finished>();
      finished->emplace_back(std::move(call.done), std::move(call.result));
      calls_.erase(&call);
    }
    if (!finished) return;
    executor_.post([finished] {
      for (auto& [done, result] : *finished) done(std::move(result));
    });
  }

  void release(Call& call) {
    curl_multi_remove_handle(multi_, call.handle->easy);
    if (idle_.size() < idle_handles_max) idle_.push_back(std::move(call.handle));
  }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* user, void*) {
    Loop& self = *static_cast<Loop*>(user);
    if (what == CURL_POLL_REMOVE) {
      self.sockets_.unwatch(socket);
      return 0;
    }
    std::uint32_t events = (what & CURL_POLL_IN) != 0 ? static_cast<std::uint32_t>(EPOLLIN) : 0U;
    if ((what & CURL_POLL_OUT) != 0) events |= static_cast<std::uint32_t>(EPOLLOUT);
    self.sockets_.watch(socket, events);
    return 0;
  }

  static int on_timer(CURLM*, long ms, void* user) {
    Loop& self = *static_cast<Loop*>(user);
    self.timer_.reset();
    if (ms >= 0) self.timer_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    return 0;
  }

  base::Executor& executor_;
  const std::shared_ptr<const Waker> waker_;
  CURLM* multi_ = nullptr;
  WatchedSockets sockets_;
  std::optional<std::chrono::steady_clock::time_point> timer_;
  std::unordered_map<Call*, std::unique_ptr<Call>> calls_;
  std::vector<std::unique_ptr<Handle>> idle_;
  std::mutex mutex_;  ///< guards submitted_ and stopping_
  std::vector<std::unique_ptr<Call>> submitted_;
  bool stopping_ = false;
  std::thread thread_;
};

TransferPool::TransferPool(base::Executor& executor) : loop_(std::make_unique<Loop>(executor)) {}
TransferPool::~TransferPool() = default;
void TransferPool::submit(Transfer transfer, Done done) { loop_->submit(std::move(transfer), std::move(done)); }

}  // namespace crossdock::http_api
