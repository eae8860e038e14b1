// Elements, composites, segments and code lists of one version of the standard: each stands once and is shared by its
// guides. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/text_source.hpp"
#include "translators/guide/code_list.hpp"
#include "translators/guide/compiled_guide.hpp"
#include "translators/guide/yaml_tree.hpp"

namespace crossdock::guide {

struct ElementDefinition {
  std::string id, name;
  ElementType type = ElementType::text;
  std::uint8_t implied_decimals = 0;
  std::uint32_t length_min = 0, length_max = 0;
  std::string codes;  ///< id of its code list, empty: none
};

/// An element or composite at a position of a segment, or an element in a composite.
struct ElementUse {
  std::string id;
  Usage usage = Usage::optional;
  std::uint32_t repeat_max = 1;
};

struct CompositeDefinition {
  std::string id, name;
  std::vector<ElementUse> components;
  std::vector<SyntaxNote> notes;
};

struct SegmentDefinition {
  std::string tag, name;
  std::vector<ElementUse> elements;
  std::vector<SyntaxNote> notes;
};

/// One version (`x12/004010`). Code lists are read when first asked for. Not thread-safe: a loader owns it.
class Dictionary {
 public:
  Dictionary(const TextSource& source, std::string version) : source_(&source), version_(std::move(version)) {}

  /// Reads elements.yaml, segments.yaml and (EDIFACT) composites.yaml of the version and what it extends. Faults:
  /// guide.* with file, line, column.
  void load(std::vector<Finding>& findings);
  [[nodiscard]] const ElementDefinition* element(const std::string& id) const;
  [[nodiscard]] const CompositeDefinition* composite(const std::string& id) const;
  [[nodiscard]] const SegmentDefinition* segment(const std::string& tag) const;
  /// Null when there is no such list or it has a fault (then said in `findings`).
  [[nodiscard]] std::shared_ptr<const CodeList> code_list(const std::string& id, std::vector<Finding>& findings);
  [[nodiscard]] std::vector<std::string> tags() const;
  [[nodiscard]] const std::string& version() const { return version_; }
  /// The rule of a segment at no particular place: definitions resolved. `lists` receives the code lists it points to.
  [[nodiscard]] SegmentRule rule(const SegmentDefinition& segment, std::vector<std::shared_ptr<const CodeList>>& lists,
                                 std::vector<Finding>& findings);
  /// The rule of one element or composite; code lists as above.
  [[nodiscard]] ElementRule element_rule(const ElementUse& use, std::vector<std::shared_ptr<const CodeList>>& lists,
                                         std::vector<Finding>& findings);

 private:
  void load_elements(const std::string& version, int depth, std::vector<Finding>& findings);
  void load_composites(const std::string& version, int depth, std::vector<Finding>& findings);
  void load_segments(const std::string& version, int depth, std::vector<Finding>& findings);
  void read_element(const YamlNode& key, const YamlNode& node, Faults& faults);
  void read_composite(const YamlNode& key, const YamlNode& node, Faults& faults);
  void read_segment(const YamlNode& key, const YamlNode& node, Faults& faults);
  std::vector<ElementUse> read_uses(const YamlNode& list, const std::string& owner, Faults& faults);
  void check_references(std::vector<Finding>& findings) const;
  std::shared_ptr<const CodeList> read_list(const std::string& version, const std::string& id, int depth,
                                            std::vector<Finding>& findings);

  /// Where a definition names an element: checked when all is read, for a later version may remove what an earlier one
  /// uses.
  struct Mention {
    std::string file, id;
    std::uint32_t line = 0, column = 0;
    std::uint64_t offset = 0;
  };
  void check_mentions(const std::vector<Mention>& mentions, bool in_composite, std::vector<Finding>& findings) const;

  const TextSource* source_;
  std::string version_;
  std::vector<std::string> lineage_;  ///< this version, then what it extends
  std::unordered_map<std::string, ElementDefinition> elements_;
  std::unordered_map<std::string, CompositeDefinition> composites_;
  std::map<std::string, SegmentDefinition> segments_;
  std::unordered_map<std::string, std::vector<Mention>> mentions_;  ///< by segment tag or composite id
  std::unordered_map<std::string, std::shared_ptr<const CodeList>> lists_;
};

/// Reads a repeat: a whole number from 1 or `unbounded`.
[[nodiscard]] std::uint32_t read_repeat(const YamlNode& node, Faults& faults);
/// Reads M, O or C (and N, not used, where `overlay`).
[[nodiscard]] Usage read_usage(const YamlNode& node, Faults& faults, bool overlay = false);
/// Reads a list of syntax notes over `count` elements.
[[nodiscard]] std::vector<SyntaxNote> read_notes(const YamlNode* node, std::size_t count, Faults& faults);
/// `ID` `AN` `N2` `R` `DT` `TM` `B` of a rule, and `composite`.
[[nodiscard]] std::string type_name(ElementType type, std::uint8_t implied_decimals);

}  // namespace crossdock::guide
