// A partner's narrowing of a guide: requires, forbids, limits codes, lengths and repeats, adds conditions and custom
// segments. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/guide/compiled_guide.hpp"

namespace crossdock::guide {

/// The id that an overlay text names (`overlay: x12/004010/214`), so that the caller can load that guide first.
/// Errors: guide.syntax, guide.key_missing.
[[nodiscard]] Result<std::string> overlay_base(std::string_view text, const std::string& file);

/// Whether it says `extension: true`: such an overlay may allow what the guide does not.
[[nodiscard]] bool overlay_widens(std::string_view text);

/// The guide that results from narrowing `base` by the overlay. Places keep their NodeIndex (custom segments come
/// behind), so maps made for the base read its trees. Faults go to `findings` with `file:line:column` as path; all in
/// one pass. Errors: the code of the first fault (guide.key, guide.value, guide.reference, guide.widens,
/// guide.ambiguous ...). Form:
///   overlay: x12/004010/214
///   extension: true                     # allows widening; without it an overlay only narrows
///   segments:
///     L11: {usage: M, repeat: 3, elements: {"02": {usage: M, codes: [BM, PO], max: 20}}, notes: [P0102]}   # every L11
///     LX/AT7.02: {usage: M}             # one place
///     K1: {usage: N}                    # not used
///   conditions:
///     - {when: LX/AT7.01, in: [D1], require: LX/L11.02, with: [BM]}
///   add:
///     - {segment: ZZ1, name: local data, after: B10, usage: O, repeat: 1, elements: [{name: note, type: AN, min: 1,
///     max: 30, usage: M}]}
[[nodiscard]] Result<std::unique_ptr<CompiledGuide>> load_overlay(const CompiledGuide& base, std::string_view text,
                                                                  const std::string& file,
                                                                  std::vector<Finding>& findings);

}  // namespace crossdock::guide
