// The keys of a partner's `sftp:` channel.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/sftp_channel.hpp"

namespace crossdock::configuration {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds second{1000}, hour{3'600'000}, day{86'400'000};

const Section& proxy_basic_section() {
  static const auto section = SectionOf<Basic>("basic", "user and password")
                                  .text("user", &Basic::user, format::any, "user name")
                                  .required()
                                  .secret("password", &Basic::password, "password")
                                  .required();
  return section;
}

const Section& retry_section() {
  using T = Retry;
  static const auto section =
      SectionOf<T>("retry", "the ladder of what fails to leave; each step doubles, with jitter")
          .duration("first", &T::first, {milliseconds(10), hour}, "after the first failure")
          .duration("longest", &T::longest, {milliseconds(10), day}, "never longer than this")
          .duration("give_up_after", &T::give_up_after, {second, 366 * day}, "parked when it has failed for so long");
  return section;
}

void add_login(SectionOf<SftpChannel>& section) {
  using T = SftpChannel;
  section.text("host", &T::host, format::host, "the partner's server")
      .required()
      .whole("port", &T::port, {1, 65'535}, "its port")
      .text("user", &T::user, format::any, "our user there")
      .required()
      .secret("password", &T::password, "our password; answers keyboard-interactive too")
      .secret("key", &T::key, "our private key, OpenSSH or PEM: RSA, ECDSA or Ed25519, encrypted or not")
      .secret("passphrase", &T::passphrase, "passphrase of the key")
      .texts("host_keys", &T::host_keys, format::host_key,
             "the server's host keys, SHA256:... or as in known_hosts; several around a change. Any other is refused")
      .required()
      .texts("host_key_types", &T::host_key_types, format::algorithm,
             "host key algorithms that we take, best first; the strong ones unless given")
      .texts("key_exchanges", &T::key_exchanges, format::algorithm, "key exchange algorithms, best first")
      .texts("ciphers", &T::ciphers, format::algorithm, "ciphers, best first")
      .texts("macs", &T::macs, format::algorithm, "message authentication codes, best first")
      .text("proxy", &T::proxy, format::tunnel, "proxy on the way: socks5://HOST:PORT or http://HOST:PORT (CONNECT)")
      .section("proxy_basic", &T::proxy_basic, proxy_basic_section(), "user and password at the proxy")
      .duration("keep_alive", &T::keep_alive, {second, hour}, "how often a connection that waits is asked for life")
      .section("retry", &T::retry, retry_section(), "retry ladder of what we put");
}

}  // namespace

const Section& sftp_channel_section() {
  static const auto section = [] {
    SectionOf<SftpChannel> out("sftp", "files on the partner's SFTP server");
    add_login(out);
    add_file_keys(out);
    return out;
  }();
  return section;
}

const Section& file_transfers_section() {
  using T = FileTransfers;
  static const auto section =
      SectionOf<T>("file transfers", "SFTP and the like, of all partners together")
          .whole("connections", &T::connections, {1, 512}, "connections to partners' servers at the same time");
  return section;
}

std::string sftp_fault(const SftpChannel& channel, std::string& expected) {
  if (channel.host.empty() || channel.user.empty() || channel.host_keys.empty()) return {};  // said already
  if (channel.password.empty() && channel.key.empty()) {
    expected = "Add `key: secret:NAME` or `password: secret:NAME`";
    return "the sftp channel has neither `key` nor `password`";
  }
  return file_fault(channel, expected);
}

}  // namespace crossdock::configuration
