// Event types are the schemas' names; the version is a hash over every text below maps/.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/installed.hpp"

#include "translators/base/digest.hpp"

namespace crossdock::cli {

std::vector<std::string> InstalledCatalogue::event_types() const {
  constexpr std::string_view folder = "maps/canonical/", ending = ".schema.json";
  std::vector<std::string> types;
  for (const std::string& path : catalogue_.source().list(std::string(folder)))
    if (path.ends_with(ending))
      types.push_back(path.substr(folder.size(), path.size() - folder.size() - ending.size()));
  return types;
}

std::string InstalledCatalogue::version() const {
  Sha256 digest;
  for (const std::string& path : catalogue_.source().list("maps")) {
    if (path.find("/samples/") != std::string::npos) continue;
    digest.update(path);
    if (const auto text = catalogue_.source().read(path)) digest.update(*text);
  }
  return to_hex(digest.finish());
}

}  // namespace crossdock::cli
