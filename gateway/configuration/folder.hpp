// Reads and checks a configuration folder: all faults in one pass, a bundle if it may be used.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/configuration/bundle.hpp"
#include "gateway/configuration/fault.hpp"

namespace crossdock::configuration {

/// What is installed beside the configuration: asked about the sets, maps and events that files name.
class Installed {
 public:
  virtual ~Installed() = default;
  [[nodiscard]] virtual std::vector<std::string> guide_ids() const = 0;
  [[nodiscard]] virtual std::vector<std::string> map_ids() const = 0;
  /// Without prefix: `shipment.milestone.v1`.
  [[nodiscard]] virtual std::vector<std::string> event_types() const = 0;
  /// What is known of a map that shapes bodies.
  struct BodyMap {
    bool writes_documents = false;    ///< JSON, XML, CSV ...; false: transaction sets, or it does not load
    std::vector<std::string> events;  ///< types that it writes, without prefix
  };
  [[nodiscard]] virtual BodyMap body_map(const std::string& id) const {
    static_cast<void>(id);
    return {true, {}};
  }
  /// What is wrong with the JSON Schema of that path; empty: nothing.
  [[nodiscard]] virtual std::string schema_fault(const std::string& path) const {
    static_cast<void>(path);
    return {};
  }
  /// What is wrong with a certificate file (its full path); empty: nothing.
  [[nodiscard]] virtual std::string certificate_fault(const std::string& path) const {
    static_cast<void>(path);
    return {};
  }
  /// What is wrong with one of our keys, its certificate and their belonging together; empty: nothing.
  [[nodiscard]] virtual std::string key_fault(const As2Key& key, const SecretStore& secrets,
                                              const std::string& folder) const {
    static_cast<void>(key);
    static_cast<void>(secrets);
    static_cast<void>(folder);
    return {};
  }
  /// Whether there are rules for the clocks of this zone.
  [[nodiscard]] virtual bool knows_zone(const std::string& zone) const {
    static_cast<void>(zone);
    return true;
  }
  /// Faults of the overlays and maps in `partners/<name>/` of these partners.
  [[nodiscard]] virtual Faults partner_faults(const std::vector<std::string>& partners) const {
    static_cast<void>(partners);
    return {};
  }
  /// Changes when guides, maps or tables change.
  [[nodiscard]] virtual std::string version() const = 0;
};

struct FolderOptions {
  std::filesystem::path folder;
  const Installed* installed = nullptr;    ///< null: names of sets, maps and events are not checked
  bool check_secrets = true;               ///< whether every secret must be there
  bool quarantine = false;                 ///< at start: partner files with faults are set aside and the others run
  std::shared_ptr<const Bundle> previous;  ///< files that did not change are not read again
  unsigned threads = 0;                    ///< 0: as many as processors, at most 4
};

struct FolderResult {
  std::shared_ptr<const Bundle> bundle;  ///< null: refused
  Faults faults;                         ///< sorted; warnings and notes too
};

/// Reads crossdock.yaml, partners/*.yaml, targets/*.yaml, policies/routes.yaml, and hashes every other file of the
/// folder except `secrets/`, dot files and editors' backups. Never throws; what cannot be read is a fault.
[[nodiscard]] FolderResult load_folder(const FolderOptions& options);

/// `crossdock check`: the faults alone, nothing quarantined.
[[nodiscard]] Faults check_folder(const std::filesystem::path& folder, const Installed* installed);

namespace detail {
/// One partner, target, route or installation file read and not yet compared with the others.
struct Draft {
  Installation installation;
  Routes routes;
  std::vector<std::shared_ptr<const Target>> targets;
  std::vector<std::shared_ptr<const Partner>> partners;
  std::vector<std::string> partner_names;    ///< sorted, of all partner files, also those that could not be read
  std::vector<std::string> partner_folders;  ///< sorted: names of which `partners/<name>/` holds something
};
/// Faults between files: duplicate identifiers, names that nothing has, secrets, routes, channels.
void check_across(const Draft& draft, const FolderOptions& options, const SecretStore& secrets, Faults& faults);
}  // namespace detail

}  // namespace crossdock::configuration
