// The client finds the gateway of this machine and passes problems on; the first token is private.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/client.hpp"

#include <sys/stat.h>

#include "tests/unit/gateway/api/api_bench.hpp"

namespace crossdock::api {
namespace {

TEST(ApiClient, finds_the_local_gateway_and_passes_problems_on) {
  test::Bench bench;
  bench.receive("m1", "one");
  bench.folder.write("api-token", "person\n");
  ASSERT_TRUE(http::write_listeners_file(bench.folder.path().string(), bench.server.server().listening()));
  Client client(find_local_gateway(bench.folder.path().string()).value());
  EXPECT_EQ(client.get("/api/v1/messages", {{"partner", "acme"}, {"text", ""}}).value().status, 200);
  EXPECT_EQ(client.post("/api/v1/messages/known/resubmit", R"({"reason":"test"})").value().status, 202);
  const auto missing = client.get("/api/v1/messages/" + path_segment("a/b c"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::api_not_found);
  const std::string remedy(info(Code::api_not_found).remedy), said = missing.error().text();
  EXPECT_EQ(said.find(remedy), said.rfind(remedy)) << said;
  const auto wrong = client.get("/api/v1/messages", {{"limit", "0"}});
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().detail.find("limit: must be a number"), std::string::npos) << wrong.error().detail;
  EXPECT_EQ(find_local_gateway("/nowhere").error().code, Code::file_unreadable);
}

TEST(ApiAccess, the_first_token_is_private_and_made_once) {
  support::TemporaryFolder folder;
  const std::string digest = prepare_first_token(folder.path().string()).value();
  std::string token = folder.read("api-token");
  ASSERT_TRUE(token.ends_with('\n'));
  token.pop_back();
  EXPECT_EQ(http::token_digest(token), digest);
  struct stat status {};
  ASSERT_EQ(::stat((folder.path() / "api-token").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  std::filesystem::remove(folder.path() / "api-token");
  EXPECT_EQ(prepare_first_token(folder.path().string()).value(), digest);
  folder.write("api-token.sha256", "short");
  EXPECT_EQ(prepare_first_token(folder.path().string()).error().code, Code::file_unreadable);
}

}  // namespace
}  // namespace crossdock::api
