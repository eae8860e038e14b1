// What the HTTP channels and the API ask of the configuration in force. Look-ups only: nothing is copied for partners
// that never call. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/access.hpp"
#include "gateway/api/views.hpp"
#include "gateway/channels/document/document_channel.hpp"
#include "gateway/channels/webhook/webhook_channel.hpp"
#include "gateway/configuration/bundle.hpp"

namespace crossdock::front {

/// Look-ups in one bundle. On the io thread.
class BundleTables {
 public:
  BundleTables(std::shared_ptr<const configuration::Bundle> bundle, std::string first_token_digest,
               std::string loaded_at);
  /// Null when there is none; a webhook whose secrets cannot be read verifies nothing (and an alarm is logged once).
  [[nodiscard]] std::shared_ptr<const webhook::Webhook> webhook(std::string_view path);
  [[nodiscard]] std::optional<document::Sender> sender(const std::string& token_digest) const;
  [[nodiscard]] std::optional<api::Caller> caller(const std::string& token_digest) const;
  [[nodiscard]] api::ConfigurationView view() const;
  [[nodiscard]] const configuration::Bundle& bundle() const { return *bundle_; }

 private:
  std::shared_ptr<const configuration::Bundle> bundle_;
  std::string first_token_digest_, loaded_at_;
  std::map<std::string, std::shared_ptr<const webhook::Webhook>, std::less<>> webhooks_;  // those that were called
};

}  // namespace crossdock::front
