// Putting files: names that are taken, half-written files, what an earlier attempt left.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/put.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_remote_folder.hpp"

namespace crossdock::files {
namespace {

using Exists = configuration::FileChannel::Exists;

class PutFile : public ::testing::Test {
 protected:
  PutFile() { rules_.put.text = "/in"; }
  Result<Put> put(const std::string& bytes, bool again = false) {
    return put_file(folder_, rules_, {"a.edi", "d1", std::make_shared<const std::string>(bytes), {}, again});
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& [path, file] : server_.files) out.push_back(path);
    return out;
  }
  using Names = std::vector<std::string>;
  tests::FakeServer server_;
  tests::FakeFolder folder_{server_};
  configuration::FileChannel rules_;
};

TEST_F(PutFile, a_taken_name_is_refused_and_nothing_is_left) {
  server_.files["/in/a.edi"].bytes = "other";
  const auto done = put("bytes");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::files_exists);
  EXPECT_EQ(names(), Names{"/in/a.edi"});
  EXPECT_EQ(server_.files["/in/a.edi"].bytes, "other");
}

TEST_F(PutFile, follows_the_policy_for_taken_names) {
  server_.files["/in/a.edi"].bytes = "other";
  rules_.exists = Exists::suffix;
  EXPECT_EQ(put("bytes")->path, "/in/a-2.edi");
  EXPECT_EQ(put("third")->path, "/in/a-3.edi");
  rules_.exists = Exists::skip_same;
  EXPECT_FALSE(put("bytes")) << "other bytes stand there";
  EXPECT_TRUE(put("other")->there_already);
  rules_.exists = Exists::replace;
  EXPECT_EQ(put("bytes")->path, "/in/a.edi");
  EXPECT_EQ(server_.files["/in/a.edi"].bytes, "bytes");
  EXPECT_EQ(server_.files.size(), 3U);
}

TEST_F(PutFile, what_an_earlier_attempt_put_is_its_effect) {
  ASSERT_TRUE(put("bytes"));
  EXPECT_TRUE(put("bytes", true)->there_already);
  EXPECT_FALSE(put("others", true)) << "same length of life, other bytes";
  rules_.exists = Exists::suffix;
  EXPECT_EQ(put("second")->path, "/in/a-2.edi");
  EXPECT_EQ(put("second", true)->path, "/in/a-2.edi");
  EXPECT_EQ(server_.files.size(), 2U);
}

TEST_F(PutFile, a_file_that_is_not_whole_never_gets_its_name) {
  server_.write_bytes_max = 3;
  const auto done = put("bytes");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::files_size_differs);
  EXPECT_EQ(names(), Names{"/in/.a.edi.d1.part"});
}

TEST_F(PutFile, continues_only_what_it_wrote_itself) {
  rules_.resume_bytes_min = 4;
  server_.files["/in/.a.edi.d1.part"].bytes = "byt";
  ASSERT_TRUE(put("bytes"));
  EXPECT_EQ(server_.written_from, 3U);
  EXPECT_EQ(server_.files["/in/a.edi"].bytes, "bytes");
  rules_.exists = Exists::replace;
  server_.files["/in/.a.edi.d1.part"].bytes = "xyz";
  ASSERT_TRUE(put("bytes"));
  EXPECT_EQ(server_.written_from, 0U);
  rules_.resume_bytes_min = 100;
  server_.files["/in/.a.edi.d1.part"].bytes = "byt";
  ASSERT_TRUE(put("bytes"));
  EXPECT_EQ(server_.written_from, 0U) << "small ones begin anew";
  EXPECT_EQ(server_.files["/in/a.edi"].bytes, "bytes");
}

TEST_F(PutFile, puts_a_marker_last_and_an_empty_file_too) {
  rules_.put_marker = ".done";
  ASSERT_TRUE(put(""));
  EXPECT_EQ(names(), (Names{"/in/a.edi", "/in/a.edi.done"}));
}

TEST_F(PutFile, removes_only_old_temporary_files_of_its_own_pattern) {
  rules_.stale_after = std::chrono::seconds(100);
  for (const char* name : {".a.edi.x.part", ".b.edi.y.part", "c.part", "d.edi"})
    server_.files["/in/" + std::string(name)];
  server_.files["/in/.b.edi.y.part"].modified_s = 1950;
  EXPECT_EQ(*remove_stale(folder_, rules_, 2000), 1U);
  EXPECT_FALSE(server_.files.contains("/in/.a.edi.x.part"));
  rules_.stale_after = std::chrono::seconds(0);
  EXPECT_EQ(*remove_stale(folder_, rules_, 1'000'000), 0U);
  EXPECT_EQ(server_.files.size(), 3U);
}

TEST_F(PutFile, makes_folders_only_when_told) {
  rules_.put.text = "/new/deep";
  EXPECT_FALSE(put("bytes"));
  rules_.make_folders = true;
  ASSERT_TRUE(put("bytes"));
  EXPECT_TRUE(server_.folders.contains("/new/deep"));
}

}  // namespace
}  // namespace crossdock::files
