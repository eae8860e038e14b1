// A mail as a stream: its header fields, then each leaf of its MIME tree with its bytes decoded. No sockets, no files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/crypto/mime/header_fields.hpp"
#include "translators/base/result.hpp"

namespace crossdock::mail {

struct ReadLimits {
  std::uint64_t message_bytes_max = 64ULL << 20;   ///< as it is transferred
  std::size_t depth_max = 16;                      ///< multiparts and mails inside each other
  std::size_t parts_max = 500;                     ///< of all levels together
  mime::HeaderLimits header{256U << 10, 1000};     ///< of the mail
  mime::HeaderLimits part_header{64U << 10, 256};  ///< of each part
};

/// One leaf of the MIME tree.
struct Leaf {
  std::string section;       ///< as IMAP numbers it: `1`, `2.1`
  std::string content_type;  ///< lower case, without parameters; `text/plain` where none is given
  std::string file_name;     ///< UTF-8 and safe as a file's name; empty: it has none
  bool attached = false;     ///< Content-Disposition: attachment
  std::size_t depth = 0;     ///< 0: the mail itself
};

/// Takes what the reader finds; an error of it ends the reading.
class MessageHandler {
 public:
  virtual ~MessageHandler() = default;
  virtual Status headers(const mime::HeaderFields& fields) = 0;
  virtual Status leaf_begin(const Leaf& leaf) = 0;
  virtual Status leaf_bytes(std::string_view bytes) = 0;  ///< decoded; the view is valid during the call only
  virtual Status leaf_end() = 0;
};

/// Reads one mail from bytes in any chunks. Memory: one header block a level and one line.
/// Mails inside (message/rfc822) are opened; reports of mail systems (message/delivery-status) are leaves.
/// Errors: mail.too_large, mail.depth (nesting or number of parts), mail.malformed, mime.* of the parts, and what the
/// handler returns. Source: RFC 5322, RFC 2045, RFC 2046.
class MessageReader {
 public:
  MessageReader(MessageHandler& handler, const ReadLimits& limits);
  ~MessageReader();
  MessageReader(const MessageReader&) = delete;
  MessageReader& operator=(const MessageReader&) = delete;
  [[nodiscard]] Status feed(std::string_view bytes);
  /// The mail is over: everything that was begun must be closed.
  [[nodiscard]] Status finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::mail
