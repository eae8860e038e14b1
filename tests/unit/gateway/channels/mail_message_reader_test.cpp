// Mails as documents: MIME trees at every chunking, limits at and one past them, what counts as a document.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/message_reader.hpp"

#include <gtest/gtest.h>

#include "gateway/channels/mail/collector.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::mail {
namespace {

struct Seen {
  std::string section, type, name, bytes;
  bool attached = false;
  friend bool operator==(const Seen&, const Seen&) = default;
};

class Recorder final : public MessageHandler {
 public:
  Status headers(const mime::HeaderFields& fields) override {
    subject = fields.value("subject");
    return {};
  }
  Status leaf_begin(const Leaf& leaf) override {
    leaves.push_back({leaf.section, leaf.content_type, leaf.file_name, "", leaf.attached});
    return {};
  }
  Status leaf_bytes(std::string_view bytes) override {
    leaves.back().bytes += bytes;
    return {};
  }
  Status leaf_end() override {
    ++ended;
    return {};
  }
  std::string subject;
  std::vector<Seen> leaves;
  std::size_t ended = 0;
};

Result<std::vector<Seen>> read(std::string_view text, std::size_t chunk, const ReadLimits& limits = {}) {
  Recorder recorder;
  MessageReader reader(recorder, limits);
  for (std::size_t i = 0; i < text.size(); i += chunk) TRY_STATUS(reader.feed(text.substr(i, chunk)));
  TRY_STATUS(reader.finish());
  EXPECT_EQ(recorder.ended, recorder.leaves.size());
  return recorder.leaves;
}

const std::string mixed =
    "From: edi@acme.example\r\nSubject: orders\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"o\"\r\n\r\npreamble\r\n"
    "--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
    "--i\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
    "quoted-printable\r\n\r\nHi=20there\r\n"
    "--i\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n--i--\r\n"
    "--o\r\nContent-Type: application/EDI-X12; name=\"=?utf-8?B?b3JkZXIuZWRp?=\"\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nSVNBKjAwKg==\r\n"
    "--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: text/plain\r\n\r\ninner "
    "text\r\n--o--\r\n";

TEST(MailMessageReader, opens_every_level_at_every_chunking) {
  const std::vector<Seen> wanted{{"1.1", "text/plain", "", "Hi there", false},
                                 {"1.2", "text/html", "", "<p>Hi</p>", false},
                                 {"2", "application/edi-x12", "order.edi", "ISA*00*", true},
                                 {"3", "text/plain", "", "inner text", false}};
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{64}, mixed.size()}) {
    const auto seen = read(mixed, chunk);
    ASSERT_TRUE(seen) << seen.error().text();
    EXPECT_EQ(*seen, wanted) << chunk;
  }
}

TEST(MailMessageReader, a_mail_without_mime_is_one_text) {
  const auto seen = read("From: a@b.example\nSubject: x\n\nISA*00\n", 3);
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, (std::vector<Seen>{{"1", "text/plain", "", "ISA*00\n", false}}));
}

TEST(MailMessageReader, refuses_what_is_cut_short_or_no_mail) {
  EXPECT_EQ(read("", 1).error().code, Code::mail_malformed);
  EXPECT_EQ(read("\r\nno header", 5).error().code, Code::mail_malformed);
  EXPECT_EQ(read(mixed.substr(0, mixed.size() - 8), 100).error().code, Code::mime_unclosed);
  EXPECT_EQ(read("Content-Type: multipart/mixed\r\n\r\nx", 9).error().code, Code::mime_boundary);
  EXPECT_EQ(read("Content-Transfer-Encoding: rot13\r\n\r\nx", 9).error().code, Code::mime_encoding_unknown);
  EXPECT_EQ(read("Content-Transfer-Encoding: base64\r\n\r\n!!!", 9).error().code, Code::mime_encoding_malformed);
}

std::string nested(std::size_t depth) {
  std::string out = "Subject: deep\r\n";
  for (std::size_t i = 0; i < depth; ++i) out += "Content-Type: message/rfc822\r\n\r\nSubject: inside\r\n";
  return out + "\r\ntext";
}

TEST(MailMessageReader, limits_hold_at_and_one_past_them) {
  EXPECT_TRUE(read(nested(16), 50));
  EXPECT_EQ(read(nested(17), 50).error().code, Code::mail_depth);
  ReadLimits few;
  few.parts_max = 6;  // the mail, two multiparts' worth of parts and the inner mail are seven
  EXPECT_EQ(read(mixed, 50, few).error().code, Code::mail_depth);
  few.parts_max = 7;
  EXPECT_TRUE(read(mixed, 50, few));
  ReadLimits small;
  small.message_bytes_max = mixed.size();
  EXPECT_TRUE(read(mixed, 11, small));
  small.message_bytes_max = mixed.size() - 1;
  EXPECT_EQ(read(mixed, 11, small).error().code, Code::mail_too_large);
}

Result<std::vector<Unit>> collect(const TakeRules& rules, const std::string& text, const std::string& folder) {
  Collector collector(rules, folder);
  MessageReader reader(collector, rules.limits);
  TRY_STATUS(reader.feed(text));
  TRY_STATUS(reader.finish());
  return std::move(collector.units());
}

std::vector<std::string> names(const std::vector<Unit>& units) {
  std::vector<std::string> out;
  for (const Unit& unit : units) out.push_back(unit.file_name);
  return out;
}

TEST(MailCollector, takes_attachments_bodies_or_both) {
  const support::TemporaryFolder folder;
  TakeRules rules;
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(*collect(rules, mixed, folder.path())), (Names{"order.edi"}));
  rules.take = TakeRules::Take::bodies;
  EXPECT_EQ(names(*collect(rules, mixed, folder.path())), (Names{"body-1.1.txt", "body-3.txt"}));
  rules.take = TakeRules::Take::both;
  EXPECT_EQ(names(*collect(rules, mixed, folder.path())), (Names{"body-1.1.txt", "order.edi", "body-3.txt"}));
  rules.exclude = {"*.EDI"};
  EXPECT_EQ(names(*collect(rules, mixed, folder.path())), (Names{"body-1.1.txt", "body-3.txt"}));
  rules.exclude = {};
  rules.include = {"*.xml"};
  rules.take = TakeRules::Take::attachments;
  EXPECT_TRUE(collect(rules, mixed, folder.path())->empty());
}

TEST(MailCollector, a_mail_that_is_edi_itself_is_a_document) {
  const support::TemporaryFolder folder;
  const auto units = collect({}, "Subject: x\r\nContent-Type: application/edifact\r\n\r\nUNA", folder.path());
  ASSERT_TRUE(units);
  EXPECT_EQ(names(*units), (std::vector<std::string>{"document-1.edi"}));
  EXPECT_EQ(units->front().bytes, "UNA");
}

TEST(MailCollector, large_documents_go_to_the_spool_and_too_large_ones_are_refused) {
  const support::TemporaryFolder folder;
  TakeRules rules;
  rules.inline_bytes_max = 6;
  auto units = collect(rules, mixed, folder.path());
  ASSERT_TRUE(units);
  ASSERT_TRUE(units->front().spool);
  EXPECT_EQ(units->front().spool->bytes(), 7U);
  EXPECT_EQ(units->front().spool->sha256(), to_hex(sha256("ISA*00*")));
  rules.unit_bytes_max = 6;
  EXPECT_EQ(collect(rules, mixed, folder.path()).error().code, Code::mail_too_large);
}

TEST(MailCollector, patterns_ignore_case) {
  EXPECT_TRUE(name_matches("*.edi", "A.EDI"));
  EXPECT_TRUE(name_matches("*@acme.example", "Edi@ACME.example"));
  EXPECT_FALSE(name_matches("?.edi", "ab.edi"));
  EXPECT_FALSE(name_matches("*.edi", "a.edi.exe"));
  EXPECT_TRUE(name_matches("*", ""));
}

}  // namespace
}  // namespace crossdock::mail
