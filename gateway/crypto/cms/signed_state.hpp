// The inside of SignedReader: the parts of SignedData as they come. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/crypto/cms/ber_reader.hpp"
#include "gateway/crypto/cms/content_info.hpp"
#include "gateway/crypto/cms/signer_info.hpp"

namespace crossdock::crypto::cms {

class SignedParts : public ContentInfoHandler {
 public:
  explicit SignedParts(SignedLimits wanted) : ContentInfoHandler(Code::cms_signed_form), limits(wanted) {}

  Status octets(std::string_view bytes) override;
  Status end(const BerElement&) override { return {}; }
  [[nodiscard]] bool complete() const { return last_ == Part::signers; }

  SignedLimits limits;
  ByteSink* sink = nullptr;  ///< during feed()
  DigestSet announced;
  std::optional<Digester> digester;  ///< of content that stands inside
  std::string inner_type;            ///< identifier of the content's type
  bool has_content = false;
  std::vector<std::string> certificates;
  std::vector<SignerInfo> signers;

 protected:
  Status accept(ContentType type) override;
  Result<BerAction> part(const BerElement& element) override;
  Status gathered_part(const BerElement& element, std::string_view raw) override;

 private:
  enum class Part : std::uint8_t { none, version, digests, content, certificates, revocations, signers };
  Status read_digests(std::string_view raw);
  Status read_certificates(std::string_view raw);
  Status read_signers(std::string_view raw);

  Part last_ = Part::none;
};

struct SignedReader::State {
  explicit State(SignedLimits limits) : parts(limits) {}
  SignedParts parts;
  BerReader reader{Code::cms_signed_form};
};

/// See SignedReader::verify.
[[nodiscard]] Result<Verified> verify_signers(const std::vector<SignerInfo>& signers, std::string_view inner_type,
                                              std::span<const Certificate> trusted, const DigestLookup& content);

}  // namespace crossdock::crypto::cms
