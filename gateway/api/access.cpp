// Tokens on disk and at the door.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/access.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "gateway/base/log.hpp"
#include "gateway/channels/http_codec/problem.hpp"

namespace crossdock::api {
namespace {

constexpr std::size_t digest_hex_bytes = 64;
constexpr std::string_view system_mark = "system:";

std::string random_token() {
  static constexpr char hex[] = "0123456789abcdef";
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return {};
  std::string out = "xdock_";
  for (const unsigned char byte : bytes) {
    out.push_back(hex[byte >> 4]);
    out.push_back(hex[byte & 15]);
  }
  return out;
}

/// Creates or replaces a file that only its owner may read, synced.
Status write_private(const std::string& path, const std::string& text) {
  const auto refuse = [&](int number) {
    return fail(Code::file_unwritable, "cannot write " + path + ": " + std::generic_category().message(number));
  };
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse(errno);
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  const int number = errno;
  ::close(descriptor);
  if (!written) return refuse(number);
  if (::rename(fresh.c_str(), path.c_str()) != 0) return refuse(errno);
  return {};
}

}  // namespace

Result<std::string> prepare_first_token(const std::string& data_folder) {
  const std::string plain = data_folder + "/api-token", stored = plain + ".sha256";
  if (std::filesystem::exists(stored)) {
    std::ifstream file(stored);
    std::string digest;
    file >> digest;
    if (digest.size() != digest_hex_bytes)
      return fail(Code::file_unreadable,
                  stored + " does not hold a digest; delete it and " + plain + " to get a new token");
    return digest;
  }
  const std::string token = random_token();
  if (token.empty()) return fail(Code::internal_bug, "the system gave no random bytes");
  const std::string digest = http::token_digest(token);
  TRY_STATUS(write_private(plain, token + "\n"));
  TRY_STATUS(write_private(stored, digest + "\n"));
  base::log(base::LogLevel::info, "api", "a first API token was made", {{"file", plain}});
  return digest;
}

Access::Access(const base::Clock& clock, base::Registry& metrics, CallerFinder find)
    : refused_(metrics.counter("crossdock_api_refused_total", "API calls without a known token")),
      find_(std::move(find)),
      failures_(clock) {}

std::optional<http::Response> Access::admit(http::Request& request, bool systems) {
  const auto token = http::bearer_token(request.head);
  const std::string digest = token ? http::token_digest(*token) : std::string{};
  const auto caller = token ? find_(digest) : std::nullopt;
  if (!caller || !http::equal_in_constant_time(caller->digest, digest)) {
    refused_.add();
    if (!failures_.note(request.peer)) return http::problem_response(Code::channel_http_rate);
    base::log(base::LogLevel::warning, "api", "a call came without a known token", {{"peer", request.peer}});
    return http::problem_response(Code::channel_unauthorised);
  }
  if (caller->kind == Caller::Kind::system && !systems) return http::problem_response(Code::channel_forbidden);
  request.principal = (caller->kind == Caller::Kind::system ? std::string(system_mark) : std::string{}) + caller->name;
  return std::nullopt;
}

Caller Access::caller_of(const http::Request& request) {
  Caller out;
  out.kind = request.principal.starts_with(system_mark) ? Caller::Kind::system : Caller::Kind::person;
  out.name = out.kind == Caller::Kind::system ? request.principal.substr(system_mark.size()) : request.principal;
  return out;
}

}  // namespace crossdock::api
