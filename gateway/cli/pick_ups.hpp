// The pick-up folders of one configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/channels/directory/pick_up.hpp"
#include "gateway/configuration/bundle.hpp"

namespace crossdock::cli {

/// One for each pick-up folder; the folders are made when missing.
[[nodiscard]] std::vector<directory::PickUpSettings> pick_up_settings(const configuration::Bundle& bundle,
                                                                      const std::string& data_folder);

}  // namespace crossdock::cli
