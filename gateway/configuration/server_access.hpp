// The keys by which a server of FTP or mail is reached: address, TLS, log-in, proxy.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/configuration/section.hpp"

namespace crossdock::configuration {

/// A channel's section derives from it and calls add_server_keys().
struct ServerAccess {
  enum class Tls : std::uint8_t { implicit, explicit_tls, none };
  Named host;
  std::uint16_t port = 0;  ///< 0: the usual one
  Tls tls = Tls::implicit;
  std::string user;
  SecretReference password, token;
  std::string certificate, authorities;
  SecretReference key;
  std::string proxy, proxy_user;
  SecretReference proxy_password;
};

namespace detail {
template <class T, class Member>
constexpr Member T::*of_server(Member ServerAccess::*member) {
  return member;
}
}  // namespace detail

template <class T>
void add_server_keys(SectionOf<T>& section) {
  using S = ServerAccess;
  using detail::of_server;
  section.text("host", of_server<T>(&S::host), format::host, "the server")
      .required()
      .whole("port", of_server<T>(&S::port), {0, 65'535}, "its port; 0: the usual one")
      .choice("tls", of_server<T>(&S::tls), {"implicit", "explicit", "none"},
              "TLS from the first byte, asked for in the dialogue (and refused without), or none; certificates are "
              "always checked")
      .text("user", of_server<T>(&S::user), format::any, "user name")
      .secret("password", of_server<T>(&S::password), "its password")
      .text("certificate", of_server<T>(&S::certificate), format::path,
            "our certificate, PEM; relative to the configuration folder")
      .secret("key", of_server<T>(&S::key), "its private key, PEM")
      .text("authorities", of_server<T>(&S::authorities), format::path,
            "authorities to trust instead of the system's, PEM")
      .text("proxy", of_server<T>(&S::proxy), format::proxy, "proxy on the way to it")
      .text("proxy_user", of_server<T>(&S::proxy_user), format::any, "user name at the proxy")
      .secret("proxy_password", of_server<T>(&S::proxy_password), "password at the proxy");
}

/// What is wrong with the keys together, and what would be right; empty: nothing. `weak`: credentials would go in the
/// clear.
[[nodiscard]] std::string server_fault(const ServerAccess& server, std::string& expected);
[[nodiscard]] bool is_in_the_clear(const ServerAccess& server);

}  // namespace crossdock::configuration
