// MDNs out: the report part, then the signature around its exact bytes.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/mdn_writer.hpp"

#include <algorithm>

#include "gateway/as2/stages.hpp"
#include "gateway/crypto/mime/multipart_cutter.hpp"
#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::as2 {
namespace {

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Every line end as CRLF, one at the end, other control characters as blanks; no line begins like a boundary.
std::string lines_of(std::string_view text) {
  std::string out;
  if (text.starts_with("--")) out += ' ';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      out += "\r\n";
      if (text.substr(i + 1).starts_with("--")) out += ' ';
    } else {
      out += static_cast<unsigned char>(c) < ' ' && c != '\t' ? ' ' : c;
    }
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out;
}

std::string human_text(const MdnFacts& facts) {
  if (!facts.human_text.empty()) return facts.human_text;
  std::string out = "The message " + facts.original_message_id + " from " + facts.to + " to " + facts.from;
  if (facts.disposition.positive()) {
    out += " was received and stored. That says nothing yet about what is in it.";
    if (!facts.disposition.text.empty()) out += "\nNote: " + facts.disposition.text;
  } else {
    out += " was received but not taken: " + facts.disposition.text + ".";
  }
  return out;
}

std::string disposition_part(const MdnFacts& facts) {
  mime::HeaderFields fields{{"Reporting-UA", facts.reporting_ua}};
  const std::string original = facts.original_recipient.empty() ? facts.from : facts.original_recipient;
  fields.add("Original-Recipient", "rfc822; " + write_as2_name(original));
  fields.add("Final-Recipient", "rfc822; " + write_as2_name(facts.from));
  if (!facts.original_message_id.empty()) fields.add("Original-Message-ID", facts.original_message_id);
  fields.add("Disposition", write_disposition(facts.disposition));
  if (!facts.failure_text.empty()) {
    switch (facts.disposition.modifier) {
      case Disposition::Modifier::error: fields.add("Error", facts.failure_text); break;
      case Disposition::Modifier::failure: fields.add("Failure", facts.failure_text); break;
      case Disposition::Modifier::warning: fields.add("Warning", facts.failure_text); break;
      case Disposition::Modifier::none: break;
    }
  }
  if (facts.mic) fields.add("Received-content-MIC", write_mic(*facts.mic, facts.micalg_spelling));
  std::string out;
  mime::append_header_block(out, fields);
  return out;
}

std::string report(const MdnFacts& facts, const std::string& boundary) {
  const std::string text = human_text(facts);
  std::string out = "--" + boundary + "\r\n";
  const bool plain = ascii(text);
  mime::append_header_block(out,
                            {{"Content-Type", plain ? "text/plain; charset=us-ascii" : "text/plain; charset=utf-8"},
                             {"Content-Transfer-Encoding", plain ? "7bit" : "8bit"}});
  out += lines_of(text);
  out += "\r\n--" + boundary + "\r\n";
  mime::append_header_block(
      out, {{"Content-Type", "message/disposition-notification"}, {"Content-Transfer-Encoding", "7bit"}});
  out += disposition_part(facts);
  return out + "\r\n--" + boundary + "--\r\n";
}

mime::HeaderFields mdn_headers(const MdnFacts& facts, const std::string& content_type) {
  mime::HeaderFields out;
  out.add("AS2-Version", facts.profile == Profile::v1_3 ? "1.3" : facts.features.empty() ? "1.1" : "1.2");
  if (!facts.from.empty()) out.add("AS2-From", write_as2_name(facts.from));
  if (!facts.to.empty()) out.add("AS2-To", write_as2_name(facts.to));
  if (!facts.message_id.empty()) out.add("Message-ID", facts.message_id);
  if (!facts.date.empty()) out.add("Date", facts.date);
  out.add("Subject", mime::encode_word(facts.subject));
  out.add("MIME-Version", "1.0");
  if (facts.profile == Profile::v1_3 && !facts.product.empty()) out.add("AS2-Product", facts.product);
  std::string features;
  for (const std::string& feature : facts.features) features += (features.empty() ? "" : ", ") + feature;
  if (!features.empty()) out.add("EDIINT-Features", features);
  out.add("Content-Type", content_type);
  return out;
}

}  // namespace

Result<WrittenMdn> write_mdn(const MdnFacts& facts, const SignSettings* signing, std::string_view unique) {
  const std::string boundary = mime::make_boundary(std::string(unique) + "-m");
  const std::string type = mime::write_structured_value(
      {"multipart/report", {{"report-type", "disposition-notification"}, {"boundary", boundary}}});
  const std::string body = report(facts, boundary);
  if (signing == nullptr) return WrittenMdn{mdn_headers(facts, type), body};
  crypto::StringSink bytes;
  OutStage out(bytes);
  SignStage sign(*signing, mime::make_boundary(std::string(unique) + "-s"), out);
  std::string header;
  mime::append_header_block(header, {{"Content-Type", type}});
  TRY_STATUS(sign.begin());
  TRY_STATUS(sign.write(header));
  TRY_STATUS(sign.write(body));
  TRY_STATUS(sign.finish());
  return WrittenMdn{mdn_headers(facts, sign.content_type()), std::move(bytes.bytes)};
}

}  // namespace crossdock::as2
