// Real files: every X12 document of the corpus is read without a crash, and alike in chunks of any size.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/support/x12_recorder.hpp"

namespace crossdock::x12 {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
  if (const char* given = std::getenv("CROSSDOCK_CORPUS")) return given;
  return fs::path(CROSSDOCK_SOURCE_DIR) / "../shared/corpus";
}

// file -> its status column (`valid`, `known-invalid`).
std::map<std::string, std::string> index() {
  std::map<std::string, std::string> out;
  std::ifstream file(corpus() / "INDEX.tsv");
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> columns;
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t end = std::min(line.find('\t', begin), line.size());
      columns.push_back(line.substr(begin, end - begin));
      begin = end + 1;
    }
    if (columns.size() > 5 && !columns[2].empty() && columns[2].substr(0, 2) == "00") out[columns[0]] = columns[5];
  }
  return out;
}

TEST(Corpus, every_x12_file_reads_alike_in_any_chunks) {
  const auto files = index();
  if (files.empty()) GTEST_SKIP() << "no corpus at " << corpus() << ": set CROSSDOCK_CORPUS to its folder";
  for (const auto& [name, status] : files) {
    std::ifstream file(corpus() / name, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const auto whole = support::read(bytes);
    for (const std::size_t chunk : {1, 3, 80, 1000})
      ASSERT_EQ(support::read(bytes, chunk).events, whole.events) << name << " by " << chunk;
    const bool rejects = !whole.error.empty() || !whole.codes(Severity::error).empty();
    if (status == "valid") {
      EXPECT_FALSE(rejects) << name << " " << whole.error << testing::PrintToString(whole.codes());
    } else {
      EXPECT_TRUE(rejects || name.find("invalid") != std::string::npos) << name;
    }
  }
}

}  // namespace
}  // namespace crossdock::x12
