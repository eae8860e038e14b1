// Digests over EVP; contexts are kept for reset().
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/digester.hpp"

#include <cstdlib>
#include <vector>

#include "gateway/crypto/openssl_handles.hpp"

namespace crossdock::crypto {

struct Digester::State {
  struct One {
    DigestAlgorithm algorithm;
    OwnedDigestContext context;
  };
  std::vector<One> all;
  OwnedDigestContext copy{EVP_MD_CTX_new()};
  std::uint64_t bytes = 0;
};

// A digest that cannot be computed leaves no way to go on safely: receipts and signatures hang on it.
Digester::Digester(DigestSet set) : state_(std::make_unique<State>()) {
  for (const DigestAlgorithm algorithm : all_digests) {
    if (!set.has(algorithm) || evp(algorithm) == nullptr) continue;
    state_->all.push_back({algorithm, OwnedDigestContext(EVP_MD_CTX_new())});
    if (state_->all.back().context == nullptr) std::abort();
  }
  reset();
}

Digester::~Digester() = default;
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;

void Digester::reset() {
  state_->bytes = 0;
  for (auto& one : state_->all)
    if (EVP_DigestInit_ex2(one.context.get(), evp(one.algorithm), nullptr) != 1) std::abort();
}

void Digester::update(std::string_view bytes) {
  state_->bytes += bytes.size();
  for (auto& one : state_->all)
    if (EVP_DigestUpdate(one.context.get(), bytes.data(), bytes.size()) != 1) std::abort();
}

std::optional<Digest> Digester::value(DigestAlgorithm algorithm) const {
  for (const auto& one : state_->all) {
    if (one.algorithm != algorithm) continue;
    Digest out;
    out.algorithm = algorithm;
    EVP_MD_CTX* copy = state_->copy.get();
    if (copy == nullptr || EVP_MD_CTX_copy_ex(copy, one.context.get()) != 1 ||
        EVP_DigestFinal_ex(copy, out.bytes.data(), nullptr) != 1)
      std::abort();
    return out;
  }
  return std::nullopt;
}

Digester Digester::fork() const {
  Digester out{DigestSet{}};
  out.state_->bytes = state_->bytes;
  for (const auto& one : state_->all) {
    out.state_->all.push_back({one.algorithm, OwnedDigestContext(EVP_MD_CTX_new())});
    EVP_MD_CTX* context = out.state_->all.back().context.get();
    if (context == nullptr || EVP_MD_CTX_copy_ex(context, one.context.get()) != 1) std::abort();
  }
  return out;
}

std::uint64_t Digester::bytes() const { return state_->bytes; }

Result<Digest> digest_of(DigestAlgorithm algorithm, std::string_view bytes) {
  const EVP_MD* md = evp(algorithm);
  if (md == nullptr)
    return fail(Code::crypto_algorithm, std::string(name(algorithm)) + " is not computed here: it is broken");
  Digest out;
  out.algorithm = algorithm;
  if (EVP_Digest(bytes.data(), bytes.size(), out.bytes.data(), nullptr, md, nullptr) != 1)
    return library_failure(Code::crypto_library, "a digest could not be computed");
  return out;
}

}  // namespace crossdock::crypto
