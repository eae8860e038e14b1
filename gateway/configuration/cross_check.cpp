// Faults that show only when files are held against each other and against what is installed.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <deque>
#include <unordered_map>
#include <utility>

#include "gateway/configuration/as2_check.hpp"
#include "gateway/configuration/folder.hpp"
#include "gateway/configuration/server_check.hpp"

namespace crossdock::configuration::detail {
namespace {

/// Names that are installed, sorted, for look-up and for the nearest one in a fault.
class Known {
 public:
  explicit Known(std::vector<std::string> names) : names_(std::move(names)) { std::sort(names_.begin(), names_.end()); }
  [[nodiscard]] bool has(std::string_view name) const { return std::binary_search(names_.begin(), names_.end(), name); }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::string hint(std::string_view name) const {
    const std::vector<std::string_view> views(names_.begin(), names_.end());
    const std::string_view near = nearest(name, views);
    return near.empty() ? std::string() : "Did you mean `" + std::string(near) + "`?";
  }

 private:
  std::vector<std::string> names_;
};

struct SecretState {
  bool exists = false, open = false;
  std::string fault;  ///< why it cannot be used, such as: it is empty
};

struct Owner {
  const Partner* partner;
  const Named* at;
};

/// With or without padding, as signatures are read.
bool is_base64(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return !text.empty() && text.size() % 4 != 1 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/';
  });
}

class AcrossCheck {
 public:
  AcrossCheck(const Draft& draft, const FolderOptions& options, const SecretStore& secrets, Faults& faults)
      : draft_(draft), options_(options), secrets_(secrets), faults_(faults) {
    if (const Installed* installed = options.installed; installed != nullptr) {
      guides_ = Known(installed->guide_ids());
      maps_ = Known(installed->map_ids());
      events_ = Known(installed->event_types());
    }
  }

  void run() {
    file_ = "crossdock.yaml";
    for (const System& system : draft_.installation.systems) claim_tokens(system.tokens, {"system", &system.id.text});
    for (const Listener& listener : draft_.installation.listeners) {
      if (listener.tls) secret(listener.tls->key);
      if (!listener.listen.text.ends_with(":0") && listener.listen.line != 0)
        claim("address ", listener.listen, {"listener", &listener.listen.text}, Code::configuration_channel_duplicate);
    }
    check_as2_settings(draft_.installation.as2, as2_tools());
    for (const auto& target : draft_.targets) check_target(*target);
    for (const auto& partner : draft_.partners) check_partner(*partner);
    check_partner_folders();
    file_ = "policies/routes.yaml";
    for (const Route& route : draft_.routes.routes) check_route(route);
  }

 private:
  void add(Code code, const Named& at, std::string message, std::string expected = {}) {
    add_at(code, at.line, at.column, std::move(message), std::move(expected));
  }
  void add_at(Code code, std::uint32_t line, std::uint32_t column, std::string message, std::string expected = {}) {
    faults_.push_back({code, info(code).severity, file_, line, column, {}, std::move(message), std::move(expected)});
  }

  void secret(const SecretReference& reference) {
    if (reference.empty() || !options_.check_secrets) return;
    const auto [found, fresh] = secrets_seen_.try_emplace(reference.text);
    if (fresh) found->second = state_of(reference);
    const Named at{reference.text, reference.line, reference.column};
    if (!found->second.exists)
      add(Code::configuration_secret_missing, at, "`" + reference.text + "` cannot be found");
    else if (!found->second.fault.empty())
      add(Code::configuration_secret_missing, at, found->second.fault, "Put the secret there: a text on one line");
    else if (found->second.open)
      add(Code::configuration_secret_open, at, "the file of `" + reference.text + "` can be read by others");
  }

  SecretState state_of(const SecretReference& reference) const {
    SecretState out{secrets_.exists(reference), secrets_.is_open(reference), {}};
    if (!out.exists) return out;
    if (const auto value = secrets_.resolve(reference); !value) out.fault = value.error().detail;
    return out;
  }

  /// A secret of Standard Webhooks is base64, with or without `whsec_` before it.
  void signing_secret(const SecretReference& reference) {
    secret(reference);
    if (reference.empty() || !options_.check_secrets) return;
    const auto value = secrets_.resolve(reference);
    if (!value) return;  // said already
    std::string_view text = value->reveal();
    if (text.starts_with("whsec_")) text.remove_prefix(6);
    if (!is_base64(text))
      add(Code::configuration_value_format, {reference.text, reference.line, reference.column},
          "what `" + reference.text + "` holds is no secret of Standard Webhooks",
          "Write whsec_ and base64: printf 'whsec_%s' \"$(openssl rand -base64 32)\"");
  }

  void set(const Named& name) {
    if (options_.installed == nullptr || name.empty() || guides_.has(name.text)) return;
    add(Code::configuration_set_unknown, name, "no guide is installed for `" + name.text + "`",
        guides_.hint(name.text));
  }

  void map(const Named& name) {
    if (options_.installed == nullptr || name.empty() || maps_.has(name.text)) return;
    add(Code::configuration_map_unknown, name, "no map `" + name.text + "` is installed", maps_.hint(name.text));
  }

  void event(const Named& pattern) {
    if (options_.installed == nullptr || pattern.empty()) return;
    const auto& types = events_.names();
    if (std::any_of(types.begin(), types.end(),
                    [&](const std::string& type) { return event_matches(pattern.text, type); }))
      return;
    add(Code::configuration_event_unknown, pattern, "no event has the type `" + pattern.text + "`",
        events_.hint(pattern.text));
  }

  /// Who claims something: a partner, or a system of the installation.
  struct Claimant {
    std::string_view kind;
    const std::string* name;
    [[nodiscard]] std::string text() const { return std::string(kind) + " " + *name; }
  };

  /// A thing that only one may have; a second claim is a fault of both files.
  void claim(std::string_view what, const Named& at, const Claimant& who, Code code) {
    std::string key(what);
    key += at.text;
    const auto [found, fresh] = claims_.emplace(std::move(key), Claim{&file_name(), who, &at});
    if (fresh) return;
    const Claim& first = found->second;
    const std::string shown = what == "token " ? "a token" : std::string(what) + "`" + at.text + "`";
    add(code, at,
        shown + " of " + who.text() + " belongs to " + first.who.text() + " already (" + *first.file + ", line " +
            std::to_string(first.at->line) + ")");
    if (*first.file == file_) return;
    const std::string here = std::exchange(file_, *first.file);
    add(code, *first.at,
        shown + " of " + first.who.text() + " is claimed by " + who.text() + " too (" + here + ", line " +
            std::to_string(at.line) + ")");
    file_ = here;
  }

  /// The file at hand as a string that outlives this check's current file.
  const std::string& file_name() {
    if (file_names_.empty() || file_names_.back() != file_) file_names_.push_back(file_);
    return file_names_.back();
  }

  void claim_tokens(const std::vector<Named>& tokens, const Claimant& who) {
    for (const Named& token : tokens) claim("token ", token, who, Code::configuration_identifier_duplicate);
  }

  /// X12 identifiers may be shared by partners whose GS codes keep them apart.
  void claim_x12(const Partner& partner, const Named& id) {
    auto& owners = x12_owners_[id.text];
    for (const Owner& other : owners) {
      if (other.partner == &partner || kept_apart(partner, *other.partner)) continue;
      const std::string hint = "Correct one of them, or give both their own `gs` codes";
      add(Code::configuration_identifier_duplicate, id,
          "the X12 identifier `" + id.text + "` belongs to partner " + other.partner->id.text + " too (" +
              other.partner->file + ")",
          hint);
      file_ = other.partner->file;
      add(Code::configuration_identifier_duplicate, *other.at,
          "the X12 identifier `" + id.text + "` is claimed by partner " + partner.id.text + " too (" + partner.file +
              ")",
          hint);
      file_ = partner.file;
      break;
    }
    owners.push_back({&partner, &id});
  }

  static bool kept_apart(const Partner& one, const Partner& other) {
    if (one.identifiers.gs.empty() || other.identifiers.gs.empty()) return false;
    return std::none_of(one.identifiers.gs.begin(), one.identifiers.gs.end(), [&](const Named& code) {
      const auto& codes = other.identifiers.gs;
      return std::any_of(codes.begin(), codes.end(), [&](const Named& c) { return c.text == code.text; });
    });
  }

  void check_identifiers(const Partner& partner) {
    const Claimant who{"partner", &partner.id.text};
    for (const Named& id : partner.identifiers.scac) claim("SCAC ", id, who, Code::configuration_identifier_duplicate);
    for (const Named& id : partner.identifiers.edifact)
      claim("EDIFACT identifier ", id, who, Code::configuration_identifier_duplicate);
    for (const Named& id : partner.identifiers.as2)
      claim("AS2 name ", id, who, Code::configuration_identifier_duplicate);
    for (const Named& id : partner.identifiers.x12) claim_x12(partner, id);
    for (const Named& other : partner.carries)
      if (!std::binary_search(draft_.partner_names.begin(), draft_.partner_names.end(), other.text))
        add(Code::configuration_reference_unknown, other, "`carries` names `" + other.text + "`, which is no partner",
            Known(draft_.partner_names).hint(other.text));
  }

  void check_webhook(const Partner& partner, const Channel& channel) {
    const WebhookChannel& hook = *channel.webhook;
    if (!hook.path.empty())
      claim("webhook path ", hook.path, {"partner", &partner.id.text}, Code::configuration_channel_duplicate);
    map(hook.map);
    if (options_.installed != nullptr && !hook.schema.empty())
      if (const std::string fault = options_.installed->schema_fault(hook.schema.text); !fault.empty())
        add(Code::configuration_reference_unknown, hook.schema, fault,
            "Name a JSON Schema of the configuration folder");
    for (const SecretReference& one : hook.secrets)
      hook.verify == WebhookChannel::Verify::standard_webhooks ? signing_secret(one) : secret(one);
    const bool bearer = hook.verify == WebhookChannel::Verify::bearer;
    if (bearer ? hook.tokens.empty() : hook.secrets.empty())
      add_at(
          Code::configuration_key_missing, channel.line, channel.column,
          bearer ? "a webhook verified by bearer has no `tokens`" : "a webhook verified by signature has no `secret`",
          bearer ? "Add `tokens: [\"sha256:...\"]`" : "Add `secret: secret:NAME`");
    claim_tokens(hook.tokens, {"partner", &partner.id.text});
    if (hook.signed_content == WebhookChannel::Signed::timestamp_and_body && hook.timestamp_header.empty())
      add_at(Code::configuration_key_missing, channel.line, channel.column,
             "the signature is of a time stamp, and no `timestamp_header` says where it stands",
             "Add `timestamp_header: NAME`");
  }

  void check_channels(const Partner& partner) {
    std::vector<std::string> names;
    for (const Channel& channel : partner.channels) {
      const std::string own = channel.name();
      const bool any =
          channel.directory || channel.document || channel.webhook || channel.as2 || channel.mail || channel.files();
      if (any && std::find(names.begin(), names.end(), own) != names.end())
        add_at(Code::configuration_channel_duplicate, channel.line, channel.column,
               "two channels are called `" + own + "`", "Give each its own `name`");
      if (any) names.push_back(own);
      if (channel.document) claim_tokens(channel.document->tokens, {"partner", &partner.id.text});
      if (channel.webhook) check_webhook(partner, channel);
      if (channel.as2) check_as2_channel(partner, channel, draft_.installation.as2, as2_tools());
      if (channel.mail) check_mail_channel(channel, as2_tools());
      if (channel.files() != nullptr) check_files(channel);
      if (!channel.directory) continue;
      const DirectoryChannel& directory = *channel.directory;
      if (directory.pick_up.empty() && directory.put.empty())
        add_at(Code::configuration_key_missing, channel.line, channel.column,
               "the directory channel has neither `pick_up` nor `put`", "Add one of them");
      if (!directory.pick_up.empty())
        claim("folder ", directory.pick_up, {"partner", &partner.id.text}, Code::configuration_channel_duplicate);
      if (!directory.put.empty() && directory.put.text == directory.pick_up.text)
        add(Code::configuration_channel_duplicate, directory.put, "`put` and `pick_up` are the same folder",
            "What we put there would be picked up again: use two folders");
    }
  }

  void check_files(const Channel& channel) {
    std::string fault, expected;
    if (channel.sftp) {
      for (const SecretReference* one : {&channel.sftp->password, &channel.sftp->key, &channel.sftp->passphrase})
        secret(*one);
      if (channel.sftp->proxy_basic) secret(channel.sftp->proxy_basic->password);
      fault = sftp_fault(*channel.sftp, expected);
    }
    if (channel.ftp) check_ftp_channel(channel, as2_tools());
    if (!fault.empty()) add_at(Code::configuration_key_missing, channel.line, channel.column, fault, expected);
    if (!channel.files()->map.empty()) map({channel.files()->map, channel.line, channel.column});
    for (const SendWindow& window : channel.files()->windows) check_window(window);
  }

  void check_window(const SendWindow& window) {
    if (window.from == window.until)
      add_at(Code::configuration_value_format, window.line, window.column, "the window ends where it begins",
             "Leave `from` and `until` away for the whole day");
  }

  As2Tools as2_tools() {
    return {
        [this](Code code, Place at, std::string message, std::string expected, Severity severity) {
          faults_.push_back({code, severity, file_, at.line, at.column, {}, std::move(message), std::move(expected)});
        },
        [this](const SecretReference& reference) { secret(reference); },
        options_.check_secrets ? options_.installed : nullptr, options_.folder.string(), &secrets_};
  }

  static bool can(const Channel& channel, bool outward) { return outward ? channel.outward() : channel.inward(); }

  void check_via(const Partner& partner, const SetAgreement& one, bool outward) {
    if (!one.via.empty()) {
      const Channel* channel = partner.channel(one.via.text);
      if (channel == nullptr)
        add(Code::configuration_reference_unknown, one.via,
            "`via` names `" + one.via.text + "`, which is none of this partner's channels");
      else if (!can(*channel, outward))
        add(Code::configuration_reference_unknown, one.via, "the channel `" + one.via.text + "` does not go that way",
            outward
                ? "Sets that the partner receives need a directory, sftp or ftp channel with `put`, or an as2 channel "
                  "with `url`"
                : "Sets that the partner sends need a channel that takes in");
      return;
    }
    if (!outward) return;
    const auto ways =
        std::count_if(partner.channels.begin(), partner.channels.end(), [](const Channel& c) { return can(c, true); });
    if (ways != 1)
      add(Code::configuration_key_missing, one.set,
          "the set has no `via` and the partner has " + std::to_string(ways) + " channels outward",
          ways == 0 ? "Add a directory or sftp channel with `put`, or an as2 channel with `url`"
                    : "Say which: `via: NAME`");
  }

  /// 997, 999 and 824 answer X12, CONTRL and APERAK EDIFACT.
  void check_answers(const SetAgreement& one) {
    const bool edifact = one.set.text.starts_with("edifact/");
    const bool x12_answer =
        one.acknowledge == Acknowledge::x997 || one.acknowledge == Acknowledge::x999 || one.advise == Advise::x824;
    const bool edifact_answer = one.acknowledge == Acknowledge::contrl || one.advise == Advise::aperak;
    if (edifact ? x12_answer : edifact_answer)
      add(Code::configuration_value_choice, one.set, "`" + one.set.text + "` is not answered by that",
          edifact ? "EDIFACT is answered by `acknowledge: CONTRL` and `advise: APERAK`"
                  : "X12 is answered by `acknowledge: \"997\"` or \"999\", and `advise: \"824\"`");
  }

  /// Answers go back to where their interchange came from; anything else needs to know both sides.
  void check_addresses(const Partner& partner, const SetAgreement& one) {
    const std::string& set = one.set.text;
    if (!set.starts_with("edifact/") || set.ends_with("/CONTRL") || set.ends_with("/APERAK")) return;
    if (partner.us.edifact.empty())
      add(Code::configuration_key_missing, one.set, "`" + set + "` is written and `us:` has no `edifact`",
          "Say who we are in the UNB: `us: {edifact: \"14:...\"}`");
    if (partner.identifiers.edifact.empty())
      add(Code::configuration_key_missing, one.set, "`" + set + "` is written and `identifiers:` has no `edifact`",
          "Say who the partner is in the UNB: `identifiers: {edifact: [\"14:...\"]}`");
  }

  void check_set(const Partner& partner, const SetAgreement& one, bool outward) {
    set(one.set);
    const bool acknowledgement =
        one.set.text.ends_with("/997") || one.set.text.ends_with("/999") || one.set.text.ends_with("/CONTRL");
    check_answers(one);
    if (outward) check_addresses(partner, one);
    if (!one.map.empty())
      map(one.map);
    else if (!acknowledgement && options_.installed != nullptr && guides_.has(one.set.text))
      map(one.set);
    if (acknowledgement && one.acknowledge != Acknowledge::none)
      add(Code::configuration_value_choice, one.set, "an acknowledgement is never acknowledged",
          "Take `acknowledge` away");
    check_via(partner, one, outward);
    for (const SendWindow& window : one.windows) check_window(window);
    if (!one.delimiters) return;
    std::string all =
        one.delimiters->element + one.delimiters->segment + one.delimiters->component + one.delimiters->repetition;
    std::sort(all.begin(), all.end());
    if (std::adjacent_find(all.begin(), all.end()) != all.end())
      add(Code::configuration_value_format, one.set, "two of its delimiters are the same character",
          "Choose four different ones");
  }

  void check_partner(const Partner& partner) {
    file_ = partner.file;
    if (options_.installed != nullptr && !options_.installed->knows_zone(partner.zone.text))
      add(Code::configuration_value_format, partner.zone.line != 0 ? partner.zone : partner.id,
          "there are no rules for the clocks of the zone `" + partner.zone.text + "`",
          "Name a place of the same time, such as America/Chicago or Europe/Berlin");
    check_identifiers(partner);
    check_channels(partner);
    for (const SetAgreement& one : partner.receives) check_set(partner, one, true);
    for (const SetAgreement& one : partner.sends) check_set(partner, one, false);
    for (const Expectation& one : partner.expects) {
      event(one.after);
      set(one.set);
      const bool sent = std::any_of(partner.sends.begin(), partner.sends.end(),
                                    [&](const SetAgreement& s) { return s.set.text == one.set.text; });
      if (!sent && !one.set.empty())
        add(Code::configuration_reference_unknown, one.set,
            "`" + one.set.text + "` is expected and not among what the partner `sends`", "Add it to `sends`");
    }
    for (const SeverityMove& one : partner.severity) check_severity(one);
    const auto takes_test = [](const auto& target) {
      return std::count(target->accepts.begin(), target->accepts.end(), Usage::test) != 0;
    };
    if (partner.test && std::none_of(draft_.targets.begin(), draft_.targets.end(), takes_test))
      faults_.push_back({Code::configuration_reference_unknown, Severity::warning, file_, partner.id.line,
                         partner.id.column, "test", "the partner is a test partner and no target accepts test",
                         "Its events go nowhere: add `accepts: [test]` to a target"});
  }

  void check_partner_folders() {
    std::vector<std::string> known;
    for (const std::string& name : draft_.partner_folders) {
      if (std::binary_search(draft_.partner_names.begin(), draft_.partner_names.end(), name)) {
        known.push_back(name);
        continue;
      }
      file_ = "partners/" + name;
      add_at(Code::configuration_file_unexpected, 0, 0, "there is no profile partners/" + name + ".yaml to this folder",
             Known(draft_.partner_names).hint(name));
    }
    if (options_.installed == nullptr || known.empty()) return;
    const Faults faults = options_.installed->partner_faults(known);
    faults_.insert(faults_.end(), faults.begin(), faults.end());
  }

  void check_severity(const SeverityMove& one) {
    if (!one.code.empty() && !find_code(one.code.text))
      add(Code::configuration_reference_unknown, one.code, "no finding has the code `" + one.code.text + "`",
          "docs/reference/errors.md lists them");
    if (one.code.text.starts_with("map."))
      add(Code::configuration_value_choice, one.code,
          "`" + one.code.text + "` is found by maps, and what a map cannot read does not become readable",
          "Move findings of validation; change the map in the partner's folder instead");
    set(one.set);
  }

  void check_target_secrets(const Target& target) {
    const Authentication& authentication = target.authentication;
    secret(authentication.bearer);
    if (authentication.api_key) secret(authentication.api_key->value);
    if (authentication.basic) secret(authentication.basic->password);
    if (authentication.oauth2) secret(authentication.oauth2->client_secret);
    signing_secret(target.sign);
    secret(target.tls.key);
    if (target.tls.certificate.empty() != target.tls.key.empty())
      add(Code::configuration_key_missing, target.id,
          "`tls` names a certificate without its key, or a key without its certificate", "Name both");
  }

  static bool shaped(const Operation& operation) {
    return operation.body.line != 0 && !(operation.body == "event") && !(operation.body == "data");
  }

  void check_body(const Operation& operation) {
    if (!shaped(operation)) return;
    map(operation.body);
    if (options_.installed == nullptr || !maps_.has(operation.body.text)) return;
    if (!options_.installed->body_map(operation.body.text).writes_documents)
      add(Code::configuration_map_unknown, operation.body,
          "the map `" + operation.body.text + "` writes transaction sets, and a body is one document",
          "Name a map of JSON, XML or CSV documents; transaction sets go to partners, by their `receives`");
  }

  /// Events of a route that the operation's map does not write would be refused one by one.
  void check_shaped_events(const Route& route, const Target& target) {
    if (options_.installed == nullptr || target.operations.empty()) return;
    const Operation* operation =
        route.operation.empty() ? &target.operations.front() : target.operation(route.operation.text);
    if (operation == nullptr || !shaped(*operation) || !maps_.has(operation->body.text)) return;
    const auto written = options_.installed->body_map(operation->body.text).events;
    if (written.empty()) return;
    for (const Named& pattern : route.events) {
      const bool any = std::any_of(written.begin(), written.end(),
                                   [&](const std::string& type) { return event_matches(pattern.text, type); });
      if (!any)
        add(Code::configuration_event_unknown, pattern,
            "the operation `" + operation->name.text + "` of `" + target.id.text + "` shapes bodies by " +
                operation->body.text + ", which writes no `" + pattern.text + "`",
            "Route it to another operation, or add it to the map");
    }
  }

  /// What is made of a target's answers must not contradict itself.
  void check_answers(const Target& target) {
    for (const Named& status : target.refuse_on)
      if (std::any_of(target.retry_on.begin(), target.retry_on.end(),
                      [&](const Named& other) { return other.text == status.text; }))
        add(Code::configuration_value_choice, status, "`refuse_on` and `retry_on` both name " + status.text,
            "A status means never or later: keep it in one of them");
  }

  void check_target(const Target& target) {
    file_ = target.file;
    check_target_secrets(target);
    if (target.kind == TargetKind::directory) {
      if (target.folder.empty())
        add(Code::configuration_key_missing, target.id, "a directory target has no `folder`", "Add `folder: PATH`");
    } else if (target.url.empty()) {
      const bool all = std::all_of(target.operations.begin(), target.operations.end(),
                                   [](const Operation& o) { return !o.url.empty(); });
      if (target.operations.empty() || !all)
        add(Code::configuration_key_missing, target.id, "an http target has no `url`", "Add `url: https://...`");
    }
    if (target.once == Once::lookup && !target.lookup && target.kind == TargetKind::http)
      add(Code::configuration_key_missing, target.id, "`once: lookup` needs `lookup`",
          "Add `lookup: {url: https://.../{key}}`");
    if (target.lookup && !target.lookup->url.empty() && target.lookup->url.text.find("{key}") == std::string::npos)
      add(Code::configuration_value_format, target.lookup->url, "the look-up URL does not hold {key}",
          "Write {key} where the effect key belongs");
    check_answers(target);
    std::vector<std::string_view> names;
    for (const Operation& operation : target.operations) {
      if (std::find(names.begin(), names.end(), operation.name.text) != names.end())
        add(Code::configuration_channel_duplicate, operation.name,
            "two operations are called `" + operation.name.text + "`", "Give each its own name");
      names.push_back(operation.name.text);
      check_body(operation);
    }
  }

  void check_route(const Route& route) {
    for (const Named& pattern : route.events) event(pattern);
    for (const Named& sender : route.from) {
      const auto& systems = draft_.installation.systems;
      const bool system =
          std::any_of(systems.begin(), systems.end(), [&](const System& s) { return s.id.text == sender.text; });
      if (!system && !std::binary_search(draft_.partner_names.begin(), draft_.partner_names.end(), sender.text))
        add(Code::configuration_reference_unknown, sender,
            "`from` names `" + sender.text + "`, which is no partner and no system",
            Known(draft_.partner_names).hint(sender.text));
    }
    for (const Named& name : route.to) {
      const auto found = std::find_if(draft_.targets.begin(), draft_.targets.end(),
                                      [&](const auto& t) { return t->id.text == name.text; });
      if (found == draft_.targets.end()) {
        std::vector<std::string> ids;
        for (const auto& target : draft_.targets) ids.push_back(target->id.text);
        add(Code::configuration_reference_unknown, name, "the route goes to `" + name.text + "`, which is no target",
            Known(ids).hint(name.text));
        continue;
      }
      const bool implicit = (*found)->operations.empty() && route.operation == "post";
      if (!route.operation.empty() && !implicit && (*found)->operation(route.operation.text) == nullptr)
        add(Code::configuration_reference_unknown, route.operation,
            "the target `" + name.text + "` has no operation `" + route.operation.text + "`");
      check_shaped_events(route, **found);
    }
  }

  struct Claim {
    const std::string* file;
    Claimant who;
    const Named* at;
  };

  const Draft& draft_;
  const FolderOptions& options_;
  const SecretStore& secrets_;
  Faults& faults_;
  Known guides_{{}}, maps_{{}}, events_{{}};
  std::string file_;
  std::deque<std::string> file_names_;
  std::unordered_map<std::string, Claim> claims_;
  std::unordered_map<std::string, SecretState> secrets_seen_;
  std::unordered_map<std::string, std::vector<Owner>> x12_owners_;
};

}  // namespace

void check_across(const Draft& draft, const FolderOptions& options, const SecretStore& secrets, Faults& faults) {
  AcrossCheck(draft, options, secrets, faults).run();
}

}  // namespace crossdock::configuration::detail
