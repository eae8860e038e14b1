// Event types are the schemas' names; the version is a hash over the hashes of every text below maps/.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/installed.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <thread>
#include <vector>

#include "gateway/channels/as2/partners.hpp"
#include "translators/base/digest.hpp"
#include "translators/json/json_schema.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/zone.hpp"
#include "translators/partner_folder.hpp"

namespace crossdock::cli {

namespace {

/// `partners/acme/214.yaml:3:5` taken apart.
configuration::Fault as_fault(const Finding& finding) {
  configuration::Fault out;
  out.code = finding.code;
  out.severity = finding.severity;
  out.message = finding.message;
  out.expected = finding.expected;
  std::string_view place = finding.path;
  std::uint32_t numbers[2] = {0, 0};  // column, line
  for (std::uint32_t& number : numbers) {
    const std::size_t colon = place.rfind(':');
    if (colon == std::string_view::npos) break;
    std::from_chars(place.data() + colon + 1, place.data() + place.size(), number);
    place = place.substr(0, colon);
  }
  out.file = std::string(place);
  out.column = std::max(numbers[0], 1U);
  out.line = numbers[1];
  return out;
}

}  // namespace

configuration::Installed::BodyMap InstalledCatalogue::body_map(const std::string& id) const {
  constexpr std::string_view prefix = "crossdock.";
  BodyMap out;
  const auto map = catalogue_.map(id);
  if (!map || (*map)->document() == mapping::DocumentKind::segments) return out;
  out.writes_documents = true;
  for (std::string& type : (*map)->event_types())
    out.events.push_back(type.starts_with(prefix) ? type.substr(prefix.size()) : std::move(type));
  return out;
}

std::string InstalledCatalogue::schema_fault(const std::string& path) const {
  const auto text = catalogue_.source().read(path);
  if (!text) return text.error().text();
  const auto schema = json::JsonSchema::load(*text);
  return schema ? std::string() : path + ": " + schema.error().text();
}

std::string InstalledCatalogue::certificate_fault(const std::string& path) const {
  const auto read = as2_channel::read_certificate(path);
  return read ? std::string() : path + ": " + read.error().text();
}

std::string InstalledCatalogue::key_fault(const configuration::As2Key& key, const configuration::SecretStore& secrets,
                                          const std::string& folder) const {
  const auto read = as2_channel::read_identity(key, secrets, folder);
  return read ? std::string() : "the key `" + key.name.text + "` cannot be used: " + read.error().text();
}

bool InstalledCatalogue::knows_zone(const std::string& zone) const { return mapping::is_zone(zone); }

configuration::Faults InstalledCatalogue::partner_faults(const std::vector<std::string>& partners) const {
  configuration::Faults out;
  for (const std::string& partner : partners)
    for (const Finding& finding : check_partner_folder(catalogue_, partner)) out.push_back(as_fault(finding));
  return out;
}

std::vector<std::string> InstalledCatalogue::event_types() const {
  constexpr std::string_view folder = "maps/canonical/", ending = ".schema.json";
  std::vector<std::string> types;
  for (const std::string& path : catalogue_.source().list(std::string(folder)))
    if (path.ends_with(ending))
      types.push_back(path.substr(folder.size(), path.size() - folder.size() - ending.size()));
  return types;
}

/// Each text has its own hash, so that two threads share the reading: a start waits for this.
std::string InstalledCatalogue::version() const {
  const TextSource& source = catalogue_.source();
  const std::vector<std::string> paths = source.list("maps");
  std::vector<Sha256Bytes> hashes(paths.size());
  std::atomic<std::size_t> next{0};
  const auto read = [&] {
    for (std::size_t i = next++; i < paths.size(); i = next++)
      if (const auto text = source.read(paths[i])) hashes[i] = sha256(*text);
  };
  std::thread helper(read);
  read();
  helper.join();
  Sha256 digest;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].find("/samples/") != std::string::npos) continue;
    digest.update(paths[i]);
    digest.update({reinterpret_cast<const char*>(hashes[i].data()), hashes[i].size()});
  }
  return to_hex(digest.finish());
}

}  // namespace crossdock::cli
