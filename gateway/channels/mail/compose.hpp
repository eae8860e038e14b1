// Mails that leave: header and parts around a document whose bytes are encoded while they go.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/crypto/mime/transfer_encoding.hpp"
#include "gateway/pipeline/target.hpp"

namespace crossdock::mail {

struct ComposeSettings {
  enum class Form : std::uint8_t { attachment, body };
  std::string partner, from;
  std::vector<std::string> to;
  std::string subject = "{name}", text, file_name = "{name}", content_type;
  Form form = Form::attachment;
};

/// What stands before and behind the document.
struct MailFrame {
  std::string head, tail;
};

/// The same delivery always has the same Message-ID, whichever attempt it is: receivers can tell a repetition.
/// Source: RFC 5322, RFC 2045, RFC 2183.
[[nodiscard]] MailFrame compose(const ComposeSettings& settings, const pipeline::DeliveryRequest& request,
                                base::Instant now);
/// `<64 hex of the effect key@domain of from>`.
[[nodiscard]] std::string message_id(const ComposeSettings& settings, const pipeline::DeliveryRequest& request);
/// How many bytes a document has in base64 with its line ends.
[[nodiscard]] std::uint64_t encoded_bytes(std::uint64_t bytes);

/// The mail in pieces. `next` gives the document's bytes, an empty view at its end.
class MailSource {
 public:
  MailSource(MailFrame frame, std::function<Result<std::string_view>()> next);
  /// At most `size` bytes into `out`; 0 at the end. Errors: of `next`.
  [[nodiscard]] Result<std::size_t> read(char* out, std::size_t size);
  [[nodiscard]] bool ended() const { return stage_ == Stage::done && at_ >= buffer_.size(); }

 private:
  enum class Stage : std::uint8_t { document, done };
  MailFrame frame_;
  std::function<Result<std::string_view>()> next_;
  std::unique_ptr<mime::TransferCoder> coder_;
  std::string buffer_;
  std::size_t at_ = 0;
  Stage stage_ = Stage::document;
};

}  // namespace crossdock::mail
