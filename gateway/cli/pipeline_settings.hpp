// From the configuration folder's values to what the pipeline works with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/configuration/bundle.hpp"
#include "gateway/pipeline/settings.hpp"

namespace crossdock::cli {

/// How the partner's documents are read: overlays, maps, moves of severity; borrows from the catalogue. Null where the
/// profile and its folder say nothing of it.
[[nodiscard]] std::shared_ptr<const PartnerRules> make_partner_rules(const configuration::Partner& partner,
                                                                     const configuration::Bundle& bundle,
                                                                     const Catalogue& catalogue);

/// One set that the partner receives, as the pipeline writes it: channel, map, delimiters, envelope. `rules` may be
/// null.
[[nodiscard]] pipeline::ReceivedSet received_set(const configuration::Partner& partner,
                                                 const configuration::SetAgreement& agreement,
                                                 const PartnerRules* rules);

/// The windows as the pipeline compares them.
[[nodiscard]] std::vector<pipeline::ReceivedSet::Window> send_windows(
    const std::vector<configuration::SendWindow>& windows);

/// Targets (with the events that the routes send them), partners, and each partner's outward channels as targets
/// `<partner>/<channel>`.
[[nodiscard]] std::shared_ptr<const pipeline::Bundle> make_pipeline_bundle(const configuration::Bundle& bundle,
                                                                           std::shared_ptr<const Catalogue> catalogue);

}  // namespace crossdock::cli
