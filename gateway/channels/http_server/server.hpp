// The HTTP server: listeners, connections and their limits, graceful drain. Routes come from outside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/http_codec/request_parser.hpp"
#include "gateway/channels/http_server/byte_stream.hpp"
#include "gateway/channels/http_server/router.hpp"
#include "gateway/runtime/runtime.hpp"

namespace crossdock::http {

/// Every wait and size of a connection. A body or answer may take its base time plus its size at
/// `bytes_per_second_min`.
struct ServerLimits {
  ParserLimits parser;
  std::size_t connections_max = 1024;
  std::size_t spool_above_bytes = 1U << 20;  ///< of routes that spool
  std::uint64_t bytes_per_second_min = 16U << 10;
  std::chrono::milliseconds handshake{10000};  ///< TLS handshake
  std::chrono::milliseconds idle{60000};       ///< between requests
  std::chrono::milliseconds head{10000};       ///< first byte of a request to the end of its head
  std::chrono::milliseconds body{30000};
  std::chrono::milliseconds answer{60000};  ///< handler: after it, 503
  std::chrono::milliseconds write{30000};
  std::chrono::milliseconds linger{2000};  ///< reading on after a refusal, so that the caller sees it
  std::chrono::milliseconds sweep{250};    ///< how often deadlines are looked at
};

struct ServerOptions {
  ServerLimits limits;
  std::string spool_folder;          ///< on the data folder's file system
  std::string spool_pool = "spool";  ///< name of the runtime's pool that writes spool files
};

struct ListenerSettings {
  std::string name;     ///< `api`, `documents`
  std::string address;  ///< numeric
  std::uint16_t port = 0;
  std::shared_ptr<TlsContext> tls;  ///< null: plain
  std::shared_ptr<const Router> router;
};

/// A listener as it stands open.
struct Listening {
  std::string name, address;
  std::uint16_t port = 0;
  bool tls = false;
};

/// All on the io thread, except the constructor and listen(), which may also run before the io loop does.
class Server {
 public:
  /// All references outlive the server.
  Server(runtime::Runtime& runtime, ServerOptions options, const base::Clock& clock, base::Registry& metrics);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Opens a listener and returns its actual port. Errors: channel.http.listen.
  [[nodiscard]] Result<std::uint16_t> listen(ListenerSettings settings);
  [[nodiscard]] const std::vector<Listening>& listening() const;
  /// Reads certificates of all TLS listeners again; the first error is returned, the others keep what they have.
  /// Errors: channel.http.tls.
  Status reload_certificates();

  /// Closes listeners and idle connections, lets begun requests end; `drained` runs when the last connection is gone.
  void drain(std::function<void()> drained);
  /// Closes everything at once.
  void abandon();
  /// Looks at all deadlines now; runs by itself every `limits.sweep`.
  void sweep();
  [[nodiscard]] std::size_t connections() const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

/// Writes `<data_folder>/listeners.json`: {"listeners":[{"name","address","port","tls","url"}]}, replaced in one step.
/// Errors: file.unwritable.
Status write_listeners_file(const std::string& data_folder, const std::vector<Listening>& listening);

}  // namespace crossdock::http
