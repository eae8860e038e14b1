// File names: legal ones stay, hostile ones end as one harmless path component.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/safe_name.hpp"

#include <gtest/gtest.h>

#include "gateway/crypto/mime/charset.hpp"

namespace crossdock::mime {
namespace {

TEST(SafeName, makes_one_harmless_component) {
  const std::pair<std::string, std::string> cases[] = {{"../../etc/passwd", "passwd"},
                                                       {"C:\\temp\\x.edi", "x.edi"},
                                                       {"..", "document"},
                                                       {"", "document"},
                                                       {".ssh", "ssh"},
                                                       {"a\r\nb\x01.edi", "ab.edi"},
                                                       {"a*b?<c>|\"d:e.edi", "a_b__c___d_e.edi"},
                                                       {"con.edi", "_con.edi"},
                                                       {"LPT1", "_LPT1"},
                                                       {"trailing. . ", "trailing"},
                                                       {"a\xE2\x80\xAE"
                                                        "cod.exe",
                                                        "acod.exe"},
                                                       {"bad\xFF.edi", "bad\xC3\xBF.edi"},
                                                       {"/", "document"},
                                                       {"'; drop table x; --", "'; drop table x; --"}};
  for (const auto& [given, expected] : cases) EXPECT_EQ(safe_file_name(given).name, expected) << given;
}

TEST(SafeName, keeps_legal_names) {
  for (const char* name : {"a.edi", "Invoice 2026-11-21 (final).xml", "Ähre€.edi", "a'b;c,d!.x12"}) {
    EXPECT_EQ(safe_file_name(name).name, name);
    EXPECT_FALSE(safe_file_name(name).changed);
  }
}

TEST(SafeName, shortens_between_characters_and_keeps_the_extension) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "€";
  const SafeName safe = safe_file_name(name + ".edi");
  EXPECT_LE(safe.name.size(), file_name_bytes_max);
  EXPECT_TRUE(safe.name.ends_with("€.edi"));
  EXPECT_TRUE(is_utf8(safe.name));
  EXPECT_EQ(safe_file_name(std::string(200, 'a')).name.size(), 200U);
  EXPECT_EQ(safe_file_name(std::string(201, 'a')).name.size(), 200U);
}

}  // namespace
}  // namespace crossdock::mime
