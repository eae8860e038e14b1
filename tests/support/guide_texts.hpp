// Texts for guide tests: an in-memory source, the project's own folder as a source, and sets written as plain text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/text_source.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::test {

class MemorySource : public TextSource {
 public:
  std::map<std::string, std::string> texts;
  [[nodiscard]] Result<std::string> read(const std::string& path) const override {
    const auto at = texts.find(path);
    if (at == texts.end()) return fail(Code::file_unreadable, path);
    return at->second;
  }
  [[nodiscard]] bool exists(const std::string& path) const override { return texts.contains(path); }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out;
    for (const auto& [path, text] : texts)
      if (path.starts_with(folder)) out.push_back(path);
    return out;
  }
};

/// The clone itself: `maps/...` below the source root.
class FolderSource : public TextSource {
 public:
  explicit FolderSource(std::string root) : root_(std::move(root)) {}
  [[nodiscard]] Result<std::string> read(const std::string& path) const override {
    std::ifstream file(root_ + "/" + path, std::ios::binary);
    if (!file) return fail(Code::file_unreadable, path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  [[nodiscard]] bool exists(const std::string& path) const override {
    return std::filesystem::is_regular_file(root_ + "/" + path);
  }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out;
    if (!std::filesystem::is_directory(root_ + "/" + folder)) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_ + "/" + folder))
      if (entry.is_regular_file()) out.push_back(std::filesystem::relative(entry.path(), root_).generic_string());
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::string root_;
};

/// Ids of all guides below maps/guides, `x12/004010/214`.
inline std::vector<std::string> guide_ids(const TextSource& source) {
  std::vector<std::string> out;
  constexpr std::string_view folder = "maps/guides/", end = ".yaml";
  for (const std::string& path : source.list("maps/guides")) {
    const std::string name = path.substr(folder.size());
    if (!name.ends_with(end) || std::count(name.begin(), name.end(), '/') != 2 || name.ends_with("/elements.yaml") ||
        name.ends_with("/segments.yaml") || name.ends_with("/composites.yaml"))
      continue;
    out.push_back(name.substr(0, name.size() - end.size()));
  }
  return out;
}

/// A document from text such as `ST*214*0001~B10*...~SE*3*0001~` (blanks and line ends between segments are skipped).
inline wire::SegmentDocument document_of(std::string_view text, wire::Delimiters delimiters = {}) {
  wire::SegmentDocument out;
  out.delimiters = delimiters;
  std::uint32_t line = 1;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '\n' || text[at] == ' ') {
      line += text[at++] == '\n' ? 1 : 0;
      continue;
    }
    const std::size_t end = std::min(text.find(delimiters.segment, at), text.size());
    std::vector<std::uint32_t> ends;
    for (std::size_t i = at; i <= end; ++i)
      if (i == end || text[i] == delimiters.element) ends.push_back(static_cast<std::uint32_t>(i));
    wire::Segment segment{
        text.data(), static_cast<std::uint32_t>(at), ends, {at, static_cast<std::uint32_t>(end - at), line, 0}};
    out.append(segment);
    at = end + delimiters.segment.size();
  }
  return out;
}

}  // namespace crossdock::test
