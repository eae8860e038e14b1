// The phases of a connection.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_server/session.hpp"

#include <algorithm>
#include <cstring>

#include "gateway/base/log.hpp"
#include "gateway/channels/http_codec/problem.hpp"
#include "gateway/channels/http_codec/response_writer.hpp"

namespace crossdock::http {
namespace {

constexpr std::size_t input_bytes_initial = 8U << 10;
constexpr std::size_t input_bytes_body = 64U << 10;          // while a large body arrives
constexpr std::size_t spool_write_bytes = 256U << 10;        // one write to a spool file
constexpr std::uint64_t refused_body_bytes_max = 64U << 10;  // read to the end so that the connection may go on
constexpr std::size_t linger_bytes_max = 8U << 20;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

std::chrono::milliseconds with_size(std::chrono::milliseconds base, std::uint64_t bytes,
                                    std::uint64_t bytes_per_second) {
  return base + std::chrono::milliseconds(bytes * 1000 / std::max<std::uint64_t>(bytes_per_second, 1));
}

}  // namespace

Session::Session(std::shared_ptr<SessionHost> host, std::shared_ptr<const Router> router,
                 std::unique_ptr<ByteStream> stream)
    : host_(std::move(host)), router_(std::move(router)), stream_(std::move(stream)), parser_(host_->limits().parser) {}

void Session::wait_for(Phase phase, std::chrono::milliseconds time) {
  phase_ = phase;
  deadline_ = host_->now() + time;
}

void Session::start() {
  wait_for(Phase::handshake, host_->limits().handshake);
  stream_->handshake([self = shared_from_this()](bool ok, std::size_t) {
    if (self->phase_ == Phase::closed) return;
    if (!ok) return self->close();
    self->input_.resize(input_bytes_initial);
    self->wait_for(Phase::idle, self->host_->limits().idle);
    self->read();
  });
}

void Session::start_refusing() {
  wait_for(Phase::handshake, host_->limits().handshake);
  begun_ = host_->now();
  stream_->handshake([self = shared_from_this()](bool ok, std::size_t) {
    if (self->phase_ == Phase::closed) return;
    if (!ok) return self->close();
    self->input_.resize(input_bytes_initial);
    self->answer(problem_response(Code::channel_http_connections), true);
  });
}

void Session::drain() {
  close_after_ = true;
  if (phase_ == Phase::idle || phase_ == Phase::handshake) close();
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  stream_->close();
  const auto self = shared_from_this();
  host_->closed(*this);
}

void Session::check_deadline(base::SteadyInstant now) {
  if (now < deadline_ || phase_ == Phase::closed) return;
  switch (phase_) {
    case Phase::head:
    case Phase::body:
      if (continuing_) return close();
      return refuse(problem_response(Code::channel_http_timeout));
    case Phase::handling:
      ++request_number_;  // the handler's late answer finds nobody
      return refuse(problem_response(Code::channel_http_busy,
                                     "the request was not answered in time; whether it took effect is not known"));
    case Phase::spooling: return;  // the disk decides; the deadline is set again with the next read
    default: return close();
  }
}

void Session::read() {
  if (input_begin_ > 0) {
    std::memmove(input_.data(), input_.data() + input_begin_, input_end_ - input_begin_);
    input_end_ -= input_begin_;
    input_begin_ = 0;
  }
  if (input_end_ == input_.size()) input_.resize(input_.size() * 2);  // the parser's head limit ends this growth
  reading_ = true;
  stream_->read_some(input_.data() + input_end_, input_.size() - input_end_,
                     [self = shared_from_this()](bool ok, std::size_t bytes) { self->on_read(ok, bytes); });
}

void Session::on_read(bool ok, std::size_t bytes) {
  reading_ = false;
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::lingering) {
    lingered_bytes_ += bytes;
    if (!ok || lingered_bytes_ > linger_bytes_max) return close();
    return linger();
  }
  if (!ok) return close();
  if (phase_ != Phase::idle && phase_ != Phase::head && phase_ != Phase::body)
    return;  // a refusal by deadline is being written
  input_end_ += bytes;
  process();
}

void Session::process() {
  while (true) {
    if (phase_ == Phase::idle && input_end_ > input_begin_) wait_for(Phase::head, host_->limits().head);
    const std::string_view bytes(input_.data() + input_begin_, input_end_ - input_begin_);
    std::string& body = request_ && !refusal_ ? request_->body : discarded_;
    const Result<std::size_t> taken = parser_.feed(bytes, body);
    if (!taken) return refuse(problem_response(Problem{taken.error(), 0, {}}));
    input_begin_ += *taken;
    discarded_.clear();
    if (parser_.head_known() && phase_ != Phase::body) {
      if (!on_head()) return;
      if (!parser_.complete()) continue;
    }
    if (phase_ == Phase::body) return on_body();
    return read();
  }
}

bool Session::on_head() {
  const ServerLimits& limits = host_->limits();
  begun_ = host_->now();
  request_ = std::make_shared<Request>();
  request_->head = parser_.take_head();
  request_->peer = stream_->peer_address();
  const RequestHead& head = request_->head;
  keep_alive_ = head.keep_alive;
  version_10_ = head.version == 10;
  head_only_ = head.method == "HEAD";
  wait_for(Phase::body, limits.body);

  Router::Match match = router_->match(head.method, head.path());
  auto query = Query::parse(head.query());
  const auto refuse_now = [this](Response response) {
    refuse_after_body(std::move(response));
    return phase_ == Phase::body;
  };
  if (match.route == nullptr && match.allow.empty())
    return refuse_now(problem_response(Code::channel_http_no_such_address));
  if (match.route == nullptr) {
    Response response = problem_response(Code::channel_http_method);
    response.headers.push_back({"Allow", match.allow});
    return refuse_now(std::move(response));
  }
  route_ = match.route;
  request_->path_parameters = std::move(match.parameters);
  if (!query)
    return refuse_now(
        problem_response(Code::channel_http_malformed, "the query cannot be decoded, or has more than 64 parameters"));
  request_->query = std::move(*query);
  if (route_->admit) {
    if (auto refusal = route_->admit(*request_)) return refuse_now(std::move(*refusal));
  }
  if (route_->body_required && !head.chunked && !head.content_length)
    return refuse_now(problem_response(Code::channel_http_length_required));
  if (const std::string* coding = head.header("Content-Encoding"); coding != nullptr && head.has_body()) {
    if (!coding->empty() && !equals_ignoring_case(*coding, "identity"))
      return refuse_now(
          problem_response(Code::channel_http_media_type,
                           "the body is coded as " + *coding + ", which is not undone here: send it as it is"));
  }
  if (!route_->content_types.empty() && head.has_body()) {
    const std::string* type = head.header("Content-Type");
    const std::string media = type == nullptr ? std::string{} : media_type(*type);
    bool taken = false;
    for (const std::string& allowed : route_->content_types) taken = taken || allowed == media;
    if (!taken) return refuse_now(problem_response(Code::channel_http_media_type));
  }
  if (const Status fits = parser_.limit_body(request_->body_bytes_max.value_or(route_->body_bytes_max)); !fits)
    return refuse_now(problem_response(Problem{fits.error(), 0, {}}));
  spools_ = route_->spools;
  if (head.content_length.value_or(0) > input_bytes_body || head.chunked)
    input_.resize(std::max(input_.size(), input_bytes_body));
  if (head.expects_continue && !parser_.complete() && input_begin_ == input_end_) {
    continuing_ = true;
    stream_->write(continue_line, {}, [self = shared_from_this()](bool ok, std::size_t) {
      self->continuing_ = false;
      if (self->phase_ == Phase::closed) return;
      ok ? self->read() : self->close();
    });
    return false;
  }
  return true;
}

void Session::refuse_after_body(Response response) {
  const RequestHead& head = request_->head;
  const bool small =
      !head.chunked && head.content_length.value_or(0) <= refused_body_bytes_max && !head.expects_continue;
  if (!small) return refuse(std::move(response));
  refusal_ = std::move(response);
  if (const Status fits = parser_.limit_body(refused_body_bytes_max); !fits)
    refuse(problem_response(Problem{fits.error(), 0, {}}));
}

void Session::extend_body_deadline() {
  const ServerLimits& limits = host_->limits();
  deadline_ = begun_ + with_size(limits.body, parser_.body_bytes(), limits.bytes_per_second_min);
}

void Session::on_body() {
  extend_body_deadline();
  const bool complete = parser_.complete();
  if (complete && refusal_) return answer(std::move(*refusal_), !keep_alive_);
  if (spools_ && !refusal_) {
    const bool large = spool_writer_ != nullptr || request_->body.size() > host_->limits().spool_above_bytes;
    if (large && (complete || request_->body.size() >= spool_write_bytes)) return spool(complete);
  }
  if (complete) return dispatch();
  read();
}

void Session::spool(bool last) {
  phase_ = Phase::spooling;
  auto bytes = std::make_shared<std::string>(std::move(request_->body));
  request_->body = {};
  // The writer travels with the task and comes back with its result: never two threads at once.
  auto writer = std::make_shared<std::unique_ptr<SpoolWriter>>(std::move(spool_writer_));
  const std::function<Result<std::shared_ptr<SpooledBody>>()> task =
      [bytes, writer, last,
       path = *writer ? std::string{} : host_->next_spool_path()]() -> Result<std::shared_ptr<SpooledBody>> {
    if (!*writer) {
      TRY(*writer, SpoolWriter::open(path));
    }
    TRY_STATUS((*writer)->append(*bytes));
    if (!last) return std::shared_ptr<SpooledBody>{};
    return (*writer)->finish();
  };
  const bool queued = runtime::offload<std::shared_ptr<SpooledBody>>(
      host_->runtime(), host_->spool_pool(), task,
      [self = shared_from_this(), writer, last](Result<std::shared_ptr<SpooledBody>> result) {
        self->spool_writer_ = std::move(*writer);
        self->on_spooled(last, std::move(result));
      });
  if (!queued) refuse(problem_response(Code::channel_http_busy));
}

void Session::on_spooled(bool last, Result<std::shared_ptr<SpooledBody>> result) {
  if (phase_ == Phase::closed) return;
  if (!result) {
    base::log(base::LogLevel::error, "http", result.error());
    return refuse(problem_response(Code::channel_http_busy, "the document could not be kept for now"));
  }
  phase_ = Phase::body;
  extend_body_deadline();
  if (!last) return process();
  request_->spooled = std::move(*result);
  spool_writer_.reset();
  dispatch();
}

void Session::dispatch() {
  wait_for(Phase::handling, host_->limits().answer);
  const std::uint64_t number = ++request_number_;
  route_->handler(request_, [weak = weak_from_this(), number](Response response) {
    const auto self = weak.lock();
    if (!self || self->phase_ != Phase::handling || self->request_number_ != number) return;
    const bool close_after = response.close || !self->keep_alive_;
    self->answer(std::move(response), close_after);
  });
}

void Session::refuse(Response response) { answer(std::move(response), true); }

void Session::answer(Response response, bool close_after) {
  const ServerLimits& limits = host_->limits();
  close_after_ = close_after_ || close_after || host_->draining();
  output_ = std::move(response);
  output_head_.clear();
  const WriteOptions options{.keep_alive = !close_after_, .version_10 = version_10_, .date = host_->date()};
  append_head(output_head_, output_, options);
  host_->count(route_, output_.status, begun_);
  wait_for(Phase::writing, with_size(limits.write, output_.source ? output_.source->bytes() : output_.body.size(),
                                     limits.bytes_per_second_min));
  const std::string_view body = head_only_ ? std::string_view{} : std::string_view(output_.body);
  stream_->write(output_head_, body, [self = shared_from_this()](bool ok, std::size_t) { self->on_written(ok); });
}

void Session::on_written(bool ok) {
  if (phase_ == Phase::closed) return;
  if (!ok) return close();
  if (output_.source && !head_only_) return send_piece();
  if (!close_after_) return next_request();
  stream_->shutdown_write();
  wait_for(Phase::lingering, host_->limits().linger);
  linger();
}

void Session::send_piece() {
  const std::function<Result<std::string>()> task = [source = output_.source] { return source->read(); };
  const bool queued = runtime::offload<std::string>(
      host_->runtime(), host_->spool_pool(), task, [self = shared_from_this()](Result<std::string> piece) {
        if (self->phase_ == Phase::closed) return;
        if (!piece) return self->close();  // the caller sees a body that is too short
        if (piece->empty()) {
          self->output_.source.reset();
          return self->on_written(true);
        }
        self->piece_ = std::move(*piece);
        self->stream_->write(self->piece_, {}, [self](bool ok, std::size_t) { self->on_written(ok); });
      });
  if (!queued) close();
}

void Session::next_request() {
  request_.reset();
  route_ = nullptr;
  refusal_.reset();
  spool_writer_.reset();
  spools_ = false;
  output_ = {};
  parser_.reset();
  wait_for(Phase::idle, host_->limits().idle);
  if (input_begin_ == input_end_) {
    input_begin_ = input_end_ = 0;
    if (input_.size() > input_bytes_initial) input_ = std::string(input_bytes_initial, '\0');
    return read();
  }
  process();
}

void Session::linger() {
  if (reading_) return;  // what was pending when the refusal began goes on as the first read here
  reading_ = true;
  input_begin_ = input_end_ = 0;
  stream_->read_some(input_.data(), input_.size(),
                     [self = shared_from_this()](bool ok, std::size_t bytes) { self->on_read(ok, bytes); });
}

}  // namespace crossdock::http
