// The EDIFACT interchange that `generate` writes, as a partner's profile asks for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/cli/moment.hpp"
#include "gateway/configuration/profile.hpp"
#include "gateway/pipeline/settings.hpp"
#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/mapping/map_set.hpp"
#include "translators/wire/delimiters.hpp"

namespace crossdock::cli {

struct EdifactDocument {
  pipeline::EnvelopeId sender{{}, "SENDER"}, receiver{{}, "RECEIVER"};  ///< qualifier (may be empty) and identifier
  pipeline::EdifactEnvelope envelope;
  std::optional<wire::Delimiters> delimiters;
  bool test = false;
  std::uint64_t reference = 1;  ///< of the interchange, and of its first group
};

/// Parties, character set, groups and delimiters as the profile says for what it receives by this map or guide.
[[nodiscard]] EdifactDocument edifact_document(const configuration::Partner& partner, const std::string& map);

/// One interchange, a segment a line. Characters that the set does not have are in `findings`. Errors: those of
/// edifact::write_interchange.
[[nodiscard]] Result<std::string> write_edifact(const EdifactDocument& document,
                                                std::vector<mapping::WrittenSet>&& sets, const Moment& when,
                                                std::vector<Finding>& findings);

}  // namespace crossdock::cli
