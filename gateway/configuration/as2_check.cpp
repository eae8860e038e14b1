// What contradicts itself in AS2 settings, and what is missing.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/as2_check.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace crossdock::configuration::detail {
namespace {

using C = As2Channel;

std::string today() {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  return text;
}

class Check {
 public:
  Check(const Partner& partner, const Channel& channel, const As2Settings& settings, const As2Tools& tools)
      : partner_(partner), as2_(*channel.as2), settings_(settings), tools_(tools), at_{channel.line, channel.column} {}

  void run() {
    names();
    certificates();
    keys();
    algorithms();
    receipts();
    transport();
  }

 private:
  void error(Code code, Place at, std::string message, std::string expected) const {
    tools_.add(code, at, std::move(message), std::move(expected), Severity::error);
  }
  void warn(Code code, Place at, std::string message, std::string expected) const {
    tools_.add(code, at, std::move(message), std::move(expected), Severity::warning);
  }

  void names() const {
    if (partner_.identifiers.as2.empty())
      error(Code::configuration_key_missing, at_, "the partner has an as2 channel and `identifiers:` has no `as2`",
            "Say what it is called: `identifiers: {as2: NAME}`");
    if (partner_.us.as2.empty())
      error(Code::configuration_key_missing, at_, "the partner has an as2 channel and `us:` has no `as2`",
            "Say what we are called: `us: {as2: NAME}`");
    const auto first = std::find_if(partner_.channels.begin(), partner_.channels.end(),
                                    [](const Channel& c) { return c.as2.has_value(); });
    if (first != partner_.channels.end() && &*first->as2 != &as2_)
      error(Code::configuration_channel_duplicate, at_,
            "the partner has two as2 channels, and what comes in cannot tell which",
            "Make it two partners with AS2 names of their own");
  }

  [[nodiscard]] bool signed_needed() const {
    return as2_.require == C::Require::signed_only || as2_.require == C::Require::both ||
           (as2_.require == C::Require::as_we_send && as2_.sign != C::Sign::none);
  }

  void certificates() const {
    const bool receipts = !as2_.url.empty() && as2_.mdn != C::Mdn::none && as2_.mdn_signed;
    const bool encrypts = !as2_.url.empty() && as2_.encrypt != C::Encrypt::none;
    if (as2_.certificates.empty() && (signed_needed() || receipts || encrypts))
      error(Code::configuration_key_missing, at_,
            std::string("the channel has no `certificates`, and ") +
                (encrypts ? "what we send is encrypted" : "what comes back must be signed"),
            "Add the partner's certificate: `certificates: [certs/NAME.pem]`");
    for (const As2Certificate& one : as2_.certificates) {
      const Place at{one.file.line, one.file.column};
      if (!one.from.empty() && !one.until.empty() && one.until < one.from)
        error(Code::configuration_value_bounds, at, "`until` lies before `from`",
              "Give the first and the last day of use");
      if (tools_.installed == nullptr || one.file.empty()) continue;
      if (const std::string fault = tools_.installed->certificate_fault(tools_.folder + "/" + one.file.text);
          !fault.empty())
        error(Code::configuration_reference_unknown, at, fault,
              "Name a file of the configuration folder with a certificate");
    }
  }

  void keys() const {
    for (const Named& name : as2_.keys) {
      const bool known = std::any_of(settings_.keys.begin(), settings_.keys.end(),
                                     [&](const As2Key& key) { return key.name.text == name.text; });
      if (!known)
        error(Code::configuration_reference_unknown, {name.line, name.column},
              "`keys` names `" + name.text + "`, which is none of `as2.keys` in crossdock.yaml",
              "Add it there, or name one that is");
    }
    const bool needed = as2_.sign != C::Sign::none || as2_.encrypt != C::Encrypt::none || signed_needed();
    if (settings_.keys.empty() && needed)
      error(Code::configuration_key_missing, at_, "the channel signs or encrypts, and crossdock.yaml has no `as2.keys`",
            "Make a key with `crossdock key generate` and name it there");
  }

  [[nodiscard]] bool waived(As2Waiver::Allow what) const {
    return std::any_of(as2_.waivers.begin(), as2_.waivers.end(), [&](const As2Waiver& w) { return w.allow == what; });
  }

  void algorithms() const {
    const bool strict = as2_.version == C::Version::v1_3;
    const auto weak = [&](bool used, As2Waiver::Allow what, const std::string& key) {
      if (used && !waived(what))
        error(Code::configuration_value_choice, at_, "`" + key + "` is weak and no waiver allows it",
              "Choose sha256 and aes128-cbc or better, or add `waivers: [{allow: " + key.substr(key.find(' ') + 1) +
                  ", until: DAY}]`");
      if (strict && (used || waived(what)))
        error(Code::configuration_value_choice, at_, "`as2_version: 1.3` knows no " + key.substr(key.find(' ') + 1),
              "Take it away, or say `as2_version: legacy`");
    };
    weak(as2_.sign == C::Sign::sha1, As2Waiver::Allow::sha1, "sign: sha1");
    weak(as2_.encrypt == C::Encrypt::triple_des, As2Waiver::Allow::triple_des, "encrypt: 3des");
    const std::string day = today();
    for (const As2Waiver& waiver : as2_.waivers)
      if (!waiver.until.empty() && waiver.until.text < day)
        warn(Code::configuration_value_bounds, {waiver.until.line, waiver.until.column},
             "the waiver ended on " + waiver.until.text, "Agree on something stronger, or extend it");
  }

  void receipts() const {
    if (as2_.url.empty()) return;
    if (as2_.mdn == C::Mdn::async && as2_.mdn_url.empty() && settings_.url.empty())
      error(Code::configuration_key_missing, at_, "`mdn: async` and nothing says where the partner sends its receipts",
            "Add `as2: {url: https://.../as2}` to crossdock.yaml, or `mdn_url` here");
    if (as2_.mdn == C::Mdn::none)
      warn(Code::configuration_value_choice, at_, "without a receipt nobody knows whether what we send arrives",
           "Choose `mdn: sync` or `mdn: async`");
  }

  void transport() const {
    for (const auto* basic : {&as2_.basic, &as2_.authenticate, &as2_.proxy_basic})
      if (*basic) tools_.secret((*basic)->password);
    tools_.secret(as2_.tls.key);
    if (as2_.tls.certificate.empty() != as2_.tls.key.empty())
      error(Code::configuration_key_missing, at_,
            "`tls` names a certificate without its key, or a key without its certificate", "Name both");
    if (as2_.proxy_basic && as2_.proxy.empty())
      error(Code::configuration_key_missing, at_, "`proxy_basic` and no `proxy`", "Add `proxy: http://HOST:PORT`");
    const bool clear = as2_.url.starts_with("http://");
    if (clear && (as2_.encrypt == C::Encrypt::none || as2_.basic) && !as2_.internal)
      warn(Code::configuration_value_choice, at_,
           as2_.basic ? "a password goes over http in the clear" : "what we send goes over http in the clear",
           "Use https, or `encrypt`");
  }

  const Partner& partner_;
  const As2Channel& as2_;
  const As2Settings& settings_;
  const As2Tools& tools_;
  const Place at_;
};

}  // namespace

void check_as2_settings(const As2Settings& settings, const As2Tools& tools) {
  std::vector<std::string_view> names;
  for (const As2Key& key : settings.keys) {
    const Place at{key.line, key.column};
    if (std::find(names.begin(), names.end(), key.name.text) != names.end())
      tools.add(Code::configuration_channel_duplicate, {key.name.line, key.name.column},
                "two keys are called `" + key.name.text + "`", "Give each its own name", Severity::error);
    names.push_back(key.name.text);
    const bool pair = !key.certificate.empty() && !key.key.empty(), half = key.certificate.empty() != key.key.empty();
    if (half || pair == !key.pkcs12.empty()) {
      tools.add(Code::configuration_key_missing, at, "a key of ours needs `certificate` and `key`, or `pkcs12` alone",
                "Name the certificate's file and its key, or a PKCS#12 file", Severity::error);
      continue;
    }
    if (!key.from.empty() && !key.until.empty() && key.until < key.from)
      tools.add(Code::configuration_value_bounds, at, "`until` lies before `from`",
                "Give the first and the last day of use", Severity::error);
    for (const SecretReference* secret : {&key.key, &key.pkcs12, &key.password}) tools.secret(*secret);
    if (tools.installed == nullptr || tools.secrets == nullptr) continue;
    if (const std::string fault = tools.installed->key_fault(key, *tools.secrets, tools.folder); !fault.empty())
      tools.add(Code::configuration_reference_unknown, at, fault,
                "Name a certificate and the private key that belongs to it, with its password where it has one",
                Severity::error);
  }
}

void check_as2_channel(const Partner& partner, const Channel& channel, const As2Settings& settings,
                       const As2Tools& tools) {
  Check(partner, channel, settings, tools).run();
}

}  // namespace crossdock::configuration::detail
