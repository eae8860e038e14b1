// Writes MDNs: multipart/report, signed or not, never folded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/as2/disposition.hpp"
#include "gateway/as2/mic.hpp"
#include "gateway/as2/packer.hpp"

namespace crossdock::as2 {

struct MdnFacts {
  std::string from, to;             ///< AS2-From (we) and AS2-To (the sender of the message), unquoted
  std::string original_message_id;  ///< exactly as it came
  std::string original_recipient;   ///< AS2-To of the message, unquoted; empty: as `from`
  Disposition disposition;
  std::optional<crypto::Digest> mic;  ///< absent where the content could not be read
  crypto::MicalgSpelling micalg_spelling = crypto::MicalgSpelling::plain;
  std::string human_text;        ///< first part; empty: a sentence that fits the disposition
  std::string failure_text;      ///< more about an error, one line; no inside of ours
  std::string message_id, date;  ///< of the MDN
  std::string reporting_ua = "Crossdock";
  std::string subject = "Message disposition notification";
  Profile profile = Profile::legacy;
  std::string product;
  std::vector<std::string> features = {"multiple-attachments"};
};

struct WrittenMdn {
  mime::HeaderFields headers;  ///< AS2-*, Message-ID, Content-Type ...: of the HTTP answer or request
  std::string body;            ///< ends with the last byte of the structure
};

/// `signing` null: unsigned. Signed over exactly the bytes of the report part. RSA is done here: on a worker.
/// Errors: cms.*. Source: RFC 4130 s7.4, RFC 8098.
[[nodiscard]] Result<WrittenMdn> write_mdn(const MdnFacts& facts, const SignSettings* signing, std::string_view unique);

}  // namespace crossdock::as2
