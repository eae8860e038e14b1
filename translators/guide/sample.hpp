// Draws a valid transaction set from a guide: for `guide sample`, for tests of maps, and to show a partner.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "translators/guide/compiled_guide.hpp"
#include "translators/wire/delimiters.hpp"

namespace crossdock::guide {

struct SampleOptions {
  std::uint64_t seed = 1;
  bool full = false;  ///< every optional segment and element that the notes let stand together; else only what must be
  bool random = false;  ///< optional parts by the seed (overrides `full`); repeats up to three
  std::string control_number = "0001";
  wire::Delimiters delimiters;  ///< text values avoid these characters
};

/// Segments ST..SE or UNH..UNT, [i][0] is the tag, then elements (composites with their component separator). The same options give
/// the same sample on any machine. Satisfies usage, repeats, notes, types, lengths and code lists; SE01 and UNT.01 are computed.
/// Trailing empty elements are left out.
[[nodiscard]] std::vector<std::vector<std::string>> sample_set(const CompiledGuide& guide,
                                                               const SampleOptions& options = {});

/// The same as text, one segment a line.
[[nodiscard]] std::string sample_text(const CompiledGuide& guide, const SampleOptions& options = {});

}  // namespace crossdock::guide
