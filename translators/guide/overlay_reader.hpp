// Applies an overlay to a copy of its guide, place by place. Private to this folder: see overlay.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "translators/guide/compiled_guide.hpp"
#include "translators/guide/yaml_tree.hpp"

namespace crossdock::guide {

/// `LX/AT7.02.1` taken apart.
struct OverlayPlace {
  std::string path;
  std::uint32_t element = 0, component = 0;
};
/// Nothing where the positions behind the path are none.
[[nodiscard]] std::optional<OverlayPlace> parse_overlay_place(const std::string& text);

/// One overlay being read: changes the guide it was given, says what is wrong. Methods stand in overlay_narrow.cpp and
/// overlay_add.cpp.
class OverlayReader {
 public:
  OverlayReader(CompiledGuide& guide, Faults& faults) : guide_(&guide), faults_(&faults) {}
  void read(const YamlNode& root);
  [[nodiscard]] bool added() const { return added_; }

 private:
  void widens(const YamlNode& at, const std::string& message, const std::string& expected);
  /// Segment places that a name means: a path, or a tag wherever it stands. Empty: a fault was said.
  std::vector<NodeIndex> resolve(const YamlNode& at, const std::string& path);
  void read_entry(const YamlNode& key, const YamlNode& value);
  /// A trigger's usage and repeat are its loop's.
  NodeIndex place_of(NodeIndex segment) const;
  /// Copies of the rules of these places, so that other places keep theirs; places that shared one share the copy.
  std::vector<std::uint16_t> own_rules(const std::vector<NodeIndex>& nodes);
  void narrow_usage(const YamlNode& at, const std::string& name, Usage& usage);
  void narrow_repeat(const YamlNode& at, const std::string& name, std::uint32_t& repeat);
  void narrow_at(const YamlNode& key, const YamlNode& value, std::uint16_t rule, std::uint32_t element,
                 std::uint32_t component);
  void narrow_element(const YamlNode& value, const std::string& name, ElementRule& rule);
  void narrow_codes(const YamlNode& codes, const std::string& name, ElementRule& rule);
  void read_conditions(const YamlNode& list);
  static std::string listed(const std::vector<std::string>& values);
  bool read_condition_place(const YamlNode& at, std::vector<std::string> values, ConditionPlace& out);
  void read_additions(const YamlNode& list);
  void add_segment(const YamlNode& item);
  /// `["127", M]` of an element that the guide has anywhere, or a map that says it in full.
  ElementRule added_element(const YamlNode& item);
  /// Document order over the whole guide, after a place was put in.
  void number_nodes();
  void drop_unused_rules();

  CompiledGuide* guide_;
  Faults* faults_;
  bool extension_ = false;
  bool added_ = false;
};

}  // namespace crossdock::guide
