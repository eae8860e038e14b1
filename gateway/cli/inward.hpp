// The inward channels of one configuration: pick-up folders, webhooks by path, document senders by token.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/channels/directory/pick_up.hpp"
#include "gateway/channels/document/document_channel.hpp"
#include "gateway/channels/webhook/webhook_channel.hpp"
#include "gateway/configuration/bundle.hpp"

namespace crossdock::cli {

using Webhooks = std::unordered_map<std::string, std::shared_ptr<const webhook::Webhook>>;

/// By path, with secrets resolved. A webhook whose secrets cannot be had is left out (its calls get 404) and the log says why.
[[nodiscard]] Webhooks make_webhooks(const configuration::Bundle& bundle);

/// Whose token it is. `digest`: SHA-256, lower-case hex.
[[nodiscard]] std::optional<document::Sender> find_sender(const configuration::Bundle& bundle, const std::string& digest);

/// One for each pick-up folder; the folders are made when missing.
[[nodiscard]] std::vector<directory::PickUpSettings> pick_up_settings(const configuration::Bundle& bundle, const std::string& data_folder);

}  // namespace crossdock::cli
