// Documents of a mail.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/collector.hpp"

#include <algorithm>

#include "gateway/crypto/mime/charset.hpp"

namespace crossdock::mail {
namespace {

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return name_matches(pattern, text); });
}

bool is_signature(std::string_view type) {
  return type == "application/pkcs7-signature" || type == "application/x-pkcs7-signature" ||
         type == "application/pgp-signature";
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos; }

/// Names of documents that came without one, such as a mail's body.
std::string default_name(const Leaf& leaf) {
  if (leaf.content_type == "application/edi-x12") return "document-" + leaf.section + ".edi";
  if (leaf.content_type == "application/edifact") return "document-" + leaf.section + ".edi";
  return leaf.content_type == "text/plain" ? "body-" + leaf.section + ".txt" : "part-" + leaf.section;
}

}  // namespace

bool name_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, from = 0;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool is_from(const TakeRules& rules, std::string_view address) {
  return rules.from.empty() || any_matches(rules.from, address);
}

Collector::~Collector() = default;

Status Collector::headers(const mime::HeaderFields& fields) {
  return check_authentication(fields, rules_.authentication);
}

bool Collector::is_wanted(const Leaf& leaf) const {
  if (is_signature(leaf.content_type)) return false;
  const bool attachment = leaf.attached || !leaf.file_name.empty();
  if (attachment) {
    if (rules_.take == TakeRules::Take::bodies) return false;
    const std::string name = leaf.file_name.empty() ? default_name(leaf) : leaf.file_name;
    return !any_matches(rules_.exclude, name) && (rules_.include.empty() || any_matches(rules_.include, name));
  }
  if (leaf.content_type == "text/html" || leaf.content_type.starts_with("image/") ||
      leaf.content_type.starts_with("message/"))
    return false;
  // EDI that is the mail itself has no name: its type tells it from a covering note.
  const bool is_note = leaf.content_type.starts_with("text/");
  return !is_note || rules_.take != TakeRules::Take::attachments;
}

Status Collector::leaf_begin(const Leaf& leaf) {
  if (!is_wanted(leaf)) return {};
  if (units_.size() >= rules_.units_max)
    return fail(Code::mail_depth, "the mail holds more than " + std::to_string(rules_.units_max) + " documents");
  unit_.emplace();
  unit_->section = leaf.section;
  unit_->content_type = leaf.content_type;
  unit_->file_name = leaf.file_name.empty() ? default_name(leaf) : leaf.file_name;
  return {};
}

Status Collector::leaf_bytes(std::string_view bytes) {
  if (!unit_) return {};
  unit_->size += bytes.size();
  if (unit_->size > rules_.unit_bytes_max)
    return fail(Code::mail_too_large,
                unit_->file_name + " has more than " + std::to_string(rules_.unit_bytes_max) + " bytes");
  digest_.update(bytes);
  if (!writer_) {
    unit_->bytes += bytes;
    if (unit_->bytes.size() <= rules_.inline_bytes_max) return {};
    TRY(writer_, http::SpoolWriter::open(http::fresh_spool_path(spool_folder_)));
    TRY_STATUS(writer_->append(unit_->bytes));
    unit_->bytes.clear();
    unit_->bytes.shrink_to_fit();
    return {};
  }
  return writer_->append(bytes);
}

Status Collector::leaf_end() {
  if (!unit_) return {};
  Unit unit = std::move(*unit_);
  unit_.reset();
  unit.sha256 = to_hex(digest_.finish());
  if (writer_) {
    TRY(unit.spool, writer_->finish());
    writer_.reset();
  } else if (is_blank(unit.bytes)) {
    return {};
  }
  units_.push_back(std::move(unit));
  return {};
}

Envelope envelope_of(std::string_view header, const ReadLimits& limits) {
  Envelope out;
  out.header = header;
  const auto fields = mime::parse_header_fields(header, limits.header, mime::BadLines::skip);
  if (!fields) return out;
  constexpr std::size_t shown_bytes_max = 500;
  out.message_id = std::string(mime::trim(fields->value("message-id"))).substr(0, shown_bytes_max);
  out.from = from_address(*fields);
  out.subject = mime::decode_encoded_words(fields->value("subject")).substr(0, shown_bytes_max);
  out.date = std::string(fields->value("date")).substr(0, shown_bytes_max);
  return out;
}

}  // namespace crossdock::mail
