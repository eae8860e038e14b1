// What stands around an octet string of any size: definite lengths while it is small or its size known, else
// indefinite. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/crypto/byte_transform.hpp"

namespace crossdock::crypto::cms {

/// ContentInfo { type, SEQUENCE { before, SEQUENCE { inner, octets }, after } }.
struct FrameParts {
  std::string_view type;        ///< identifier bytes of the ContentInfo
  std::string before;           ///< DER of what stands before the inner SEQUENCE
  std::string inner;            ///< DER of what stands in it before the octets
  bool explicit_tag = false;    ///< [0] EXPLICIT OCTET STRING instead of [0] IMPLICIT
  std::size_t after_bytes = 0;  ///< size of what finish() is given
};

/// Octets in, the structure out.
class OctetFrame {
 public:
  /// `octet_bytes`: their number when it is known; then nothing is kept back.
  OctetFrame(FrameParts parts, std::optional<std::uint64_t> octet_bytes, std::size_t buffered_bytes_max);
  Status write(std::string_view octets, ByteSink& sink);
  /// Errors: cms.enveloped.write when the number of octets was announced and is another.
  Status finish(std::string_view after, ByteSink& sink);
  /// Of the whole structure, when the number of octets is known.
  [[nodiscard]] std::optional<std::uint64_t> total_bytes() const;

 private:
  [[nodiscard]] std::string definite_head(std::uint64_t octets) const;
  [[nodiscard]] std::string indefinite_head() const;
  Status flush(ByteSink& sink);

  FrameParts parts_;
  std::optional<std::uint64_t> expected_;
  std::size_t buffered_max_;
  std::string held_;
  std::uint64_t octets_ = 0;
  bool begun_ = false;
};

}  // namespace crossdock::crypto::cms
