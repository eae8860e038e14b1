// The only file that sees Beast: its parser is fed bytes, nothing else of it is used. Chunks are our own matter.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_codec/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>

#include "gateway/channels/http_codec/chunk_reader.hpp"

namespace crossdock::http {
namespace beast = boost::beast;

struct RequestParser::State {
  std::optional<beast::http::request_parser<beast::http::buffer_body>> parser;
  std::optional<ChunkReader> chunks;  ///< once the head says that the body is chunked
  RequestHead head;
  std::uint64_t body_bytes = 0;
  std::uint64_t body_bytes_max = 0;
  std::uint64_t content_length = 0;
  std::uint64_t head_bytes = 0;  // taken of the head so far
  bool head_known = false;

  void begin(const ParserLimits& limits) {
    parser.emplace();
    chunks.reset();
    parser->eager(false);
    parser->header_limit(limits.head_bytes_max * 2);  // Beast counts roughly: the exact limit is ours, below
    parser->body_limit(boost::none);                  // limited here, where the route's limit is known
    head = {};
    body_bytes = content_length = head_bytes = 0;
    body_bytes_max = limits.body_bytes_max;
    head_known = false;
  }
  Status read_head(const ParserLimits& limits);
  Result<std::size_t> feed_chunks(std::string_view bytes, std::string& body);
  [[nodiscard]] bool complete() const { return head_known && (chunks ? chunks->done() : parser->is_done()); }
};

namespace {

Error to_error(const beast::error_code& failure) {
  using beast::http::error;
  if (failure == error::header_limit) return {Code::channel_http_head_too_large, {}, {}};
  if (failure == error::bad_version) return {Code::channel_http_version, {}, {}};
  if (failure == error::bad_transfer_encoding) return {Code::channel_http_transfer_coding, {}, {}};
  return {Code::channel_http_malformed, {}, "the request is not HTTP/1.1: " + failure.message()};
}

Error body_too_large(std::uint64_t bytes_max) {
  return {Code::channel_http_body_too_large,
          {},
          "the body is larger than the " + std::to_string(bytes_max) + " bytes that this address takes"};
}

bool valid_target(std::string_view target) {
  if (target.empty() || target.front() != '/') return false;
  for (const char c : target)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) == 0x7F) return false;
  return true;
}

}  // namespace

Status RequestParser::State::read_head(const ParserLimits& limits) {
  const auto& message = parser->get();
  head.method = std::string(message.method_string());
  head.target = std::string(message.target());
  head.version = message.version();
  if (head.version != 10 && head.version != 11) return fail(Code::channel_http_version);
  std::size_t hosts = 0, codings = 0;
  for (const auto& field : message) {
    if (head.headers.size() == limits.headers_max) return fail(Code::channel_http_head_too_large);
    head.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    hosts += field.name() == beast::http::field::host ? 1 : 0;
    codings += field.name() == beast::http::field::transfer_encoding ? 1 : 0;
  }
  if (!valid_target(head.target))
    return fail(Code::channel_http_malformed, "the request target must begin with a slash and hold no blanks");
  if (hosts > 1 || (hosts == 0 && head.version == 11))
    return fail(Code::channel_http_malformed, "a request of HTTP/1.1 carries exactly one Host header");
  head.chunked = parser->chunked();
  const std::string* coding = head.header("Transfer-Encoding");
  if (coding != nullptr &&
      (codings > 1 || !equals_ignoring_case(*coding, "chunked") || !head.chunked || head.version == 10))
    return fail(Code::channel_http_transfer_coding);
  if (const auto length = parser->content_length(); length && !head.chunked)
    head.content_length = content_length = *length;
  head.keep_alive = parser->keep_alive();
  if (const std::string* expect = head.header("Expect"); expect != nullptr) {
    if (!equals_ignoring_case(*expect, "100-continue")) return fail(Code::channel_http_expectation);
    head.expects_continue = head.version == 11;
  }
  head_known = true;
  if (head.chunked) chunks.emplace();
  parser->eager(true);
  return {};
}

RequestParser::RequestParser(const ParserLimits& limits) : limits_(limits), state_(std::make_unique<State>()) {
  state_->begin(limits_);
}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

bool RequestParser::head_known() const { return state_->head_known; }
bool RequestParser::complete() const { return state_->complete(); }
const RequestHead& RequestParser::head() const { return state_->head; }
RequestHead RequestParser::take_head() { return std::move(state_->head); }
std::uint64_t RequestParser::body_bytes() const { return state_->body_bytes; }
void RequestParser::reset() { state_->begin(limits_); }

Status RequestParser::limit_body(std::uint64_t bytes_max) {
  state_->body_bytes_max = bytes_max;
  if (state_->content_length > bytes_max) return tl::unexpected(body_too_large(bytes_max));
  return {};
}

Result<std::size_t> RequestParser::State::feed_chunks(std::string_view bytes, std::string& body) {
  const std::size_t before = body.size();
  TRY(const std::size_t taken, chunks->feed(bytes, body));
  body_bytes += body.size() - before;
  if (body_bytes > body_bytes_max) return tl::unexpected(body_too_large(body_bytes_max));
  return taken;
}

Result<std::size_t> RequestParser::feed(std::string_view bytes, std::string& body) {
  State& state = *state_;
  if (state.chunks) return state.feed_chunks(bytes, body);
  auto& parser = *state.parser;
  std::size_t taken = 0;
  beast::error_code error;
  while (taken < bytes.size() && !parser.is_done()) {
    const std::string_view rest = bytes.substr(taken);
    const std::size_t body_before = body.size();
    if (state.head_known) {
      body.resize(body_before + rest.size());
      auto& sink = parser.get().body();
      sink.data = body.data() + body_before;
      sink.size = rest.size();
      sink.more = true;
    }
    const std::size_t used = parser.put(boost::asio::const_buffer(rest.data(), rest.size()), error);
    taken += used;
    if (state.head_known) {
      const std::size_t decoded = rest.size() - parser.get().body().size;
      body.resize(body_before + decoded);
      state.body_bytes += decoded;
      if (state.body_bytes > state.body_bytes_max) return tl::unexpected(body_too_large(state.body_bytes_max));
    }
    if (!state.head_known) {
      state.head_bytes += used;
      const bool more = error == beast::http::error::need_more;
      if (state.head_bytes + (more ? rest.size() - used : 0) > limits_.head_bytes_max)
        return fail(Code::channel_http_head_too_large);
    }
    if (error == beast::http::error::need_more || error == beast::http::error::need_buffer) return taken;
    if (error) return tl::unexpected(to_error(error));
    if (!state.head_known && parser.is_header_done()) {
      TRY_STATUS(state.read_head(limits_));
      return taken;
    }
    if (used == 0) return taken;
  }
  return taken;
}

}  // namespace crossdock::http
