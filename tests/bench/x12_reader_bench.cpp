// Speed of the X12 reader beside the limit: a memchr loop over the terminators of the same file in memory. Usage: FILE
// [ROUNDS] SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "translators/x12/interchange_reader.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Counter : crossdock::x12::InterchangeHandler {
  std::uint64_t sets = 0, segments = 0, elements = 0, findings = 0;
  void on_set(const crossdock::x12::SetHeader&) override { ++sets; }
  void on_segment(const crossdock::wire::Segment& segment) override {
    ++segments;
    elements += segment.element_count();
  }
  void on_finding(crossdock::Finding&&) override { ++findings; }
};

std::uint64_t scan_terminators(const std::string& bytes) {
  std::uint64_t count = 0;
  const char* const end = bytes.data() + bytes.size();
  for (const char* at = bytes.data();
       (at = static_cast<const char*>(std::memchr(at, '~', static_cast<std::size_t>(end - at)))) != nullptr; ++at)
    ++count;
  return count;
}

double megabytes_per_second(std::size_t bytes, Clock::time_point begin) {
  return static_cast<double>(bytes) / 1e6 / std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: x12_reader_bench FILE [ROUNDS]\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const int rounds = argc > 2 ? static_cast<int>(std::strtol(argv[2], nullptr, 10)) : 7;
  std::vector<double> limits, speeds;
  Counter counter;
  std::uint64_t terminators = 0;
  for (int round = 0; round < rounds; ++round) {
    auto begin = Clock::now();
    terminators = scan_terminators(bytes);
    limits.push_back(megabytes_per_second(bytes.size(), begin));
    counter = Counter{};
    begin = Clock::now();
    crossdock::x12::InterchangeReader reader(counter);
    for (std::size_t at = 0; at < bytes.size(); at += 256U << 10)
      if (!reader.feed(std::string_view(bytes).substr(at, 256U << 10))) return 1;
    if (!reader.finish()) return 1;
    speeds.push_back(megabytes_per_second(bytes.size(), begin));
  }
  std::printf(
      "scan %.0f MB/s  read %.0f MB/s  ratio %.2f  (%llu terminators, %llu sets, %llu segments, %llu elements, %llu "
      "findings)\n",
      median(limits), median(speeds), median(speeds) / median(limits), static_cast<unsigned long long>(terminators),
      static_cast<unsigned long long>(counter.sets), static_cast<unsigned long long>(counter.segments),
      static_cast<unsigned long long>(counter.elements), static_cast<unsigned long long>(counter.findings));
  return 0;
}
