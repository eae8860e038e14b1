// One call of the transfer pool on a handle of libcurl: what is set before it, what is read after it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/channels/http_api/transfer_pool.hpp"
#include "gateway/channels/http_api/watched_sockets.hpp"

namespace crossdock::http_api {

struct Call;

/// A handle of libcurl and what stands in it from its last call: a call of the same kind sets only what differs.
struct Handle {
  CURL* easy = curl_easy_init();
  WatchedSockets& sockets;
  Call* call = nullptr;
  bool plain = false;  ///< its last call was of the common kind: bytes at hand or none, no proxy; the rest holds then
  std::string url, method;
  bool with_body = false;
  std::shared_ptr<const TlsSettings> tls;
  std::chrono::milliseconds connect_timeout{}, timeout{};

  explicit Handle(WatchedSockets& of) : sockets(of) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { curl_easy_cleanup(easy); }
};

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
  std::unique_ptr<Handle> handle;
  std::vector<curl_slist> headers;  ///< a list over the transfer's own lines: libcurl only reads it
  bool too_large = false;
  int body_descriptor = -1;          ///< of body_file
  std::uint64_t body_sent = 0;       ///< handed to libcurl from a file, or chunked
  bool broke_after_sending = false;  ///< the connection went with the request, or part of it, on it
};

/// The call that a handle of libcurl is at work on; `user` is its private pointer.
[[nodiscard]] inline Call& call_of(void* user) { return *static_cast<Handle*>(user)->call; }

/// Sets the call's values on its handle.
void equip(Call& call);

/// Fills the call's result once libcurl is done with it.
void conclude(Call& call, CURLcode code);

}  // namespace crossdock::http_api
