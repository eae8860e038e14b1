// Options and callbacks of libcurl.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_api/transfer_call.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "gateway/channels/http_api/address_guard.hpp"

namespace crossdock::http_api {
namespace {

constexpr std::size_t headers_max = 100, header_bytes_max = 8192;

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
  Call& call = call_of(user);
  long sent_bytes = 0;
  curl_easy_getinfo(call.handle->easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
  if (sent_bytes == 0) return CURL_PREREQFUNC_OK;
  call.broke_after_sending = true;
  return CURL_PREREQFUNC_ABORT;
}

std::size_t take_body(char* bytes, std::size_t one, std::size_t count, void* user) {
  Call& call = call_of(user);
  const std::size_t room =
      call.transfer.response_bytes_max - std::min(call.transfer.response_bytes_max, call.result.body.size());
  call.result.body.append(bytes, std::min(room, one * count));
  if (room >= one * count) return one * count;
  call.too_large = true;
  return 0;
}

std::size_t take_header(char* bytes, std::size_t one, std::size_t count, void* user) {
  Call& call = call_of(user);
  const std::string_view line(bytes, one * count);
  if (line.starts_with("HTTP/")) call.result.headers.clear();
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && line.size() <= header_bytes_max && call.result.headers.size() < headers_max)
    call.result.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  return one * count;
}

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  Call& call = call_of(user);
  if (!call.transfer.internal && call.transfer.proxy.empty() && is_internal_address(&address->addr)) {
    call.result.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket >= 0) call.handle->sockets.opened(socket);
  return socket;
}

int close_socket(void* user, curl_socket_t socket) {
  static_cast<WatchedSockets*>(user)->closed(socket);
  return ::close(socket);
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

bool has_body(const Transfer& transfer) { return transfer.body || !transfer.body_file.empty(); }
/// Its body is read by libcurl piece by piece.
bool is_read(const Transfer& transfer) { return !transfer.body_file.empty() || (transfer.body && transfer.chunked); }
bool is_plain(const Transfer& transfer) { return !is_read(transfer) && transfer.proxy.empty(); }

/// The next bytes of a body that is a file or goes chunked.
std::size_t give_body(char* out, std::size_t one, std::size_t count, void* user) {
  Call& call = call_of(user);
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
  call_of(user).body_sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

/// What stays the same for all calls of a kind.
void prepare(Handle& handle, const Transfer& transfer) {
  CURL* easy = handle.easy;
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &handle);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, transfer.proxy.c_str());
  if (!transfer.proxy_credentials.empty()) {
    curl_easy_setopt(easy, CURLOPT_PROXYUSERPWD, transfer.proxy_credentials.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
  }
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &handle);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &handle);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &handle);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, &handle.sockets);  // a connection outlives the handle that opened it
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, may_send);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &handle);
  if (transfer.tls) set_tls(easy, *transfer.tls);
  if (!has_body(transfer)) {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    if (transfer.method != "POST") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, transfer.method.c_str());
  }
  handle.plain = is_plain(transfer);
  handle.url.clear();
  handle.method = transfer.method;
  handle.with_body = has_body(transfer);
  handle.tls = transfer.tls;
  handle.connect_timeout = handle.timeout = std::chrono::milliseconds{-1};
}

void set_headers(Call& call) {
  static char no_expect[] = "Expect:", chunked[] = "Transfer-Encoding: chunked";
  call.headers.reserve(call.transfer.headers.size() + 2);
  for (std::string& line : call.transfer.headers) call.headers.push_back({line.data(), nullptr});
  call.headers.push_back({no_expect, nullptr});
  if (call.transfer.chunked) call.headers.push_back({chunked, nullptr});
  for (std::size_t i = 1; i < call.headers.size(); ++i) call.headers[i - 1].next = &call.headers[i];
  curl_easy_setopt(call.handle->easy, CURLOPT_HTTPHEADER, call.headers.data());
}

void set_body(Call& call) {
  CURL* easy = call.handle->easy;
  const Transfer& transfer = call.transfer;
  if (!has_body(transfer)) return;
  if (!is_read(transfer)) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body->size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.body->data());  // not copied: the call holds the body
    return;
  }
  if (!transfer.body_file.empty()) call.body_descriptor = ::open(transfer.body_file.c_str(), O_RDONLY | O_CLOEXEC);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
  curl_easy_setopt(easy, CURLOPT_READDATA, call.handle.get());
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek_body);
  curl_easy_setopt(easy, CURLOPT_SEEKDATA, call.handle.get());
  if (!transfer.chunked)
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_bytes(transfer)));
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
}

}  // namespace

void equip(Call& call) {
  Handle& handle = *call.handle;
  const Transfer& transfer = call.transfer;
  const bool same_kind = handle.plain && is_plain(transfer) && handle.method == transfer.method &&
                         handle.tls == transfer.tls && handle.with_body == has_body(transfer);
  if (!same_kind) prepare(handle, transfer);
  handle.call = &call;
  CURL* easy = handle.easy;
  if (handle.url != transfer.url) {
    handle.url = transfer.url;
    curl_easy_setopt(easy, CURLOPT_URL, transfer.url.c_str());
  }
  if (handle.connect_timeout != transfer.connect_timeout) {
    handle.connect_timeout = transfer.connect_timeout;
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(transfer.connect_timeout.count()));
  }
  if (handle.timeout != transfer.timeout) {
    handle.timeout = transfer.timeout;
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(transfer.timeout.count()));
  }
  set_headers(call);
  set_body(call);
}

void conclude(Call& call, CURLcode code) {
  long status = 0;
  curl_off_t uploaded = 0;
  long request_bytes = 0;
  CURL* easy = call.handle->easy;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  call.result.status = status >= 200 ? static_cast<int>(status) : 0;
  call.result.sent_whole = request_bytes > 0 && static_cast<std::uint64_t>(uploaded) >= body_bytes(call.transfer);
  if (call.broke_after_sending) call.result.sent_whole = true;
  if (code != CURLE_OK)
    call.result.error = call.too_large             ? "the answer is larger than allowed"
                        : call.broke_after_sending ? "the connection ended before an answer came"
                                                   : curl_easy_strerror(code);
  if (call.result.address_refused)
    call.result.error = "the address is internal, and the target may not stand in a private network";
}

}  // namespace crossdock::http_api
