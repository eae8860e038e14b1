// Loading through the catalogue: apart from load.cpp so that maps can be loaded without one.
// SPDX-License-Identifier: Apache-2.0
#include "translators/catalogue.hpp"
#include "translators/mapping/load.hpp"
#include "translators/partner_folder.hpp"

namespace crossdock::mapping {

Result<std::unique_ptr<CompiledMap>> load_map(const Catalogue& catalogue, const std::string& id,
                                              std::vector<Finding>& faults) {
  MapSources sources;
  sources.read = [&](const std::string& path) { return catalogue.source().read(path); };
  sources.list = [&](const std::string& folder) { return catalogue.source().list(folder); };
  sources.guide = [&](const std::string& guide) -> Result<const guide::CompiledGuide*> {
    // A partner's own map sees the guide as the partner's overlay has it, with the segments that it adds.
    if (const std::string partner = partner_of_map(id); !partner.empty())
      if (const auto* overlay = catalogue.partner(partner).overlay(guide)) return overlay->guide.get();
    return catalogue.guide(guide);
  };
  return load_map(sources, id, faults);
}

}  // namespace crossdock::mapping
