// A text source over another one, with one map's folder exchanged.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/map_file.hpp"

#include <filesystem>

#include "gateway/cli/file_source.hpp"
#include "translators/mapping/load.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;

/// The map's file by its own name, its neighbours (a payload's schema) from the file's folder.
class WithMap : public TextSource {
 public:
  WithMap(std::shared_ptr<const TextSource> installed, std::string folder, const fs::path& file)
      : installed_(std::move(installed)),
        prefix_(std::move(folder) + "/"),
        file_(file.filename().string()),
        beside_({file.parent_path().empty() ? "." : file.parent_path().string()}) {}
  [[nodiscard]] Result<std::string> read(const std::string& path) const override {
    const std::string name = below(path);
    if (name == "map.yaml") return beside_.read(file_);
    return !name.empty() && beside_.exists(name) ? beside_.read(name) : installed_->read(path);
  }
  [[nodiscard]] bool exists(const std::string& path) const override {
    const std::string name = below(path);
    return name == "map.yaml" || (!name.empty() && beside_.exists(name)) || installed_->exists(path);
  }
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
    return installed_->list(folder);
  }

 private:
  [[nodiscard]] std::string below(const std::string& path) const {
    return path.starts_with(prefix_) ? path.substr(prefix_.size()) : std::string();
  }
  std::shared_ptr<const TextSource> installed_;
  std::string prefix_, file_;
  FileSource beside_;
};

/// The id of a map in its text: the line `map: ID`.
std::string id_of(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.starts_with("map:")) {
      const std::size_t first = line.find_first_not_of(" \"'", 4), last = line.find_last_not_of(" \"'\r");
      return first == std::string::npos ? "" : line.substr(first, last - first + 1);
    }
    at = end + 1;
  }
  return {};
}

}  // namespace

Result<MapFile> open_map_file(std::shared_ptr<const TextSource> installed, const std::string& text) {
  std::error_code failed;
  fs::path file = text;
  if (!text.empty() && fs::is_directory(file, failed)) file /= "map.yaml";
  if (text.empty() || !fs::is_regular_file(file, failed)) return MapFile{text, std::move(installed)};
  const FileSource folder({file.parent_path().empty() ? "." : file.parent_path().string()});
  TRY(const std::string yaml, folder.read(file.filename().string()));
  std::string id = id_of(yaml);
  if (id.empty()) return fail(Code::map_key, file.string() + " has no line `map:` with its id");
  auto source = std::make_shared<WithMap>(std::move(installed), mapping::map_folder(id), file);
  return MapFile{std::move(id), std::move(source)};
}

}  // namespace crossdock::cli
