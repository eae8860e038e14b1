// libcurl's multi interface on epoll. The only file, with simulate/command.cpp, that sees curl.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_api/transfer_pool.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "gateway/channels/http_api/address_guard.hpp"

namespace crossdock::http_api {
namespace {

constexpr std::size_t idle_handles_max = 256;
constexpr std::size_t headers_max = 100, header_bytes_max = 8192;

struct Call {
  Call() = default;
  ~Call() {
    if (body_descriptor >= 0) ::close(body_descriptor);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  Transfer transfer;
  TransferPool::Done done;
  TransferResult result;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  bool too_large = false;
  int body_descriptor = -1;          ///< of body_file
  std::uint64_t body_sent = 0;       ///< handed to libcurl by give_body()
  bool broke_after_sending = false;  ///< the connection went with the request, or part of it, on it
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

/// Before a request is sent on a connection. When a kept-alive connection turns out dead, libcurl sends the request
/// once more by itself, and a target could do its work twice: only a request of which nothing has left us may go again.
int may_send(void* user, char*, char*, int, int) {
  Call& call = *static_cast<Call*>(user);
  long sent_bytes = 0;
  curl_easy_getinfo(call.easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
  if (sent_bytes == 0) return CURL_PREREQFUNC_OK;
  call.broke_after_sending = true;
  return CURL_PREREQFUNC_ABORT;
}

std::size_t take_body(char* bytes, std::size_t one, std::size_t count, void* user) {
  Call& call = *static_cast<Call*>(user);
  const std::size_t room =
      call.transfer.response_bytes_max - std::min(call.transfer.response_bytes_max, call.result.body.size());
  call.result.body.append(bytes, std::min(room, one * count));
  if (room >= one * count) return one * count;
  call.too_large = true;
  return 0;
}

std::size_t take_header(char* bytes, std::size_t one, std::size_t count, void* user) {
  Call& call = *static_cast<Call*>(user);
  const std::string_view line(bytes, one * count);
  if (line.starts_with("HTTP/")) call.result.headers.clear();
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && line.size() <= header_bytes_max && call.result.headers.size() < headers_max)
    call.result.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  return one * count;
}

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  Call& call = *static_cast<Call*>(user);
  if (!call.transfer.internal && call.transfer.proxy.empty() && is_internal_address(&address->addr)) {
    call.result.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void set_tls(CURL* easy, const TlsSettings& tls) {
  if (!tls.authorities_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, tls.authorities_file.c_str());
  if (tls.certificate_file.empty()) return;
  curl_easy_setopt(easy, CURLOPT_SSLCERT, tls.certificate_file.c_str());
  curl_blob key{};
  key.data = const_cast<char*>(tls.key.reveal().data());
  key.len = tls.key.reveal().size();
  key.flags = CURL_BLOB_COPY;
  curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key);
}

std::uint64_t body_bytes(const Transfer& transfer) {
  if (!transfer.body_file.empty()) return transfer.body_file_bytes;
  return transfer.body ? transfer.body->size() : 0;
}

/// The next bytes of a body that is a file or goes chunked.
std::size_t give_body(char* out, std::size_t one, std::size_t count, void* user) {
  Call& call = *static_cast<Call*>(user);
  const std::uint64_t left = body_bytes(call.transfer) - call.body_sent;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(one * count, left));
  if (wanted == 0) return 0;
  if (call.transfer.body_file.empty()) {
    std::memcpy(out, call.transfer.body->data() + call.body_sent, wanted);
    call.body_sent += wanted;
    return wanted;
  }
  const ssize_t got = ::pread(call.body_descriptor, out, wanted, static_cast<off_t>(call.body_sent));
  if (got <= 0) return CURL_READFUNC_ABORT;  // the file is shorter than it was
  call.body_sent += static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

int seek_body(void* user, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Call*>(user)->body_sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

void set_body(Call& call) {
  CURL* easy = call.easy;
  const Transfer& transfer = call.transfer;
  if (!transfer.body && transfer.body_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    return;
  }
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  if (!transfer.body_file.empty() || transfer.chunked) {
    if (!transfer.body_file.empty()) {
      call.body_descriptor = ::open(transfer.body_file.c_str(), O_RDONLY | O_CLOEXEC);
    }
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(easy, CURLOPT_READDATA, &call);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek_body);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, &call);
    if (!transfer.chunked)
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_bytes(transfer)));
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
    return;
  }
  if (transfer.method != "POST") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, transfer.method.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body->size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.body->data());  // not copied: the call holds the body
}

void prepare(Call& call) {
  CURL* easy = call.easy;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &call);
  curl_easy_setopt(easy, CURLOPT_URL, call.transfer.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, call.transfer.proxy.c_str());
  if (!call.transfer.proxy_credentials.empty()) {
    curl_easy_setopt(easy, CURLOPT_PROXYUSERPWD, call.transfer.proxy_credentials.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
  }
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.transfer.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(call.transfer.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &call);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &call);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &call);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, may_send);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &call);
  if (call.transfer.tls) set_tls(easy, *call.transfer.tls);
  for (const std::string& header : call.transfer.headers)
    call.headers = curl_slist_append(call.headers, header.c_str());
  call.headers = curl_slist_append(call.headers, "Expect:");
  if (call.transfer.chunked) call.headers = curl_slist_append(call.headers, "Transfer-Encoding: chunked");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call.headers);
  set_body(call);
}

void conclude(Call& call, CURLcode code) {
  long status = 0;
  curl_off_t uploaded = 0;
  long request_bytes = 0;
  curl_easy_getinfo(call.easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(call.easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
  curl_easy_getinfo(call.easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  call.result.status = status >= 200 ? static_cast<int>(status) : 0;
  const std::uint64_t all_bytes = body_bytes(call.transfer);
  call.result.sent_whole = request_bytes > 0 && static_cast<std::uint64_t>(uploaded) >= all_bytes;
  if (call.broke_after_sending) call.result.sent_whole = true;
  if (code != CURLE_OK)
    call.result.error = call.too_large             ? "the answer is larger than allowed"
                        : call.broke_after_sending ? "the connection ended before an answer came"
                                                   : curl_easy_strerror(code);
  if (call.result.address_refused)
    call.result.error = "the address is internal, and the target may not stand in a private network";
}

}  // namespace

const std::string* TransferResult::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& one) { return one.first == name; });
  return found == headers.end() ? nullptr : &found->second;
}

class TransferPool::Loop {
 public:
  explicit Loop(base::Executor& executor) : executor_(executor) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)initialised;
    multi_ = curl_multi_init();
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wake_;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
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
    wake();
    thread_.join();
    for (auto& [call, owner] : calls_) {
      curl_multi_remove_handle(multi_, call->easy);
      curl_easy_cleanup(call->easy);
      curl_slist_free_all(call->headers);
    }
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    ::close(epoll_);
    ::close(wake_);
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
    if (first) wake();
  }

 private:
  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
  }

  void run() {
    pthread_setname_np(pthread_self(), "transfers");
    std::array<epoll_event, 128> events{};
    int running = 0;
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == wake_) {
          std::uint64_t drained = 0;
          [[maybe_unused]] const ssize_t got = ::read(wake_, &drained, sizeof drained);
          continue;
        }
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
        call->easy = curl_easy_init();
      } else {
        call->easy = idle_.back();
        idle_.pop_back();
      }
      prepare(*call);
      Call* key = call.get();
      calls_.emplace(key, std::move(call));
      curl_multi_add_handle(multi_, key->easy);
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
      Call* call = static_cast<Call*>(user);
      conclude(*call, code);
      release(*call);
      if (!finished) finished = std::make_shared<Finished>();
      finished->emplace_back(std::move(call->done), std::move(call->result));
      calls_.erase(call);
    }
    if (!finished) return;
    executor_.post([finished] {
      for (auto& [done, result] : *finished) done(std::move(result));
    });
  }

  void release(Call& call) {
    curl_multi_remove_handle(multi_, call.easy);
    curl_slist_free_all(call.headers);
    if (idle_.size() < idle_handles_max) {
      curl_easy_reset(call.easy);
      idle_.push_back(call.easy);
    } else {
      curl_easy_cleanup(call.easy);
    }
  }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* user, void* known) {
    Loop& self = *static_cast<Loop*>(user);
    epoll_event event{};
    event.data.fd = socket;
    if (what == CURL_POLL_REMOVE) {
      ::epoll_ctl(self.epoll_, EPOLL_CTL_DEL, socket, &event);
      return 0;
    }
    event.events = (what & CURL_POLL_IN) != 0 ? static_cast<std::uint32_t>(EPOLLIN) : 0U;
    if ((what & CURL_POLL_OUT) != 0) event.events |= static_cast<std::uint32_t>(EPOLLOUT);
    if (::epoll_ctl(self.epoll_, known != nullptr ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event) != 0)
      ::epoll_ctl(self.epoll_, known != nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
    if (known == nullptr) curl_multi_assign(self.multi_, socket, &self);
    return 0;
  }

  static int on_timer(CURLM*, long ms, void* user) {
    Loop& self = *static_cast<Loop*>(user);
    self.timer_.reset();
    if (ms >= 0) self.timer_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    return 0;
  }

  base::Executor& executor_;
  CURLM* multi_ = nullptr;
  int epoll_ = -1, wake_ = -1;
  std::optional<std::chrono::steady_clock::time_point> timer_;
  std::unordered_map<Call*, std::unique_ptr<Call>> calls_;
  std::vector<CURL*> idle_;
  std::mutex mutex_;  ///< guards submitted_ and stopping_
  std::vector<std::unique_ptr<Call>> submitted_;
  bool stopping_ = false;
  std::thread thread_;
};

TransferPool::TransferPool(base::Executor& executor) : loop_(std::make_unique<Loop>(executor)) {}
TransferPool::~TransferPool() = default;
void TransferPool::submit(Transfer transfer, Done done) { loop_->submit(std::move(transfer), std::move(done)); }

}  // namespace crossdock::http_api
