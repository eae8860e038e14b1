// `--partner NAME --config DIR`, or `--partner DIR/partners/NAME.yaml`: a profile for the commands that read and write
// documents. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/cli/command.hpp"
#include "gateway/configuration/bundle.hpp"
#include "gateway/pipeline/settings.hpp"
#include "translators/translate.hpp"

namespace crossdock::cli {

/// What was asked for; empty `partner`: nobody's rules.
struct PartnerArguments {
  std::string partner, config;
};
void add_partner_options(CLI::App& command, PartnerArguments& arguments, const std::string& what);

/// A partner of a configuration folder, with the catalogue that looks into the folder first.
struct PartnerChoice {
  std::shared_ptr<const Catalogue> catalogue;
  std::shared_ptr<const configuration::Bundle> bundle;  ///< null: no partner was asked for
  const configuration::Partner* partner = nullptr;      ///< of the bundle
  std::shared_ptr<const PartnerRules> rules;            ///< null: nobody's

  /// The partner's own map in place of that one, where its folder has one.
  [[nodiscard]] std::string own_map(const std::string& id) const { return rules ? rules->own_map(id) : id; }
  /// Zone, release, overlays, maps and moves of the profile.
  void apply(TranslateOptions& options) const;
};
/// Faults of the folder go to stderr. `map`: see open_catalogue. Errors: usage.wrong (no folder, no such partner, a
/// partner with faults), those of open_catalogue.
[[nodiscard]] Result<PartnerChoice> choose_partner(const Common& common, const PartnerArguments& arguments,
                                                   std::string* map = nullptr);

}  // namespace crossdock::cli
