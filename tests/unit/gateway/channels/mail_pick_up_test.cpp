// The dialogue with an IMAP server that a script plays: responses in pieces, literals, refusals, lost connections.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "gateway/channels/mail/imap_session.hpp"

namespace crossdock::mail {
namespace {

using testing::ElementsAre;

/// Answers each command with the next text; `TAG` stands for the command's tag.
class Script final : public curl::Connection {
 public:
  explicit Script(std::vector<std::string> answers, std::size_t piece = 5)
      : answers_(answers.begin(), answers.end()), piece_(piece) {}
  Status write(std::string_view bytes) override {
    commands.emplace_back(bytes.substr(0, bytes.size() - 2));
    const std::string tag(bytes.substr(0, bytes.find(' ')));
    if (answers_.empty()) return {};
    std::string answer = std::move(answers_.front());
    answers_.pop_front();
    for (std::size_t at; (at = answer.find("TAG")) != std::string::npos;) answer.replace(at, 3, tag);
    left_ += answer;
    return {};
  }
  Result<std::string_view> read() override {
    if (left_.empty()) return fail(Code::mail_connection, "the server closed the connection");
    given_ = left_.substr(0, piece_);
    left_.erase(0, given_.size());
    return std::string_view(given_);
  }
  std::vector<std::string> commands;

 private:
  std::deque<std::string> answers_;
  std::size_t piece_;
  std::string left_, given_;
};

struct Session {
  explicit Session(std::vector<std::string> answers, std::size_t piece = 5) {
    auto made = std::make_unique<Script>(std::move(answers), piece);
    script = made.get();
    imap = std::make_unique<ImapSession>(std::move(made));
  }
  Script* script;
  std::unique_ptr<ImapSession> imap;
};

const std::string capabilities = "* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\nTAG OK done\r\n";
const std::string plain = "* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n";
const std::string selected = "* 3 EXISTS\r\n* OK [UIDVALIDITY 77] UIDs valid\r\nTAG OK [READ-WRITE] done\r\n";

TEST(ImapSession, finds_and_reads_mails_without_marking_them) {
  for (const std::size_t piece : {1U, 7U, 1000U}) {
    Session session({capabilities, selected, "* SEARCH 9 4 4\r\nTAG OK\r\n",
                     "* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 4 RFC822.SIZE 21 BODY[HEADER] {14}\r\nSubject: "
                     "x\r\n\r\n)\r\nTAG OK\r\n",
                     "* 2 FETCH (UID 4 BODY[] {19}\r\nSubject: x\r\n\r\nTAG O)\r\nTAG OK\r\n"},
                    piece);
    ASSERT_TRUE(session.imap->select("IN \"X\""));
    EXPECT_EQ(session.imap->uid_validity(), 77U);
    const auto found = session.imap->search("UNSEEN");
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, ElementsAre(4, 9));
    const auto head = session.imap->head(4);
    ASSERT_TRUE(head && *head);
    EXPECT_EQ((*head)->bytes, 21U);
    EXPECT_EQ((*head)->header, "Subject: x\r\n\r\n");
    std::string body;
    const auto fetched = session.imap->fetch(4, [&](std::string_view bytes) -> Status {
      body += bytes;
      return {};
    });
    ASSERT_TRUE(fetched && *fetched);
    EXPECT_EQ(body.size(), 19U);
    EXPECT_EQ(session.script->commands[1], "X2 SELECT \"IN \\\"X\\\"\"");
    for (const std::string& command : session.script->commands)
      EXPECT_TRUE(command.find("BODY[") == std::string::npos) << command;  // PEEK only
  }
}

TEST(ImapSession, mails_that_vanished_are_no_error) {
  Session session({capabilities, selected, "TAG OK nothing\r\n", "TAG OK nothing\r\n"});
  ASSERT_TRUE(session.imap->select("INBOX"));
  EXPECT_FALSE(session.imap->head(4)->has_value());
  EXPECT_FALSE(*session.imap->fetch(4, [](std::string_view) -> Status { return {}; }));
}

TEST(ImapSession, says_why_a_folder_cannot_be_used) {
  Session none({capabilities, "TAG NO [NONEXISTENT] no such folder\r\n"});
  EXPECT_EQ(none.imap->select("X").error().code, Code::mail_folder);
  Session read_only({capabilities, "TAG OK [READ-ONLY] done\r\n"});
  EXPECT_EQ(read_only.imap->select("X").error().code, Code::mail_folder);
  Session ends({capabilities, "* BYE too many connections\r\n"});
  EXPECT_EQ(ends.imap->select("X").error().code, Code::mail_connection);
  EXPECT_EQ(ends.imap->search("ALL").error().code, Code::mail_connection);  // and it stays so
}

TEST(ImapSession, moves_and_removes_as_the_server_can) {
  Session modern({capabilities, selected, "TAG NO [TRYCREATE] no folder\r\n", "TAG OK\r\n", "TAG OK\r\n", "TAG OK\r\n",
                  "TAG OK\r\n"});
  ASSERT_TRUE(modern.imap->select("INBOX"));
  EXPECT_TRUE(modern.imap->move(7, "Done"));
  EXPECT_TRUE(modern.imap->remove(8));
  EXPECT_THAT(modern.script->commands,
              ElementsAre("X1 CAPABILITY", "X2 SELECT \"INBOX\"", "X3 UID MOVE 7 \"Done\"", "X4 CREATE \"Done\"",
                          "X5 UID MOVE 7 \"Done\"", "X6 UID STORE 8 +FLAGS.SILENT (\\Deleted)", "X7 UID EXPUNGE 8"));
  Session old({plain, selected, "TAG OK copied\r\n", "TAG OK\r\n", "TAG NO quota\r\n"});
  ASSERT_TRUE(old.imap->select("INBOX"));
  EXPECT_TRUE(old.imap->move(7, "Done"));
  EXPECT_EQ(old.imap->remove(8).error().code, Code::mail_dispose);
  EXPECT_EQ(old.script->commands[2], "X3 UID COPY 7 \"Done\"");
  EXPECT_EQ(old.script->commands[3], "X4 UID STORE 7 +FLAGS.SILENT (\\Deleted)");
}

TEST(ImapReader, has_limits) {
  const auto none = [](ImapResponse&&) -> Status { return {}; };
  ImapReader line;
  EXPECT_TRUE(line.feed(std::string(ImapReader::line_bytes_max, 'x'), {}, none));
  EXPECT_EQ(line.feed("x", {}, none).error().code, Code::mail_protocol);
  ImapReader literal;
  EXPECT_EQ(literal.feed("* X {1048577}\r\n", {}, none).error().code, Code::mail_protocol);
  ImapReader kept;
  EXPECT_TRUE(kept.feed("* X {1048576}\r\n", {}, none));
  ImapReader many;
  std::string text = "* X";
  for (std::size_t i = 0; i < ImapReader::literals_max; ++i) text += " {0}\r\n";
  EXPECT_TRUE(many.feed(text, {}, none));
  EXPECT_EQ(many.feed(" {0}\r\n", {}, none).error().code, Code::mail_protocol);
}

}  // namespace
}  // namespace crossdock::mail
