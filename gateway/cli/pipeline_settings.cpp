// Plain copying between two vocabularies; what is decided here is said in a comment.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/pipeline_settings.hpp"

#include <algorithm>
#include <charconv>

#include "translators/json/json_schema.hpp"
#include "translators/mapping/load.hpp"

namespace crossdock::cli {
namespace {

namespace conf = configuration;
namespace pipe = pipeline;

constexpr std::size_t ladder_steps_max = 32;

/// first, twice that, ... up to the longest delay, which the pipeline then repeats.
pipe::RetryLadder ladder(const conf::Retry& retry) {
  pipe::RetryLadder out;
  out.delays.clear();
  for (auto delay = retry.first; out.delays.size() < ladder_steps_max; delay *= 2) {
    out.delays.push_back(std::min(delay, retry.longest));
    if (delay >= retry.longest) break;
  }
  out.age_max = retry.give_up_after;
  return out;
}

/// `shipment.milestone` without its version takes every version.
std::string event_pattern(const std::string& pattern) {
  const std::size_t dot = pattern.rfind('.');
  const bool whole =
      pattern.ends_with('*') || (dot != std::string::npos && dot + 1 < pattern.size() && pattern[dot + 1] == 'v' &&
                                 pattern.find_first_not_of("0123456789", dot + 2) == std::string::npos);
  return whole ? pattern : pattern + ".*";
}

std::vector<pipe::Subscription> subscriptions(const conf::Routes& routes, const std::string& target) {
  std::vector<pipe::Subscription> out;
  for (const conf::Route& route : routes.routes) {
    if (std::none_of(route.to.begin(), route.to.end(), [&](const conf::Named& to) { return to == target; })) continue;
    for (const conf::Named& event : route.events) {
      pipe::Subscription subscription;
      subscription.type = event_pattern(event.text);
      subscription.operation = route.operation.text;
      subscription.filters = route.when;
      for (const conf::Named& from : route.from) subscription.from.push_back(from.text);
      out.push_back(std::move(subscription));
    }
  }
  return out;
}

pipe::TargetSettings target_settings(const conf::Target& target, const conf::Routes& routes) {
  pipe::TargetSettings out;
  out.name = target.id.text;
  out.once = static_cast<pipe::Once>(target.once);
  out.on_unknown = static_cast<pipe::OnUnknown>(target.on_unknown);
  out.accepts_test = std::count(target.accepts.begin(), target.accepts.end(), conf::Usage::test) != 0;
  out.accepts_production = std::count(target.accepts.begin(), target.accepts.end(), conf::Usage::production) != 0;
  out.in_flight_max = target.limits.in_flight;
  out.rate_per_second = target.limits.per_second;
  out.deadline = target.limits.timeout + target.limits.connect_timeout;
  out.retry = ladder(target.retry);
  out.breaker.failures = target.breaker.failures;
  out.breaker.open_for = out.breaker.open_max = target.breaker.probe_every;  // as often as it says, however long
  for (const conf::Operation& operation : target.operations) out.operations.push_back(operation.name.text);
  out.subscribes = subscriptions(routes, out.name);
  if (target.lookup) out.when_forgotten = pipe::Once::lookup;
  return out;
}

pipe::EnvelopeId envelope_id(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {{}, std::string(text)};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::vector<std::string> texts(const std::vector<conf::Named>& named) {
  std::vector<std::string> out;
  for (const conf::Named& one : named) out.push_back(one.text);
  return out;
}

std::string acknowledge(conf::Acknowledge kind) {
  constexpr const char* names[] = {"", "997", "999", "CONTRL"};
  return names[static_cast<std::size_t>(kind)];
}

std::string advise(conf::Advise kind) {
  constexpr const char* names[] = {"", "824", "APERAK"};
  return names[static_cast<std::size_t>(kind)];
}

pipe::EdifactEnvelope edifact_envelope(const conf::EdifactWriting& writing) {
  pipe::EdifactEnvelope out;
  out.syntax = conf::name(writing.character_set);
  out.version = std::to_string(static_cast<int>(writing.syntax_version) + 1);
  out.una = static_cast<pipe::EdifactEnvelope::Una>(writing.una);
  out.groups = writing.groups;
  out.refuse_foreign = writing.foreign_characters == conf::EdifactWriting::Foreign::refuse;
  out.application_reference = writing.application_reference;
  out.agreement = writing.agreement;
  return out;
}

int minute_of(std::string_view time) {  // `08:30`
  int hour = 0, minute = 0;
  const std::size_t colon = time.find(':');
  if (colon == std::string_view::npos) return 0;
  std::from_chars(time.data(), time.data() + colon, hour);
  std::from_chars(time.data() + colon + 1, time.data() + time.size(), minute);
  return hour * 60 + minute;
}

std::uint8_t weekdays(const conf::SendWindow& window) {
  unsigned out = 0;
  for (const conf::SendWindow::Day day : window.days) out |= 1U << static_cast<unsigned>(day);
  return static_cast<std::uint8_t>(out);
}

}  // namespace

std::vector<pipe::ReceivedSet::Window> send_windows(const std::vector<conf::SendWindow>& windows) {
  std::vector<pipe::ReceivedSet::Window> out;
  for (const conf::SendWindow& window : windows)
    out.push_back({minute_of(window.from), minute_of(window.until), weekdays(window)});
  return out;
}

pipe::ReceivedSet received_set(const conf::Partner& partner, const conf::SetAgreement& agreement,
                               const PartnerRules* rules) {
  pipe::ReceivedSet out;
  out.guide = agreement.set.text;
  out.map = agreement.map.text;
  if (rules != nullptr) {
    const std::string named = out.map.empty() ? out.guide : out.map;
    if (std::string own = rules->own_map(named); own != named) out.map = std::move(own);
  }
  if (const conf::Channel* way = partner.way_out(agreement); way != nullptr) out.via = way->name();
  out.acknowledge = acknowledge(agreement.acknowledge);
  if (agreement.delimiters) {
    wire::Delimiters delimiters;
    if (out.guide.starts_with("edifact/"))
      delimiters = {
          .element = '+', .component = ':', .repetition = 0, .release = '?', .decimal_mark = '.', .segment = "'"};
    auto take = [](const std::string& text, char& into) {
      if (!text.empty()) into = text.front();
    };
    take(agreement.delimiters->element, delimiters.element);
    take(agreement.delimiters->component, delimiters.component);
    take(agreement.delimiters->repetition, delimiters.repetition);
    if (!agreement.delimiters->segment.empty()) delimiters.segment = agreement.delimiters->segment;
    out.delimiters = delimiters;
  }
  if (agreement.edifact) out.edifact = edifact_envelope(*agreement.edifact);
  if (agreement.batch) out.batch = {agreement.batch->sets, agreement.batch->every};
  out.send_windows = send_windows(agreement.windows);
  return out;
}

namespace {

void add_identity(const conf::Partner& partner, pipe::PartnerSettings& out) {
  out.name = partner.id.text;
  out.identifiers.scac = texts(partner.identifiers.scac);
  for (const conf::Named& id : partner.identifiers.x12) out.identifiers.x12.push_back(envelope_id(id.text));
  for (const conf::Named& id : partner.identifiers.edifact) {
    pipe::EnvelopeId of = envelope_id(id.text);
    of.qualifier.insert(0, "edifact:");
    out.identifiers.edifact.push_back(std::move(of));
  }
  out.identifiers.gs = texts(partner.identifiers.gs);
  out.carries = texts(partner.carries);
  out.zone = partner.zone.text;
  for (const conf::Named& day : partner.closed) out.closed.push_back(day.text);
  out.test = partner.test;
  out.us = envelope_id(partner.us.x12);
  out.us_gs = partner.us.gs;
  out.us_edifact = envelope_id(partner.us.edifact);
  out.answer_interchange = static_cast<pipe::AnswerInterchange>(partner.acknowledge_interchange);
  for (const conf::Channel& channel : partner.channels) out.channels.push_back(channel.name());
}

/// The schema of what a webhook posts: the profile's, else the one beside its map. Schemas are checked when the folder
/// is; one that went bad since leaves its webhook unread rather than unchecked.
void add_schemas(const conf::Partner& partner, const Catalogue& catalogue, pipe::PartnerSettings& out) {
  for (const conf::Channel& channel : partner.channels) {
    if (!channel.webhook) continue;
    const conf::WebhookChannel& hook = *channel.webhook;
    const std::string beside = mapping::map_folder(hook.map.text) + "/payload.schema.json";
    const std::string path = hook.schema.empty() ? beside : hook.schema.text;
    if (hook.schema.empty() && !catalogue.source().exists(beside)) continue;
    const auto text = catalogue.source().read(path);
    auto schema = json::JsonSchema::load(text ? *text : std::string());
    if (schema)
      out.schemas[hook.map.text] = std::make_shared<const json::JsonSchema>(std::move(*schema));
    else
      out.quarantine.push_back(path + ": " + (text ? schema.error() : text.error()).text());
  }
}

pipe::PartnerSettings partner_settings(const conf::Partner& partner, const conf::Bundle& bundle,
                                       const Catalogue* catalogue) {
  pipe::PartnerSettings out;
  add_identity(partner, out);
  if (catalogue != nullptr) {
    out.rules = make_partner_rules(partner, bundle, *catalogue);
    add_schemas(partner, *catalogue, out);
  }
  for (const conf::SetAgreement& agreement : partner.receives)
    out.receives.push_back(received_set(partner, agreement, out.rules.get()));
  for (const conf::SetAgreement& agreement : partner.sends)
    out.sends.push_back(
        {agreement.set.text, acknowledge(agreement.acknowledge), agreement.map.text, advise(agreement.advise)});
  for (const conf::Expectation& expectation : partner.expects)
    out.expects.push_back({expectation.after.text, expectation.set.text, expectation.within});
  out.acknowledge_warnings = partner.acknowledge_warnings;
  out.accept_truncated = partner.truncated == conf::Partner::Truncated::accept;
  out.duplicate_window = std::chrono::duration_cast<std::chrono::hours>(partner.duplicates.window);
  out.duplicate_policy = static_cast<pipe::DuplicatePolicy>(partner.duplicates.facts);
  out.delimiter_in_data = static_cast<pipe::DelimiterInData>(partner.on_delimiter_in_data);
  if (!partner.replace_with.empty()) out.delimiter_replacement = partner.replace_with.front();
  return out;
}

/// A partner's folder that we put files into: the same bytes under the same name are the same effect. An AS2 address:
/// the same bytes under the same Message-ID are, and so a mail.
void add_channel_targets(const conf::Partner& partner, std::map<std::string, pipe::TargetSettings>& targets) {
  for (const conf::Channel& channel : partner.channels) {
    if (!channel.outward()) continue;
    pipe::TargetSettings out;
    out.name = partner.id.text + "/" + channel.name();
    out.partner = partner.id.text;
    out.once = pipe::Once::same_bytes;
    out.accepts_test = true;
    out.operations = {"send"};
    out.retry = ladder(channel.as2    ? static_cast<const conf::Retry&>(channel.as2->retry)
                       : channel.sftp ? channel.sftp->retry
                                      : conf::Retry{});
    if (const conf::FileChannel* remote = channel.files()) {
      out.in_flight_max = remote->at_once;
      out.deadline = std::chrono::hours(24);  // bounded by its time-outs without any answer, however large the file
    }
    if (channel.as2) {
      out.in_flight_max = channel.as2->in_flight;
      out.deadline = channel.as2->timeout + channel.as2->connect_timeout;
    }
    if (channel.mail) {
      // A mail may be large: the server's silence is what its time-out limits.
      out.in_flight_max = 2;
      out.deadline = channel.mail->put->connect_timeout + 10 * channel.mail->put->timeout;
    }
    targets.emplace(out.name, std::move(out));
  }
}

/// Whether the folder holds `partners/<name>/`; the files are sorted by name.
bool has_folder(const conf::Bundle& bundle, const std::string& partner) {
  const std::string prefix = "partners/" + partner + "/";
  const auto at =
      std::lower_bound(bundle.files.begin(), bundle.files.end(), prefix,
                       [](const conf::FileEntry& file, const std::string& name) { return file.name < name; });
  return at != bundle.files.end() && at->name.starts_with(prefix);
}

}  // namespace

std::shared_ptr<const PartnerRules> make_partner_rules(const configuration::Partner& partner,
                                                       const configuration::Bundle& bundle,
                                                       const Catalogue& catalogue) {
  PartnerRules out;
  if (has_folder(bundle, partner.id.text)) out.folder = &catalogue.partner(partner.id.text);
  for (const conf::SetAgreement& agreement : partner.sends)
    if (!agreement.map.empty()) out.maps[agreement.set.text] = agreement.map.text;
  for (const conf::SeverityMove& move : partner.severity)
    out.moves.push_back({move.code.text, move.severity, move.set.text, move.place});
  out.release = partner.guide;
  out.acknowledge_overlay = partner.acknowledge_overlay;
  if (out.folder == nullptr && out.maps.empty() && out.moves.empty() && out.release.empty()) return nullptr;
  return std::make_shared<const PartnerRules>(std::move(out));
}

std::shared_ptr<const pipeline::Bundle> make_pipeline_bundle(const configuration::Bundle& bundle,
                                                             std::shared_ptr<const Catalogue> catalogue) {
  auto out = std::make_shared<pipeline::Bundle>();
  out->hash = bundle.hash;
  out->catalogue = std::move(catalogue);
  for (const auto& target : bundle.targets)
    out->targets.emplace(target->id.text, target_settings(*target, bundle.routes));
  for (const auto& partner : bundle.partners) {
    out->partners.emplace(partner->id.text, partner_settings(*partner, bundle, out->catalogue.get()));
    add_channel_targets(*partner, out->targets);
  }
  for (const configuration::Quarantined& quarantined : bundle.quarantined) {
    pipeline::PartnerSettings settings;
    settings.name = quarantined.partner;
    for (const configuration::Fault& fault : quarantined.faults)
      settings.quarantine.push_back(configuration::to_text(fault));
    out->partners.emplace(settings.name, std::move(settings));
  }
  return out;
}

}  // namespace crossdock::cli
