// Which files are ready, by rule and over time; manifests.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/watch.hpp"

#include <gtest/gtest.h>

namespace crossdock::files {
namespace {

using configuration::FileChannel;
using std::chrono::milliseconds;
using std::chrono::seconds;

RemoteEntry file(const std::string& name, std::uint64_t size = 5, std::int64_t at = 100) {
  return {name, EntryKind::file, size, at};
}

std::vector<std::string> names(const std::vector<Candidate>& ready) {
  std::vector<std::string> out;
  for (const Candidate& one : ready) out.push_back(one.entry.name);
  return out;
}

using Names = std::vector<std::string>;
const base::SteadyInstant start{seconds(1000)};

TEST(RemoteNames, only_plain_ones_are_taken) {
  for (const char* good : {"a.edi", "A B.txt", "ä", "..a", "a..b"}) EXPECT_TRUE(is_plain_name(good)) << good;
  for (const char* bad : {"", ".", "..", "a/b", "../a", "a\\b", "a\nb", "a\x7f"})
    EXPECT_FALSE(is_plain_name(bad)) << bad;
  EXPECT_FALSE(is_plain_name(std::string(256, 'a')));
  EXPECT_TRUE(is_plain_name(std::string(255, 'a')));
  EXPECT_EQ(join("/out/", "a"), "/out/a");
  EXPECT_EQ(join("/out", "a"), "/out/a");
  EXPECT_EQ(join("", "a"), "a");
}

TEST(Watch, takes_no_links_no_folders_no_temporary_names) {
  FileChannel rules;
  rules.ready = FileChannel::Ready::rename;
  rules.include = {"*.edi", "*.txt"};
  rules.exclude = {"old*"};
  Watch watch(rules);
  const std::vector<RemoteEntry> entries{file("a.edi"),
                                         file("old.edi"),
                                         file("b.csv"),
                                         file(".c.edi"),
                                         file("d.edi.part"),
                                         {"link.edi", EntryKind::link, 5, 100},
                                         {"folder.edi", EntryKind::folder, 5, 100},
                                         {"device.edi", EntryKind::other, 5, 100}};
  EXPECT_EQ(names(watch.look(entries, {}, start).ready), Names{"a.edi"});
}

TEST(Watch, gives_the_oldest_first) {
  FileChannel rules;
  rules.ready = FileChannel::Ready::rename;
  Watch watch(rules);
  EXPECT_EQ(names(watch.look({file("c", 5, 3), file("b", 5, 1), file("a", 5, 2), file("d", 5, 1)}, {}, start).ready),
            (Names{"b", "d", "a", "c"}));
}

TEST(Watch, a_stable_file_is_the_same_in_n_looks_and_for_a_time) {
  FileChannel rules;
  rules.polls = 3;
  rules.stable_for = seconds(10);
  Watch watch(rules);
  EXPECT_TRUE(watch.look({file("a", 5)}, {}, start).ready.empty());
  const Looked second = watch.look({file("a", 6)}, {}, start + seconds(20));
  EXPECT_TRUE(second.ready.empty()) << "it grew";
  ASSERT_TRUE(second.look_again);
  EXPECT_GT(*second.look_again, seconds(4));
  EXPECT_TRUE(watch.look({file("a", 6)}, {}, start + seconds(25)).ready.empty()) << "two looks, five seconds";
  EXPECT_TRUE(watch.look({file("a", 6)}, {}, start + seconds(29)).ready.empty()) << "three looks, nine seconds";
  EXPECT_TRUE(watch.look({file("a", 6, 101)}, {}, start + seconds(31)).ready.empty()) << "its time changed";
  EXPECT_TRUE(watch.look({file("a", 6, 101)}, {}, start + seconds(60)).ready.empty()) << "two looks only";
  EXPECT_EQ(names(watch.look({file("a", 6, 101)}, {}, start + seconds(61)).ready), Names{"a"});
  watch.forget("a");
  EXPECT_TRUE(watch.look({file("a", 6, 101)}, {}, start + seconds(62)).ready.empty()) << "it begins anew";
}

TEST(Watch, a_marker_makes_ready_and_is_no_file_itself) {
  FileChannel rules;
  rules.ready = FileChannel::Ready::marker;
  Watch watch(rules);
  EXPECT_TRUE(watch.look({file("a.edi"), file("b.edi.done", 0)}, {}, start).ready.empty());
  const Looked looked = watch.look({file("a.edi"), file("a.edi.done", 0)}, {}, start);
  ASSERT_EQ(names(looked.ready), Names{"a.edi"});
  EXPECT_EQ(looked.ready[0].marker, "a.edi.done");
}

TEST(Watch, a_manifest_makes_ready_once_the_size_is_there) {
  FileChannel rules;
  rules.ready = FileChannel::Ready::manifest;
  Watch watch(rules);
  const std::map<std::string, Manifested> said{{"a.edi", {{"a.edi", "ab", 7}, "all.sha256", false}}};
  EXPECT_TRUE(watch.look({file("a.edi", 5), file("b.edi")}, said, start).ready.empty());
  const Looked looked = watch.look({file("a.edi", 7), file("b.edi")}, said, start);
  ASSERT_EQ(names(looked.ready), Names{"a.edi"});
  EXPECT_EQ(looked.ready[0].expected->sha256, "ab");
  EXPECT_EQ(looked.ready[0].marker, "") << "it speaks of several files, and stays";
}

TEST(Watch, sets_empty_and_large_files_aside) {
  FileChannel rules;
  rules.ready = FileChannel::Ready::rename;
  rules.file_bytes_max = 10;
  Watch watch(rules);
  const Looked looked = watch.look({file("empty", 0), file("most", 10), file("large", 11)}, {}, start);
  EXPECT_EQ(names(looked.ready), Names{"most"});
  ASSERT_EQ(looked.empty.size(), 1U);
  EXPECT_EQ(looked.empty[0].name, "empty");
  ASSERT_EQ(looked.too_large.size(), 1U);
  EXPECT_EQ(looked.too_large[0].name, "large");
}

const std::string hash(64, 'a');

TEST(Manifest, refuses_what_is_none) {
  for (const std::string& bad :
       {std::string(), std::string("# nothing\n"), std::string("abc a.edi"), std::string(64, 'g') + " a", hash + "0 a",
        hash + " ../a", hash + " 5 a/b", hash + " a\x01", std::string(manifest_bytes_max + 1, '\n')})
    EXPECT_FALSE(parse_manifest(bad)) << bad.substr(0, 80);
  std::string many;
  for (std::size_t i = 0; i <= manifest_lines_max; ++i) many += "#\n";
  EXPECT_FALSE(parse_manifest(many));
}

TEST(Manifest, reads_the_usual_forms) {
  const auto lines = parse_manifest("# of today\r\n" + std::string(64, 'A') + "  a b.edi\r\n" + hash + " *b.edi\n" +
                                    hash + " 17 c.edi\n" + hash + " ./42\n" + hash + "\n");
  ASSERT_TRUE(lines) << lines.error().text();
  const std::vector<ManifestEntry> expected{
      {"a b.edi", hash, {}}, {"b.edi", hash, {}}, {"c.edi", hash, 17}, {"42", hash, {}}, {"", hash, {}}};
  EXPECT_EQ(*lines, expected);
}

}  // namespace
}  // namespace crossdock::files
