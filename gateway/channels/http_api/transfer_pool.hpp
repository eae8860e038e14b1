// HTTP calls by libcurl: one thread, one multi handle on epoll, connections kept alive and shared by all targets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/executor.hpp"
#include "gateway/configuration/secret.hpp"

namespace crossdock::http_api {

/// Our certificate and whom we trust; empty fields: none, and the system's authorities.
struct TlsSettings {
  std::string certificate_file, authorities_file;
  configuration::Secret key;  ///< PEM
};

/// One call.
struct Transfer {
  std::string method = "POST", url;
  std::vector<std::string> headers;         ///< `Name: value`
  std::shared_ptr<const std::string> body;  ///< null: none
  std::string body_file;                    ///< instead of `body`: read while it is sent
  std::uint64_t body_file_bytes = 0;
  bool chunked = false;                    ///< the body goes chunked instead of with its length
  std::string proxy, proxy_credentials;    ///< HTTP proxy, `user:password`; empty: none
  std::shared_ptr<const TlsSettings> tls;  ///< null: system authorities, no certificate of ours
  std::chrono::milliseconds connect_timeout{5000}, timeout{30000};
  std::size_t response_bytes_max = 256U << 10;
  bool internal = false;  ///< may reach loop-back, private and link-local addresses
};

struct TransferResult {
  int status = 0;           ///< final status; 0: none was read
  bool sent_whole = false;  ///< every byte of the request left us: it may have taken effect
  bool address_refused = false;
  std::string body;                                          ///< cut at response_bytes_max
  std::vector<std::pair<std::string, std::string>> headers;  ///< lower-case names
  std::string error;                                         ///< empty: the answer is complete
  [[nodiscard]] const std::string* header(std::string_view name) const;
};

/// Redirects are not followed, certificates and host names are checked, HTTP/1.1 only, nothing is repeated by itself.
class TransferPool {
 public:
  using Done = std::function<void(TransferResult)>;
  /// Results are posted to `executor`, which outlives the pool.
  explicit TransferPool(base::Executor& executor);
  /// Calls in flight are dropped without an answer: drain first.
  ~TransferPool();
  TransferPool(const TransferPool&) = delete;
  TransferPool& operator=(const TransferPool&) = delete;
  /// From any thread. `done` runs once on the executor.
  void submit(Transfer transfer, Done done);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace crossdock::http_api
