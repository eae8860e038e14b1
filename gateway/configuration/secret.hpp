// Secrets: references in files, values that cannot be printed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"

namespace crossdock::configuration {

/// A secret's bytes. There is no way to stream, format or compare it by accident: reveal() is the one word to look for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;

 private:
  std::string value_;
};

/// What a configuration file says about a secret: `secret:NAME`, `file:PATH`, `env:VARIABLE`. Never the secret itself.
struct SecretReference {
  std::string text;
  std::uint32_t line = 0, column = 0;
  [[nodiscard]] bool empty() const { return text.empty(); }
};

/// True for the three forms of a reference.
[[nodiscard]] bool is_secret_reference(std::string_view text);

/// Finds secrets. `secret:NAME` is a file NAME in the systemd credentials folder ($CREDENTIALS_DIRECTORY), else in
/// `<configuration>/secrets`; `file:PATH` is relative to the configuration folder. One newline at the end is not part
/// of it. Thread-safe. What was read once is kept until forget().
class SecretStore {
 public:
  static constexpr std::size_t secret_bytes_max = 64U << 10;

  explicit SecretStore(std::filesystem::path configuration_folder);
  /// Errors: configuration.secret.missing, configuration.secret.plain (not a reference).
  [[nodiscard]] Result<Secret> resolve(const SecretReference& reference) const;
  /// Its bytes as they stand, such as those of a PKCS#12 file; not kept. Errors as resolve().
  [[nodiscard]] Result<Secret> bytes(const SecretReference& reference) const;
  /// Whether it can be found, without reading it.
  [[nodiscard]] bool exists(const SecretReference& reference) const;
  /// True if its file can be read by group or others.
  [[nodiscard]] bool is_open(const SecretReference& reference) const;
  void forget() const;

 private:
  [[nodiscard]] Result<std::string> read(const SecretReference& reference) const;
  [[nodiscard]] std::filesystem::path path_of(std::string_view reference) const;

  std::filesystem::path folder_, credentials_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Secret, std::less<>> known_;
};

}  // namespace crossdock::configuration
