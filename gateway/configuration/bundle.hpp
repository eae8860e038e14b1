// One configuration, read whole, checked and never changed: what everything else asks. Swapped as a whole by Holder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/configuration/fault.hpp"
#include "gateway/configuration/installation.hpp"
#include "gateway/configuration/profile.hpp"
#include "gateway/configuration/secret.hpp"
#include "gateway/configuration/target.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::configuration {

/// One file of the folder as it was read.
struct FileEntry {
  std::string name;  ///< relative, with slashes
  std::uint64_t size = 0, inode = 0;
  std::int64_t modified_ns = 0;
  Sha256Bytes sha256{};
};

/// A partner whose file has faults while the others run.
struct Quarantined {
  std::string partner, file;
  Faults faults;
};

enum class IdentifierKind : std::uint8_t { scac, x12, edifact, as2 };

class Bundle {
 public:
  /// Lower-case hex: SHA-256 over the sorted names and contents of all files, and the version of the share data.
  std::string hash;
  std::string folder;
  Installation installation;
  Routes routes;
  std::vector<std::shared_ptr<const Target>> targets;    ///< by name
  std::vector<std::shared_ptr<const Partner>> partners;  ///< by name; quarantined ones are not among them
  std::vector<Quarantined> quarantined;
  std::vector<FileEntry> files;  ///< by name
  Faults warnings;
  std::shared_ptr<const SecretStore> secrets;
  std::int64_t read_at_ns = 0;  ///< file system time when reading began

  [[nodiscard]] const Partner* partner(std::string_view id) const;
  [[nodiscard]] const Target* target(std::string_view id) const;
  /// Partners with that identifier: several only where their GS codes keep them apart. `02:ACFL` for X12. Constant
  /// time.
  [[nodiscard]] std::vector<const Partner*> find(IdentifierKind kind, std::string_view identifier) const;
  struct WebhookOwner {
    const Partner* partner = nullptr;
    const WebhookChannel* channel = nullptr;
  };
  [[nodiscard]] WebhookOwner webhook(std::string_view path) const;
  /// Owner of a document token by its hash in lower-case hex (without `sha256:`); nullptr if nobody's.
  [[nodiscard]] const Partner* document_token(std::string_view sha256_hex) const;
  [[nodiscard]] const FileEntry* file(std::string_view name) const;
  /// Builds the look-ups; called once by the loader.
  void index();

 private:
  std::unordered_multimap<std::string, std::uint32_t> by_identifier_;
  std::unordered_map<std::string, std::uint32_t> by_webhook_, by_token_;
};

}  // namespace crossdock::configuration
