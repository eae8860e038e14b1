// What is installed beside a configuration, as its checker asks for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/configuration/folder.hpp"
#include "translators/catalogue.hpp"

namespace crossdock::cli {

/// Borrows the catalogue.
class InstalledCatalogue final : public configuration::Installed {
 public:
  explicit InstalledCatalogue(const Catalogue& catalogue) : catalogue_(catalogue) {}
  [[nodiscard]] std::vector<std::string> guide_ids() const override { return catalogue_.guide_ids(); }
  [[nodiscard]] std::vector<std::string> map_ids() const override { return catalogue_.map_ids(); }
  [[nodiscard]] std::vector<std::string> event_types() const override;
  [[nodiscard]] BodyMap body_map(const std::string& id) const override;
  [[nodiscard]] std::string schema_fault(const std::string& path) const override;
  [[nodiscard]] std::string certificate_fault(const std::string& path) const override;
  [[nodiscard]] std::string key_fault(const configuration::As2Key& key, const configuration::SecretStore& secrets,
                                      const std::string& folder) const override;
  [[nodiscard]] bool knows_zone(const std::string& zone) const override;
  [[nodiscard]] configuration::Faults partner_faults(const std::vector<std::string>& partners) const override;
  [[nodiscard]] std::string version() const override;

 private:
  const Catalogue& catalogue_;
};

}  // namespace crossdock::cli
