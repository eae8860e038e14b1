// Look-ups of a bundle.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/bundle.hpp"

#include <algorithm>

namespace crossdock::configuration {
namespace {

std::string identifier_key(IdentifierKind kind, std::string_view identifier) {
  std::string key(1, static_cast<char>('0' + static_cast<int>(kind)));
  key += identifier;
  return key;
}

template <class T>
const T* find_by_id(const std::vector<std::shared_ptr<const T>>& all, std::string_view id) {
  const auto found = std::lower_bound(all.begin(), all.end(), id,
                                      [](const auto& one, std::string_view wanted) { return one->id.text < wanted; });
  return found != all.end() && (*found)->id.text == id ? found->get() : nullptr;
}

}  // namespace

const Partner* Bundle::partner(std::string_view id) const { return find_by_id(partners, id); }
const Target* Bundle::target(std::string_view id) const { return find_by_id(targets, id); }

const FileEntry* Bundle::file(std::string_view wanted) const {
  const auto found = std::lower_bound(files.begin(), files.end(), wanted,
                                      [](const FileEntry& entry, std::string_view text) { return entry.name < text; });
  return found != files.end() && found->name == wanted ? &*found : nullptr;
}

std::vector<const Partner*> Bundle::find(IdentifierKind kind, std::string_view identifier) const {
  std::vector<const Partner*> out;
  const auto [from, to] = by_identifier_.equal_range(identifier_key(kind, identifier));
  for (auto it = from; it != to; ++it) out.push_back(partners[it->second].get());
  return out;
}

Bundle::WebhookOwner Bundle::webhook(std::string_view path) const {
  const auto found = by_webhook_.find(std::string(path));
  if (found == by_webhook_.end()) return {};
  const Partner& owner = *partners[found->second];
  for (const Channel& channel : owner.channels)
    if (channel.webhook && channel.webhook->path == path) return {&owner, &*channel.webhook};
  return {};
}

const Partner* Bundle::document_token(std::string_view sha256_hex) const {
  const auto found = by_token_.find(std::string(sha256_hex));
  return found == by_token_.end() ? nullptr : partners[found->second].get();
}

void Bundle::index() {
  by_identifier_.reserve(partners.size() * 2);
  for (std::uint32_t i = 0; i < partners.size(); ++i) {
    const Partner& one = *partners[i];
    for (const Named& id : one.identifiers.scac)
      by_identifier_.emplace(identifier_key(IdentifierKind::scac, id.text), i);
    for (const Named& id : one.identifiers.x12) by_identifier_.emplace(identifier_key(IdentifierKind::x12, id.text), i);
    for (const Named& id : one.identifiers.edifact)
      by_identifier_.emplace(identifier_key(IdentifierKind::edifact, id.text), i);
    for (const Named& id : one.identifiers.as2) by_identifier_.emplace(identifier_key(IdentifierKind::as2, id.text), i);
    for (const Channel& channel : one.channels) {
      if (channel.webhook) by_webhook_.emplace(channel.webhook->path.text, i);
      if (!channel.document) continue;
      for (const Named& token : channel.document->tokens) by_token_.emplace(token.text.substr(7), i);
    }
  }
}

}  // namespace crossdock::configuration
