// Calls a running gateway's API: for `crossdock messages|show|find|redeliver|statement` and the like.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::api {

struct ClientSettings {
  std::string url;  ///< `http://127.0.0.1:8080`, without a slash at the end
  std::string token;
  std::string certificate_authority;  ///< PEM file to trust, empty: the system's
};

/// Where a gateway on this machine listens and its token, from `<data>/listeners.json` (the listener named `api`, else
/// the first) and
/// `<data>/api-token`. Errors: api.unreachable.
[[nodiscard]] Result<ClientSettings> find_local_gateway(const std::string& data_folder);

/// An answer of 2xx.
struct ApiAnswer {
  int status = 0;
  std::string body;
};

/// Blocking; one connection, kept between calls. Belongs to one thread.
class Client {
 public:
  explicit Client(ClientSettings settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  using Parameters = std::vector<std::pair<std::string, std::string>>;
  /// `path` such as `/api/v1/messages`; parameters with empty values are left out.
  /// Errors: api.unreachable; api.not_found for 404; api.state for 409; else api.parameter, each with the problem's own
  /// detail.
  [[nodiscard]] Result<ApiAnswer> get(const std::string& path, const Parameters& parameters = {});
  /// POST with a JSON body; empty means `{}`. Headers as `Name: value`.
  [[nodiscard]] Result<ApiAnswer> post(const std::string& path, const std::string& body,
                                       const std::vector<std::string>& headers = {});

 private:
  [[nodiscard]] Result<ApiAnswer> perform(const std::string& url, const std::string* body,
                                          const std::vector<std::string>& headers);
  ClientSettings settings_;
  void* handle_ = nullptr;  ///< libcurl's
};

/// One path segment, percent-encoded.
[[nodiscard]] std::string path_segment(std::string_view text);

}  // namespace crossdock::api
