// The content's cipher as a stream: CBC with its padding, GCM with its tag behind the content or told at the end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/crypto/byte_transform.hpp"
#include "gateway/crypto/cms/recipient_info.hpp"
#include "gateway/crypto/openssl_handles.hpp"

namespace crossdock::crypto::cms {

class ContentDecryptor {
 public:
  /// `tag_inside`: GCM's tag is the last bytes of what comes. Errors: crypto.library.
  Status start(const ContentAlgorithm& algorithm, std::string_view key, bool tag_inside);
  Status feed(std::string_view bytes, ByteSink& sink);
  /// `tag`: of GCM when it is not inside. Errors: cms.enveloped.decrypt, cms.enveloped.tag.
  Status finish(std::string_view tag, ByteSink& sink);

 private:
  Status decrypt(std::string_view bytes, ByteSink& sink);

  OwnedCipherContext context_;
  std::size_t held_max_ = 0;  ///< bytes at the end that may be the tag
  std::string held_, out_;
  bool gcm_ = false;
};

class ContentEncryptor {
 public:
  /// Errors: crypto.library.
  Status start(const ContentAlgorithm& algorithm, std::string_view key);
  Status feed(std::string_view bytes, ByteSink& sink);
  Status finish(ByteSink& sink);
  /// GCM's tag, after finish().
  [[nodiscard]] Result<std::string> tag(std::size_t bytes) const;

 private:
  OwnedCipherContext context_;
  std::string out_;
};

}  // namespace crossdock::crypto::cms
