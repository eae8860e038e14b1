// Dispositions as peers write them, and the one way we do. MIC texts.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/disposition.hpp"

#include <gtest/gtest.h>

#include "gateway/as2/mic.hpp"
#include "gateway/crypto/digester.hpp"

namespace crossdock::as2 {
namespace {

using Type = Disposition::Type;
using Modifier = Disposition::Modifier;
const std::string modes = "automatic-action/MDN-sent-automatically";

TEST(Disposition, finds_none_where_there_is_none) {
  for (const char* text : {"", ";", "automatic-action/MDN-sent-automatically",
                           "automatic-action/MDN-sent-automatically; displayed", "ok"}) {
    EXPECT_FALSE(parse_disposition(text)) << text;
  }
}

TEST(Disposition, is_read_in_every_spelling) {
  // spec: RFC 4130 s7.5.6; Drummond 1Q12.7, 3Q13.1, 3Q07.8; complaints 17, 20; libas2 writes `=`
  const std::pair<std::string, Disposition> cases[] = {
      {modes + "; processed", {}},
      {modes + ";processed", {}},
      {"Automatic-Action/mdn-sent-AUTOMATICALLY ;\tProcessed ", {}},
      {"processed", {}},
      {"manual-action/MDN-sent-manually; processed", {}},
      {modes + "; processed/error: authentication-failed", {Type::processed, Modifier::error, "authentication-failed"}},
      {modes + "; processed/Error: Decryption-Failed", {Type::processed, Modifier::error, "Decryption-Failed"}},
      {modes + "; processed/error:authentication-failed", {Type::processed, Modifier::error, "authentication-failed"}},
      {modes + "; processed/error=decompresion-failed", {Type::processed, Modifier::error, "decompresion-failed"}},
      {modes + "; processed / error : x y", {Type::processed, Modifier::error, "x y"}},
      {modes + "; processed/error", {Type::processed, Modifier::error, ""}},
      {modes + "; error: x", {Type::processed, Modifier::error, "x"}},
      {"error: a; b", {Type::processed, Modifier::error, "a; b"}},
      {modes + "; processed/error: error: x", {Type::processed, Modifier::error, "x"}},
      {modes + "; failed/Failure: unsupported MIC-algorithms",
       {Type::failed, Modifier::failure, "unsupported MIC-algorithms"}},
      {modes + "; failed/failure=sender-equals-receiver", {Type::failed, Modifier::failure, "sender-equals-receiver"}},
      {modes + "; failure: x", {Type::failed, Modifier::failure, "x"}},
      {modes + "; failed", {Type::failed, Modifier::none, ""}},
      {modes + "; processed/warning: duplicate-document", {Type::processed, Modifier::warning, "duplicate-document"}},
      {modes + "; processed/warning: authentication-failed, processing continued",
       {Type::processed, Modifier::warning, "authentication-failed, processing continued"}}};
  for (const auto& [text, expected] : cases) {
    const auto disposition = parse_disposition(text);
    ASSERT_TRUE(disposition) << text;
    EXPECT_EQ(*disposition, expected) << text << " gave " << write_disposition(*disposition);
  }
}

TEST(Disposition, only_processed_with_or_without_warning_is_positive) {
  EXPECT_TRUE(parse_disposition("processed")->positive());
  EXPECT_TRUE(parse_disposition("processed/warning: duplicate-document")->positive());
  for (const char* text :
       {"processed/error", "failed", "failed/failure: x", "processed/error: x", "processed/strange-extension"}) {
    EXPECT_FALSE(parse_disposition(text)->positive()) << text;
  }
}

TEST(Disposition, is_written_strictly) {
  EXPECT_EQ(write_disposition({}), modes + "; processed");
  EXPECT_EQ(write_disposition({Type::processed, Modifier::error, "decryption-failed"}),
            modes + "; processed/error: decryption-failed");
  EXPECT_EQ(write_disposition({Type::failed, Modifier::failure, "unsupported format"}),
            modes + "; failed/Failure: unsupported format");
  EXPECT_EQ(write_disposition({Type::processed, Modifier::warning, "a\r\nb"}), modes + "; processed/warning: a  b");
}

TEST(Disposition, of_every_code_is_one_that_is_read_back) {
  for (const CodeInfo& row : all_codes()) {
    for (const Profile profile : {Profile::legacy, Profile::v1_3}) {
      const Disposition disposition = disposition_of(row.code, profile);
      EXPECT_FALSE(disposition.positive()) << row.text;
      EXPECT_FALSE(disposition.text.empty()) << row.text;
      EXPECT_EQ(parse_disposition(write_disposition(disposition)), disposition) << row.text;
    }
  }
}

TEST(Disposition, words_follow_the_profile) {
  EXPECT_EQ(disposition_of(Code::as2_relationship).text, "authentication-failed");
  EXPECT_EQ(disposition_of(Code::as2_relationship, Profile::v1_3).text, "unknown-trading-relationship");
  EXPECT_EQ(disposition_of(Code::as2_message_id, Profile::v1_3).text, "invalid-message-id");
  EXPECT_EQ(disposition_of(Code::as2_file_name_illegal, Profile::v1_3).text, "illegal-filename");
  EXPECT_EQ(disposition_of(Code::as2_file_name_duplicate, Profile::v1_3).text, "duplicate-filename");
  EXPECT_EQ(disposition_of(Code::cms_compressed_ratio).text, "decompression-failed");
  EXPECT_EQ(disposition_of(Code::cms_signed_digest).text, "integrity-check-failed");
  EXPECT_EQ(disposition_of(Code::as2_security).text, "insufficient-message-security");
  EXPECT_EQ(disposition_of(Code::as2_mic_unsupported).type, Type::failed);
  EXPECT_EQ(disposition_of(Code::x12_isa_length).text, "unexpected-processing-error");
}

TEST(Mic, texts_are_read_as_they_come) {
  // spec: RFC 4130 s7.4.3; Drummond 3Q12.6-7; complaints 4, 15
  const crypto::Digest digest = crypto::digest_of(crypto::DigestAlgorithm::sha512, "abc").value();
  const std::string written = write_mic(digest);
  EXPECT_TRUE(written.ends_with(", sha512")) << written;
  std::string wrapped = written;
  wrapped.insert(60, "\r\n ");
  const std::string base64 = written.substr(0, written.find(','));
  for (const std::string& text : {written, wrapped, base64 + ",sha512", base64 + " , SHA-512", base64 + ",sha_512",
                                  base64, base64 + ", something"}) {
    const auto mic = parse_mic(text);
    ASSERT_TRUE(mic) << text;
    EXPECT_TRUE(equal(*mic, digest)) << text;
  }
  EXPECT_FALSE(equal(*parse_mic(base64 + ", sha256"), digest));
  EXPECT_FALSE(equal(*parse_mic("AAAA, sha512"), digest));
  for (const char* text : {"", ", sha1", "!!, sha1"}) EXPECT_FALSE(parse_mic(text)) << text;
  EXPECT_TRUE(write_mic(crypto::digest_of(crypto::DigestAlgorithm::sha256, "").value(), crypto::MicalgSpelling::hyphen)
                  .ends_with(", sha-256"));
}

}  // namespace
}  // namespace crossdock::as2
