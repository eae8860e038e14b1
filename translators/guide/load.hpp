// From YAML texts to a compiled guide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/base/text_source.hpp"
#include "translators/guide/compiled_guide.hpp"
#include "translators/guide/dictionary.hpp"

namespace crossdock::guide {

/// Loads guides of one source; the dictionary of a version is read once and its code lists are shared. Not thread-safe.
/// Borrows the source, which must outlive it; the guides it makes stand alone.
class GuideLoader {
 public:
  explicit GuideLoader(const TextSource& source) : source_(&source) {}
  /// `x12/004010/214` from maps/guides/x12/004010/214.yaml. All faults of the file and its dictionary go to `findings`,
  /// with file, line, column as path. Errors: guide.unknown (no such file), else the code of the first fault.
  [[nodiscard]] Result<std::unique_ptr<CompiledGuide>> load(const std::string& id, std::vector<Finding>& findings);
  /// The dictionary of a version, read if need be; its faults are appended each time it is asked for.
  [[nodiscard]] Dictionary& dictionary(const std::string& version, std::vector<Finding>& findings);

 private:
  struct Entry {
    std::unique_ptr<Dictionary> dictionary;
    std::vector<Finding> faults;
  };
  const TextSource* source_;
  std::map<std::string, Entry> dictionaries_;
};

/// One guide with a loader of its own. Errors as GuideLoader::load.
[[nodiscard]] Result<std::unique_ptr<CompiledGuide>> load_guide(const TextSource& source, const std::string& id,
                                                                std::vector<Finding>& findings);

}  // namespace crossdock::guide
