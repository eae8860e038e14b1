// Reading a manifest: every byte is the partner's.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/manifest.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "gateway/channels/files/remote_folder.hpp"

namespace crossdock::files {
namespace {

constexpr std::size_t hex_digits = 64;

bool is_hash(std::string_view text) {
  return text.size() == hex_digits &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

Result<ManifestEntry> parse_line(std::string_view line, std::size_t number) {
  const auto wrong = [number](const std::string& what) {
    return fail(Code::files_manifest, "line " + std::to_string(number) + ": " + what);
  };
  ManifestEntry out;
  const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
  if (!is_hash(line.substr(0, blank))) return wrong("it does not begin with 64 hexadecimal digits");
  for (const char c : line.substr(0, blank))
    out.sha256 += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::string_view rest = trimmed(line.substr(blank));
  // A number and a name behind it: the number is the size. A file may be called 42, so that a lone number is a name.
  const std::size_t end = rest.find_first_of(" \t");
  if (end != std::string_view::npos) {
    std::uint64_t size = 0;
    const auto [stop, failed] = std::from_chars(rest.data(), rest.data() + end, size);
    if (failed == std::errc{} && stop == rest.data() + end) {
      out.size = size;
      rest = trimmed(rest.substr(end));
    }
  }
  if (rest.starts_with('*')) rest.remove_prefix(1);
  if (rest.starts_with("./")) rest.remove_prefix(2);
  out.name = rest;
  if (!out.name.empty() && !is_plain_name(out.name)) return wrong("the name is not that of a file in this folder");
  return out;
}

}  // namespace

Result<std::vector<ManifestEntry>> parse_manifest(std::string_view text) {
  if (text.size() > manifest_bytes_max) return fail(Code::files_manifest, "it is larger than a manifest may be");
  std::vector<ManifestEntry> out;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (++number > manifest_lines_max) return fail(Code::files_manifest, "it has too many lines");
    if (line.empty() || line.front() == '#') continue;
    TRY(ManifestEntry entry, parse_line(line, number));
    out.push_back(std::move(entry));
  }
  if (out.empty()) return fail(Code::files_manifest, "it names no file");
  return out;
}

}  // namespace crossdock::files
