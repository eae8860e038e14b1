// Sockets and TLS behind ByteStream: the only file of the HTTP server that sees Asio.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_server/byte_stream.hpp"

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "gateway/runtime/asio.hpp"

namespace crossdock::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct TlsContext::State {
  TlsSource source;
  std::shared_ptr<asio::ssl::context> current;
};

namespace {

constexpr std::chrono::milliseconds accept_retry_delay{100};  // after running out of file descriptors

std::array<asio::const_buffer, 2> two_buffers(std::string_view first, std::string_view second) {
  return {asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size())};
}

std::string address_of(const tcp::socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string{} : endpoint.address().to_string();
}

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)), peer_(address_of(socket_)) {}
  ~PlainStream() override { PlainStream::close(); }

  void handshake(Done done) override {
    asio::post(socket_.get_executor(), [done = std::move(done)] { done(true, 0); });
  }
  void read_some(char* buffer, std::size_t size, Done done) override {
    socket_.async_read_some(asio::buffer(buffer, size),
                            [done = std::move(done)](error_code error, std::size_t bytes) { done(!error, bytes); });
  }
  void write(std::string_view first, std::string_view second, Done done) override {
    asio::async_write(socket_, two_buffers(first, second),
                      [done = std::move(done)](error_code error, std::size_t bytes) { done(!error, bytes); });
  }
  void shutdown_write() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }
  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }
  std::string peer_address() const override { return peer_; }

 private:
  tcp::socket socket_;
  std::string peer_;
};

/// TLS on a loop of its own: every operation begins there, because OpenSSL's engine is used by one thread at a time,
/// and its end is told on the io thread.
class TlsStream final : public ByteStream {
 public:
  TlsStream(asio::io_context& io, tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : io_(io),
        context_(std::move(context)),
        shared_(std::make_shared<Stream>(std::move(socket), *context_)),
        peer_(address_of(shared_->next_layer())) {}

  void handshake(Done done) override {
    begin([told = on_io(std::move(done)), context = context_](const Shared& stream) {
      stream->async_handshake(asio::ssl::stream_base::server,
                              [stream, context, told](error_code error) { told(!error, 0); });
    });
  }
  void read_some(char* buffer, std::size_t size, Done done) override {
    begin([told = on_io(std::move(done)), buffer, size](const Shared& stream) {
      stream->async_read_some(asio::buffer(buffer, size),
                              [stream, told](error_code error, std::size_t bytes) { told(!error, bytes); });
    });
  }
  void write(std::string_view first, std::string_view second, Done done) override {
    begin([told = on_io(std::move(done)), first, second](const Shared& stream) {
      asio::async_write(*stream, two_buffers(first, second),
                        [stream, told](error_code error, std::size_t bytes) { told(!error, bytes); });
    });
  }
  void shutdown_write() override {  // every answer states its length: the end of TCP says enough
    begin([](const Shared& stream) {
      error_code ignored;
      stream->next_layer().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }
  void close() override {
    begin([](const Shared& stream) {
      error_code ignored;
      stream->next_layer().close(ignored);
    });
  }
  std::string peer_address() const override { return peer_; }

 private:
  using Stream = asio::ssl::stream<tcp::socket>;
  using Shared = std::shared_ptr<Stream>;

  template <class Operation>
  void begin(Operation operation) {
    asio::post(shared_->get_executor(), [stream = shared_, operation = std::move(operation)] { operation(stream); });
  }
  [[nodiscard]] Done on_io(Done done) const {
    return [&io = io_, done = std::move(done)](bool ok, std::size_t bytes) {
      asio::post(io, [done, ok, bytes] { done(ok, bytes); });
    };
  }

  asio::io_context& io_;
  std::shared_ptr<asio::ssl::context> context_;
  Shared shared_;  // pending operations need it after close()
  std::string peer_;
};

class TcpListener final : public Listener {
 public:
  TcpListener(runtime::Runtime& runtime, std::shared_ptr<TlsContext> tls, Accepted accepted)
      : core_(std::make_shared<Core>(runtime, std::move(tls), std::move(accepted))) {}
  ~TcpListener() override { TcpListener::close(); }

  Status open(const std::string& address, std::uint16_t port) {
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    const auto refuse = [&](const error_code& why) {
      return fail(Code::channel_http_listen,
                  "cannot listen on " + address + ":" + std::to_string(port) + ": " + why.message());
    };
    if (error) return refuse(error);
    const tcp::endpoint endpoint(ip, port);
    auto& acceptor = core_->acceptor;
    if (acceptor.open(endpoint.protocol(), error); error) return refuse(error);
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (acceptor.bind(endpoint, error); error) return refuse(error);
    if (acceptor.listen(asio::socket_base::max_listen_connections, error); error) return refuse(error);
    Core::accept(core_);
    return {};
  }
  std::uint16_t port() const override {
    error_code error;
    return core_->acceptor.local_endpoint(error).port();
  }
  void close() override {
    error_code ignored;
    core_->closed = true;
    core_->acceptor.close(ignored);
    core_->pause.cancel();
  }

 private:
  struct Core {
    Core(runtime::Runtime& runtime, std::shared_ptr<TlsContext> tls_material, Accepted on_accepted)
        : io(runtime::io_context(runtime)),
          acceptor(io),
          pause(io),
          tls(std::move(tls_material)),
          loop(tls ? runtime::tls_context(runtime) : io),
          accepted(std::move(on_accepted)) {}
    static void accept(const std::shared_ptr<Core>& core) {
      const asio::any_io_executor executor = core->loop.get_executor();
      core->acceptor.async_accept(executor, [core](error_code error, tcp::socket socket) {
        if (core->closed) return;
        if (error) {  // EMFILE and the like heal: wait instead of spinning
          core->pause.expires_after(accept_retry_delay);
          core->pause.async_wait([core](error_code stopped) {
            if (!stopped && !core->closed) accept(core);
          });
          return;
        }
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        if (core->tls)
          core->accepted(std::make_unique<TlsStream>(core->io, std::move(socket), core->tls->state().current));
        else
          core->accepted(std::make_unique<PlainStream>(std::move(socket)));
        accept(core);
      });
    }
    asio::io_context& io;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::shared_ptr<TlsContext> tls;
    asio::io_context& loop;  ///< of the accepted sockets
    Accepted accepted;
    bool closed = false;
  };
  std::shared_ptr<Core> core_;
};

Result<std::shared_ptr<asio::ssl::context>> make_context(const TlsSource& source) {
  TRY(auto material, source());
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  error_code error;
  context->use_certificate_chain(asio::buffer(material.certificate_chain), error);
  if (error) return fail(Code::channel_http_tls, "the certificate chain cannot be read: " + error.message());
  context->use_private_key(asio::buffer(material.private_key), asio::ssl::context::pem, error);
  OPENSSL_cleanse(material.private_key.data(), material.private_key.size());
  if (error) return fail(Code::channel_http_tls, "the private key cannot be used: " + error.message());
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return fail(Code::channel_http_tls, "the private key is not that of the certificate");
  return context;
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::load(TlsSource source) {
  auto state = std::make_unique<State>();
  state->source = std::move(source);
  TRY(state->current, make_context(state->source));
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(state)));
}

Status TlsContext::reload() {
  TRY(auto fresh, make_context(state_->source));
  state_->current = std::move(fresh);
  return {};
}

Result<std::unique_ptr<Listener>> open_listener(runtime::Runtime& runtime, const std::string& address,
                                                std::uint16_t port, std::shared_ptr<TlsContext> tls,
                                                Listener::Accepted accepted) {
  auto listener = std::make_unique<TcpListener>(runtime, std::move(tls), std::move(accepted));
  TRY_STATUS(listener->open(address, port));
  return listener;
}

}  // namespace crossdock::http
