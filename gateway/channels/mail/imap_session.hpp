// The IMAP dialogue over a connection that is logged in: one folder, its mails by UID. Blocking.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/channels/curl/connection.hpp"
#include "gateway/channels/mail/imap_reader.hpp"

namespace crossdock::mail {

/// What is known of a mail before its body comes.
struct MailHead {
  std::uint64_t bytes = 0;  ///< RFC822.SIZE
  std::string header;       ///< the block as it is stored
};

/// Never marks a mail as read by reading it (BODY.PEEK). Mails that vanish meanwhile are no error.
/// Errors: mail.connection (cut, silent), mail.protocol, mail.folder (no such folder, not permitted), mail.dispose.
/// Source: RFC 3501; RFC 6851 (MOVE), RFC 4315 (UIDPLUS).
class ImapSession {
 public:
  explicit ImapSession(std::unique_ptr<curl::Connection> connection) : connection_(std::move(connection)) {}

  /// Opens a folder for reading and changing.
  [[nodiscard]] Status select(const std::string& folder);
  /// Its UIDs mean the same mails as long as this does not change.
  [[nodiscard]] std::uint64_t uid_validity() const { return uid_validity_; }
  /// UIDs of mails, oldest first. `criteria` such as `UNSEEN UNDELETED`.
  [[nodiscard]] Result<std::vector<std::uint32_t>> search(const std::string& criteria);
  /// Nothing when the mail is gone.
  [[nodiscard]] Result<std::optional<MailHead>> head(std::uint32_t uid);
  /// The whole mail in pieces; false when it is gone. Errors of the sink end the session's use.
  [[nodiscard]] Result<bool> fetch(std::uint32_t uid, const std::function<Status(std::string_view)>& sink);

  [[nodiscard]] Status add_flags(std::uint32_t uid, const std::string& flags);
  /// Makes the folder when it is not there. With MOVE in one step, else copied and then removed.
  [[nodiscard]] Status move(std::uint32_t uid, const std::string& folder);
  /// Marks as deleted and, where the server can remove just this one (UIDPLUS), removes it.
  [[nodiscard]] Status remove(std::uint32_t uid);
  void log_out();

 private:
  struct Answer {
    bool good = false;
    std::string text;  ///< behind the tag
  };
  [[nodiscard]] Result<Answer> command(const std::string& text,
                                       const std::function<void(const ImapResponse&)>& untagged,
                                       const LiteralChooser& choose = {});
  [[nodiscard]] Status expect(const std::string& text, Code otherwise);
  [[nodiscard]] Status ask_capabilities();

  std::unique_ptr<curl::Connection> connection_;
  ImapReader reader_;
  std::uint32_t tags_ = 0;
  std::uint64_t uid_validity_ = 0;
  bool can_move_ = false, has_uidplus_ = false, broken_ = false;
};

}  // namespace crossdock::mail
