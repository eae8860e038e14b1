// The API's client over libcurl.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/client.hpp"

#include <curl/curl.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>

#include "gateway/channels/http_codec/uri.hpp"

namespace crossdock::api {
namespace {

constexpr long connect_seconds_max = 5, total_seconds_max = 60;
constexpr std::size_t answer_bytes_max = 256U << 20;

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* out) {
  auto& text = *static_cast<std::string*>(out);
  if (text.size() + size * count > answer_bytes_max) return 0;
  text.append(bytes, size * count);
  return size * count;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    return fail(Code::file_unreadable,
                "cannot read " + path + ": no `crossdock serve` runs, or ran, on this data folder");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

/// The problem's detail and the fields that it names.
std::string sentence_of(const ApiAnswer& answer) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(answer.body, error);
  if (error || !value.is_object()) return "the API answered " + std::to_string(answer.status);
  std::string out = text_of(value.as_object(), "detail");
  // The API ends its detail with the remedy, and so will the error that is made of it: once is enough.
  if (const auto code = find_code(text_of(value.as_object(), "code")); code && out.ends_with(info(*code).remedy))
    out.resize(out.size() - info(*code).remedy.size());
  while (out.ends_with(' ') || out.ends_with('.')) out.pop_back();
  if (const auto* errors = value.as_object().if_contains("errors"); errors != nullptr && errors->is_array())
    for (const auto& item : errors->as_array())
      if (item.is_object())
        out += "\n  " + text_of(item.as_object(), "pointer") + text_of(item.as_object(), "parameter") + ": " +
               text_of(item.as_object(), "detail");
  return out;
}

Code code_of(int status) {
  switch (status) {
    case 404: return Code::api_not_found;
    case 409: return Code::api_state;
    case 401:
    case 403: return Code::channel_unauthorised;
    case 422: return Code::api_body;
    case 429:
    case 503: return Code::channel_http_busy;
    default: return status >= 500 ? Code::api_unreachable : Code::api_parameter;
  }
}

}  // namespace

Result<ClientSettings> find_local_gateway(const std::string& data_folder) {
  TRY(const auto listeners, read_file(data_folder + "/listeners.json"));
  TRY(auto token, read_file(data_folder + "/api-token"));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(listeners, error);
  ClientSettings out;
  out.token = token;
  if (!error && value.is_object()) {
    const auto* list = value.as_object().if_contains("listeners");
    if (list != nullptr && list->is_array())
      for (const auto& item : list->as_array())
        if (item.is_object() && (out.url.empty() || text_of(item.as_object(), "name") == "api"))
          out.url = text_of(item.as_object(), "url");
  }
  if (out.url.empty()) return fail(Code::api_unreachable, data_folder + "/listeners.json names no listener");
  for (const std::string_view any : {"//0.0.0.0:", "//[::]:"})
    if (const std::size_t at = out.url.find(any); at != std::string::npos)
      out.url.replace(at, any.size(), any == "//0.0.0.0:" ? "//127.0.0.1:" : "//[::1]:");
  return out;
}

std::string path_segment(std::string_view text) { return http::percent_encode(text); }

Client::Client(ClientSettings settings) : settings_(std::move(settings)) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_ = curl_easy_init();
}

Client::~Client() { curl_easy_cleanup(static_cast<CURL*>(handle_)); }

Result<ApiAnswer> Client::get(const std::string& path, const Parameters& parameters) {
  std::string url = settings_.url + path;
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    url += separator + http::percent_encode(name) + "=" + http::percent_encode(value);
    separator = '&';
  }
  return perform(url, nullptr, {});
}

Result<ApiAnswer> Client::post(const std::string& path, const std::string& body,
                               const std::vector<std::string>& headers) {
  const std::string text = body.empty() ? "{}" : body;
  return perform(settings_.url + path, &text, headers);
}

Result<ApiAnswer> Client::perform(const std::string& url, const std::string* body,
                                  const std::vector<std::string>& headers) {
  CURL* curl = static_cast<CURL*>(handle_);
  if (curl == nullptr) return fail(Code::internal_bug, "libcurl could not be started");
  curl_easy_reset(curl);
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> list(nullptr, curl_slist_free_all);
  const auto add = [&list](const std::string& line) { list.reset(curl_slist_append(list.release(), line.c_str())); };
  add("Authorization: Bearer " + settings_.token);
  if (body != nullptr) add("Content-Type: application/json");
  for (const std::string& line : headers) add(line);
  ApiAnswer answer;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds_max);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, total_seconds_max);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  if (!settings_.certificate_authority.empty())
    curl_easy_setopt(curl, CURLOPT_CAINFO, settings_.certificate_authority.c_str());
  if (body != nullptr) {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
  }
  if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK)
    return fail(Code::api_unreachable, "no answer from " + settings_.url + ": " + curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  if (answer.status < 200 || answer.status > 299) return fail(code_of(answer.status), sentence_of(answer));
  return answer;
}

}  // namespace crossdock::api
