// Clock, UUIDv7, metrics text, and the lossy file layer of the fault tests.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/clock.hpp"

#include <filesystem>
#include <set>

#include "gateway/base/file_layer.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/random.hpp"
#include "tests/support/fake_clock.hpp"

namespace crossdock::base {
#ifdef CROSSDOCK_FAILPOINTS
[[nodiscard]] std::unique_ptr<FileLayer> make_lossy_file_layer(FileLayer& real);
#endif
namespace {

TEST(Clock, writes_and_reads_rfc3339) {
  const auto at = parse_rfc3339("2026-05-18T14:32:00.25-05:00");
  ASSERT_TRUE(at);
  EXPECT_EQ(to_rfc3339(*at), "2026-05-18T19:32:00.250000Z");
  EXPECT_EQ(utc_day(*at), "2026-05-18");
  EXPECT_EQ(to_rfc3339(from_micros(0)), "1970-01-01T00:00:00Z");
}

TEST(Clock, refuses_what_is_no_time) {
  for (const char* text :
       {"", "2026-05-18", "2026-13-18T14:32:00Z", "2026-02-30T14:32:00Z", "2026-05-18T24:00:00Z", "2026-05-18T14:32:00",
        "2026-05-18T14:32:00+25:00", "2026-05-18T14:32:00.Z", "2026-05-18T14:32:00Zx"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(UuidSource, ascends_while_the_clock_stands_and_when_it_steps_back) {
  tests::FakeClock clock;
  const auto random = make_seeded_random(1);
  UuidSource uuids(clock, *random);
  std::string last;
  for (int i = 0; i < 10000; ++i) {
    if (i == 5000) clock.set(clock.now() - std::chrono::hours{1});
    std::string next = uuids.next();
    ASSERT_EQ(next.size(), 36U);
    ASSERT_EQ(next[14], '7');
    ASSERT_NE(std::string("89ab").find(next[19]), std::string::npos);
    ASSERT_LT(last, next);
    last = std::move(next);
  }
}

TEST(Registry, prints_families_with_labels_and_buckets) {
  Registry registry;
  registry.counter("a_total", "Things.", {{"kind", "x\"y"}}).add(3);
  registry.gauge("b", "Level.").set(1.5);
  registry.histogram("c_seconds", "Time.").observe(0.002);
  const std::string text = registry.text();
  EXPECT_NE(text.find("# TYPE a_total counter\na_total{kind=\"x\\\"y\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("b 1.5\n"), std::string::npos);
  EXPECT_NE(text.find("c_seconds_bucket{le=\"0.001\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("c_seconds_bucket{le=\"+Inf\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("c_seconds_count 1\n"), std::string::npos);
}

TEST(Log, keeps_a_hostile_value_on_its_line) {
  std::string seen;
  set_log_sink([&](LogLevel, std::string_view line) { seen = line; });
  log(LogLevel::warning, "test", "hello", {{"value", "a\nlevel=error"}});
  set_log_sink({});
  EXPECT_EQ(seen, "level=warning part=test message=hello value=\"a\\x0alevel=error\"");
}

#ifdef CROSSDOCK_FAILPOINTS
class LossyFileLayer : public testing::Test {
 protected:
  LossyFileLayer() : folder_(testing::TempDir() + "lossy-" + std::to_string(::getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/other");
  }
  ~LossyFileLayer() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] bool really(const std::string& name) const { return std::filesystem::exists(folder_ + "/" + name); }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
  std::unique_ptr<FileLayer> layer_ = make_lossy_file_layer(files());
};

TEST_F(LossyFileLayer, a_new_file_exists_only_after_its_folder_was_synced) {
  ASSERT_TRUE(layer_->write_and_sync(path("a"), "hello"));
  EXPECT_TRUE(layer_->exists(path("a")));
  EXPECT_FALSE(really("a"));
  ASSERT_TRUE(layer_->rename(path("a"), path("b")));
  EXPECT_FALSE(layer_->exists(path("a")));
  std::string text;
  ASSERT_TRUE(layer_->read(path("b"), [&](std::string_view bytes) { return text += bytes, Status{}; }));
  EXPECT_EQ(text, "hello");
  EXPECT_FALSE(really("b"));
  ASSERT_TRUE(layer_->sync_directory(folder_));
  EXPECT_TRUE(really("b"));
  EXPECT_FALSE(really("a"));
}

TEST_F(LossyFileLayer, a_move_between_folders_needs_both_synced) {
  ASSERT_TRUE(files().write_and_sync(path("a"), "hello"));
  ASSERT_TRUE(layer_->rename(path("a"), path("other/a")));
  EXPECT_TRUE(really("a"));
  ASSERT_TRUE(layer_->sync_directory(path("other")));
  EXPECT_TRUE(really("a"));
  EXPECT_TRUE(really("other/a"));
  ASSERT_TRUE(layer_->sync_directory(folder_));
  EXPECT_FALSE(really("a"));
  EXPECT_TRUE(really("other/a"));
}

TEST_F(LossyFileLayer, a_removal_is_forgotten_until_synced) {
  ASSERT_TRUE(files().write_and_sync(path("a"), "hello"));
  ASSERT_TRUE(layer_->remove(path("a")));
  EXPECT_FALSE(layer_->exists(path("a")));
  EXPECT_TRUE(really("a"));
}
#endif

}  // namespace
}  // namespace crossdock::base
