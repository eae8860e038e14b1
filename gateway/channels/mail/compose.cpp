// Header fields and parts of a mail.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/compose.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/header_fields.hpp"
#include "gateway/crypto/mime/multipart_cutter.hpp"
#include "gateway/crypto/mime/safe_name.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::mail {
namespace {

constexpr std::size_t line_characters = 76, subject_bytes_max = 300;

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

std::string filled_in(std::string text, const ComposeSettings& settings, const pipeline::DeliveryRequest& request) {
  replace_all(text, "{name}", request.file_name.empty() ? request.delivery_id : request.file_name);
  replace_all(text, "{event}", request.event_id);
  replace_all(text, "{message}", request.message_id);
  replace_all(text, "{key}", request.effect_key);
  replace_all(text, "{type}", request.event_type);
  replace_all(text, "{partner}", settings.partner);
  return text;
}

/// `Sat, 21 Nov 2026 23:05:12 +0000`. Source: RFC 5322 s3.3.
std::string date_text(base::Instant at) {
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
  char out[64];
  std::snprintf(out, sizeof out, "%s, %02u %s %04d %02d:%02d:%02d +0000", days[std::chrono::weekday(day).c_encoding()],
                static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return out;
}

/// Long subjects outside ASCII would make one encoded word too long: they go in several.
std::string subject_words(const std::string& subject) {
  std::string out;
  for (std::size_t at = 0; at < subject.size();) {
    std::size_t end = std::min(at + 40, subject.size());
    while (end < subject.size() && (static_cast<unsigned char>(subject[end]) & 0xC0) == 0x80) ++end;
    out += (out.empty() ? "" : " ") + mime::encode_word(subject.substr(at, end - at));
    at = end;
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; });
}

std::string type_of(const ComposeSettings& settings, const pipeline::DeliveryRequest& request) {
  if (!settings.content_type.empty()) return settings.content_type;
  return request.content_type.empty() ? "application/octet-stream" : request.content_type;
}

void append_part_header(std::string& out, const std::string& type, const std::string& name, bool attached) {
  mime::append_header_field(out, "Content-Type", type);
  mime::append_header_field(out, "Content-Transfer-Encoding", "base64");
  if (attached) mime::append_header_field(out, "Content-Disposition", mime::content_disposition(name));
  out += "\r\n";
}

}  // namespace

std::string message_id(const ComposeSettings& settings, const pipeline::DeliveryRequest& request) {
  const std::string domain = settings.from.substr(settings.from.find('@') + 1);
  return "<" + to_hex(sha256(request.target + "\n" + request.effect_key)) + "@" + domain + ">";
}

std::uint64_t encoded_bytes(std::uint64_t bytes) {
  const std::uint64_t characters = (bytes + 2) / 3 * 4;
  return characters + (characters + line_characters - 1) / line_characters * 2;
}

MailFrame compose(const ComposeSettings& settings, const pipeline::DeliveryRequest& request, base::Instant now) {
  MailFrame out;
  std::string recipients;
  for (const std::string& one : settings.to) recipients += (recipients.empty() ? "<" : ", <") + one + ">";
  std::string subject = filled_in(settings.subject, settings, request).substr(0, subject_bytes_max);
  if (!is_ascii(subject)) subject = subject_words(subject);
  const std::string name = mime::safe_file_name(filled_in(settings.file_name, settings, request)).name;
  const std::string id = message_id(settings, request);
  mime::append_header_field(out.head, "Date", date_text(now));
  mime::append_header_field(out.head, "From", "<" + settings.from + ">");
  mime::append_header_field(out.head, "To", recipients);
  mime::append_header_field(out.head, "Subject", subject);
  mime::append_header_field(out.head, "Message-ID", id);
  mime::append_header_field(out.head, "MIME-Version", "1.0");
  mime::append_header_field(out.head, "Auto-Submitted", "auto-generated");
  if (settings.form == ComposeSettings::Form::body) {
    append_part_header(out.head, type_of(settings, request), name, false);
    return out;
  }
  const std::string boundary = mime::make_boundary(id.substr(1, 32));
  mime::append_header_field(out.head, "Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
  out.head += "\r\n";
  if (!settings.text.empty()) {
    out.head += "--" + boundary + "\r\n";
    append_part_header(out.head, "text/plain; charset=utf-8", {}, false);
    const auto coder = mime::make_encoder(mime::TransferEncoding::base64);
    static_cast<void>(coder->feed(filled_in(settings.text, settings, request) + "\r\n", out.head));
    static_cast<void>(coder->finish(out.head));
  }
  out.head += "--" + boundary + "\r\n";
  append_part_header(out.head, type_of(settings, request), name, true);
  out.tail = "--" + boundary + "--\r\n";
  return out;
}

MailSource::MailSource(MailFrame frame, std::function<Result<std::string_view>()> next)
    : frame_(std::move(frame)),
      next_(std::move(next)),
      coder_(mime::make_encoder(mime::TransferEncoding::base64)),
      buffer_(frame_.head) {}

Result<std::size_t> MailSource::read(char* out, std::size_t size) {
  while (at_ >= buffer_.size() && stage_ != Stage::done) {
    buffer_.clear();
    at_ = 0;
    TRY(const std::string_view piece, next_());
    if (!piece.empty()) {
      TRY_STATUS(coder_->feed(piece, buffer_));
      continue;
    }
    TRY_STATUS(coder_->finish(buffer_));
    buffer_ += frame_.tail;
    stage_ = Stage::done;
  }
  const std::size_t taken = std::min(size, buffer_.size() - at_);
  std::memcpy(out, buffer_.data() + at_, taken);
  at_ += taken;
  return taken;
}

}  // namespace crossdock::mail
