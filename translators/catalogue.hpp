// Guides, maps, code tables and schemas of one configuration bundle, loaded lazily from a source of named texts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/base/text_source.hpp"
#include "translators/guide/compiled_guide.hpp"

namespace crossdock {
namespace mapping {
class CompiledMap;
}
struct PartnerFolder;

/// Thread-safe; what it returns lives as long as the catalogue.
class Catalogue {
 public:
  explicit Catalogue(std::shared_ptr<const TextSource> source);
  ~Catalogue();
  /// `x12/004010/214`. Errors: guide.unknown and all of the loader and compiler.
  [[nodiscard]] Result<const guide::CompiledGuide*> guide(const std::string& id) const;
  /// The guide for a set as received: exact release, else the nearest lower installed one (`substituted` set). GS08 may
  /// carry a suffix.
  struct GuideChoice {
    const guide::CompiledGuide* guide = nullptr;
    bool substituted = false;
  };
  [[nodiscard]] Result<GuideChoice> guide_for(std::string_view set, std::string_view gs08) const;
  /// The guide of an EDIFACT message as UNH and UNB name it: the directory, with the association assigned code where
  /// there is a guide `edifact/d96a-ean008/ORDERS`; else the nearest directory installed (`substituted` set). CONTRL
  /// and the like are those of the syntax version. `directory` (`d96a`, empty: none) overrules UNH.
  struct MessageName {
    std::string_view type, version, release, association, syntax_version;
  };
  [[nodiscard]] Result<GuideChoice> guide_for_message(const MessageName& message,
                                                      std::string_view directory = {}) const;
  /// `x12/004010/214`, `webhooks/example`, `partners/acme/214`. Errors: map.unknown and all of the map checker.
  [[nodiscard]] Result<const mapping::CompiledMap*> map(const std::string& id) const;
  /// Everything that was wrong with a guide or map that guide() or map() gave an error for, each with file, line and
  /// column.
  [[nodiscard]] std::vector<Finding> guide_faults(const std::string& id) const;
  [[nodiscard]] std::vector<Finding> map_faults(const std::string& id) const;
  /// What stands in `partners/<name>/`; empty where nothing does.
  [[nodiscard]] const PartnerFolder& partner(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> guide_ids() const;
  [[nodiscard]] std::vector<std::string> map_ids() const;
  [[nodiscard]] const TextSource& source() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock
