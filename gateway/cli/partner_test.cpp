// `crossdock partner host-key` and `crossdock partner test`: what a partner's server shows, and in plain words what is
// wrong. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>

#include "gateway/channels/sftp/connector.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/file_transfers.hpp"
#include "gateway/configuration/folder.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::cli {
namespace {

namespace conf = configuration;

struct Arguments {
  std::string config, name, channel, server;
  bool round_trip = false;
};

/// One line of what was found; --json: one object a line.
struct Report {
  bool json = false;
  int exit_code = fine;
  bool tried = false;  ///< at least one channel

  /// A channel that this program cannot try: neither good nor bad.
  void skip(const std::string& channel, const std::string& kind) const {
    const std::string text = kind + " channels are not tested yet";
    if (!json) {
      std::printf("%-4s %-16s %-20s %s\n", "--", channel.c_str(), "not tried", text.c_str());
      return;
    }
    std::string out = "{\"channel\":";
    append_json_string(out, channel);
    out += R"(,"what":"not tried","ok":null,"text":)";
    append_json_string(out, text);
    std::printf("%s}\n", out.c_str());
  }
  void say(const std::string& channel, const std::string& what, const std::string& value, bool good = true) {
    if (!good) exit_code = found;
    tried = true;
    if (!json) {
      std::printf("%-4s %-16s %-20s %s\n", good ? "ok" : "no", channel.c_str(), what.c_str(), value.c_str());
      return;
    }
    std::string out = "{\"channel\":";
    append_json_string(out, channel);
    out += ",\"what\":";
    append_json_string(out, what);
    out += std::string(",\"ok\":") + (good ? "true" : "false") + ",\"text\":";
    append_json_string(out, value);
    std::printf("%s}\n", out.c_str());
  }
};

Result<std::shared_ptr<const conf::Bundle>> load(const std::string& folder) {
  conf::FolderOptions options;
  options.folder = folder;
  options.check_secrets = false;
  options.quarantine = true;
  auto loaded = conf::load_folder(options);
  if (!loaded.bundle)
    return fail(Code::usage_wrong, "the configuration in " + folder + " cannot be used; see `crossdock check`");
  return loaded.bundle;
}

Result<const conf::Partner*> find_partner(const conf::Bundle& bundle, const std::string& name) {
  if (const conf::Partner* partner = bundle.partner(name)) return partner;
  for (const conf::Quarantined& one : bundle.quarantined)
    if (one.partner == name && !one.faults.empty()) return fail(Code::usage_wrong, conf::to_text(one.faults.front()));
  return fail(Code::usage_wrong, "there is no partner " + name);
}

/// A folder that we use: whether it is there and what it holds.
void look_at(files::RemoteFolder& server, const std::string& channel, const char* what, const std::string& folder,
             Report& report) {
  if (folder.empty()) return;
  std::size_t count = 0;
  const Status listed = server.list(folder, [&count](const files::RemoteEntry& entry) -> Status {
    count += entry.kind == files::EntryKind::file ? 1 : 0;
    return {};
  });
  report.say(channel, what, folder + (listed ? ": " + std::to_string(count) + " files" : ": " + listed.error().text()),
             listed.has_value());
}

/// Writes, reads, renames and removes a small file of a name that no rule picks up.
void try_round_trip(files::RemoteFolder& server, const std::string& channel, const std::string& folder,
                    Report& report) {
  const std::string text = "Crossdock was here to test the connection; this file may be removed.\n";
  const std::string path = files::join(folder, ".crossdock-test.part"),
                    other = files::join(folder, ".crossdock-test.tmp");
  const auto run = [&]() -> Status {
    bool done = false;
    TRY(const std::uint64_t written, server.write({path, 0, true, [&]() -> Result<std::string_view> {
                                                     return std::exchange(done, true) ? std::string_view() : text;
                                                   }}));
    static_cast<void>(written);
    std::string back;
    TRY_STATUS(server.rename(path, other, true));
    TRY_STATUS(server.read(other, 0, [&back](std::string_view bytes) {
      back += bytes;
      return Status{};
    }));
    TRY_STATUS(server.remove(other));
    if (back != text) return fail(Code::files_size_differs, "what was read is not what was written");
    return {};
  };
  const Status done = run();
  report.say(channel, "round trip",
             done ? "a file was written, renamed, read and removed in " + folder : done.error().text(),
             done.has_value());
}

/// The server's keys, for the partner to compare, and which of them are agreed.
void show_host_keys(const conf::SftpChannel& channel, const conf::Bundle& bundle, const std::string& name,
                    Report& report) {
  conf::SftpChannel bare = channel;  // no log-in: its secrets may be missing
  bare.password = bare.key = bare.passphrase = {};
  const auto settings = sftp::make_settings(bare, *bundle.secrets);
  if (!settings) return report.say(name, "settings", settings.error().text(), false);
  const auto keys = sftp::offered_host_keys(*settings);
  if (!keys) return report.say(name, "host keys", keys.error().text(), false);
  bool any = false;
  for (const sftp::HostKey& key : *keys) {
    const bool agreed = sftp::is_agreed(*settings, key);
    any |= agreed;
    report.say(name, "host key", key.fingerprint + " " + key.type + (agreed ? " (agreed)" : " (not in host_keys)"));
  }
  if (!any)
    report.say(name, "host key",
               "none of them is agreed: ask the partner, by another way, which is right; then add it to host_keys",
               false);
}

void test_files(const conf::Channel& channel, const conf::Bundle& bundle, const std::string& name,
                const Arguments& arguments, Report& report) {
  if (channel.sftp) show_host_keys(*channel.sftp, bundle, name, report);
  auto connector = make_connector(channel, bundle);
  if (!connector) return report.say(name, "settings", connector.error().text(), false);
  if (!*connector) return report.skip(name, std::string(conf::name(channel.kind())));
  auto session = (*connector)->connect();
  if (!session) return report.say(name, "log-in", session.error().text(), false);
  report.say(name, "log-in", (*connector)->endpoint());
  for (const auto& [what, value] : (*session)->facts()) report.say(name, what, value);
  const conf::FileChannel& rules = *channel.files();
  look_at(**session, name, "pick_up", rules.pick_up.text, report);
  look_at(**session, name, "put", rules.put.text, report);
  if (arguments.round_trip && !rules.put.empty()) try_round_trip(**session, name, rules.put.text, report);
}

int test(const Common& common, const Arguments& arguments) {
  const auto bundle = load(arguments.config);
  if (!bundle) return report_error(bundle.error());
  const auto partner = find_partner(**bundle, arguments.name);
  if (!partner) return report_error(partner.error());
  Report report{common.json};
  for (const conf::Channel& channel : (*partner)->channels) {
    if (!arguments.channel.empty() && channel.name() != arguments.channel) continue;
    if (channel.files() != nullptr)
      test_files(channel, **bundle, channel.name(), arguments, report);
    else
      report.skip(channel.name(), std::string(conf::name(channel.kind())));
  }
  if (!report.tried)
    return report_error(
        {Code::usage_wrong, {}, "no channel of " + arguments.name + " was tried: none that can be is there"});
  return report.exit_code;
}

int host_key(const Common& common, const Arguments& arguments) {
  sftp::Settings settings;
  settings.host = arguments.server;
  const std::size_t colon = settings.host.rfind(':');
  if (colon != std::string::npos && settings.host.find(':') == colon) {
    const char* const end = settings.host.data() + settings.host.size();
    if (std::from_chars(settings.host.data() + colon + 1, end, settings.port).ptr != end) settings.port = 0;
    settings.host.resize(colon);
  }
  if (settings.host.empty() || settings.port == 0)
    return report_error({Code::usage_wrong, {}, "write HOST or HOST:PORT"});
  const auto keys = sftp::offered_host_keys(settings);
  if (!keys) return report_error(keys.error());
  for (const sftp::HostKey& key : *keys) {
    if (!common.json) {
      std::printf("%s %s\n", key.fingerprint.c_str(), key.line.c_str());
      continue;
    }
    std::string out = "{\"type\":";
    append_json_string(out, key.type);
    out += ",\"fingerprint\":";
    append_json_string(out, key.fingerprint);
    out += ",\"line\":";
    append_json_string(out, key.line);
    std::printf("%s}\n", out.c_str());
  }
  return fine;
}

}  // namespace

void add_partner_test(CLI::App& partner, Common& common) {
  auto arguments = std::make_shared<Arguments>();
  auto* shown = partner.add_subcommand(
      "host-key",
      "Shows the host keys that an SFTP server offers, to be compared with the partner before they are agreed");
  shown->add_option("SERVER", arguments->server, "HOST or HOST:PORT")->required();
  shown->callback([&common, arguments] { common.exit_code = host_key(common, *arguments); });
  auto* tested = partner.add_subcommand("test", "Connects to a partner's SFTP and FTP servers and says what they show");
  tested->add_option("PARTNER", arguments->name, "The partner's name")->required();
  tested->add_option("--config", arguments->config, "Configuration folder")->required();
  tested->add_option("--channel", arguments->channel, "Only this channel");
  tested->add_flag("--round-trip", arguments->round_trip, "Writes, reads, renames and removes a small file in `put`");
  tested->callback([&common, arguments] { common.exit_code = test(common, *arguments); });
}

}  // namespace crossdock::cli
