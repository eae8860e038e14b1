// Commands of IMAP and what their answers mean.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/imap_session.hpp"

#include <algorithm>

#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::mail {
namespace {

constexpr std::size_t shown_bytes_max = 300;

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && mime::equals_ignoring_case(text.substr(0, word.size()), word) &&
         (text.size() == word.size() || text[word.size()] == ' ');
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (mime::equals_ignoring_case(text.substr(at, end - at), word)) return true;
    at = end + 1;
  }
  return false;
}

/// The answer to a FETCH of this mail, not one that the server sends by itself about another.
bool is_about(const ImapResponse& response, std::uint32_t uid) {
  return response.text.starts_with("* ") && response.text.find(" FETCH ") != std::string::npos &&
         fetch_number(response.text, "UID") == uid;
}

}  // namespace

Result<ImapSession::Answer> ImapSession::command(const std::string& text,
                                                 const std::function<void(const ImapResponse&)>& untagged,
                                                 const LiteralChooser& choose) {
  if (broken_) return fail(Code::mail_connection, "the connection ended before");
  broken_ = true;  // until its answer is whole
  const std::string tag = "X" + std::to_string(++tags_);
  TRY_STATUS(connection_->write(tag + " " + text + "\r\n"));
  std::optional<Answer> answer;
  while (!answer) {
    TRY(const std::string_view bytes, connection_->read());
    TRY_STATUS(reader_.feed(bytes, choose, [&](ImapResponse&& response) -> Status {
      if (starts_with_word(response.text, tag)) {
        const std::string_view rest =
            std::string_view(response.text).substr(std::min(tag.size() + 1, response.text.size()));
        answer = Answer{starts_with_word(rest, "OK"), std::string(rest.substr(0, shown_bytes_max))};
      } else if (starts_with_word(response.text, "* BYE")) {
        return fail(Code::mail_connection, "the server ends the session: " + response.text.substr(0, shown_bytes_max));
      } else if (untagged) {
        untagged(response);
      }
      return {};
    }));
  }
  broken_ = false;
  return *answer;
}

Status ImapSession::expect(const std::string& text, Code otherwise) {
  TRY(const Answer answer, command(text, {}));
  return answer.good ? Status{} : fail(otherwise, answer.text);
}

Status ImapSession::ask_capabilities() {
  TRY(const Answer answer, command("CAPABILITY", [this](const ImapResponse& response) {
        if (!starts_with_word(response.text, "* CAPABILITY")) return;
        can_move_ = has_word(response.text, "MOVE");
        has_uidplus_ = has_word(response.text, "UIDPLUS");
      }));
  return answer.good ? Status{} : fail(Code::mail_protocol, answer.text);
}

Status ImapSession::select(const std::string& folder) {
  TRY_STATUS(ask_capabilities());
  uid_validity_ = 0;
  TRY(const Answer answer, command("SELECT " + imap_quoted(folder), [this](const ImapResponse& response) {
        if (const std::size_t at = response.text.find("[UIDVALIDITY "); at != std::string::npos)
          uid_validity_ = fetch_number(std::string_view(response.text).substr(at), "UIDVALIDITY");
      }));
  if (!answer.good) return fail(Code::mail_folder, "the folder " + folder + " cannot be opened: " + answer.text);
  if (mime::to_lower(answer.text).find("[read-only]") != std::string::npos)
    return fail(Code::mail_folder, "the folder " + folder + " may only be read: nothing could be marked as taken");
  return {};
}

Result<std::vector<std::uint32_t>> ImapSession::search(const std::string& criteria) {
  std::vector<std::uint32_t> out;
  TRY(const Answer answer, command("UID SEARCH " + criteria, [&out](const ImapResponse& response) {
        const auto found = search_numbers(response.text);
        out.insert(out.end(), found.begin(), found.end());
      }));
  if (!answer.good) return fail(Code::mail_folder, "the folder cannot be searched: " + answer.text);
  return out;
}

Result<std::optional<MailHead>> ImapSession::head(std::uint32_t uid) {
  std::optional<MailHead> out;
  TRY(const Answer answer,
      command("UID FETCH " + std::to_string(uid) + " (UID RFC822.SIZE BODY.PEEK[HEADER])",
              [&](const ImapResponse& response) {
                if (!is_about(response, uid) || response.literals.empty()) return;
                out = MailHead{fetch_number(response.text, "RFC822.SIZE"), response.literals.front()};
              }));
  if (!answer.good) return fail(Code::mail_protocol, "a mail's header cannot be read: " + answer.text);
  return out;
}

Result<bool> ImapSession::fetch(std::uint32_t uid, const std::function<Status(std::string_view)>& sink) {
  bool found = false;
  const LiteralChooser choose = [&](std::string_view text, std::uint64_t) -> std::function<Status(std::string_view)> {
    if (!text.starts_with("* ") || text.find("BODY[]") == std::string_view::npos) return {};
    return sink;
  };
  TRY(const Answer answer, command(
                               "UID FETCH " + std::to_string(uid) + " (UID BODY.PEEK[])",
                               [&](const ImapResponse& response) {
                                 found = found || (is_about(response, uid) && !response.literals.empty());
                               },
                               choose));
  if (!answer.good) return fail(Code::mail_protocol, "a mail cannot be read: " + answer.text);
  return found;
}

Status ImapSession::add_flags(std::uint32_t uid, const std::string& flags) {
  return expect("UID STORE " + std::to_string(uid) + " +FLAGS.SILENT (" + flags + ")", Code::mail_dispose);
}

Status ImapSession::move(std::uint32_t uid, const std::string& folder) {
  const std::string with = can_move_ ? "UID MOVE " : "UID COPY ";
  const std::string text = with + std::to_string(uid) + " " + imap_quoted(folder);
  TRY(Answer answer, command(text, {}));
  if (!answer.good && mime::to_lower(answer.text).find("[trycreate]") != std::string::npos) {
    TRY_STATUS(expect("CREATE " + imap_quoted(folder), Code::mail_dispose));
    TRY(answer, command(text, {}));
  }
  if (!answer.good) return fail(Code::mail_dispose, "to " + folder + ": " + answer.text);
  return can_move_ ? Status{} : remove(uid);
}

Status ImapSession::remove(std::uint32_t uid) {
  TRY_STATUS(add_flags(uid, "\\Deleted"));
  // A plain EXPUNGE would also remove what others have marked.
  return has_uidplus_ ? expect("UID EXPUNGE " + std::to_string(uid), Code::mail_dispose) : Status{};
}

void ImapSession::log_out() {
  if (!broken_) static_cast<void>(command("LOGOUT", {}));
}

}  // namespace crossdock::mail
