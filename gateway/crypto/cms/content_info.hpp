// What the readers of all content types share: ContentInfo around them and the order of the parts inside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/crypto/cms/ber_reader.hpp"
#include "gateway/crypto/cms/content_type.hpp"

namespace crossdock::crypto::cms {

/// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }. RFC 5652 s3.
/// Enters the two and the structure inside, which all types here have as a SEQUENCE; then asks part().
class ContentInfoHandler : public BerHandler {
 public:
  explicit ContentInfoHandler(Code form) : form_(form) {}
  Result<BerAction> begin(const BerElement& element) override;
  Status gathered(const BerElement& element, std::string_view raw) override;
  [[nodiscard]] ContentType type() const { return type_; }

 protected:
  static constexpr std::size_t content_depth = 3;  ///< of the parts of SignedData, EnvelopedData ...

  /// Error unless this type is read here.
  virtual Status accept(ContentType type) = 0;
  /// A part inside: its depth is content_depth or more.
  virtual Result<BerAction> part(const BerElement& element) = 0;
  virtual Status gathered_part(const BerElement& element, std::string_view raw) = 0;

  [[nodiscard]] tl::unexpected<Error> misplaced(std::string_view what) const;
  [[nodiscard]] static BerAction gather(std::size_t bytes_max) { return {BerAction::Take::gather, bytes_max, false}; }
  [[nodiscard]] static BerAction enter() { return {BerAction::Take::enter, 0, false}; }
  [[nodiscard]] static BerAction skip() { return {BerAction::Take::skip, 0, false}; }
  [[nodiscard]] static BerAction stream(bool pause = false) { return {BerAction::Take::stream, 0, pause}; }

  static constexpr std::size_t small_bytes_max = 1024;  ///< of identifiers, versions and algorithms

  Code form_;

 private:
  ContentType type_ = ContentType::other;
  bool has_type_ = false, has_content_ = false;
};

/// The identifier's content of a gathered OBJECT IDENTIFIER.
[[nodiscard]] Result<std::string> read_oid(std::string_view raw, Code form);

}  // namespace crossdock::crypto::cms
