// SMTP out.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/send.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "gateway/base/limits.hpp"

namespace crossdock::mail {
namespace {

using pipeline::AttemptOutcome;
using pipeline::AttemptResult;

AttemptOutcome outcome(AttemptResult result, std::string detail) {
  AttemptOutcome out;
  out.result = result;
  out.detail = std::move(detail);
  return out;
}

/// A document's bytes, from memory or from its file.
class Document {
 public:
  explicit Document(const pipeline::DeliveryRequest& request) : request_(request) {
    if (!request.payload_file.empty()) descriptor_ = ::open(request.payload_file.c_str(), O_RDONLY | O_CLOEXEC);
  }
  ~Document() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  [[nodiscard]] std::uint64_t bytes() const {
    if (request_.payload_file.empty()) return whole().size();
    std::error_code failed;
    const auto size = std::filesystem::file_size(request_.payload_file, failed);
    return failed ? 0 : size;
  }
  Result<std::string_view> next() {
    if (request_.payload_file.empty()) {
      const std::string_view out = ended_ ? std::string_view{} : std::string_view(whole());
      ended_ = true;
      return out;
    }
    if (descriptor_ < 0) return fail(Code::file_unreadable, request_.payload_file);
    piece_.resize(piece_bytes);
    const ssize_t got = ::read(descriptor_, piece_.data(), piece_.size());
    if (got < 0) return fail(Code::file_unreadable, request_.payload_file);
    return std::string_view(piece_.data(), static_cast<std::size_t>(got));
  }

 private:
  static constexpr std::size_t piece_bytes = 57U << 10;
  [[nodiscard]] const std::string& whole() const {
    static const std::string none;
    return request_.payload ? *request_.payload : request_.event_json ? *request_.event_json : none;
  }
  const pipeline::DeliveryRequest& request_;
  int descriptor_ = -1;
  bool ended_ = false;
  std::string piece_;
};

struct Giving {
  MailSource source;
  bool given = false;
  Status status;
};

std::size_t give(char* out, std::size_t one, std::size_t count, void* user) {
  auto& giving = *static_cast<Giving*>(user);
  const auto size = giving.source.read(out, one * count);
  if (!size) {
    giving.status = tl::unexpected(size.error());
    return CURL_READFUNC_ABORT;
  }
  giving.given = giving.given || *size > 0;
  return *size;
}

AttemptOutcome send(const SendSettings& settings, const pipeline::DeliveryRequest& request, base::Instant now) {
  Document document(request);
  MailFrame frame = compose(settings.compose, request, now);
  const std::uint64_t size = frame.head.size() + encoded_bytes(document.bytes()) + frame.tail.size();
  if (size > settings.mail_bytes_max)
    return outcome(AttemptResult::refused, Error{Code::mail_too_large,
                                                 {},
                                                 "the mail would have " + std::to_string(size) +
                                                     " bytes; the limit is " + std::to_string(settings.mail_bytes_max)}
                                               .text());
  const std::string& from = settings.compose.from;
  curl::Easy easy;
  easy.reach(settings.server, "smtp", from.substr(from.find('@') + 1));
  curl_slist* recipients = nullptr;
  for (const std::string& one : settings.compose.to)
    recipients = curl_slist_append(recipients, ("<" + one + ">").c_str());
  Giving giving{MailSource(std::move(frame), [&document] { return document.next(); }), false, {}};
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(easy.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(request.deadline.count()));
  curl_easy_setopt(easy.get(), CURLOPT_READFUNCTION, give);
  curl_easy_setopt(easy.get(), CURLOPT_READDATA, &giving);
  const curl::Failure failure = easy.perform();
  curl_slist_free_all(recipients);
  if (!giving.status) return outcome(AttemptResult::retry, giving.status.error().text());
  AttemptOutcome out = outcome_of(failure, giving.given, giving.source.ended());
  if (out.result == AttemptResult::applied)
    out.detail = "taken by " + settings.server.host + " as " + message_id(settings.compose, request);
  return out;
}

}  // namespace

AttemptOutcome outcome_of(const curl::Failure& failure, bool given, bool whole) {
  if (failure.code == CURLE_OK) return outcome(AttemptResult::applied, {});
  const bool final_refusal = failure.reply >= 500 && failure.reply < 600;
  const bool passing_refusal = failure.reply >= 400 && failure.reply < 500;
  const auto told = [&](AttemptResult result, Code code) {
    AttemptOutcome out = outcome(result, Error{code, {}, failure.text}.text());
    out.excerpt = failure.words.substr(0, base::limits::excerpt_bytes_max);
    return out;
  };
  if (failure.code == CURLE_LOGIN_DENIED) return told(AttemptResult::retry, Code::mail_login);
  if (curl::is_certificate_failure(failure.code)) return told(AttemptResult::retry, Code::mail_certificate);
  if (curl::is_before_login(failure.code)) return told(AttemptResult::retry, Code::mail_connection);
  if (final_refusal && (!given || whole)) return told(AttemptResult::refused, Code::mail_refused);
  if (passing_refusal || !given || !whole) return told(AttemptResult::retry, Code::mail_connection);
  return told(AttemptResult::unknown, Code::mail_connection);
}

void SendAdapter::attempt(const pipeline::DeliveryRequest& request, std::function<void(AttemptOutcome)> done) {
  auto work = [settings = settings_, &executor = executor_, now = clock_.now(), request, done] {
    auto result = send(*settings, request, now);
    executor.post([done, result = std::move(result)] { done(result); });
  };
  if (!workers_.run(std::move(work)))
    executor_.post([done] { done(outcome(AttemptResult::retry, "the workers that send mail are all busy")); });
}

void SendAdapter::look_up(const pipeline::DeliveryRequest&, std::function<void(pipeline::LookupOutcome)> done) {
  pipeline::LookupOutcome out;
  out.detail = "a mail server cannot be asked what became of a mail";
  executor_.post([done, out] { done(out); });
}

}  // namespace crossdock::mail
