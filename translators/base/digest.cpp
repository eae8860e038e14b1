// SHA-256 over OpenSSL's EVP; the algorithm is fetched once, contexts are reused.
// SPDX-License-Identifier: Apache-2.0
#include "translators/base/digest.hpp"

// The plain functions for short texts: EVP's set-up costs more than the digest of one block.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstdlib>

namespace crossdock {
namespace {

const EVP_MD* algorithm() {
  static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() { restart(); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  // A digest that cannot be computed leaves no way to go on safely: ids and receipts hang on it.
  void restart() {
    if (context == nullptr || EVP_DigestInit_ex2(context, algorithm(), nullptr) != 1) std::abort();
  }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1) std::abort();
}

Sha256Bytes Sha256::finish() {
  Sha256Bytes out{};
  if (EVP_DigestFinal_ex(state_->context, out.data(), nullptr) != 1) std::abort();
  state_->restart();
  return out;
}

Sha256Bytes sha256(std::string_view bytes) {
  constexpr std::size_t short_bytes = 4096;
  if (bytes.size() <= short_bytes) {
    Sha256Bytes out{};
    SHA256_CTX context;
    if (SHA256_Init(&context) != 1 || SHA256_Update(&context, bytes.data(), bytes.size()) != 1 ||
        SHA256_Final(out.data(), &context) != 1)
      std::abort();
    return out;
  }
  thread_local Sha256 digest;
  digest.update(bytes);
  return digest.finish();
}

std::string to_hex(const Sha256Bytes& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (const std::uint8_t byte : digest) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace crossdock
