// What FTP servers list: MLSD's facts, Unix and Windows lists, and what is none.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/ftp/listing.hpp"

#include <gtest/gtest.h>

#include "gateway/channels/ftp/ftp_folder.hpp"

namespace crossdock::ftp {
namespace {

using files::EntryKind;
constexpr std::int64_t now = 1'795'302'300;  // 2026-11-21 23:05:00

TEST(FtpListing, reads_times) {
  EXPECT_EQ(parse_time("20261121230500"), now);
  EXPECT_EQ(parse_time("20261121230500.123"), now);
  for (const char* wrong :
       {"", "2026112123050", "20261321230500", "20260230000000", "2026112123050x", "20261121230500Z"})
    EXPECT_FALSE(parse_time(wrong)) << wrong;
}

TEST(FtpListing, reads_facts) {
  const auto file = parse_facts("Type=file;Size=12;Modify=20261121230500;UNIX.mode=0644; a b.edi");
  ASSERT_TRUE(file);
  EXPECT_EQ(*file, (files::RemoteEntry{"a b.edi", EntryKind::file, 12, now}));
  EXPECT_EQ(parse_facts("type=dir;modify=20261121230500; out")->kind, EntryKind::folder);
  EXPECT_EQ(parse_facts("type=OS.unix=slink:/etc/passwd; l")->kind, EntryKind::link);
  EXPECT_EQ(parse_facts("type=OS.unix=chr-1/3; null")->kind, EntryKind::other);
  for (const char* none :
       {"", " ", "type=cdir; .", "type=pdir; ..", "type=file; ..", "size=3; a", "type=file;size=3", "type=file; "})
    EXPECT_FALSE(parse_facts(none)) << none;
}

struct Line {
  const char* text;
  files::RemoteEntry wanted;
};

TEST(FtpListing, reads_what_is_printed_for_people) {
  const Line lines[] = {
      {"-rw-r--r--    1 1000     1000          123 Nov 21 23:05 a.edi", {"a.edi", EntryKind::file, 123, now}},
      {"-rw-r--r--   1 owner group 5368709120 Jan  2  2020 big one.edi",
       {"big one.edi", EntryKind::file, 5368709120, 1'577'923'200}},
      {"-rw-r--r--   1 edi 7 Nov 22 01:00 ahead.edi", {"ahead.edi", EntryKind::file, 7, now + 6'900}},
      {"-rw-r--r--   1 edi users 7 Dec 24 00:00 last year.edi", {"last year.edi", EntryKind::file, 7, 1'766'534'400}},
      {"drwxr-xr-x 2 0 0 4096 Nov 21 23:05 out", {"out", EntryKind::folder, 4096, now}},
      {"lrwxrwxrwx 1 0 0 11 Nov 21 23:05 l -> /etc/passwd", {"l", EntryKind::link, 11, now}},
      {"11-21-26  11:05PM                  123 a.edi", {"a.edi", EntryKind::file, 123, now}},
      {"11-21-2026  11:05PM       <DIR>          out folder", {"out folder", EntryKind::folder, 0, now}},
  };
  for (const Line& line : lines) {
    const auto entry = parse_list_line(line.text, now);
    ASSERT_TRUE(entry) << line.text;
    EXPECT_EQ(*entry, line.wanted) << line.text << " " << entry->modified_s.value_or(0);
  }
  for (const char* none :
       {"", "total 12", "drwxr-xr-x 2 0 0 4096 Nov 21 23:05 .", "drwxr-xr-x 2 0 0 4096 Nov 21 23:05 ..",
        "-rw-r--r-- 1 a b Nov 21 23:05 no size", "-rw-r--r-- 1 a b 12 Nov 41 23:05 x", "99-99-99  11:05PM 1 x",
        "-rw-r--r-- 1 a b 12 Nov 21 23:05"})
    EXPECT_FALSE(parse_list_line(none, now)) << none;
}

TEST(FtpListing, lines_come_in_any_pieces_and_have_a_limit) {
  for (const std::size_t chunk : {1U, 3U, 100U}) {
    LineSplitter lines;
    std::vector<std::string> seen;
    const auto each = [&](std::string_view line) -> Status {
      seen.emplace_back(line);
      return {};
    };
    const std::string text = "one\r\ntwo\nthree";
    for (std::size_t i = 0; i < text.size(); i += chunk) ASSERT_TRUE(lines.feed(text.substr(i, chunk), each));
    ASSERT_TRUE(lines.finish(each));
    EXPECT_EQ(seen, (std::vector<std::string>{"one", "two", "three"}));
  }
  LineSplitter lines;
  const auto each = [](std::string_view) -> Status { return {}; };
  EXPECT_TRUE(lines.feed(std::string(8192, 'x'), each));
  EXPECT_EQ(lines.feed("x", each).error().code, Code::files_protocol);
}

TEST(FtpErrors, replies_decide) {
  const auto code = [](CURLcode curl_code, long reply, const char* words) {
    return error_of({curl_code, reply, "", words}, "x").code;
  };
  EXPECT_EQ(code(CURLE_QUOTE_ERROR, 550, "550 No such file"), Code::files_not_found);
  EXPECT_EQ(code(CURLE_QUOTE_ERROR, 550, "550 Permission denied."), Code::files_permission);
  EXPECT_EQ(code(CURLE_QUOTE_ERROR, 550, "550 File exists"), Code::files_exists);
  EXPECT_EQ(code(CURLE_REMOTE_FILE_NOT_FOUND, 550, "550 The file does not exist"), Code::files_not_found);
  EXPECT_EQ(code(CURLE_UPLOAD_FAILED, 452, "452 x"), Code::files_disk_full);
  EXPECT_EQ(code(CURLE_UPLOAD_FAILED, 451, "451 No space left on device"), Code::files_disk_full);
  EXPECT_EQ(code(CURLE_QUOTE_ERROR, 502, "502 x"), Code::files_unsupported);
  EXPECT_EQ(code(CURLE_QUOTE_ERROR, 421, "421 Timeout"), Code::files_connection_lost);
  EXPECT_EQ(code(CURLE_LOGIN_DENIED, 530, "530 x"), Code::files_authentication);
  EXPECT_EQ(code(CURLE_PEER_FAILED_VERIFICATION, 0, ""), Code::ftp_certificate);
  EXPECT_EQ(code(CURLE_USE_SSL_FAILED, 500, ""), Code::ftp_tls);
  EXPECT_EQ(code(CURLE_PARTIAL_FILE, 226, ""), Code::files_size_differs);
}

}  // namespace
}  // namespace crossdock::ftp
