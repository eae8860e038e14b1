// Inside of the packer: the stages that bytes pass on their way out, each writing to the next. Not for other folders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/as2/packer.hpp"
#include "gateway/crypto/byte_transform.hpp"
#include "gateway/crypto/digester.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::as2 {

/// Takes bytes, gives others to the next stage. begin() writes what stands before the content, finish() what stands
/// behind it; the packer calls both for each stage, begin() from the outermost, finish() from the innermost.
class Stage : public crypto::ByteSink {
 public:
  virtual Status begin() { return {}; }
  virtual Status finish() { return {}; }
};

/// The last one: counts and hashes what leaves.
class OutStage final : public Stage {
 public:
  explicit OutStage(crypto::ByteSink& out) : out_(out) {}
  Status write(std::string_view bytes) override;
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] Sha256Bytes sha256() { return sha256_.finish(); }

 private:
  crypto::ByteSink& out_;
  Sha256 sha256_;
  std::uint64_t bytes_ = 0;
};

/// A header block before the content.
class HeaderStage final : public Stage {
 public:
  HeaderStage(const mime::HeaderFields& fields, Stage& next) : next_(next) { append_header_block(block_, fields); }
  Status begin() override { return next_.write(block_); }
  Status write(std::string_view bytes) override { return next_.write(bytes); }

 private:
  std::string block_;
  Stage& next_;
};

/// Compression or encryption.
class TransformStage final : public Stage {
 public:
  TransformStage(std::unique_ptr<crypto::ByteTransform> transform, Stage& next)
      : transform_(std::move(transform)), next_(next) {}
  Status write(std::string_view bytes) override { return transform_->feed(bytes, next_); }
  Status finish() override { return transform_->finish(next_); }

 private:
  std::unique_ptr<crypto::ByteTransform> transform_;
  Stage& next_;
};

/// A transfer encoding.
class EncodeStage final : public Stage {
 public:
  EncodeStage(mime::TransferEncoding encoding, Stage& next) : encoder_(mime::make_encoder(encoding)), next_(next) {}
  Status write(std::string_view bytes) override;
  Status finish() override;

 private:
  std::unique_ptr<mime::TransferCoder> encoder_;
  std::string buffer_;
  Stage& next_;
};

/// Digests what passes, for the MIC.
class MicStage final : public Stage {
 public:
  MicStage(crypto::DigestAlgorithm algorithm, Stage& next) : digester_(crypto::DigestSet{algorithm}), next_(next) {}
  Status write(std::string_view bytes) override {
    digester_.update(bytes);
    return next_.write(bytes);
  }
  [[nodiscard]] const crypto::Digester& digester() const { return digester_; }

 private:
  crypto::Digester digester_;
  Stage& next_;
};

/// multipart/signed: the content as first part, the signature as second. The private key is used in finish().
class SignStage final : public Stage {
 public:
  SignStage(const SignSettings& settings, std::string boundary, Stage& next);
  Status begin() override;
  Status write(std::string_view bytes) override;
  Status finish() override;
  /// Of the signed part; after finish().
  [[nodiscard]] const std::optional<crypto::Digest>& digest() const { return digest_; }
  [[nodiscard]] std::string content_type() const;

 private:
  const SignSettings& settings_;
  std::string boundary_;
  crypto::Digester digester_;
  std::optional<crypto::Digest> digest_;
  Stage& next_;
};

/// multipart/related: parts one after the other.
class RelatedStage final : public Stage {
 public:
  RelatedStage(std::string boundary, Stage& next) : boundary_(std::move(boundary)), next_(next) {}
  Status begin_part(const mime::HeaderFields& fields);
  Status write(std::string_view bytes) override { return next_.write(bytes); }
  Status end_part() { return next_.write("\r\n"); }
  Status finish() override { return next_.write("--" + boundary_ + "--\r\n"); }

 private:
  std::string boundary_;
  Stage& next_;
};

}  // namespace crossdock::as2
