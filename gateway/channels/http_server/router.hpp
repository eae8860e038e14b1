// The table of routes: one row says address, limits, handler and description. The router and the OpenAPI document both
// read it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/channels/http_codec/message.hpp"
#include "gateway/channels/http_codec/uri.hpp"
#include "gateway/channels/http_server/spool.hpp"

namespace crossdock::http {

/// One request with its body. Either `body` or `spooled` carries the bytes.
struct Request {
  RequestHead head;
  std::vector<std::pair<std::string, std::string>> path_parameters;  ///< decoded, in order
  Query query;
  std::string peer;                             ///< address of the caller
  std::string principal;                        ///< who the route's admission found the caller to be
  std::optional<std::uint64_t> body_bytes_max;  ///< set by the admission: instead of the route's
  std::string body;
  std::shared_ptr<SpooledBody> spooled;

  /// The value of a path parameter; the route's pattern guarantees it is there.
  [[nodiscard]] const std::string& path_parameter(std::string_view name) const;
};
using RequestPtr = std::shared_ptr<Request>;

/// Answers one request: once, on the io thread, inside the handler or later.
using Responder = std::function<void(Response)>;
using Handler = std::function<void(RequestPtr, Responder)>;
/// Decides on the head alone, before any byte of the body is taken; what it returns is the refusal.
using Admission = std::function<std::optional<Response>(Request&)>;

struct ParameterDocument {
  std::string name;
  std::string in;  ///< `path` | `query` | `header`
  std::string description;
  bool required = false;
  std::string schema = R"({"type":"string"})";
};
struct ResponseDocument {
  std::uint16_t status = 200;
  std::string description;
  std::string content_type = "application/json";
  std::string schema;  ///< name below components/schemas; empty: any
};
struct RouteDocument {
  std::string operation;  ///< operationId
  std::string summary;
  std::string tag;
  std::vector<ParameterDocument> parameters;
  std::string body_content_type;  ///< empty: no body
  std::string body_schema;
  std::vector<ResponseDocument> responses;
  bool authorised = true;  ///< false: open to everybody
};

struct Route {
  std::string method;   ///< `GET` also answers HEAD
  std::string pattern;  ///< `/api/v1/messages/{id}`
  Handler handler;
  Admission admit;  ///< empty: everyone
  std::uint64_t body_bytes_max = 1U << 20;
  bool body_required = false;              ///< 411 without a length
  bool spools = false;                     ///< bodies above the server's threshold go to a file
  std::vector<std::string> content_types;  ///< 415 for others; empty: any
  RouteDocument document;
};

/// Routes by method and path. Built once, then only read.
class Router {
 public:
  /// A pattern and method may be added once; a second time is a mistake of ours and asserts.
  void add(Route route);
  struct Match {
    const Route* route = nullptr;  ///< null: nothing there
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string allow;  ///< the methods of the path, when only the method does not fit
  };
  /// `path` is the raw path. A broken escape matches nothing.
  [[nodiscard]] Match match(std::string_view method, std::string_view path) const;
  [[nodiscard]] const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  std::vector<std::unique_ptr<Route>> routes_;
  std::vector<std::vector<std::string>> segments_;                      // of routes_[i]
  std::map<std::string, std::vector<std::size_t>, std::less<>> fixed_;  // path without parameters -> routes
  std::vector<std::size_t> patterned_;
};

}  // namespace crossdock::http
