// The cutter: the exact bytes of parts at every chunking, and what it refuses.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/multipart_cutter.hpp"

#include <gtest/gtest.h>

namespace crossdock::mime {
namespace {

struct Part {
  std::string header, body;
  friend bool operator==(const Part&, const Part&) = default;
};

class Recorder final : public PartHandler {
 public:
  Status part_begin(std::string_view raw_header, const HeaderFields&) override {
    parts.push_back({std::string(raw_header), ""});
    return {};
  }
  Status part_body(std::string_view bytes) override {
    parts.back().body += bytes;
    return {};
  }
  Status part_end() override {
    ++ended;
    return {};
  }
  std::vector<Part> parts;
  std::size_t ended = 0;
};

Result<std::vector<Part>> cut(std::string_view text, std::size_t chunk, std::string_view boundary = "b",
                              const CutLimits& limits = {}) {
  TRY(MultipartCutter cutter, MultipartCutter::make(boundary, limits));
  Recorder recorder;
  for (std::size_t i = 0; i < text.size(); i += chunk) TRY_STATUS(cutter.feed(text.substr(i, chunk), recorder));
  TRY_STATUS(cutter.finish(recorder));
  EXPECT_EQ(recorder.parts.size(), recorder.ended);
  return recorder.parts;
}

TEST(MultipartCutter, refuses_boundaries_that_are_none) {
  EXPECT_EQ(MultipartCutter::make("").error().code, Code::mime_boundary);
  EXPECT_EQ(MultipartCutter::make(std::string(201, 'b')).error().code, Code::mime_boundary);
  EXPECT_EQ(MultipartCutter::make("a\nb").error().code, Code::mime_boundary);
  EXPECT_TRUE(MultipartCutter::make(std::string(200, 'b')));
  EXPECT_EQ(boundary_of("multipart/mixed").error().code, Code::mime_boundary);
  EXPECT_EQ(boundary_of("multipart/mixed; boundary=\"a b\"").value(), "a b");
}

TEST(MultipartCutter, refuses_bodies_that_were_cut_short) {
  for (const char* text : {"", "no boundary at all", "--b\r\n\r\nx", "--b\r\n\r\nx\r\n--b\r\n", "--b\r\n\r\nx\r\n--b-",
                           "--b--\r\n", "--b"}) {
    for (std::size_t chunk : {1U, 100U}) {
      const auto parts = cut(text, chunk);
      ASSERT_FALSE(parts) << text;
      EXPECT_EQ(parts.error().code, Code::mime_unclosed) << text;
    }
  }
}

TEST(MultipartCutter, limits_parts_and_headers) {
  const CutLimits limits{.parts_max = 2, .header = {.block_bytes_max = 8}};
  EXPECT_TRUE(cut("--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--", 100, "b", limits));
  EXPECT_EQ(cut("--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b\r\n\r\n3\r\n--b--", 100, "b", limits).error().code,
            Code::mime_parts);
  EXPECT_EQ(cut("--b\r\nA: 123456\r\n\r\n1\r\n--b--", 100, "b", limits).error().code, Code::mime_header_too_large);
  EXPECT_EQ(cut("--b\r\nno field\r\n\r\n1\r\n--b--", 3).error().code, Code::mime_header_malformed);
}

TEST(MultipartCutter, gives_exact_bytes_at_every_chunking) {
  struct Case {
    const char* what;
    std::string text;
    std::vector<Part> parts;
  };
  const Case cases[] = {
      {"plain", "--b\r\nA: 1\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n", {{"A: 1\r\n\r\n", "x"}, {"\r\n", "y"}}},
      {"preamble, epilogue, blanks behind boundaries",
       "pre\r\n--b \t\r\n\r\nx\r\n--b--  \r\nepi\r\n--b\r\n",
       {{"\r\n", "x"}}},
      {"line feeds alone", "--b\nA: 1\n\nx\n--b--\n", {{"A: 1\n\n", "x"}}},
      {"body ends with line ends of its own", "--b\r\n\r\nx\r\n\r\n\n\r\n--b--", {{"\r\n", "x\r\n\r\n\n"}}},
      {"a CR that belongs to the body", "--b\r\n\r\nx\r\r\n--b--", {{"\r\n", "x\r"}}},
      {"lines that only begin like it",
       "--b\r\n\r\n--bc\r\n--b-\r\n--b--x\r\n-\r\n--\r\n --b\r\nx--b--\r\n--b--",
       {{"\r\n", "--bc\r\n--b-\r\n--b--x\r\n-\r\n--\r\n --b\r\nx--b--"}}},
      {"headers without body", "--b\r\nA: 1\r\n\r\n--b--", {{"A: 1\r\n", ""}}},
      {"headers and empty body", "--b\r\nA: 1\r\n\r\n\r\n--b--", {{"A: 1\r\n\r\n", ""}}},
      {"nothing at all between", "--b\r\n--b--", {{"", ""}}},
      {"binary zeros",
       std::string("--b\r\n\r\n\0\0\r\0\n\0\r\n--b--", 20),
       {{"\r\n", std::string("\0\0\r\0\n\0", 6)}}}};
  for (const Case& at : cases) {
    for (std::size_t chunk = 1; chunk <= at.text.size(); ++chunk) {
      const auto parts = cut(at.text, chunk);
      ASSERT_TRUE(parts) << at.what << " in " << chunk << ": " << parts.error().text();
      EXPECT_EQ(*parts, at.parts) << at.what << " in " << chunk;
    }
  }
}

TEST(MultipartCutter, nested_boundaries_that_begin_alike) {
  const std::string inner = "--b-1\r\n\r\nx\r\n--b-1--\r\n";
  const auto parts = cut("--b\r\nContent-Type: multipart/mixed; boundary=b-1\r\n\r\n" + inner + "\r\n--b--\r\n", 5);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 1U);
  EXPECT_EQ((*parts)[0].body, inner);
}

TEST(MultipartCutter, a_line_of_blanks_behind_the_boundary_is_decided_in_the_end) {
  const std::string line = "--b" + std::string(5000, ' ');
  const auto parts = cut("--b\r\n\r\n" + line + "\r\n--b--", 7);
  ASSERT_TRUE(parts);
  EXPECT_EQ((*parts)[0].body, line);
}

TEST(MultipartCutter, made_boundaries_need_no_quotes) { EXPECT_EQ(make_boundary("0198-ab c\"\r\n"), "part-0198-abc"); }

}  // namespace
}  // namespace crossdock::mime
