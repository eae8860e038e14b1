// From partner files to the settings of mail channels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/channels/mail/pick_up.hpp"
#include "gateway/channels/mail/send.hpp"
#include "gateway/configuration/bundle.hpp"

namespace crossdock::cli {

/// How a server is reached; paths become absolute. Errors: configuration.secret.*.
[[nodiscard]] Result<curl::ServerSettings> server_settings(const configuration::ServerAccess& access,
                                                           std::chrono::milliseconds connect_timeout,
                                                           std::chrono::milliseconds timeout,
                                                           const configuration::Bundle& bundle);

/// One for each IMAP folder. One whose secrets cannot be had is left out, and the log says why.
[[nodiscard]] std::vector<mail::PickUpSettings> mail_pick_up_settings(const configuration::Bundle& bundle,
                                                                      const std::string& data_folder);

/// Of a channel with `put`. Nothing where its secrets cannot be had, and the log says why.
[[nodiscard]] std::optional<mail::SendSettings> mail_send_settings(const configuration::Partner& partner,
                                                                   const configuration::Channel& channel,
                                                                   const configuration::Bundle& bundle);

}  // namespace crossdock::cli
