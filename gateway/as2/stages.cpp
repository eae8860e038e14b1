// The stages of the packer.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/stages.hpp"

#include "gateway/crypto/cms/signed_data.hpp"
#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::as2 {

Status OutStage::write(std::string_view bytes) {
  bytes_ += bytes.size();
  sha256_.update(bytes);
  return out_.write(bytes);
}

Status EncodeStage::write(std::string_view bytes) {
  buffer_.clear();
  TRY_STATUS(encoder_->feed(bytes, buffer_));
  return buffer_.empty() ? Status{} : next_.write(buffer_);
}

Status EncodeStage::finish() {
  buffer_.clear();
  TRY_STATUS(encoder_->finish(buffer_));
  return buffer_.empty() ? Status{} : next_.write(buffer_);
}

SignStage::SignStage(const SignSettings& settings, std::string boundary, Stage& next)
    : settings_(settings),
      boundary_(std::move(boundary)),
      digester_(crypto::DigestSet{settings.parameters.digest}),
      next_(next) {}

std::string SignStage::content_type() const {
  return mime::write_structured_value(
      {"multipart/signed",
       {{"protocol", "application/pkcs7-signature"},
        {"micalg", std::string(crypto::micalg(settings_.parameters.digest, settings_.micalg_spelling))},
        {"boundary", boundary_}}});
}

Status SignStage::begin() { return next_.write("--" + boundary_ + "\r\n"); }

Status SignStage::write(std::string_view bytes) {
  digester_.update(bytes);
  return next_.write(bytes);
}

/// The signature part is base64 with its header: small, and every peer reads it so.
Status SignStage::finish() {
  digest_ = digester_.value(settings_.parameters.digest);
  if (!digest_)
    return fail(Code::as2_settings, "nothing is signed with " + std::string(crypto::name(settings_.parameters.digest)));
  crypto::cms::SignOptions options;
  options.parameters = settings_.parameters;
  options.algorithm_protection = settings_.algorithm_protection;
  options.embed_certificate = settings_.embed_certificates;
  TRY(const std::string signature, crypto::cms::sign_detached(settings_.identity, *digest_, options));
  std::string tail = "\r\n--" + boundary_ + "\r\n";
  mime::append_header_block(tail, {{"Content-Type", "application/pkcs7-signature; name=smime.p7s"},
                                   {"Content-Transfer-Encoding", "base64"},
                                   {"Content-Disposition", "attachment; filename=\"smime.p7s\""}});
  const auto encoder = mime::make_encoder(mime::TransferEncoding::base64);
  TRY_STATUS(encoder->feed(signature, tail));
  TRY_STATUS(encoder->finish(tail));
  tail += "--" + boundary_ + "--\r\n";  // the last line of base64 ended with the line end that belongs to the boundary
  return next_.write(tail);
}

Status RelatedStage::begin_part(const mime::HeaderFields& fields) {
  std::string block = "--" + boundary_ + "\r\n";
  mime::append_header_block(block, fields);
  return next_.write(block);
}

}  // namespace crossdock::as2
