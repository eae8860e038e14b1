// Reads a partner's folder and applies what its profile says of findings.
// SPDX-License-Identifier: Apache-2.0
#include "translators/partner_folder.hpp"

#include <algorithm>

#include "translators/catalogue.hpp"
#include "translators/guide/overlay.hpp"
#include "translators/mapping/load.hpp"
#include "translators/mapping/map_parser.hpp"

namespace crossdock {
namespace {

constexpr std::string_view partners_folder = "partners/";
constexpr std::string_view map_file = "/map.yaml";

Finding fault_of(const std::string& file, const Error& error) {
  Finding out;
  out.code = error.code;
  out.severity = info(error.code).severity;
  out.path = file + ":" + std::to_string(std::max(error.where.line, 1U)) + ":1";
  out.where = error.where;
  out.message = error.detail.empty() ? std::string(info(error.code).what) : error.detail;
  return out;
}

void read_overlay(const Catalogue& catalogue, const std::string& file, PartnerFolder& folder) {
  const auto text = catalogue.source().read(file);
  if (!text) return folder.faults.push_back(fault_of(file, text.error()));
  const auto base_id = guide::overlay_base(*text, file);
  if (!base_id) {
    folder.faults.push_back(fault_of(file, base_id.error()));
    return;
  }
  const auto base = catalogue.guide(*base_id);
  if (!base) return folder.faults.push_back(fault_of(file, base.error()));
  if (const auto* other = folder.overlay(*base_id)) {
    folder.faults.push_back(fault_of(
        file,
        {Code::guide_value, {}, *base_id + " is narrowed by " + other->file + " already: one overlay for each guide"}));
    return;
  }
  auto narrowed = guide::load_overlay(**base, *text, file, folder.faults);
  if (narrowed) folder.overlays[*base_id] = {file, guide::overlay_widens(*text), std::move(*narrowed)};
}

void read_map_head(const Catalogue& catalogue, const std::string& file, PartnerFolder& folder) {
  const std::string id = file.substr(0, file.size() - map_file.size());
  folder.map_ids.push_back(id);
  const auto text = catalogue.source().read(file);
  const std::string base = text ? mapping::extended_map(*text, file) : std::string();
  if (base.empty()) return;
  const auto [at, fresh] = folder.maps.emplace(base, id);
  if (fresh) return;
  Finding fault;
  fault.code = Code::map_extends_wrong;
  fault.path = file + ":1:1";
  fault.where.line = 1;
  fault.message = id + " extends " + base + " as " + at->second +
                  " does: one of a partner's maps stands in for it, take the other out of the partner's folder";
  folder.faults.push_back(std::move(fault));
}

/// `LX[2]/AT7[1].05` -> `LX/AT7.05`
std::string without_ordinals(std::string_view path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == '[') inside = true;
    if (!inside) out += c;
    if (c == ']') inside = false;
  }
  return out;
}

/// `AT7` and `AT7.05` and `LX/AT7` all hold `LX/AT7.05`.
bool holds(std::string_view place, std::string_view path) {
  for (std::size_t at = 0; at != std::string_view::npos && at < path.size();) {
    const std::string_view rest = path.substr(at);
    if (rest.starts_with(place) && (rest.size() == place.size() || rest[place.size()] == '.')) return true;
    const std::size_t slash = path.find('/', at);
    at = slash == std::string_view::npos ? slash : slash + 1;
  }
  return false;
}

}  // namespace

const PartnerFolder::Overlay* PartnerFolder::overlay(const std::string& guide_id) const {
  const auto found = overlays.find(guide_id);
  return found == overlays.end() ? nullptr : &found->second;
}

PartnerFolder load_partner_folder(const Catalogue& catalogue, const std::string& partner) {
  PartnerFolder folder;
  if (partner.empty()) return folder;
  for (const std::string& file : catalogue.source().list(std::string(partners_folder) + partner)) {
    if (!file.ends_with(".yaml") || file.find("/samples/") != std::string::npos) continue;
    if (file.ends_with(map_file))
      read_map_head(catalogue, file, folder);
    else
      read_overlay(catalogue, file, folder);
  }
  return folder;
}

std::vector<Finding> check_partner_folder(const Catalogue& catalogue, const std::string& partner) {
  const PartnerFolder& folder = catalogue.partner(partner);
  std::vector<Finding> faults = folder.faults;
  for (const std::string& id : folder.map_ids) {
    std::vector<Finding> of_map;
    const auto loaded = mapping::load_map(catalogue, id, of_map);
    if (!loaded && of_map.empty()) of_map.push_back(fault_of(id + std::string(map_file), loaded.error()));
    for (Finding& fault : of_map) {
      // What shows in a line of the map extended is still this map's fault.
      const bool own = fault.map_line.empty() || fault.map_line.starts_with(id);
      if (!own) fault.message += " (" + fault.map_line + ")";
      if (!fault.map_line.empty()) fault.path = own ? fault.map_line : id + std::string(map_file) + ":1:1";
      faults.push_back(std::move(fault));
    }
  }
  return faults;
}

std::string partner_of_map(std::string_view map_id) {
  if (!map_id.starts_with(partners_folder)) return {};
  map_id.remove_prefix(partners_folder.size());
  return std::string(map_id.substr(0, map_id.find('/')));
}

std::string PartnerRules::map_for(const std::string& id) const {
  const auto named = maps.find(id);
  return own_map(named == maps.end() ? id : named->second);
}

std::string PartnerRules::own_map(const std::string& id) const {
  if (folder == nullptr) return id;
  const auto own = folder->maps.find(id);
  return own == folder->maps.end() ? id : own->second;
}

Severity PartnerRules::moved(const Finding& finding, std::string_view set, Severity given) const {
  int best = -1;
  for (const SeverityMove& move : moves) {
    if (move.code != info(finding.code).text || (!move.set.empty() && move.set != set)) continue;
    if (!move.place.empty() && !holds(move.place, without_ordinals(finding.path))) continue;
    const int narrowness = (move.place.empty() ? 0 : 2) + (move.set.empty() ? 0 : 1);
    if (narrowness < best) continue;
    best = narrowness;
    given = move.severity;
  }
  return given;
}

}  // namespace crossdock
