// Reads what makes a loop a tree (`hierarchy:`) or a bounded one (`bounded:`); docs/reference/guide-format.md is the
// form. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/guide/compiled_guide.hpp"
#include "translators/guide/yaml_tree.hpp"

namespace crossdock::guide {

/// Adds the hierarchy of `loop`, whose trigger is known already, to the guide; faults where the form is wrong.
void read_hierarchy(const YamlNode& node, NodeIndex loop, CompiledGuide& guide, Faults& faults);

/// Adds the bounds of `loop`, whose content is known already. `item` is the loop's own entry, for faults.
void read_bound(const YamlNode& item, const YamlNode& node, NodeIndex loop, CompiledGuide& guide, Faults& faults);

/// The levels of a hierarchy: `{S: [O, P], O: [I]}`, sorted by code. Every level named under another is one itself.
[[nodiscard]] std::vector<Hierarchy::Level> read_levels(const YamlNode& node, Faults& faults);

}  // namespace crossdock::guide
