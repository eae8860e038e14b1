// From target files and partner channels to adapters.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/adapters.hpp"

#include "gateway/base/log.hpp"
#include "gateway/channels/directory/put.hpp"
#include "gateway/channels/http_api/http_api.hpp"
#include "gateway/cli/mail_settings.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/map_set.hpp"

namespace crossdock::cli {
namespace {

/// What a body says it is, where its operation does not.
std::string content_type(mapping::DocumentKind kind) {
  switch (kind) {
    case mapping::DocumentKind::xml: return "application/xml; charset=UTF-8";
    case mapping::DocumentKind::csv: return "text/csv; charset=UTF-8";
    case mapping::DocumentKind::fixed: return "text/plain; charset=UTF-8";
    default: return "application/json";
  }
}

/// One event through a map backwards: exactly one document, or why not.
Result<std::string> shape(const Catalogue& catalogue, const std::string& map, const std::string& event_json) {
  TRY(const mapping::CompiledMap* compiled, catalogue.map(map));
  std::vector<Finding> findings;
  TRY(auto documents, mapping::write_documents(*compiled, {event_json}, findings));
  for (const Finding& finding : findings)
    if (finding.severity == Severity::error) return fail(Code::delivery_document, to_text(finding));
  if (documents.size() != 1)
    return fail(Code::delivery_document, "the map " + map + " writes no document of an event of this type");
  return std::move(documents.front().bytes);
}

std::unique_ptr<pipeline::TargetAdapter> make_adapter(const configuration::Target& target,
                                                      const configuration::Bundle& bundle, const AdapterParts& parts) {
  if (target.kind == configuration::TargetKind::directory)
    return std::make_unique<directory::PutAdapter>(directory::PutSettings{data_path(parts.data_folder, target.folder),
                                                                          target.file_name,
                                                                          directory::PutSettings::OnConflict::refuse,
                                                                          {}},
                                                   parts.executor, parts.workers);
  auto settings = http_api::make_settings(target, *bundle.secrets, bundle.folder);
  if (!settings) {
    base::log(base::LogLevel::alarm, "targets", settings.error(), {{"target", target.id.text}});
    return nullptr;
  }
  for (http_api::CallSettings& call : settings->calls)
    if (const auto map = parts.catalogue->map(call.body); map && call.content_type == "application/json")
      call.content_type = content_type((*map)->document());
  return std::make_unique<http_api::HttpApiAdapter>(
      std::move(*settings), parts.transfers, parts.executor, parts.clock,
      [catalogue = parts.catalogue](const std::string& map, const std::string& event_json) {
        return shape(*catalogue, map, event_json);
      });
}

}  // namespace

std::string data_path(const std::string& data_folder, const std::string& path) {
  return path.empty() || path.front() == '/' ? path : data_folder + "/" + path;
}

Adapters make_adapters(const configuration::Bundle& bundle, const AdapterParts& parts) {
  Adapters adapters;
  for (const auto& target : bundle.targets)
    if (auto adapter = make_adapter(*target, bundle, parts)) adapters.emplace(target->id.text, std::move(adapter));
  for (const auto& partner : bundle.partners)
    for (const configuration::Channel& channel : partner->channels) {
      if (channel.as2)
        if (auto adapter = parts.as2.adapter(partner->id.text + "/" + channel.name()))
          adapters.emplace(partner->id.text + "/" + channel.name(), std::move(adapter));
      if (channel.mail && channel.mail->put)
        if (auto settings = mail_send_settings(*partner, channel, bundle))
          adapters.emplace(
              partner->id.text + "/" + channel.name(),
              std::make_unique<mail::SendAdapter>(std::move(*settings), parts.executor, parts.mail, parts.clock));
      if (channel.files() != nullptr)
        if (auto adapter = parts.files.adapter(*partner, channel))
          adapters.emplace(partner->id.text + "/" + channel.name(), std::move(adapter));
      if (!channel.directory || channel.directory->put.empty()) continue;
      directory::PutSettings settings{
          data_path(parts.data_folder, channel.directory->put.text), channel.directory->file_name,
          static_cast<directory::PutSettings::OnConflict>(channel.directory->on_conflict), partner->id.text};
      adapters.emplace(partner->id.text + "/" + channel.name(),
                       std::make_unique<directory::PutAdapter>(std::move(settings), parts.executor, parts.workers));
    }
  return adapters;
}

}  // namespace crossdock::cli
