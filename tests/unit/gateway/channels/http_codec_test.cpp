// The codec without sockets: any chunking gives the same request; responses cannot be split by what they carry.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_codec/request_parser.hpp"

#include <gtest/gtest.h>

#include "gateway/channels/http_codec/problem.hpp"
#include "gateway/channels/http_codec/response_writer.hpp"
#include "gateway/channels/http_codec/uri.hpp"

namespace crossdock::http {
namespace {

struct Read {
  RequestHead head;
  std::string body;
  bool complete = false;
  std::string error;
};

Read read_in_chunks(const std::string& bytes, std::size_t chunk) {
  RequestParser parser(ParserLimits{});
  Read out;
  std::string pending;
  for (std::size_t at = 0; at < bytes.size() && !parser.complete(); at += chunk) {
    pending += bytes.substr(at, chunk);
    while (!parser.complete()) {
      const auto taken = parser.feed(pending, out.body);
      if (!taken) {
        out.error = taken.error().text();
        return out;
      }
      pending.erase(0, *taken);
      if (*taken == 0 || pending.empty()) break;
    }
  }
  out.complete = parser.complete();
  if (parser.head_known()) out.head = parser.take_head();
  return out;
}

TEST(HttpRequestParser, blanks_after_chunk_sizes_are_taken_and_nothing_else_is_lenient) {
  // spec: RFC 9112 s7.1; senders that pad the size to a fixed width
  struct Row {
    const char* body;
    bool good;
  };
  const std::string many(5000, 'x'), wide = "2 ;" + many + "\r\nok\r\n0\r\n\r\n",
                                     trailer = "2\r\nok\r\n0\r\nA: " + many + many + many + many + "\r\n\r\n";
  const Row rows[] = {{"2  \r\nok\r\n0\r\n\r\n", true},
                      {"2\t\r\nok\r\n0  \r\n\r\n", true},
                      {"2 ; a=b\r\nok\r\n0\r\n\r\n", true},
                      {"2\r\nok\r\n0\r\nA: b\r\nC: d\r\n\r\n", true},
                      {"000002\r\nok\r\n00\r\n\r\n", true},
                      {" 2\r\nok\r\n0\r\n\r\n", false},
                      {"2 1\r\nok\r\n0\r\n\r\n", false},
                      {"2\nok\r\n0\r\n\r\n", false},
                      {"2\r\nok\n0\r\n\r\n", false},
                      {"2\r\nokk\r\n0\r\n\r\n", false},
                      {"0x2\r\nok\r\n0\r\n\r\n", false},
                      {"-2\r\nok\r\n0\r\n\r\n", false},
                      {"\r\nok\r\n0\r\n\r\n", false},
                      {"2\r\nok\r\n0\r\n\n", false},
                      {"1000000000000002\r\nok\r\n0\r\n\r\n", false},
                      {wide.c_str(), false},
                      {trailer.c_str(), false},
                      {"2\r\r\nok\r\n0\r\n\r\n", false},
                      {"2;\x01\r\nok\r\n0\r\n\r\n", false}};
  for (const Row& row : rows)
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{100000}}) {
      const Read read = read_in_chunks(
          std::string("POST / HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\n") + row.body, chunk);
      EXPECT_EQ(read.complete && read.error.empty(), row.good) << row.body << chunk << read.error;
      if (row.good) {
        EXPECT_EQ(read.body, "ok");
      }
    }
}

TEST(HttpRequestParser, any_chunking_gives_the_same_request) {
  const std::string bytes =
      "POST /a/b?c=d HTTP/1.1\r\nHost: example\r\nX-One: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\nWiki\r\n6;x=y\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: t\r\n\r\n";
  for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
    const Read read = read_in_chunks(bytes, chunk);
    ASSERT_TRUE(read.complete) << chunk << read.error;
    EXPECT_EQ(read.body, "Wikipedia in \r\n\r\nchunks.") << chunk;
    EXPECT_EQ(read.head.path(), "/a/b");
    EXPECT_EQ(read.head.query(), "c=d");
    EXPECT_EQ(*read.head.header("x-one"), "1");
  }
}

TEST(HttpRequestParser, stops_after_the_head_and_after_the_last_byte) {
  RequestParser parser(ParserLimits{});
  std::string body;
  const std::string first = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n";
  const std::string bytes = first + "abcGET / HTTP/1.1\r\n";
  EXPECT_EQ(parser.feed(bytes, body).value(), first.size());
  EXPECT_TRUE(parser.head_known());
  EXPECT_EQ(parser.feed(bytes.substr(first.size()), body).value(), 3U);
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(body, "abc");
  EXPECT_EQ(parser.feed(bytes.substr(first.size() + 3), body).value(), 0U);
  parser.reset();
  EXPECT_FALSE(parser.head_known());
}

TEST(HttpRequestParser, head_limit_holds_exactly) {
  ParserLimits limits;
  limits.head_bytes_max = 64;
  const auto request = [](std::size_t bytes) {
    const std::string frame = "GET / HTTP/1.1\r\nHost: x\r\nA: \r\n\r\n";
    return "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(bytes - frame.size(), 'a') + "\r\n\r\n";
  };
  std::string body;
  RequestParser at_limit(limits), above(limits);
  EXPECT_TRUE(at_limit.feed(request(64), body));
  EXPECT_TRUE(at_limit.complete());
  EXPECT_EQ(above.feed(request(65), body).error().code, Code::channel_http_head_too_large);
}

TEST(HttpResponseWriter, nothing_that_a_sender_named_can_end_a_header) {
  Response response = json_response(202, "{}");
  response.headers.push_back({"X-Name", "a\r\nSet-Cookie: b"});
  std::string out;
  append_head(out, response, {.keep_alive = false, .version_10 = false, .date = "Sun, 06 Nov 1994 08:49:37 GMT"});
  EXPECT_EQ(
      out,
      "HTTP/1.1 202 Accepted\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: application/json\r\n"
      "X-Name: aSet-Cookie: b\r\nContent-Length: 2\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");  // spec: RFC 9110 s5.6.7
}

TEST(HttpProblem, says_what_is_wrong_and_keeps_our_own_faults_inside) {
  const Response named = problem_response(
      Problem{Error{Code::api_body, {}, "two fields do not fit"}, 0, {{"/data/load/id", "is required"}}});
  EXPECT_EQ(named.status, 422);
  EXPECT_NE(named.body.find(R"("errors":[{"pointer":"/data/load/id","detail":"is required"}])"), std::string::npos)
      << named.body;
  const Response ours = problem_response(Code::internal_bug, "at 0x1234 in /var/lib/secret");
  EXPECT_EQ(ours.status, 500);
  EXPECT_EQ(ours.body.find("secret"), std::string::npos);
}

TEST(HttpUri, decodes_and_refuses_broken_escapes) {
  EXPECT_EQ(percent_decode("a%2Fb+c").value(), "a/b+c");
  EXPECT_EQ(percent_decode("a+c", true).value(), "a c");
  for (const char* bad : {"%", "%2", "%zz", "%00"}) EXPECT_FALSE(percent_decode(bad)) << bad;
  EXPECT_EQ(percent_decode(percent_encode("a/b c:%é")).value(), "a/b c:%é");
  EXPECT_EQ(split_path("/a/b%2Fc/").value(), (std::vector<std::string>{"a", "b/c", ""}));
  std::string many;
  for (int i = 0; i < 65; ++i) many += "a=1&";
  EXPECT_FALSE(Query::parse(many));
  EXPECT_EQ(*Query::parse("a=1&b&a=2")->find("a"), "1");
}

}  // namespace
}  // namespace crossdock::http
