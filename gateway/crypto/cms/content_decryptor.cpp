// Ciphers over EVP, in pieces that fit the cache. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/content_decryptor.hpp"

#include <openssl/err.h>

#include <algorithm>

namespace crossdock::crypto::cms {
namespace {

constexpr std::size_t piece_bytes = 32U << 10, block_bytes_max = 32;

bool start_cipher(EVP_CIPHER_CTX* context, const ContentAlgorithm& algorithm, std::string_view key, bool encrypt) {
  const EVP_CIPHER* cipher = evp(algorithm.cipher);
  if (context == nullptr || cipher == nullptr || key.size() != key_bytes(algorithm.cipher)) return false;
  const auto* iv = reinterpret_cast<const unsigned char*>(algorithm.iv.data());
  const auto* key_data = reinterpret_cast<const unsigned char*>(key.data());
  if (!is_gcm(algorithm.cipher)) return EVP_CipherInit_ex2(context, cipher, key_data, iv, encrypt, nullptr) == 1;
  return EVP_CipherInit_ex2(context, cipher, nullptr, nullptr, encrypt, nullptr) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(algorithm.iv.size()), nullptr) == 1 &&
         EVP_CipherInit_ex2(context, nullptr, key_data, iv, encrypt, nullptr) == 1;
}

Status run_cipher(EVP_CIPHER_CTX* context, std::string_view bytes, std::string& out, ByteSink& sink) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    if (out.size() < piece.size() + block_bytes_max) out.resize(piece.size() + block_bytes_max);
    int size = 0;
    if (EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                         reinterpret_cast<const unsigned char*>(piece.data()), static_cast<int>(piece.size())) != 1)
      return library_failure(Code::crypto_library, "a cipher stopped");
    if (size > 0) TRY_STATUS(sink.write(std::string_view(out).substr(0, static_cast<std::size_t>(size))));
  }
  return {};
}

}  // namespace

Status ContentDecryptor::start(const ContentAlgorithm& algorithm, std::string_view key, bool tag_inside) {
  ERR_clear_error();
  gcm_ = is_gcm(algorithm.cipher);
  held_max_ = gcm_ && tag_inside ? algorithm.tag_bytes : 0;
  context_.reset(EVP_CIPHER_CTX_new());
  if (!start_cipher(context_.get(), algorithm, key, false))
    return library_failure(Code::crypto_library, std::string(name(algorithm.cipher)) + " could not be begun");
  return {};
}

Status ContentDecryptor::decrypt(std::string_view bytes, ByteSink& sink) {
  return run_cipher(context_.get(), bytes, out_, sink);
}

/// The last bytes that came are kept back as long as they may be the tag.
Status ContentDecryptor::feed(std::string_view bytes, ByteSink& sink) {
  if (held_max_ == 0) return decrypt(bytes, sink);
  if (held_.size() + bytes.size() <= held_max_) {
    held_ += bytes;
    return {};
  }
  const std::size_t release = std::min(held_.size(), held_.size() + bytes.size() - held_max_);
  TRY_STATUS(decrypt(std::string_view(held_).substr(0, release), sink));
  held_.erase(0, release);
  const std::size_t keep = std::min(bytes.size(), held_max_ - held_.size());
  TRY_STATUS(decrypt(bytes.substr(0, bytes.size() - keep), sink));
  held_ += bytes.substr(bytes.size() - keep);
  return {};
}

Status ContentDecryptor::finish(std::string_view tag, ByteSink& sink) {
  ERR_clear_error();
  if (held_max_ != 0) tag = held_;
  if (gcm_) {
    constexpr std::size_t tag_bytes_min = 12;
    std::string copy(tag);
    if (tag.size() < tag_bytes_min || (held_max_ != 0 && tag.size() != held_max_) ||
        EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(copy.size()), copy.data()) != 1) {
      ERR_clear_error();
      return fail(Code::cms_enveloped_tag, "the authentication tag is missing or has a wrong size");
    }
  }
  out_.resize(std::max(out_.size(), block_bytes_max));
  int size = 0;
  const int done = EVP_CipherFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out_.data()), &size);
  ERR_clear_error();
  if (done != 1) return fail(gcm_ ? Code::cms_enveloped_tag : Code::cms_enveloped_decrypt);
  return size > 0 ? sink.write(std::string_view(out_).substr(0, static_cast<std::size_t>(size))) : Status{};
}

Status ContentEncryptor::start(const ContentAlgorithm& algorithm, std::string_view key) {
  ERR_clear_error();
  context_.reset(EVP_CIPHER_CTX_new());
  if (!start_cipher(context_.get(), algorithm, key, true))
    return library_failure(Code::crypto_library, std::string(name(algorithm.cipher)) + " could not be begun");
  return {};
}

Status ContentEncryptor::feed(std::string_view bytes, ByteSink& sink) {
  return run_cipher(context_.get(), bytes, out_, sink);
}

Status ContentEncryptor::finish(ByteSink& sink) {
  out_.resize(std::max(out_.size(), block_bytes_max));
  int size = 0;
  if (EVP_CipherFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out_.data()), &size) != 1)
    return library_failure(Code::crypto_library, "a cipher did not end");
  return size > 0 ? sink.write(std::string_view(out_).substr(0, static_cast<std::size_t>(size))) : Status{};
}

Result<std::string> ContentEncryptor::tag(std::size_t bytes) const {
  std::string out(bytes, '\0');
  if (EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(bytes), out.data()) != 1)
    return library_failure(Code::crypto_library, "the cipher has no tag");
  return out;
}

}  // namespace crossdock::crypto::cms
