// One connection of the HTTP server: reads requests one after another, hands them to their route, writes the answers in
// order. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "gateway/channels/http_codec/request_parser.hpp"
#include "gateway/channels/http_server/byte_stream.hpp"
#include "gateway/channels/http_server/router.hpp"
#include "gateway/channels/http_server/server.hpp"

namespace crossdock::http {

/// What sessions share; belongs to the server. Sessions hold it weakly apart from calls that are under way.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  [[nodiscard]] virtual const ServerLimits& limits() const = 0;
  [[nodiscard]] virtual base::SteadyInstant now() const = 0;
  [[nodiscard]] virtual std::string_view date() = 0;
  [[nodiscard]] virtual bool draining() const = 0;
  [[nodiscard]] virtual std::string next_spool_path() = 0;
  [[nodiscard]] virtual runtime::Runtime& runtime() = 0;
  [[nodiscard]] virtual runtime::WorkerPool& spool_pool() = 0;
  /// One answer was written, `since` its head was known.
  virtual void count(const Route* route, std::uint16_t status, base::SteadyInstant since) = 0;
  virtual void closed(const class Session& session) = 0;
};

/// Pipelining is safe: the next request is looked at only when the answer before it is written. All on the io thread.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<SessionHost> host, std::shared_ptr<const Router> router, std::unique_ptr<ByteStream> stream);

  /// Begins with the handshake.
  void start();
  /// Answers 503 at once and closes: the server has too many connections.
  void start_refusing();
  /// Closes now when no request is begun, else after its answer.
  void drain();
  void close();
  /// Ends the wait at hand when its time is up.
  void check_deadline(base::SteadyInstant now);

 private:
  enum class Phase : std::uint8_t { handshake, idle, head, body, spooling, handling, writing, lingering, closed };

  void wait_for(Phase phase, std::chrono::milliseconds time);
  void read();
  void on_read(bool ok, std::size_t bytes);
  void process();
  [[nodiscard]] bool on_head();
  void refuse_after_body(Response response);
  void on_body();
  void extend_body_deadline();
  void spool(bool last);
  void on_spooled(bool last, Result<std::shared_ptr<SpooledBody>> result);
  void dispatch();
  void refuse(Response response);
  void answer(Response response, bool close_after);
  void on_written(bool ok);
  void send_piece();
  void next_request();
  void linger();

  std::shared_ptr<SessionHost> host_;
  std::shared_ptr<const Router> router_;
  std::unique_ptr<ByteStream> stream_;
  RequestParser parser_;
  Phase phase_ = Phase::handshake;
  base::SteadyInstant deadline_;
  base::SteadyInstant begun_;  ///< of the request at hand
  std::string input_;          ///< bytes read and not yet parsed stand at [input_begin_, input_end_)
  std::size_t input_begin_ = 0, input_end_ = 0;
  RequestPtr request_;               ///< null between requests
  const Route* route_ = nullptr;     ///< null: refused before a route was found
  std::optional<Response> refusal_;  ///< decided on the head, given when the rest of a small body was read
  std::unique_ptr<SpoolWriter> spool_writer_;
  std::string discarded_;
  bool spools_ = false, keep_alive_ = true, version_10_ = false, head_only_ = false, close_after_ = false;
  bool reading_ = false;     ///< a read is pending on the stream
  bool continuing_ = false;  ///< `100 Continue` is being written
  std::uint64_t request_number_ = 0;
  std::string output_head_;
  Response output_;
  std::string piece_;  ///< of output_.source, being written
  std::size_t lingered_bytes_ = 0;
};

}  // namespace crossdock::http
