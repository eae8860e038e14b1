// Names of verdicts, and how the verdict on a whole follows from its parts.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/report.hpp"

#include <algorithm>
#include <array>

namespace crossdock::acknowledgement {
namespace {

bool any(const std::vector<Finding>& findings, Severity severity) {
  return std::any_of(findings.begin(), findings.end(),
                     [severity](const Finding& finding) { return finding.severity == severity; });
}

}  // namespace

std::string_view name(Verdict verdict) {
  constexpr std::array<std::string_view, 4> names{"accepted", "accepted_with_warnings", "rejected", "unknown_type"};
  return names[static_cast<std::size_t>(verdict)];
}

Verdict judge_set(const std::vector<Finding>& findings) {
  if (any(findings, Severity::error)) return Verdict::rejected;
  return any(findings, Severity::warning) ? Verdict::accepted_with_warnings : Verdict::accepted;
}

Verdict judge_group(const GroupVerdict& group, bool set_warnings) {
  if (any(group.findings, Severity::error) || (group.sets_rejected > 0 && group.sets_accepted == 0))
    return Verdict::rejected;
  return group.sets_rejected > 0 || set_warnings || any(group.findings, Severity::warning)
             ? Verdict::accepted_with_warnings
             : Verdict::accepted;
}

Verdict judge_interchange(const std::vector<Finding>& findings, std::uint64_t groups_accepted,
                          std::uint64_t groups_warned, std::uint64_t groups_rejected) {
  if (any(findings, Severity::error) || (groups_rejected > 0 && groups_accepted + groups_warned == 0))
    return Verdict::rejected;
  return groups_rejected + groups_warned > 0 || any(findings, Severity::warning) ? Verdict::accepted_with_warnings
                                                                                 : Verdict::accepted;
}

}  // namespace crossdock::acknowledgement
