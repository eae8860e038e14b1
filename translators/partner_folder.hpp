// What one partner changes in reading and writing its documents: the overlays and maps of its folder, and its profile's
// moves of severity. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/text_source.hpp"
#include "translators/guide/compiled_guide.hpp"

namespace crossdock {
class Catalogue;

/// `partners/<name>/` of a configuration folder: any YAML file that says `overlay: <guide id>` narrows that guide;
/// `<anything>/map.yaml` is a map, used for this partner in place of the one that it extends. Its id is its folder:
/// `partners/acme/214`.
struct PartnerFolder {
  struct Overlay {
    std::string file;     ///< `partners/acme/214.yaml`
    bool widens = false;  ///< `extension: true`: it takes the guide's place, for acknowledgements too
    std::unique_ptr<guide::CompiledGuide> guide;
  };
  std::map<std::string, Overlay> overlays;  ///< by the id of the guide that is narrowed; those without faults
  std::map<std::string, std::string> maps;  ///< id of the map extended -> id of the partner's
  std::vector<std::string> map_ids;         ///< of every map in the folder
  std::vector<Finding> faults;              ///< of the overlays; path `partners/acme/214.yaml:3:5`

  [[nodiscard]] const Overlay* overlay(const std::string& guide_id) const;
};

/// Reads the overlays and the heads of the maps. Nothing is there: an empty value.
[[nodiscard]] PartnerFolder load_partner_folder(const Catalogue& catalogue, const std::string& partner);
/// Every fault of the folder, maps compiled too; each with file, line and column in `path`.
[[nodiscard]] std::vector<Finding> check_partner_folder(const Catalogue& catalogue, const std::string& partner);
/// `acme` of `partners/acme/214`; empty for the maps of everybody.
[[nodiscard]] std::string partner_of_map(std::string_view map_id);

/// One `severity:` entry of a profile.
struct SeverityMove {
  std::string code;  ///< `x12.element.code`
  Severity severity = Severity::warning;
  std::string set;    ///< `x12/004010/214`; empty: everywhere, envelopes included
  std::string place;  ///< `AT7.01`, `LX/AT7.01`, or `AT7` with all its elements; empty: everywhere
};

/// All that a profile says about reading; borrows the folder from the catalogue.
struct PartnerRules {
  const PartnerFolder* folder = nullptr;
  std::map<std::string, std::string> maps;  ///< guide id -> map that the profile names for it
  std::string release;                      ///< for sets whose GS08 has no guide; empty: the nearest lower one
  std::vector<SeverityMove> moves;
  bool acknowledge_overlay = false;  ///< findings of overlays reach the acknowledgement

  /// The map to use where `id` (a guide's id or a map's) would be used for anybody.
  [[nodiscard]] std::string map_for(const std::string& id) const;
  /// The partner's own map in place of the map `id`, else `id`.
  [[nodiscard]] std::string own_map(const std::string& id) const;
  /// The finding's severity after the moves; the most narrowly stated entry counts, of equals the last.
  [[nodiscard]] Severity moved(const Finding& finding, std::string_view set, Severity given) const;
};

}  // namespace crossdock
