// The forms that texts take: accepted and refused.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/format.hpp"

#include <gtest/gtest.h>

#include "gateway/configuration/installation.hpp"

namespace crossdock::configuration {
namespace {

TEST(Format, durations_are_read_and_written) {
  using std::chrono::milliseconds;
  EXPECT_EQ(parse_duration("45m"), milliseconds(45 * 60'000));
  EXPECT_EQ(parse_duration("1h30m"), milliseconds(90 * 60'000));
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("0"), milliseconds(0));
  for (const char* text : {"", "5", "m", "-5m", "5 m", "5x", "1.5h", "99999999999999999999d", "4000d1"})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_EQ(write_duration(milliseconds(2'700'000)), "45m");
}

TEST(Format, sizes_are_read_and_written) {
  EXPECT_EQ(parse_bytes("64KiB"), 65536U);
  EXPECT_EQ(parse_bytes("64 MiB"), 64U << 20);
  EXPECT_EQ(parse_bytes("512"), 512U);
  for (const char* text : {"", "x", "1KB", "-1", "1 KiB ", "99999999999GiB"}) EXPECT_FALSE(parse_bytes(text)) << text;
  EXPECT_EQ(write_bytes(64U << 20), "64 MiB");
}

TEST(Format, accepts_and_refuses) {
  struct Row {
    const TextFormat& format;
    std::vector<std::string> good, bad;
  };
  const std::vector<Row> rows{
      {format::name, {"acme-freight", "a"}, {"", "Acme", "a b", "-a", std::string(65, 'a'), "../x"}},
      {format::url,
       {"https://a.example/x", "http://127.0.0.1:9/"},
       {"", "ftp://a", "https://", "https://user@a/", "http://a b"}},
      {format::path, {"a/b", "/var/x", "a..b"}, {"", "..", "a/../b", "../a", "a\nb"}},
      {format::listen, {"127.0.0.1:0", "[::1]:80", "0.0.0.0:8080"}, {"", "80", ":80", "a:", "a:99999", "[:80"}},
      {format::set, {"x12/004010/214"}, {"x12/214", "x12//214", "x12/004010/214/x", "../x/y"}},
      {format::event, {"load.tendered", "shipment.*", "*", "load.tendered.v1"}, {"", "Load", "load tendered"}},
      {format::x12_identifier, {"02:ACFL", "ZZ:SHIPCO"}, {"ACFL", "2:ACFL", "02:", "02:1234567890123456", "02:A "}},
      {format::zone, {"UTC", "America/Chicago"}, {"", "../UTC", "a/../b", "1"}},
      {format::token_hash,
       {"sha256:" + std::string(64, 'a')},
       {"sha256:x", std::string(64, 'a'), "sha256:" + std::string(64, 'A')}},
      {format::time_of_day, {"00:00", "08:30", "24:00"}, {"8:30", "24:01", "12:60", "ab:cd"}},
      {format::url_segment, {"acme", "a.b-c_1"}, {"", "a/b", ".", "a b"}},
  };
  for (const Row& row : rows) {
    for (const std::string& text : row.good) EXPECT_TRUE(row.format.accepts(text)) << row.format.name << " " << text;
    for (const std::string& text : row.bad) EXPECT_FALSE(row.format.accepts(text)) << row.format.name << " " << text;
  }
}

TEST(Format, the_nearest_name_is_near) {
  EXPECT_EQ(nearest("identifers", {"identifiers", "channels"}), "identifiers");
  EXPECT_EQ(nearest("zzz", {"identifiers", "channels"}), "");
}

TEST(Format, events_match_with_and_without_prefix_and_version) {
  EXPECT_TRUE(event_matches("load.tendered", "crossdock.load.tendered.v1"));
  EXPECT_TRUE(event_matches("shipment.*", "shipment.milestone.v1"));
  EXPECT_TRUE(event_matches("*", "shipment.milestone.v1"));
  EXPECT_FALSE(event_matches("load.tender", "load.tendered.v1"));
  EXPECT_FALSE(event_matches("load.tendered.v2", "load.tendered.v1"));
}

}  // namespace
}  // namespace crossdock::configuration
