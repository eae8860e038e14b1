// Events are made in a quick way, as values or as lines, and with --trace line by line in the long way: all give the
// same bytes, of samples, of documents from the field, and of damaged ones. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "translators/catalogue.hpp"
#include "translators/translate.hpp"

namespace crossdock {
namespace {

namespace fs = std::filesystem;

const fs::path root = CROSSDOCK_SOURCE_DIR;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class Files : public TextSource {
 public:
  Result<std::string> read(const std::string& path) const override {
    if (!exists(path)) return fail(Code::file_unreadable, path);
    return read_file(root / path);
  }
  bool exists(const std::string& path) const override { return fs::is_regular_file(root / path); }
  std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out;
    if (!fs::is_directory(root / folder)) return out;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.is_regular_file()) out.push_back(fs::relative(entry.path(), root).string());
    std::sort(out.begin(), out.end());
    return out;
  }
};

/// All that a translation tells: events and findings, a line each.
struct Teller : acknowledgement::VerdictHandler {
  std::string told;
  std::size_t events = 0;
  void on_translated(const acknowledgement::SetVerdict&, const std::vector<Finding>& found, std::uint64_t) override {
    for (const Finding& finding : found) told += to_json_line(finding) + "\n";
  }
};

enum class Way { values, lines, traced };

Teller translate(const Catalogue& catalogue, const std::string& text, Way way) {
  Teller out;
  TranslateOptions options;
  options.source = "/files/sample";
  options.payload_hash = sha256(text);
  options.profile_zone = "America/Chicago";
  options.trace = way == Way::traced;
  if (way == Way::lines)
    options.lines = [&out](std::string_view line) {
      out.told.append(line).append("\n");
      ++out.events;
    };
  Translator translator(catalogue, options, out, [&out](canonical::Event&& event, std::string_view) {
    out.told += event.to_json() + "\n";
    ++out.events;
  });
  if (translator.feed(text)) (void)translator.finish();
  return out;
}

std::vector<fs::path> documents() {
  std::vector<fs::path> out;
  const char* const given = std::getenv("CROSSDOCK_CORPUS");
  for (const fs::path& folder : {root / "maps", given != nullptr ? fs::path(given) : root / "../shared/corpus"})
    if (fs::is_directory(folder))
      for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && (folder != root / "maps" || entry.path().extension() == ".edi") &&
            entry.file_size() < 100'000)
          out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::string damaged(std::string text, std::mt19937& random) {
  constexpr std::string_view bytes = "ABZ019~*:+' \"\\,.-\x80\xC3";
  constexpr std::size_t header_bytes = 106;
  const auto any = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  for (std::size_t times = 1 + any(5); times > 0 && text.size() > 2 * header_bytes; --times) {
    const std::size_t at = header_bytes + any(text.size() - header_bytes);
    switch (any(4)) {
      case 0: text[at] = bytes[any(bytes.size())]; break;
      case 1: text.erase(at, 1 + any(12)); break;
      case 2: text.insert(at, text.substr(header_bytes + any(text.size() - header_bytes), 1 + any(60))); break;
      default: text.insert(at, 1, bytes[any(bytes.size())]); break;
    }
  }
  return text;
}

/// The document many times over, each time with a few letters and digits changed for others: sets alike, whose runs are
/// remembered, and some that only look like it.
std::string varied(const std::string& text, std::mt19937& random) {
  constexpr std::size_t times = 24, header_bytes = 106;
  std::string out;
  for (std::size_t i = 0; i < times; ++i) {
    std::string one = text;
    for (std::size_t change = random() % 6; change > 0 && one.size() > header_bytes; --change) {
      char& c = one[header_bytes + random() % (one.size() - header_bytes)];
      if (c >= '0' && c <= '9') c = static_cast<char>('0' + random() % 10);
      if (c >= 'A' && c <= 'Z') c = static_cast<char>('A' + random() % 26);
    }
    out += one;
  }
  return out;
}

TEST(QuickWay, tells_of_sets_alike_what_it_tells_of_each) {
  constexpr std::uintmax_t bytes_max = 12'000;
  const Catalogue catalogue(std::make_shared<Files>());
  std::mt19937 random(20261121);
  std::size_t events = 0;
  for (const fs::path& path : documents()) {
    if (fs::file_size(path) > bytes_max) continue;
    const std::string text = varied(read_file(path), random);
    const Teller lines = translate(catalogue, text, Way::lines);
    ASSERT_EQ(lines.told, translate(catalogue, text, Way::values).told) << path;
    events += lines.events;
  }
  EXPECT_GT(events, 1000U);
}

TEST(QuickWay, tells_what_the_long_way_tells) {
  const Catalogue catalogue(std::make_shared<Files>());
  std::mt19937 random(20260518);
  std::size_t events = 0, with_damage = 0;
  for (const fs::path& path : documents()) {
    const std::string text = read_file(path);
    const Teller quick = translate(catalogue, text, Way::values);
    ASSERT_EQ(quick.told, translate(catalogue, text, Way::traced).told) << path;
    ASSERT_EQ(quick.told, translate(catalogue, text, Way::lines).told) << path;
    events += quick.events;
    for (int round = 0; round < 4; ++round) {
      const std::string broken = damaged(text, random);
      const Teller hurt = translate(catalogue, broken, Way::values);
      ASSERT_EQ(hurt.told, translate(catalogue, broken, Way::traced).told) << path << " round " << round << "\n"
                                                                           << broken;
      ASSERT_EQ(hurt.told, translate(catalogue, broken, Way::lines).told) << path << " round " << round << "\n"
                                                                          << broken;
      with_damage += hurt.events;
    }
  }
  EXPECT_GT(events, 100U);
  EXPECT_GT(with_damage, 100U);
}

}  // namespace
}  // namespace crossdock
