// Written sets become messages; the directory of their guide becomes version and release of UNH.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/edifact_documents.hpp"

#include <algorithm>

#include "translators/edifact/interchange_writer.hpp"

namespace crossdock::pipeline {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// `d96a` is D, 96A; `d96a-ean008` has the association's code behind it.
struct Directory {
  std::string version, release, association;
  explicit Directory(std::string_view name) {
    const std::size_t dash = std::min(name.find('-'), name.size());
    version = upper(name.substr(0, 1));
    release = upper(name.substr(std::min<std::size_t>(1, dash), dash - std::min<std::size_t>(1, dash)));
    if (dash < name.size()) association = upper(name.substr(dash + 1));
  }
};

edifact::OutgoingMessage message_of(const mapping::WrittenSet& set, std::size_t number) {
  const Directory directory(set.version);
  edifact::OutgoingMessage out;
  out.type = set.set;
  out.version = directory.version;
  out.release = directory.release;
  out.association = directory.association;
  out.reference = std::to_string(number);
  out.segments.assign(set.segments.begin(), set.segments.end());
  return out;
}

}  // namespace

Result<std::string> write_edifact(const EnvelopePlan& plan, const std::vector<mapping::WrittenSet>& sets) {
  // `2026-05-18T19:32:00Z`
  const std::string date = plan.at.substr(0, 4) + plan.at.substr(5, 2) + plan.at.substr(8, 2);
  const std::string time = plan.at.substr(11, 2) + plan.at.substr(14, 2);
  edifact::OutgoingInterchange out;
  out.syntax_identifier = plan.edifact.syntax;
  out.syntax_version = plan.edifact.version;
  out.sender_id = plan.sender.id;
  out.sender_qualifier = plan.sender.qualifier;
  out.receiver_id = plan.receiver.id;
  out.receiver_qualifier = plan.receiver.qualifier;
  out.date = date;
  out.time = time;
  out.reference = std::to_string(plan.interchange_number);
  out.application_reference = plan.edifact.application_reference;
  out.agreement = plan.edifact.agreement;
  out.acknowledgement_requested = plan.acknowledgement_requested;
  out.test = plan.usage == "T";
  std::size_t number = 0;
  if (plan.edifact.groups && !plan.group_numbers.empty()) {
    const auto groups = groups_of(sets);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const Directory directory(groups[i].second);
      edifact::OutgoingGroup& group = out.groups.emplace_back();
      group.type = groups[i].first;
      group.version = directory.version;
      group.release = directory.release;
      group.association = directory.association;
      group.sender = plan.sender.id;
      group.sender_qualifier = plan.sender.qualifier;
      group.receiver = plan.receiver.id;
      group.receiver_qualifier = plan.receiver.qualifier;
      group.date = date;
      group.time = time;
      group.reference = std::to_string(plan.group_numbers.at(i));
      for (const mapping::WrittenSet& set : sets)
        if (set.set == groups[i].first && set.version == groups[i].second)
          group.messages.push_back(message_of(set, ++number));
    }
  } else {
    for (const mapping::WrittenSet& set : sets) out.messages.push_back(message_of(set, ++number));
  }
  edifact::WriteOptions options;
  if (plan.delimiters) options.delimiters = *plan.delimiters;
  options.una = static_cast<edifact::UnaPolicy>(plan.edifact.una);
  options.foreign =
      plan.edifact.refuse_foreign ? edifact::ForeignCharacter::refuse : edifact::ForeignCharacter::replace;
  TRY(edifact::WrittenInterchange written, edifact::write_interchange(out, options));
  return std::move(written.bytes);
}

}  // namespace crossdock::pipeline
