// CompressedData over zlib, both ways, as streams.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "gateway/crypto/byte_transform.hpp"

namespace crossdock::crypto::cms {

/// What decompression may grow to. EDI with much padding compresses 20 to 60 times; a bomb of zeros 1000 times.
struct CompressedLimits {
  std::uint64_t content_bytes_max = 5ULL << 30;
  std::uint64_t ratio_max = 200;                ///< decompressed to compressed bytes ...
  std::uint64_t ratio_free_bytes = 4ULL << 20;  ///< ... above this many decompressed ones
};

/// A ContentInfo with CompressedData in, in BER of any kind and any chunks, the content out.
/// Errors: cms.compressed.form, cms.compressed.algorithm, cms.compressed.data, cms.compressed.size,
/// cms.compressed.ratio, cms.content_type. Source: RFC 3274.
class CompressedReader : public ByteTransform {
 public:
  explicit CompressedReader(CompressedLimits limits = {});
  ~CompressedReader() override;
  CompressedReader(CompressedReader&&) noexcept;
  CompressedReader& operator=(CompressedReader&&) noexcept;
  Status feed(std::string_view bytes, ByteSink& sink) override;
  Status finish(ByteSink& sink) override;
  /// Bytes of content so far.
  [[nodiscard]] std::uint64_t content_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct CompressOptions {
  int level = 6;  ///< zlib's, 0 to 9
  /// Up to this many compressed bytes are kept so that lengths can be definite; more get indefinite ones.
  std::size_t buffered_bytes_max = 256U << 10;
};

/// Content in, a ContentInfo with CompressedData out.
class CompressedWriter : public ByteTransform {
 public:
  explicit CompressedWriter(CompressOptions options = {});
  ~CompressedWriter() override;
  CompressedWriter(CompressedWriter&&) noexcept;
  CompressedWriter& operator=(CompressedWriter&&) noexcept;
  Status feed(std::string_view bytes, ByteSink& sink) override;
  Status finish(ByteSink& sink) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::crypto::cms
