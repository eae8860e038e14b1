// Base64 and fingerprints.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/sftp/text.hpp"

#include <openssl/evp.h>

#include "translators/base/digest.hpp"

namespace crossdock::sftp {

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string fingerprint(std::string_view blob) {
  const Sha256Bytes digest = sha256(blob);
  std::string out = base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  while (out.ends_with('=')) out.pop_back();
  return "SHA256:" + out;
}

std::string key_type(std::string_view blob) {
  if (blob.size() < 4) return {};
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(blob[static_cast<std::size_t>(i)]);
  if (length > 64 || length > blob.size() - 4) return {};
  return printable(blob.substr(4, length));
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 200)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return out;
}

}  // namespace crossdock::sftp
