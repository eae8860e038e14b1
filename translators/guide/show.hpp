// A guide as counts, JSON, text for people, and Markdown for a partner.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "translators/guide/compiled_guide.hpp"

namespace crossdock::guide {

/// What a facts file states about a guide.
struct GuideCounts {
  std::size_t segments = 0;  ///< positions, each place of each loop once
  std::size_t distinct_segments = 0;
  std::size_t loops = 0;
  std::size_t elements = 0;                  ///< positions over the distinct segments; a composite counts once
  std::size_t mandatory_segments = 0;        ///< positions with usage M, loop triggers included
  std::map<std::string, std::size_t> codes;  ///< list id to number of codes
};
[[nodiscard]] GuideCounts count(const CompiledGuide& guide);

/// One JSON object: guide, name, functional_group, version, set, the counts under the names of GuideCounts, sources,
/// tables with the whole structure (segments with their elements, notes and loops), and code_lists.
[[nodiscard]] std::string show_json(const CompiledGuide& guide);

/// An indented tree with usage and repeats, then each segment's elements.
[[nodiscard]] std::string show_text(const CompiledGuide& guide);

/// A companion guide that a carrier can read. With `base`, what differs from it is marked (an overlay against its
/// guide); code lists of up to 40 codes are printed whole.
[[nodiscard]] std::string show_markdown(const CompiledGuide& guide, const CompiledGuide* base = nullptr);

}  // namespace crossdock::guide
