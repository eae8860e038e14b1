// CompressedData both ways, bombs and damage refused; the BER cutter's own edges.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/compressed.hpp"

#include <gtest/gtest.h>

#include "gateway/crypto/cms/ber.hpp"
#include "gateway/crypto/cms/content_type.hpp"
#include "tests/unit/gateway/crypto/cms/cms_samples.hpp"

namespace crossdock::crypto::cms {
namespace {

constexpr std::size_t whole = std::size_t{1} << 30;

std::string squeeze(std::string_view content, CompressOptions options = {}) {
  CompressedWriter writer(options);
  const auto out = test::transform(writer, content, 777);
  EXPECT_TRUE(out);
  return out ? *out : "";
}

Result<std::string> expand(std::string_view bytes, std::size_t chunk = whole, CompressedLimits limits = {}) {
  CompressedReader reader(limits);
  return test::transform(reader, bytes, chunk);
}

TEST(Compressed, refuses_what_is_none) {
  const std::string good = squeeze("content content content");
  for (const std::string_view bytes :
       {std::string_view(), std::string_view("hello"), std::string_view("\x30\x80\0\0", 4)})
    EXPECT_EQ(expand(bytes).error().code, Code::cms_compressed_form);
  EXPECT_EQ(expand(good + "x").error().code, Code::cms_compressed_form);
  EXPECT_EQ(expand(der(0x30, der_oid(oid(ContentType::data)))).error().code, Code::cms_content_type);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(expand(std::string_view(good).substr(0, size)).error().code, Code::cms_compressed_form) << size;
  std::string other = good;
  other[good.find("\x09\x10\x03\x08") + 3] = 0x09;
  EXPECT_EQ(expand(other).error().code, Code::cms_compressed_algorithm);
  std::string damaged = good;
  damaged[good.size() - 3] = static_cast<char>(damaged[good.size() - 3] ^ 1);
  EXPECT_EQ(expand(damaged).error().code, Code::cms_compressed_data);
}

TEST(Compressed, every_size_and_chunk_goes_round) {
  for (const std::size_t size : {0U, 1U, 1000U, 70'000U})
    for (const bool noisy : {false, true})
      for (const std::size_t buffered : {0U, 1U << 20}) {
        const std::string content = noisy ? test::noise(size) : std::string(size, 'x');
        CompressOptions options;
        options.buffered_bytes_max = buffered;
        const std::string squeezed = squeeze(content, options);
        for (const std::size_t chunk : {std::size_t{1}, std::size_t{1000}, whole}) {
          const auto out = expand(squeezed, chunk);
          ASSERT_TRUE(out) << out.error().text();
          EXPECT_EQ(*out, content);
        }
        EXPECT_EQ(sniff(squeezed), ContentType::compressed_data);
      }
}

TEST(Compressed, sizes_and_ratios_are_limited) {
  CompressedLimits limits;
  limits.content_bytes_max = 1000;
  EXPECT_TRUE(expand(squeeze(std::string(1000, 'x')), whole, limits));
  EXPECT_EQ(expand(squeeze(std::string(1001, 'x')), whole, limits).error().code, Code::cms_compressed_size);
  CompressedLimits ratio;
  ratio.ratio_free_bytes = 100'000;
  EXPECT_TRUE(expand(squeeze(std::string(100'000, '\0')), whole, ratio));
  EXPECT_EQ(expand(squeeze(std::string(1'000'000, '\0')), 10, ratio).error().code, Code::cms_compressed_ratio);
  EXPECT_TRUE(expand(squeeze(test::noise(1'000'000)), 1000, ratio));
  EXPECT_EQ(expand(squeeze(std::string(20U << 20, '\0'))).error().code, Code::cms_compressed_ratio);  // by default
}

TEST(Compressed, data_after_the_end_of_zlib_is_refused) {
  const std::string good = squeeze("content");
  BerCursor outer(good, Code::cms_compressed_form);
  BerCursor info = *outer.enter_next(ber_sequence);
  (void)info.next();
  BerCursor data = *info.enter(*info.next())->enter_next(ber_sequence);
  const std::string version(data.next()->raw), algorithm(data.next()->raw);
  BerCursor content = *data.enter_next(ber_sequence);
  const std::string type(content.next()->raw), octets(content.enter(*content.next())->next()->content);
  const auto message = [&](std::string_view pieces) {
    return der(0x30, der_oid(oid(ContentType::compressed_data)) +
                         der(0xA0, der(0x30, version + algorithm + der(0x30, type + der(0xA0, pieces)))));
  };
  EXPECT_EQ(*expand(message(der(0x04, octets))), "content");
  EXPECT_EQ(*expand(message(der(0x24, der(0x04, octets.substr(0, 3)) + der(0x04, octets.substr(3))))), "content");
  EXPECT_EQ(expand(message(der(0x04, octets + "x"))).error().code, Code::cms_compressed_data);
  EXPECT_EQ(expand(message(der(0x04, octets) + der(0x04, octets))).error().code, Code::cms_compressed_form);
  EXPECT_EQ(expand(message("")).error().code, Code::cms_compressed_form);
}

/// Writes down what the cutter tells; enters constructed elements, streams [0].
class Recorder : public BerHandler {
 public:
  Result<BerAction> begin(const BerElement& element) override {
    text += "<" + std::to_string(element.tag);
    if (element.is_context(0)) return BerAction{BerAction::Take::stream, 0, false};
    if (element.is_context(1)) return BerAction{BerAction::Take::skip, 0, false};
    if (!element.constructed) return BerAction{BerAction::Take::gather, 16, false};
    return BerAction{};
  }
  Status gathered(const BerElement&, std::string_view raw) override {
    text += "=" + std::string(raw.substr(2)) + ">";
    return {};
  }
  Status octets(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  Status end(const BerElement&) override {
    text += ">";
    return {};
  }
  std::string text;
};

std::string record(std::string_view bytes, std::size_t chunk = whole) {
  BerReader reader(Code::cms_signed_form);
  Recorder recorder;
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    if (!reader.feed(bytes.substr(at, chunk), recorder)) return "error";
  return reader.finish() ? recorder.text : "early";
}

TEST(BerReader, accepts) {
  const std::string zeros(2, '\0');
  const std::vector<std::pair<std::string, std::string>> cases{
      {der(0x30, ""), "<16>"},
      {"\x30\x80" + zeros, "<16>"},
      {std::string("\x30\x82\x00\x03", 4) + der(0x04, "a"), "<16<4=a>>"},  // a longer length than needed
      {der(0x30, der(0x04, "abc") + der(0x80, "xyz")), "<16<4=abc><0xyz>>"},
      {"\x30\x80\xA0\x80" + der(0x04, "x") + "\x24\x80" + der(0x04, "y") + zeros + zeros + zeros, "<16<0xy>>"},
      {der(0x30, "\xA1\x80" + der(0x30, der(0x05, "")) + zeros + der(0x04, "z")), "<16<1<4=z>>"},
      {der(0x30, "") + "\r\n\n", "<16>"}};
  for (const auto& [bytes, expected] : cases)
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, whole}) EXPECT_EQ(record(bytes, chunk), expected);
}

TEST(BerReader, refuses) {
  const std::string zeros(2, '\0');
  std::string deep;
  for (int i = 0; i < 25; ++i) deep += "\x30\x80";
  for (const std::string& bytes : std::vector<std::string>{
           "\x04\x80", zeros, der(0x30, zeros), "\x30\x03\x04\x02" + zeros, "\x30\x02\x04\x05",
           "\x30\x80\xA0\x80" + der(0x02, "x"), "\x30\x89" + std::string(9, '\1'), "\x30\x88" + std::string(8, '\x7f'),
           "\x3f" + std::string(8, '\xff'), deep, der(0x30, "") + "x", der(0x30, der(0x04, std::string(15, 'x'))),
           std::string("\x20\x00", 2), der(0x30, std::string("\x00\x81\x00", 3))})
    EXPECT_TRUE(record(bytes) == "error" || record(bytes) == "early") << testing::PrintToString(bytes);
  EXPECT_EQ(record(der(0x30, der(0x04, std::string(14, 'x')))).size(), 3U + 3 + 14 + 2);
  EXPECT_EQ(record("\x30\x80"), "early");
  EXPECT_EQ(record(""), "early");
}

}  // namespace
}  // namespace crossdock::crypto::cms
