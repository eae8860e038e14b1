// What tests of maps share: the repository's data as a text source, texts in memory, sets from one line of text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "translators/catalogue.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/validate.hpp"
#include "translators/mapping/load.hpp"
#include "translators/mapping/runner.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::mapping {

/// The files of the repository.
class ShareFolder : public TextSource {
 public:
  Result<std::string> read(const std::string& path) const override {
    std::ifstream file(root_ / path, std::ios::binary);
    if (!file) return fail(Code::file_unreadable, path);
    std::stringstream out;
    out << file.rdbuf();
    return out.str();
  }
  bool exists(const std::string& path) const override { return std::filesystem::exists(root_ / path); }
  std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out;
    if (!std::filesystem::exists(root_ / folder)) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_ / folder))
      if (entry.is_regular_file()) out.push_back(std::filesystem::relative(entry.path(), root_).generic_string());
    std::sort(out.begin(), out.end());
    return out;
  }
  [[nodiscard]] std::vector<std::string> maps() const {
    std::vector<std::string> out;
    for (const std::string& path : list("maps"))
      if (path.ends_with("/map.yaml")) out.push_back(path.substr(5, path.size() - 5 - 9));
    return out;
  }

 private:
  std::filesystem::path root_ = CROSSDOCK_SOURCE_DIR;
};

/// Texts in memory.
class TextShelf : public TextSource {
 public:
  std::map<std::string, std::string> texts;
  Result<std::string> read(const std::string& path) const override {
    const auto found = texts.find(path);
    if (found == texts.end()) return fail(Code::file_unreadable, path);
    return found->second;
  }
  bool exists(const std::string& path) const override { return texts.contains(path); }
  std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out;
    for (const auto& [path, text] : texts)
      if (path.starts_with(folder)) out.push_back(path);
    return out;
  }
};

/// Guides loaded once each.
class GuideShelf {
 public:
  explicit GuideShelf(const TextSource& source) : source_(source) {}
  Result<const guide::CompiledGuide*> guide(const std::string& id) {
    auto& slot = guides_[id];
    if (!slot) {
      std::vector<Finding> faults;
      TRY(slot, guide::load_guide(source_, id, faults));
    }
    return slot.get();
  }
  MapSources sources() {
    return {[this](const std::string& path) { return source_.read(path); },
            [this](const std::string& id) { return guide(id); },
            [this](const std::string& folder) { return source_.list(folder); }};
  }

 private:
  const TextSource& source_;
  std::map<std::string, std::unique_ptr<guide::CompiledGuide>> guides_;
};

/// `ST*214*0001~B10*...~SE*..~` as a document; offsets count from the text's beginning.
inline wire::SegmentDocument document_of(std::string_view text) {
  wire::SegmentDocument out;
  std::size_t at = 0;
  std::uint32_t ordinal = 0;
  while (at < text.size()) {
    while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) ++at;
    std::size_t end = text.find('~', at);
    if (end == std::string_view::npos) break;
    std::vector<std::uint32_t> ends;
    for (std::size_t i = at; i <= end; ++i)
      if (i == end || text[i] == '*') ends.push_back(static_cast<std::uint32_t>(i));
    wire::Segment segment;
    segment.block = text.data();
    segment.start = static_cast<std::uint32_t>(at);
    segment.ends = ends;
    segment.where = {at, static_cast<std::uint32_t>(end - at), 1, ++ordinal};
    out.append(segment);
    at = end + 1;
  }
  return out;
}

inline std::string texts_of(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings)
    out += std::string(name(finding.severity)) + " " + std::string(info(finding.code).text) + " " + finding.path +
           " [" + finding.map_line + "]: " + finding.message + "\n";
  return out;
}

}  // namespace crossdock::mapping
