// Attachments: base64 accepted and refused, media types, and an image out of a set with its exact bytes.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/attachment.hpp"

#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"

namespace crossdock::mapping {
namespace {

// spec: RFC 4648 section 10
TEST(Attachment, undoes_base64) {
  const std::vector<std::pair<std::string, std::optional<std::string>>> table{{"", ""},
                                                                              {"Zg==", "f"},
                                                                              {"Zm8=", "fo"},
                                                                              {"Zm9v", "foo"},
                                                                              {"Zm9vYg==", "foob"},
                                                                              {"Zm9v\r\nYmFy", "foobar"},
                                                                              {"Zg=", std::nullopt},
                                                                              {"Z===", std::nullopt},
                                                                              {"Zm9v!", std::nullopt},
                                                                              {"Zg==Zg==", std::nullopt}};
  for (const auto& [text, bytes] : table) EXPECT_EQ(decode_base64(text), bytes) << text;
}

TEST(Attachment, media_types_by_the_first_bytes) {
  EXPECT_EQ(media_type_of("%PDF-1.4"), "application/pdf");
  EXPECT_EQ(media_type_of(std::string_view("II*\0x", 5)), "image/tiff");
  EXPECT_EQ(media_type_of("\xFF\xD8\xFF\xE0"), "image/jpeg");
  EXPECT_EQ(media_type_of("hello"), "application/octet-stream");
  EXPECT_EQ(media_type_of(""), "application/octet-stream");
}

/// ST to SE of a 214 whose BIN holds `bytes`.
wire::SegmentDocument with_image(const std::string& bytes, const std::string& filter) {
  wire::SegmentDocument out;
  std::uint64_t offset = 0;
  for (const std::vector<std::string>& elements : std::vector<std::vector<std::string>>{
           {"ST", "214", "0001"},
           {"B10", "PRO1", "SHP1", "ACFL"},
           {"LX", "1"},
           {"EFI", "00", "", "", "", "", "", "", "", "", "", "pod.tif", "", "", "", filter.empty() ? "" : "1", filter},
           {"BIN", std::to_string(bytes.size()), bytes},
           {"SE", "6", "0001"}}) {
    std::string text;
    std::vector<std::uint32_t> ends;
    for (const std::string& element : elements) {
      text += (text.empty() ? "" : "*") + element;
      ends.push_back(static_cast<std::uint32_t>(text.size()));
    }
    out.append({text.data(), 0, ends, {offset, static_cast<std::uint32_t>(text.size()), 1, 0}});
    offset += text.size() + 1;
  }
  return out;
}

TEST(Attachment, the_event_refers_to_the_exact_bytes) {
  ShareFolder share;
  GuideShelf guides(share);
  std::vector<Finding> findings;
  const auto map = load_map(guides.sources(), "x12/004010/214", findings);
  ASSERT_TRUE(map) << texts_of(findings);
  const std::string image("II*\0~*>^ \r\n blanks at the end   ", 32);
  for (const auto& [sent, filter, kept] : std::vector<std::array<std::string, 3>>{
           {image, "", image}, {"SUkqAH4=", "B64", std::string("II*\0~", 5)}, {"not base64!", "B64", ""}}) {
    const auto document = with_image(sent, filter);
    guide::SetTree tree;
    guide::validate_set(document, *(*map)->guide(), {}, tree, findings);
    findings.clear();
    std::vector<canonical::Event> events;
    translate_set(
        **map, document, tree, {},
        [&](canonical::Event&& event, std::string_view) { events.push_back(std::move(event)); }, findings);
    if (kept.empty()) {
      EXPECT_TRUE(events.empty());
      ASSERT_FALSE(findings.empty());
      EXPECT_EQ(info(findings[0].code).text, "map.value.wrong");
      continue;
    }
    ASSERT_EQ(events.size(), 1U) << texts_of(findings);
    ASSERT_EQ(events[0].attachments.size(), 1U);
    EXPECT_EQ(events[0].attachments[0].bytes, kept);
    EXPECT_EQ(events[0].attachments[0].media_type, "image/tiff");
    EXPECT_EQ(events[0].attachments[0].sha256, to_hex(sha256(kept)));
    EXPECT_NE(events[0].data.find(R"("attachment":")" + to_hex(sha256(kept)) + '"'), std::string::npos)
        << events[0].data;
    EXPECT_NE(events[0].data.find(R"("file_name":"pod.tif")"), std::string::npos);
    EXPECT_NE(events[0].data.find("\"length\":\"" + std::to_string(kept.size()) + "\""), std::string::npos);
  }
}

}  // namespace
}  // namespace crossdock::mapping
