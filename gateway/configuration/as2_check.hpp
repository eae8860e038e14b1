// Faults of `as2:` that show only when its keys are held against each other, the partner and the installation.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "gateway/configuration/folder.hpp"

namespace crossdock::configuration::detail {

struct Place {
  std::uint32_t line = 0, column = 0;
};

/// What the check works with. `installed` null: certificates and keys are not opened.
struct As2Tools {
  std::function<void(Code, Place, std::string message, std::string expected, Severity)> add;
  std::function<void(const SecretReference&)> secret;
  const Installed* installed = nullptr;
  std::string folder;
  const SecretStore* secrets = nullptr;
};

void check_as2_settings(const As2Settings& settings, const As2Tools& tools);
void check_as2_channel(const Partner& partner, const Channel& channel, const As2Settings& settings,
                       const As2Tools& tools);

}  // namespace crossdock::configuration::detail
