// Faults of `mail:` and `ftp:` that show only when their keys are held against each other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/configuration/as2_check.hpp"

namespace crossdock::configuration::detail {

void check_mail_channel(const Channel& channel, const As2Tools& tools);
void check_ftp_channel(const Channel& channel, const As2Tools& tools);

}  // namespace crossdock::configuration::detail
