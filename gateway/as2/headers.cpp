// The headers of an AS2 request.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/headers.hpp"

#include <algorithm>

namespace crossdock::as2 {
namespace {

/// Calls `each` with every piece between separators, without blanks around it; empty pieces are left out.
template <class Each>
void split(std::string_view text, char separator, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.size(), text.find(separator));
    const std::string_view piece = mime::trim(text.substr(0, end));
    if (!piece.empty()) each(piece);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return mime::trim(text.substr(1, text.size() - 2));
  return text;
}

Result<std::string> one_value(const mime::HeaderFields& fields, std::string_view name) {
  if (fields.count(name) > 1) return fail(Code::as2_header, "there is more than one " + std::string(name) + " header");
  const std::string* value = fields.find(name);
  if (value == nullptr) return fail(Code::as2_header, "there is no " + std::string(name) + " header");
  return *value;
}

/// Any 1.x; `1` alone is taken.
bool known_version(std::string_view version) {
  if (version.empty() || version.front() != '1' || version.size() > 8) return false;
  return version.size() == 1 || (version[1] == '.' && std::all_of(version.begin() + 2, version.end(), [](char c) {
                                   return (c >= '0' && c <= '9') || c == '.';
                                 }));
}

/// One parameter of Disposition-Notification-Options: name, importance, values.
void read_option(std::string_view option, ReceiptRequest& out) {
  const std::size_t equals = option.find('=');
  if (equals == std::string_view::npos) return;
  const std::string option_name = mime::to_lower(mime::trim(option.substr(0, equals)));
  std::vector<std::string> values;
  split(option.substr(equals + 1), ',', [&](std::string_view value) { values.emplace_back(without_quotes(value)); });
  bool required = false;
  if (!values.empty()) {
    const std::string importance = mime::to_lower(values.front());
    required = importance == "required";
    if (required || importance == "optional") values.erase(values.begin());
  }
  if (option_name == "signed-receipt-protocol") {
    out.signed_asked = true;
    out.protocol_required = required;
    out.protocol_known = values.empty() || std::any_of(values.begin(), values.end(), [](const std::string& value) {
                           return mime::equals_ignoring_case(value, "pkcs7-signature") ||
                                  mime::equals_ignoring_case(value, "x-pkcs7-signature");
                         });
  } else if (option_name == "signed-receipt-micalg") {
    constexpr std::size_t listed_max = 20;
    out.micalg_required = required;
    for (std::string& value : values) {
      if (out.micalg_texts.size() == listed_max) break;
      if (const auto known = crypto::read_micalg(value)) out.micalgs.push_back(*known);
      out.micalg_texts.push_back(std::move(value));
    }
  }
}

}  // namespace

ReceiptRequest parse_receipt_options(std::string_view options) {
  ReceiptRequest out;
  split(options, ';', [&](std::string_view option) { read_option(option, out); });
  return out;
}

Result<As2Headers> read_as2_headers(const mime::HeaderFields& fields) {
  As2Headers out;
  TRY(out.raw_from, one_value(fields, "AS2-From"));
  TRY(out.raw_to, one_value(fields, "AS2-To"));
  TRY(out.from, parse_as2_name(out.raw_from));
  TRY(out.to, parse_as2_name(out.raw_to));
  if (!mime::trim(fields.value("Message-ID")).empty()) {
    TRY(out.message_id, parse_message_id(fields.value("Message-ID")));
  }
  if (const std::string* version = fields.find("AS2-Version"); version != nullptr && !version->empty()) {
    if (!known_version(*version))
      return fail(Code::as2_header, "AS2-Version is " + version->substr(0, 20) + ", not 1.x");
    out.version = *version;
  }
  out.product = fields.value("AS2-Product");
  split(fields.value("EDIINT-Features"), ',', [&](std::string_view feature) { out.features.emplace_back(feature); });
  out.subject = fields.value("Subject");
  out.date = fields.value("Date");
  out.user_agent = fields.value("User-Agent");
  out.content_type = fields.value("Content-Type");
  if (out.content_type.empty()) out.content_type = "application/octet-stream";
  if (const std::string* to = fields.find("Disposition-Notification-To")) {
    out.receipt = parse_receipt_options(fields.value("Disposition-Notification-Options"));
    out.receipt->to = *to;
    std::string_view url = without_quotes(mime::trim(fields.value("Receipt-Delivery-Option")));
    if (url.size() >= 2 && url.front() == '<' && url.back() == '>') url = mime::trim(url.substr(1, url.size() - 2));
    if (!url.empty()) out.receipt->delivery_url = std::string(url);
  }
  return out;
}

Addressing addressing_of(const mime::HeaderFields& fields) {
  Addressing out;
  if (auto from = parse_as2_name(fields.value("AS2-From"))) out.from = std::move(*from);
  if (auto to = parse_as2_name(fields.value("AS2-To"))) out.to = std::move(*to);
  if (auto id = parse_message_id(fields.value("Message-ID"))) out.message_id = std::move(id->raw);
  return out;
}

}  // namespace crossdock::as2
