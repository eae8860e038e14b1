// Secrets by reference.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/secret.hpp"

#include <openssl/crypto.h>

#include <cstdlib>
#include <fstream>

namespace crossdock::configuration {
namespace {

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 100 || text.front() == '.') return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
         std::string_view::npos;
}

}  // namespace

Secret::~Secret() {
  if (!value_.empty()) OPENSSL_cleanse(value_.data(), value_.size());
}

bool is_secret_reference(std::string_view text) {
  if (text.starts_with("secret:")) return is_name(text.substr(7));
  if (text.starts_with("env:")) return is_name(text.substr(4));
  return text.starts_with("file:") && text.size() > 5 && text.size() < 1000;
}

SecretStore::SecretStore(std::filesystem::path configuration_folder) : folder_(std::move(configuration_folder)) {
  if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY"); credentials != nullptr)
    credentials_ = credentials;
}

std::filesystem::path SecretStore::path_of(std::string_view reference) const {
  if (reference.starts_with("file:")) return folder_ / std::filesystem::path(reference.substr(5));
  const std::string_view secret_name = reference.substr(7);
  std::error_code ignored;
  if (!credentials_.empty() && std::filesystem::is_regular_file(credentials_ / secret_name, ignored))
    return credentials_ / secret_name;
  return folder_ / "secrets" / secret_name;
}

Result<Secret> SecretStore::resolve(const SecretReference& reference) const {
  if (!is_secret_reference(reference.text)) return fail(Code::configuration_secret_plain);
  const std::scoped_lock lock(mutex_);
  if (const auto found = known_.find(reference.text); found != known_.end()) return found->second;
  TRY(std::string value, read(reference));
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  if (value.empty()) return fail(Code::configuration_secret_missing, reference.text + " is empty");
  return known_.emplace(reference.text, Secret(std::move(value))).first->second;
}

Result<Secret> SecretStore::bytes(const SecretReference& reference) const {
  if (!is_secret_reference(reference.text)) return fail(Code::configuration_secret_plain);
  TRY(std::string value, read(reference));
  return Secret(std::move(value));
}

/// A variable's text or a file's bytes.
Result<std::string> SecretStore::read(const SecretReference& reference) const {
  std::string value;
  if (reference.text.starts_with("env:")) {
    const char* variable = std::getenv(reference.text.c_str() + 4);
    if (variable == nullptr)
      return fail(Code::configuration_secret_missing, "the variable of " + reference.text + " is not set");
    value = variable;
  } else {
    std::ifstream file(path_of(reference.text), std::ios::binary);
    value.resize(secret_bytes_max + 1);
    if (file) file.read(value.data(), static_cast<std::streamsize>(value.size()));
    if (!file.is_open() || file.bad())
      return fail(Code::configuration_secret_missing, "the file of " + reference.text + " cannot be read");
    value.resize(static_cast<std::size_t>(file.gcount()));
    if (value.size() > secret_bytes_max)
      return fail(Code::configuration_secret_missing, "the file of " + reference.text + " is larger than 64 KiB");
  }
  return value;
}

bool SecretStore::exists(const SecretReference& reference) const {
  if (!is_secret_reference(reference.text)) return false;
  if (reference.text.starts_with("env:")) return std::getenv(reference.text.c_str() + 4) != nullptr;
  std::error_code ignored;
  return std::filesystem::is_regular_file(path_of(reference.text), ignored);
}

bool SecretStore::is_open(const SecretReference& reference) const {
  if (!is_secret_reference(reference.text) || reference.text.starts_with("env:")) return false;
  std::error_code error;
  const auto status = std::filesystem::status(path_of(reference.text), error);
  using std::filesystem::perms;
  return !error && (status.permissions() & (perms::group_read | perms::others_read)) != perms::none;
}

void SecretStore::forget() const {
  const std::scoped_lock lock(mutex_);
  known_.clear();
}

}  // namespace crossdock::configuration
