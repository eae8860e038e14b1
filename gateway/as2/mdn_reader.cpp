// MDNs in: raw bytes are cut, never written again; the signature is over what came.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/mdn_reader.hpp"

#include <algorithm>

#include "gateway/as2/content_digester.hpp"
#include "gateway/as2/layers.hpp"
#include "gateway/crypto/cms/signed_data.hpp"
#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/multipart_cutter.hpp"
#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::as2 {
namespace {

constexpr std::size_t human_text_bytes_max = 8U << 10;
constexpr std::size_t parts_max = 20;
constexpr std::size_t nested_max = 3;
constexpr std::size_t notes_max = 20;

Result<std::string> decoded(std::string_view body, mime::TransferEncoding encoding) {
  const auto decoder = mime::make_decoder(encoding);
  std::string out;
  TRY_STATUS(decoder->feed(body, out));
  TRY_STATUS(decoder->finish(out));
  return out;
}

/// One part with its exact bytes.
struct Part {
  std::string raw_header, body;
  mime::HeaderFields fields;
  [[nodiscard]] std::string media_type() const { return mime::media_type(fields.value("Content-Type")); }
  /// The body with its transfer encoding taken off.
  [[nodiscard]] Result<std::string> content() const {
    TRY(const auto encoding, mime::parse_transfer_encoding(fields.value("Content-Transfer-Encoding")));
    return decoded(body, encoding);
  }
};

class Parts final : public mime::PartHandler {
 public:
  Status part_begin(std::string_view raw_header, const mime::HeaderFields& fields) override {
    parts.push_back({std::string(raw_header), "", fields});
    return {};
  }
  Status part_body(std::string_view bytes) override {
    parts.back().body.append(bytes);
    return {};
  }
  Status part_end() override { return {}; }
  std::vector<Part> parts;
};

Result<std::vector<Part>> cut(std::string_view content_type, std::string_view body) {
  TRY(const std::string boundary, mime::boundary_of(content_type));
  TRY(mime::MultipartCutter cutter, mime::MultipartCutter::make(boundary, {.parts_max = parts_max, .header = {}}));
  Parts handler;
  TRY_STATUS(cutter.feed(body, handler));
  TRY_STATUS(cutter.finish(handler));
  return std::move(handler.parts);
}

Status verify(const Part& content, const Part& signature, const std::vector<crypto::Certificate>& partner,
              ReceivedMdn& mdn) {
  ContentDigester digester({crypto::DigestAlgorithm::sha1, crypto::DigestAlgorithm::sha256,
                            crypto::DigestAlgorithm::sha384, crypto::DigestAlgorithm::sha512});
  digester.update(content.raw_header);
  digester.update(content.body);
  TRY(const auto said, mime::parse_transfer_encoding(signature.fields.value("Content-Transfer-Encoding")));
  TRY(const std::string der, decoded(signature.body, sniff_encoding(signature.body, said)));
  auto verified = crypto::cms::verify_detached(der, partner, digester.exact());
  if (!verified && verified.error().code == Code::cms_signed_digest && digester.canonical() != nullptr) {
    if (auto canonical = crypto::cms::verify_detached(der, partner, *digester.canonical()))
      verified = std::move(canonical);
  }
  if (!verified) return tl::unexpected(std::move(verified).error());
  mdn.signer = verified->certificate;
  mdn.signature_digest = verified->parameters.digest;
  mdn.algorithm = std::string(crypto::name(verified->parameters.digest)) + " " +
                  std::string(crypto::name(verified->parameters.scheme));
  return {};
}

/// `rfc822; "Alice Co"` -> `Alice Co`.
std::string recipient(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  const std::string_view name = semicolon == std::string_view::npos ? value : value.substr(semicolon + 1);
  return parse_as2_name(name).value_or(std::string(mime::trim(name)).substr(0, name_bytes_max));
}

std::string without_empty_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!mime::trim(line).empty()) out.append(line).append("\n");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

void take_notes(const mime::HeaderFields& fields, std::string_view name, std::vector<std::string>& out) {
  for (const mime::HeaderField& field : fields.all()) {
    if (out.size() < notes_max && mime::equals_ignoring_case(field.name, name))
      out.push_back(field.value.substr(0, 1000));
  }
}

Status read_fields(const Part& part, ReceivedMdn& mdn) {
  TRY(const std::string text, part.content());
  TRY(const mime::HeaderFields fields, mime::parse_header_fields(without_empty_lines(text), {}, mime::BadLines::skip));
  mdn.reporting_ua = std::string(fields.value("Reporting-UA").substr(0, 200));
  mdn.final_recipient = recipient(fields.value("Final-Recipient"));
  mdn.original_recipient = recipient(fields.value("Original-Recipient"));
  if (auto id = parse_message_id(fields.value("Original-Message-ID"))) mdn.original_message_id = std::move(*id);
  mdn.disposition_text = std::string(fields.value("Disposition").substr(0, 1000));
  mdn.disposition = parse_disposition(mdn.disposition_text);
  if (const std::string* mic = fields.find("Received-content-MIC")) mdn.mic = parse_mic(*mic);
  take_notes(fields, "Error", mdn.error_fields);
  take_notes(fields, "Failure", mdn.failure_fields);
  take_notes(fields, "Warning", mdn.warning_fields);
  return {};
}

bool is_notification(const Part& part) {
  const std::string type = part.media_type();
  return type == "message/disposition-notification" || type == "application/disposition-notification";
}

Status read_report(std::string_view content_type, std::string_view body, ReceivedMdn& mdn) {
  TRY(const std::vector<Part> parts, cut(content_type, body));
  const auto notification = std::find_if(parts.begin(), parts.end(), is_notification);
  if (notification == parts.end()) {
    return fail(Code::as2_mdn, "the report has no message/disposition-notification part");
  }
  const auto human =
      std::find_if(parts.begin(), parts.end(), [](const Part& part) { return part.media_type().starts_with("text/"); });
  if (human != parts.end()) {
    if (const auto text = human->content()) {
      const auto charset = mime::parse_structured_value(human->fields.value("Content-Type")).parameter("charset");
      mdn.human_text =
          mime::to_utf8(text->substr(0, human_text_bytes_max), charset.empty() ? "utf-8" : charset).value_or("");
    }
  }
  return read_fields(*notification, mdn);
}

/// A signed report, a report, or a notification alone; signatures may stand around each other.
Status read_entity(const mime::HeaderFields& fields, std::string_view body,
                   const std::vector<crypto::Certificate>& partner, std::size_t nested, ReceivedMdn& mdn) {
  const std::string content_type(fields.value("Content-Type"));
  const std::string media = mime::media_type(content_type);
  if (media == "multipart/report") return read_report(content_type, body, mdn);
  if (media == "message/disposition-notification") {
    return read_fields(Part{"", std::string(body), fields}, mdn);
  }
  if (media != "multipart/signed" || nested == nested_max) {
    return fail(Code::as2_mdn, "the Content-Type is " + media.substr(0, 100) + ", not that of an MDN");
  }
  TRY(const std::vector<Part> parts, cut(content_type, body));
  if (parts.size() != 2) return fail(Code::as2_mdn, "multipart/signed with " + std::to_string(parts.size()) + " parts");
  TRY_STATUS(read_entity(parts[0].fields, parts[0].body, partner, nested + 1, mdn));
  TRY_STATUS(verify(parts[0], parts[1], partner, mdn));
  mdn.is_signed = true;
  return {};
}

}  // namespace

bool is_report(std::string_view content_type) {
  const std::string media = mime::media_type(content_type);
  return media == "multipart/report" || media == "message/disposition-notification";
}

Result<ReceivedMdn> read_mdn(const mime::HeaderFields& headers, std::string_view body,
                             const std::vector<crypto::Certificate>& partner) {
  if (body.size() > mdn_bytes_max) return fail(Code::as2_size, "an MDN of " + std::to_string(body.size()) + " bytes");
  ReceivedMdn mdn;
  const Addressing addressing = addressing_of(headers);
  mdn.from = addressing.from;
  mdn.to = addressing.to;
  mdn.message_id = addressing.message_id;
  TRY_STATUS(read_entity(headers, body, partner, 0, mdn));
  return mdn;
}

}  // namespace crossdock::as2
