// Options of libcurl that all its channels share.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/curl/easy.hpp"

#include <algorithm>
#include <mutex>

namespace crossdock::curl {
namespace {

constexpr std::size_t reply_bytes_max = 1000, replies_max = 1000;

void set_tls(CURL* easy, const ServerSettings& server) {
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (server.tls != ServerSettings::Tls::none)  // where it is implicit too: data connections of FTP
    curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  if (!server.authorities_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, server.authorities_file.c_str());
  if (server.certificate_file.empty()) return;
  curl_easy_setopt(easy, CURLOPT_SSLCERT, server.certificate_file.c_str());
  curl_blob key{};
  key.data = const_cast<char*>(server.key.reveal().data());
  key.len = server.key.reveal().size();
  key.flags = CURL_BLOB_COPY;
  curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key);
}

void set_login(CURL* easy, const ServerSettings& server) {
  if (!server.user.empty()) curl_easy_setopt(easy, CURLOPT_USERNAME, server.user.c_str());
  if (!server.bearer.empty())
    curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, std::string(server.bearer.reveal()).c_str());
  else if (!server.user.empty())
    curl_easy_setopt(easy, CURLOPT_PASSWORD, std::string(server.password.reveal()).c_str());
}

void set_proxy(CURL* easy, const ServerSettings& server) {
  curl_easy_setopt(easy, CURLOPT_PROXY, server.proxy.c_str());  // empty: none, whatever the environment says
  if (server.proxy.empty()) return;
  curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
  if (server.proxy_user.empty()) return;
  curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, server.proxy_user.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, std::string(server.proxy_password.reveal()).c_str());
}

std::string default_port(const std::string& scheme, ServerSettings::Tls tls) {
  const bool implicit = tls == ServerSettings::Tls::implicit;
  if (scheme == "imap") return implicit ? "993" : "143";
  if (scheme == "smtp") return implicit ? "465" : "587";
  return implicit ? "990" : "21";
}

}  // namespace

Easy::Easy() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  easy_ = curl_easy_init();
}
Easy::~Easy() { curl_easy_cleanup(easy_); }

std::size_t Easy::take_reply(char* bytes, std::size_t one, std::size_t count, void* user) {
  std::string_view line(bytes, one * count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  auto& replies = static_cast<Easy*>(user)->replies_;
  if (replies.size() >= replies_max) replies.pop_back();  // the last one counts most
  if (!line.empty()) replies.emplace_back(line.substr(0, reply_bytes_max));
  return one * count;
}

void Easy::reach(const ServerSettings& server, const std::string& scheme, const std::string& path) {
  curl_easy_reset(easy_);
  const bool implicit = server.tls == ServerSettings::Tls::implicit;
  const bool numeric6 = server.host.find(':') != std::string::npos;
  const std::string url = scheme + (implicit ? "s://" : "://") + (numeric6 ? "[" + server.host + "]" : server.host) +
                          ":" + (server.port == 0 ? default_port(scheme, server.tls) : std::to_string(server.port)) +
                          "/" + path;
  curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "imap,imaps,smtp,smtps,ftp,ftps");
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server.connect_timeout.count()));
  const long silence = std::max<long>(1, static_cast<long>(server.timeout.count() / 1000));
  curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_TIME, silence);
  curl_easy_setopt(easy_, CURLOPT_SERVER_RESPONSE_TIMEOUT, silence);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, take_reply);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  set_tls(easy_, server);
  set_login(easy_, server);
  set_proxy(easy_, server);
}

Failure Easy::perform() {
  error_[0] = '\0';
  replies_.clear();
  Failure out;
  out.code = curl_easy_perform(easy_);
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &out.reply);
  if (out.code == CURLE_OK) return out;
  out.text = error_[0] != '\0' ? error_ : curl_easy_strerror(out.code);
  if (!replies_.empty()) out.words = replies_.back();
  if (!out.words.empty()) out.text += "; the server's last words: " + out.words;
  return out;
}

bool is_certificate_failure(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return true;
    default: return false;
  }
}

bool is_before_login(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR: return true;
    default: return is_certificate_failure(code);
  }
}

std::string escape(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

}  // namespace crossdock::curl
