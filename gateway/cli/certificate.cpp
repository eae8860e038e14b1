// `crossdock certificate list|import|roll|export`: the certificates of AS2 in a configuration folder.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "gateway/base/clock.hpp"
#include "gateway/channels/as2/expiry.hpp"
#include "gateway/channels/as2/partners.hpp"
#include "gateway/cli/certificate_folder.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/configuration/folder.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::string folder, file, partner, name, from, until, use, out, subject, kind = "rsa";
  std::uint32_t bits = 3072, days = 730;
  bool der = false;
};

/// One line of the list.
struct Listed {
  std::string owner, name, use, state, from, until;
  crypto::Certificate certificate;
  std::int64_t days_left = 0;
};

as2::Moment now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::string day_text(const std::optional<std::chrono::sys_days>& day) {
  return day ? base::to_rfc3339(base::Instant(*day)).substr(0, 10) : std::string();
}

template <class Item>
Listed listed(const std::string& owner, std::string name, const Item& item, const crypto::Certificate& certificate) {
  const as2::Moment at = now();
  const char* use = item.signing && item.encryption ? "both" : item.signing ? "signing" : "encryption";
  std::string state = at > certificate.not_after()    ? "ended"
                      : at < certificate.not_before() ? "not yet valid"
                      : !item.days.holds(at)          ? "not in use"
                                                      : "in use";
  const std::int64_t left = std::chrono::floor<std::chrono::days>(certificate.not_after() - at).count();
  return {
      owner, std::move(name), use, std::move(state), day_text(item.days.from), day_text(item.days.until), certificate,
      left};
}

void print(const Listed& one, bool json) {
  const crypto::Certificate& certificate = one.certificate;
  const std::string until = base::to_rfc3339(base::Instant(certificate.not_after()));
  if (!json) {
    const int rung = as2_channel::expiry_rung(certificate.not_before(), certificate.not_after(), now());
    const std::string mark = rung == 0 ? "  ENDED" : rung > 0 ? "  ends within " + std::to_string(rung) + " days" : "";
    std::printf("%-16s %-28s %-10s %-13s until %s (%lld days)%s\n  %s, %s %u\n  SHA-256 %s\n", one.owner.c_str(),
                one.name.c_str(), one.use.c_str(), one.state.c_str(), until.substr(0, 10).c_str(),
                static_cast<long long>(one.days_left), mark.c_str(), certificate.subject().c_str(),
                std::string(crypto::name(certificate.key_kind())).c_str(), certificate.key_bits(),
                certificate.fingerprint().c_str());
    return;
  }
  std::string out = "{";
  const auto add = [&out](std::string_view key, const std::string& value) {
    if (out.size() > 1) out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
  };
  add("owner", one.owner);
  add("name", one.name);
  add("use", one.use);
  add("state", one.state);
  add("from", one.from);
  add("until", one.until);
  add("subject", certificate.subject());
  add("issuer", certificate.issuer());
  add("serial", certificate.serial());
  add("not_before", base::to_rfc3339(base::Instant(certificate.not_before())));
  add("not_after", until);
  add("key", std::string(crypto::name(certificate.key_kind())) + " " + std::to_string(certificate.key_bits()));
  add("sha256", certificate.fingerprint());
  std::printf("%s,\"days_left\":%lld}\n", out.c_str(), static_cast<long long>(one.days_left));
}

/// The agreements of a folder; faults of files are printed on stderr, those that can be opened are listed all the same.
Result<std::shared_ptr<const as2_channel::Book>> open_book(const std::string& folder,
                                                           std::shared_ptr<const configuration::Bundle>& bundle) {
  configuration::FolderOptions options;
  options.folder = folder;
  options.check_secrets = false;
  options.quarantine = true;
  auto loaded = configuration::load_folder(options);
  for (const configuration::Fault& fault : loaded.faults)
    if (fault.severity == Severity::error) std::fprintf(stderr, "%s\n", configuration::to_text(fault).c_str());
  if (!loaded.bundle) return fail(Code::configuration_refused, folder);
  bundle = loaded.bundle;
  std::vector<std::string> faults;
  auto book = as2_channel::Book::open(*bundle, faults);
  for (const std::string& fault : faults) std::fprintf(stderr, "crossdock: %s\n", fault.c_str());
  return book;
}

int list(const Common& common, const Arguments& arguments) {
  std::shared_ptr<const configuration::Bundle> bundle;
  const auto book = open_book(arguments.folder, bundle);
  if (!book) return report_error(book.error());
  bool ended = false;
  const auto show = [&](const Listed& one) {
    if (!arguments.partner.empty() && one.owner != arguments.partner) return;
    ended = ended || one.days_left < 0;
    print(one, common.json);
  };
  for (const auto& key : (*book)->keys()) show(listed("us", key.name, key, key.identity.certificate));
  for (const auto& with : (*book)->all())
    for (const auto& one : with->certificates) show(listed(with->partner, one.file, one, one.certificate));
  return ended ? found : fine;
}

/// Adds a partner's certificate to its profile, beside those that stand there.
int import(const Common&, const Arguments& arguments) {
  const auto certificate = as2_channel::read_certificate(arguments.file);
  if (!certificate) return report_error(certificate.error());
  CertificateEntry entry{arguments.partner + "-" + certificate->fingerprint().substr(0, 8), arguments.from,
                         arguments.until, arguments.use};
  const auto done = add_partner_certificate(arguments.folder, arguments.partner, *certificate, entry);
  if (!done) return report_error(done.error());
  std::printf("%s: %s, until %s\n", done->c_str(), certificate->subject().c_str(),
              base::to_rfc3339(base::Instant(certificate->not_after())).substr(0, 10).c_str());
  return fine;
}

/// A new key of ours that takes over on a day, beside the old one.
int roll(const Common& common, const Arguments& arguments) {
  if (!arguments.partner.empty()) return import(common, arguments);
  NewKey wish{arguments.name, arguments.subject, arguments.kind, arguments.bits, arguments.days, arguments.from};
  const auto made = add_own_key(arguments.folder, wish);
  if (!made) return report_error(made.error());
  std::printf("%s\n%s\n", made->certificate_file.c_str(), made->key_file.c_str());
  std::printf("Give %s to your partners; we sign with it from %s on, and decrypt with it from now on.\n",
              made->certificate_file.c_str(), arguments.from.empty() ? "now" : arguments.from.c_str());
  return fine;
}

int export_one(const Common&, const Arguments& arguments) {
  std::shared_ptr<const configuration::Bundle> bundle;
  const auto book = open_book(arguments.folder, bundle);
  if (!book) return report_error(book.error());
  const crypto::Certificate* chosen = nullptr;
  for (const auto& key : (*book)->keys())
    if (arguments.name.empty() ? key.days.holds(now()) : key.name == arguments.name) chosen = &key.identity.certificate;
  for (const auto& with : (*book)->all())
    for (const auto& one : with->certificates)
      if (chosen == nullptr && one.certificate.fingerprint().starts_with(arguments.name) && !arguments.name.empty())
        chosen = &one.certificate;
  if (chosen == nullptr)
    return report_error(
        {Code::usage_wrong, {}, "there is no key or certificate `" + arguments.name + "`; see certificate list"});
  const std::string bytes = arguments.der ? chosen->der() : chosen->pem();
  if (arguments.out.empty()) {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    return fine;
  }
  const Status written = write_new_file(arguments.out, bytes, false);
  return written ? fine : report_error(written.error());
}

using Run = int (*)(const Common&, const Arguments&);

CLI::App* add_command(CLI::App& above, Common& common, const char* name, const char* what,
                      const std::shared_ptr<Arguments>& arguments, Run run) {
  auto* command = above.add_subcommand(name, what);
  command->add_option("--config", arguments->folder, "Configuration folder")->required();
  command->callback([&common, arguments, run] { common.exit_code = run(common, *arguments); });
  return command;
}

}  // namespace

void add_certificate(CLI::App& app, Common& common) {
  auto* above = app.add_subcommand("certificate", "Certificates of AS2 in a configuration folder");
  above->require_subcommand(1);
  auto arguments = std::make_shared<Arguments>();
  add_command(*above, common, "list", "Ours and our partners', with the days left; exit 1 when one has ended",
              arguments, list)
      ->add_option("--partner", arguments->partner, "Only this partner's (`us`: ours)");

  auto* in = add_command(*above, common, "import", "Adds a partner's certificate to its profile", arguments, import);
  in->add_option("FILE", arguments->file, "The certificate, PEM or DER")->required();
  in->add_option("--partner", arguments->partner, "Whose it is")->required();
  in->add_option("--from", arguments->from, "First day of its use, 2026-12-25; from when it is valid unless given");
  in->add_option("--until", arguments->until, "Last day of its use");
  in->add_option("--use", arguments->use, "What it is for: signing or encryption; both unless given");

  auto* over = add_command(*above, common, "roll",
                           "Makes a new key and certificate of ours beside the old one; with --partner and FILE: the "
                           "partner's new one beside its old one",
                           arguments, roll);
  over->add_option("FILE", arguments->file, "The partner's new certificate");
  over->add_option("--partner", arguments->partner, "Whose it is; ours unless given");
  over->add_option("--name", arguments->name, "Name of our new key; as-YEAR unless given");
  over->add_option("--subject", arguments->subject,
                   "Such as \"CN=Shipco AS2,O=Shipco,C=US\"; as our newest unless given");
  over->add_option("--from", arguments->from, "First day that it is used to sign (or to encrypt for the partner)");
  over->add_option("--until", arguments->until, "Last day of its use");
  over->add_option("--use", arguments->use, "signing or encryption; both unless given");
  over->add_option("--kind", arguments->kind, "rsa or ec")->check(CLI::IsMember({"rsa", "ec"}));
  over->add_option("--bits", arguments->bits, "Size of the key");
  over->add_option("--days", arguments->days, "Days that the certificate is valid")->check(CLI::Range(1, 3660));

  auto* out = add_command(*above, common, "export", "Prints a certificate: ours in use, or the one named", arguments,
                          export_one);
  out->add_option("NAME", arguments->name, "Name of a key of ours, or the beginning of a SHA-256");
  out->add_flag("--der", arguments->der, "DER instead of PEM");
  out->add_option("--out", arguments->out, "File; none is overwritten");
}

}  // namespace crossdock::cli
