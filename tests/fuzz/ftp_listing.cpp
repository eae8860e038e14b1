// Listings of FTP servers on hostile bytes: no crash, no entry for the folder itself, the same for any chunking.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/channels/ftp/listing.hpp"

namespace {

using namespace crossdock;

void require(bool good) {
  if (!good) std::abort();
}

std::vector<std::string> read(std::string_view text, std::size_t chunk, bool& good) {
  ftp::LineSplitter lines;
  std::vector<std::string> out;
  const auto each = [&](std::string_view line) -> Status {
    for (const auto& entry : {ftp::parse_facts(line), ftp::parse_list_line(line, 1'795'000'000)}) {
      if (!entry) continue;
      require(!entry->name.empty() && entry->name != "." && entry->name != "..");
      out.push_back(entry->name + "|" + std::to_string(entry->size) + "|" +
                    std::to_string(entry->modified_s.value_or(-1)));
    }
    return {};
  };
  good = true;
  for (std::size_t i = 0; i < text.size() && good; i += chunk)
    good = lines.feed(text.substr(i, chunk), each).has_value();
  good = good && lines.finish(each).has_value();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  bool whole = false, pieces = false;
  const auto once = read(text, text.size() + 1, whole), chunked = read(text, 1, pieces);
  require(whole == pieces && (!whole || once == chunked));
  (void)ftp::parse_time(text);
  return 0;
}
