// Matching of paths against patterns.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_server/router.hpp"

#include <cassert>

namespace crossdock::http {
namespace {

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool takes(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET");
}

void allow(std::string& out, const Route& route) {
  if (!out.empty()) out += ", ";
  out += route.method;
  if (route.method == "GET") out += ", HEAD";
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

}  // namespace

const std::string& Request::path_parameter(std::string_view name) const {
  for (const auto& [key, value] : path_parameters)
    if (key == name) return value;
  assert(!"a path parameter is asked for that the route's pattern does not have");
  static const std::string none;
  return none;
}

void Router::add(Route route) {
  const std::size_t index = routes_.size();
  auto segments = split_path(route.pattern).value();
  for (const auto& other : routes_)
    assert(!(other->pattern == route.pattern && other->method == route.method) && "a route stands twice in the table");
  if (route.pattern.find('{') == std::string::npos)
    fixed_[route.pattern].push_back(index);
  else
    patterned_.push_back(index);
  segments_.push_back(std::move(segments));
  routes_.push_back(std::make_unique<Route>(std::move(route)));
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match out;
  if (const auto found = fixed_.find(path); found != fixed_.end()) {
    for (const std::size_t index : found->second) {
      if (takes(*routes_[index], method)) {
        out.route = routes_[index].get();
        return out;
      }
      allow(out.allow, *routes_[index]);
    }
    return out;
  }
  const auto segments = split_path(path);
  if (!segments) return out;
  for (const std::size_t index : patterned_) {
    if (!fits(segments_[index], *segments)) continue;
    if (!takes(*routes_[index], method)) {
      allow(out.allow, *routes_[index]);
      continue;
    }
    for (std::size_t i = 0; i < segments->size(); ++i) {
      const std::string& name = segments_[index][i];
      if (is_parameter(name)) out.parameters.emplace_back(name.substr(1, name.size() - 2), (*segments)[i]);
    }
    out.route = routes_[index].get();
    return out;
  }
  return out;
}

}  // namespace crossdock::http
