// Profile to envelope, sets to messages.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/generate_edifact.hpp"

#include "gateway/cli/pipeline_settings.hpp"
#include "gateway/pipeline/documents.hpp"
#include "translators/edifact/interchange_writer.hpp"

namespace crossdock::cli {
namespace {

/// `14:4012345000009`, or an identifier alone.
pipeline::EnvelopeId party(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {{}, text};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

edifact::OutgoingMessage message_of(mapping::WrittenSet&& set, std::size_t number) {
  edifact::OutgoingMessage out;
  out.type = set.set;
  edifact::name_directory(set.version, out);
  out.reference = std::to_string(number);
  out.segments = std::move(set.segments);
  return out;
}

/// A group of messages of one type and directory.
edifact::OutgoingGroup group_of(const EdifactDocument& document, const std::string& type, const std::string& directory,
                                const Moment& when) {
  edifact::OutgoingMessage named;
  edifact::name_directory(directory, named);
  edifact::OutgoingGroup out;
  out.type = type;
  out.version = named.version;
  out.release = named.release;
  out.association = named.association;
  out.sender = document.sender.id;
  out.sender_qualifier = document.sender.qualifier;
  out.receiver = document.receiver.id;
  out.receiver_qualifier = document.receiver.qualifier;
  out.date = when.date;
  out.time = when.time;
  return out;
}

}  // namespace

EdifactDocument edifact_document(const configuration::Partner& partner, const std::string& map) {
  EdifactDocument out;
  if (!partner.us.edifact.empty()) out.sender = party(partner.us.edifact);
  if (!partner.identifiers.edifact.empty()) out.receiver = party(partner.identifiers.edifact.front().text);
  out.test = partner.test;
  for (const configuration::SetAgreement& agreement : partner.receives) {
    if (!(agreement.set == map) && !(agreement.map == map)) continue;
    pipeline::ReceivedSet settings = received_set(partner, agreement, nullptr);
    out.envelope = std::move(settings.edifact);
    out.delimiters = std::move(settings.delimiters);
    break;
  }
  return out;
}

Result<std::string> write_edifact(const EdifactDocument& document, std::vector<mapping::WrittenSet>&& sets,
                                  const Moment& when, std::vector<Finding>& findings) {
  edifact::OutgoingInterchange out;
  out.syntax_identifier = document.envelope.syntax;
  out.syntax_version = document.envelope.version;
  out.application_reference = document.envelope.application_reference;
  out.agreement = document.envelope.agreement;
  out.sender_id = document.sender.id;
  out.sender_qualifier = document.sender.qualifier;
  out.receiver_id = document.receiver.id;
  out.receiver_qualifier = document.receiver.qualifier;
  out.date = when.date;
  out.time = when.time;
  out.reference = std::to_string(document.reference);
  out.test = document.test;
  if (document.envelope.groups)
    for (const auto& [type, directory] : pipeline::groups_of(sets)) {
      out.groups.push_back(group_of(document, type, directory, when));
      out.groups.back().reference = std::to_string(document.reference + out.groups.size() - 1);
    }
  std::size_t number = 0;
  const auto groups = pipeline::groups_of(sets);
  for (mapping::WrittenSet& set : sets) {
    std::size_t group = 0;
    while (group < groups.size() && groups[group] != std::pair{set.set, set.version}) ++group;
    auto& messages = document.envelope.groups ? out.groups.at(group).messages : out.messages;
    messages.push_back(message_of(std::move(set), ++number));
  }
  edifact::WriteOptions options;
  options.line_break = "\n";
  if (document.delimiters) options.delimiters = *document.delimiters;
  options.una = static_cast<edifact::UnaPolicy>(document.envelope.una);
  options.foreign =
      document.envelope.refuse_foreign ? edifact::ForeignCharacter::refuse : edifact::ForeignCharacter::replace;
  TRY(edifact::WrittenInterchange written, edifact::write_interchange(out, options));
  findings.insert(findings.end(), written.findings.begin(), written.findings.end());
  return std::move(written.bytes);
}

}  // namespace crossdock::cli
