// Filling and making safe.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/file_name.hpp"

#include <cctype>

namespace crossdock::pipeline {
namespace {

constexpr std::size_t name_bytes_max = 200;

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

}  // namespace

std::string fill_file_name(const std::string& pattern, const std::string& partner, const DeliveryRequest& request) {
  std::string name = pattern;
  replace_all(name, "{name}", request.file_name.empty() ? request.delivery_id : request.file_name);
  replace_all(name, "{event}", request.event_id);
  replace_all(name, "{message}", request.message_id);
  replace_all(name, "{key}", request.effect_key);
  replace_all(name, "{type}", request.event_type);
  replace_all(name, "{partner}", partner);
  std::string safe;
  for (const char c : name.substr(0, name_bytes_max)) {
    const bool good = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
    safe += good ? c : '_';
  }
  if (safe.empty() || safe.front() == '.') safe.insert(0, "_");
  return safe;
}

}  // namespace crossdock::pipeline
