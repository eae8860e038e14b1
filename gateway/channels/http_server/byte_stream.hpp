// One byte stream for plain and TLS connections, and the listener that accepts them. No Asio here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/runtime/runtime.hpp"
#include "translators/base/result.hpp"

namespace crossdock::http {

/// A connection. All calls and callbacks on the io thread; a callback never runs inside its call. At most one read and
/// one write at once.
class ByteStream {
 public:
  using Done = std::function<void(bool ok, std::size_t bytes)>;
  virtual ~ByteStream() = default;
  /// TLS: the handshake; plain: nothing, at once.
  virtual void handshake(Done done) = 0;
  /// Reads 1 to `size` bytes; not ok at the end of the stream and on errors. The buffer stays valid until `done`.
  virtual void read_some(char* buffer, std::size_t size, Done done) = 0;
  /// Writes both texts wholly, one after the other. They stay valid until `done`.
  virtual void write(std::string_view first, std::string_view second, Done done) = 0;
  /// Says that nothing more is written; reading goes on.
  virtual void shutdown_write() = 0;
  /// Ends everything; pending callbacks come with ok = false.
  virtual void close() = 0;
  /// `192.0.2.7`, without the port.
  [[nodiscard]] virtual std::string peer_address() const = 0;
};

/// Certificate chain and private key of a listener, both PEM text.
struct TlsMaterial {
  std::string certificate_chain, private_key;
};
/// Reads them anew, at the start and at each reload.
using TlsSource = std::function<Result<TlsMaterial>()>;

/// Server-side TLS settings that may be exchanged while connections are open: new connections take the newest.
class TlsContext {
 public:
  /// TLS 1.2 or newer. Errors: channel.http.tls, and those of the source.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> load(TlsSource source);
  ~TlsContext();
  /// Asks the source again; on an error the old certificate stays in force. Call on the io thread.
  Status reload();

  struct State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Listener {
 public:
  using Accepted = std::function<void(std::unique_ptr<ByteStream>)>;
  virtual ~Listener() = default;
  /// The actual port, also when 0 was asked for.
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  virtual void close() = 0;
};

/// Opens a listener on a numeric address and port; `tls` null means plain. Errors: channel.http.listen.
[[nodiscard]] Result<std::unique_ptr<Listener>> open_listener(runtime::Runtime& runtime, const std::string& address,
                                                              std::uint16_t port, std::shared_ptr<TlsContext> tls,
                                                              Listener::Accepted accepted);

}  // namespace crossdock::http
