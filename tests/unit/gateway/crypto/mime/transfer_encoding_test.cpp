// base64 and quoted-printable: refused first, then both directions at every chunking.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/transfer_encoding.hpp"

#include <gtest/gtest.h>

#include <random>

namespace crossdock::mime {
namespace {

Result<std::string> run(TransferCoder& coder, std::string_view text, std::size_t chunk) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += chunk) TRY_STATUS(coder.feed(text.substr(i, chunk), out));
  TRY_STATUS(coder.finish(out));
  return out;
}

TEST(TransferEncoding, names_are_read_in_any_case_and_unknown_ones_refused) {
  for (const char* text : {"", "binary", "8BIT", " 7bit ", "Binary;"})
    EXPECT_EQ(*parse_transfer_encoding(text), TransferEncoding::binary);
  EXPECT_EQ(*parse_transfer_encoding("BASE64"), TransferEncoding::base64);
  EXPECT_EQ(*parse_transfer_encoding("\"base64\""), TransferEncoding::base64);
  EXPECT_EQ(*parse_transfer_encoding("Quoted-Printable"), TransferEncoding::quoted_printable);
  EXPECT_EQ(parse_transfer_encoding("uuencode").error().code, Code::mime_encoding_unknown);
}

TEST(Base64, refuses_other_characters_and_broken_groups) {
  for (const char* text : {"AA*A", "A", "AAAAA", "=AAA", "A===", "AA==BBBB", "\x80"}) {
    const auto decoded = base64_decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, Code::mime_encoding_malformed);
  }
}

TEST(Base64, decodes_with_line_ends_and_without_padding) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""}, {"TQ==", "M"}, {"TQ", "M"}, {"TWE=\r\n\r\n", "Ma"}, {"T W\tF\nu", "Man"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(base64_decode(text).value(), expected) << text;
}

TEST(QuotedPrintable, decodes_what_is_sent) {
  // spec: RFC 2045 6.7
  const std::pair<std::string, std::string> cases[] = {{"a=3Db=3d", "a=b="},
                                                       {"soft=\r\nbreak=\nx", "softbreakx"},
                                                       {"blanks  \r\nx", "blanks\r\nx"},
                                                       {"pad=  \r\nx", "padx"},
                                                       {"=XY=", "=XY"},
                                                       {"100% =4", "100% =4"},
                                                       {"in the  middle", "in the  middle"},
                                                       {"=0D=0A\r\n", "\r\n\r\n"}};
  for (const auto& [text, expected] : cases) {
    for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
      EXPECT_EQ(run(*make_decoder(TransferEncoding::quoted_printable), text, chunk).value(), expected)
          << text << " in " << chunk;
    }
  }
}

TEST(TransferEncoding, what_is_encoded_is_decoded_and_no_line_is_longer_than_76) {
  std::mt19937 random(7);
  for (const auto encoding : {TransferEncoding::binary, TransferEncoding::base64, TransferEncoding::quoted_printable}) {
    for (std::size_t size = 0; size < 400; size += 7) {
      std::string bytes;
      for (std::size_t i = 0; i < size; ++i) bytes += "ab \t\r\n=\x80\xFFz"[random() % 10];
      const std::size_t chunk = 1 + random() % 60;
      const std::string text = run(*make_encoder(encoding), bytes, chunk).value();
      EXPECT_EQ(run(*make_decoder(encoding), text, 1 + random() % 80).value(), bytes)
          << name(encoding) << " of " << size;
      if (encoding == TransferEncoding::binary) continue;
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.size(), text.find("\r\n", at));
        EXPECT_LE(end - at, 76U);
        at = end + 2;
      }
    }
  }
}

}  // namespace
}  // namespace crossdock::mime
