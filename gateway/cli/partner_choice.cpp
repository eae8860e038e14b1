// Finds the profile and makes the translators' rules of it.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/partner_choice.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "gateway/cli/installed.hpp"
#include "gateway/cli/pipeline_settings.hpp"
#include "gateway/configuration/folder.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;

/// `DIR/partners/acme.yaml` says both.
Result<PartnerArguments> resolve(const PartnerArguments& given) {
  if (!given.config.empty()) return given;
  const fs::path file(given.partner);
  if (file.extension() == ".yaml" && file.parent_path().filename() == "partners")
    return PartnerArguments{file.stem().string(), (file.parent_path() / "..").lexically_normal().string()};
  return fail(Code::usage_wrong,
              "--partner needs --config DIR, the configuration folder, or a profile DIR/partners/NAME.yaml");
}

}  // namespace

void add_partner_options(CLI::App& command, PartnerArguments& arguments, const std::string& what) {
  command.add_option("--partner", arguments.partner, what + ": its name, or the file DIR/partners/NAME.yaml");
  command.add_option("--config", arguments.config,
                     "Configuration folder: its maps and guides come first, and its partners are known");
}

void PartnerChoice::apply(TranslateOptions& options) const {
  if (partner == nullptr) return;
  options.partner = rules;
  if (options.profile_zone.empty()) options.profile_zone = partner->zone.text;
}

Result<PartnerChoice> choose_partner(const Common& common, const PartnerArguments& arguments, std::string* map) {
  PartnerChoice out;
  if (arguments.partner.empty()) {
    TRY(out.catalogue, open_catalogue(common, arguments.config, map));
    return out;
  }
  TRY(const PartnerArguments asked, resolve(arguments));
  TRY(out.catalogue, open_catalogue(common, asked.config, map));
  const InstalledCatalogue installed(*out.catalogue);
  configuration::FolderOptions options;
  options.folder = asked.config;
  options.installed = &installed;
  options.check_secrets = false;
  options.quarantine = true;
  auto loaded = configuration::load_folder(options);
  out.partner = loaded.bundle ? loaded.bundle->partner(asked.partner) : nullptr;
  if (out.partner == nullptr) {
    for (const configuration::Fault& fault : loaded.faults)
      std::fprintf(stderr, "%s\n", configuration::to_text(fault).c_str());
    return fail(Code::usage_wrong, "there is no usable partner " + asked.partner + " in " + asked.config);
  }
  out.bundle = std::move(loaded.bundle);
  out.rules = make_partner_rules(*out.partner, *out.bundle, *out.catalogue);
  return out;
}

}  // namespace crossdock::cli
