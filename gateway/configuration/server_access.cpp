// What is wrong with the keys of a server together.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/server_access.hpp"

namespace crossdock::configuration {

std::string server_fault(const ServerAccess& server, std::string& expected) {
  if (!server.password.empty() && !server.token.empty()) {
    expected = "Give one of them";
    return "`password` and `token` are both given";
  }
  if (server.user.empty() && !(server.password.empty() && server.token.empty())) {
    expected = "Add `user`";
    return "there is a secret to log in with and no `user`";
  }
  if (server.certificate.empty() != server.key.empty()) {
    expected = "Give both, or neither";
    return "`certificate` and `key` belong together";
  }
  return {};
}

bool is_in_the_clear(const ServerAccess& server) {
  return server.tls == ServerAccess::Tls::none && !(server.password.empty() && server.token.empty());
}

}  // namespace crossdock::configuration
