// `crossdock partner mailbox create|keys`: folders and keys of partners who push files by SFTP to OpenSSH beside us.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "gateway/base/file_layer.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/public_key.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t key_file_bytes_max = 256U << 10, user_bytes_max = 32;

struct Arguments {
  std::string user, root = "/srv/crossdock/mailboxes", keys = "/etc/crossdock/mailbox-keys",
                    group = "crossdock-partners", gateway = "crossdock";
  std::vector<std::string> add, remove;
  bool dry_run = false;
};

using Command = std::vector<std::string>;

/// What useradd takes, and what may stand in a path and in sshd's %u without a thought.
Status check_user(const std::string& user) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  if (!user.empty() && user.size() <= user_bytes_max && user.front() >= 'a' && user.front() <= 'z' &&
      std::all_of(user.begin(), user.end(), good))
    return {};
  return fail(Code::usage_wrong,
              "`" + user + "` cannot be a user: a letter, then letters, digits, - and _, all lower case, 32 at most");
}

std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("/-_.=,+:@").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string shell_text(const Command& command) {
  std::string out;
  for (const std::string& one : command) out += (out.empty() ? "" : " ") + quoted(one);
  return out;
}

Status run(const Command& command) {
  std::vector<char*> words;
  for (const std::string& one : command) words.push_back(const_cast<char*>(one.c_str()));
  words.push_back(nullptr);
  pid_t child = 0;
  if (const int wrong = ::posix_spawnp(&child, words[0], nullptr, nullptr, words.data(), environ); wrong != 0)
    return fail(Code::file_unwritable, command[0] + ": " + std::generic_category().message(wrong));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(Code::file_unwritable, "this did not succeed: " + shell_text(command));
}

/// In this order it may be run again at any time: what is there already stays, rights are set anew.
std::vector<Command> steps(const Arguments& wish) {
  std::vector<Command> out;
  const std::string home = wish.root + "/" + wish.user;
  if (::getgrnam(wish.group.c_str()) == nullptr) out.push_back({"groupadd", "--system", wish.group});
  // The password `*` matches nothing; a locked account (`!`) would be refused by an sshd without PAM, keys or not.
  if (::getpwnam(wish.user.c_str()) == nullptr)
    out.push_back({"useradd", "--system", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin",
                   "--gid", wish.group, "--password", "*", "--comment", "Crossdock mailbox", wish.user});
  out.push_back({"install", "-d", "-o", "root", "-g", "root", "-m", "0755", wish.root, home, wish.keys});
  // What the partner puts is the gateway's by its group; what we put is the partner's by its own. Partners share that
  // group and never meet: each sees its own chroot alone.
  out.push_back({"install", "-d", "-o", wish.user, "-g", wish.gateway, "-m", "2770", home + "/in"});
  out.push_back({"install", "-d", "-o", wish.gateway, "-g", wish.group, "-m", "2770", home + "/out"});
  out.push_back({"install", "-d", "-o", wish.gateway, "-g", wish.gateway, "-m", "0700", home + "/archive"});
  return out;
}

/// An account that is not a mailbox must never become one: its login would end in a chroot.
Status check_account(const Arguments& wish) {
  const passwd* account = ::getpwnam(wish.user.c_str());
  if (account == nullptr) return {};
  const group* partners = ::getgrnam(wish.group.c_str());
  if (partners != nullptr && account->pw_gid == partners->gr_gid) return {};
  return fail(Code::usage_wrong, "there is a user " + wish.user + " already, and it is not in the group " + wish.group +
                                     ": choose another name");
}

void print_profile(const Arguments& wish) {
  const std::string home = wish.root + "/" + wish.user;
  std::printf(
      "# For the partner's profile:\nchannels:\n  - directory: {pick_up: %s/in, put: %s/out, archive: %s/archive, "
      "ready: stable}\n",
      home.c_str(), home.c_str(), home.c_str());
}

int create(const Arguments& wish) {
  if (auto good = check_user(wish.user); !good) return report_error(good.error());
  if (auto good = check_account(wish); !good) return report_error(good.error());
  const bool can = ::geteuid() == 0 && !wish.dry_run;
  if (can && ::getpwnam(wish.gateway.c_str()) == nullptr)
    return report_error(
        {Code::usage_wrong,
         {},
         "there is no user " + wish.gateway + ", which the gateway would run as; name it with --gateway-user"});
  if (!can && !wish.dry_run) std::fprintf(stderr, "crossdock: only root can do this; as root, run:\n");
  for (const Command& command : steps(wish)) {
    if (!can)
      std::printf("%s\n", shell_text(command).c_str());
    else if (auto done = run(command); !done)
      return report_error(done.error());
  }
  print_profile(wish);
  return can || wish.dry_run ? fine : wrong_use;
}

Result<std::string> read_text(const std::string& path) {
  TRY(auto input, Input::open(path));
  return input.text(key_file_bytes_max);
}

Result<std::vector<PublicKey>> present_keys(const std::string& path) {
  std::error_code failed;
  if (!fs::exists(path, failed)) return std::vector<PublicKey>{};
  TRY(const std::string text, read_text(path));
  return parse_authorized_keys(text);
}

Status change(const Arguments& wish, std::vector<PublicKey>& keys) {
  for (const std::string& file : wish.add) {
    const auto text = read_text(file);
    if (!text) return tl::unexpected(text.error());
    auto added = parse_public_keys(*text);
    if (!added) return fail(Code::usage_wrong, file + ": " + added.error().detail);
    for (PublicKey& key : *added)
      if (std::none_of(keys.begin(), keys.end(), [&](const PublicKey& k) { return k.base64 == key.base64; }))
        keys.push_back(std::move(key));
  }
  for (const std::string& fingerprint : wish.remove) {
    const auto gone =
        std::remove_if(keys.begin(), keys.end(), [&](const PublicKey& k) { return k.fingerprint == fingerprint; });
    if (gone == keys.end())
      return fail(Code::usage_wrong, "no key of " + wish.user + " has the fingerprint " + fingerprint);
    keys.erase(gone, keys.end());
  }
  return {};
}

/// sshd reads the file at any moment: it is exchanged as a whole, readable for all as sshd's own user needs it.
Status write_keys(const std::string& path, const std::vector<PublicKey>& keys) {
  const std::string beside = path + ".new";
  TRY_STATUS(base::files().write_and_sync(beside, write_authorized_keys(keys)));
  if (::chmod(beside.c_str(), 0644) != 0) return fail(Code::file_unwritable, beside);
  TRY_STATUS(base::files().rename(beside, path));
  return base::files().sync_directory(fs::path(path).parent_path().string());
}

void print_keys(const std::vector<PublicKey>& keys, bool json) {
  for (const PublicKey& key : keys) {
    if (!json) {
      std::printf("%s %s%s%s\n", key.fingerprint.c_str(), key.type.c_str(), key.comment.empty() ? "" : " ",
                  key.comment.c_str());
      continue;
    }
    std::string out = "{\"fingerprint\":";
    append_json_string(out, key.fingerprint);
    out += ",\"type\":";
    append_json_string(out, key.type);
    out += ",\"comment\":";
    append_json_string(out, key.comment);
    std::printf("%s}\n", out.c_str());
  }
}

int keys_of(const Common& common, const Arguments& wish) {
  if (auto good = check_user(wish.user); !good) return report_error(good.error());
  const std::string path = wish.keys + "/" + wish.user;
  auto keys = present_keys(path);
  if (!keys) return report_error(keys.error());
  if (!wish.add.empty() || !wish.remove.empty()) {
    if (auto done = change(wish, *keys); !done) return report_error(done.error());
    if (auto done = write_keys(path, *keys); !done) return report_error(done.error());
  }
  print_keys(*keys, common.json);
  return fine;
}

}  // namespace

void add_partner_mailbox(CLI::App& partner, Common& common) {
  auto* mailbox = partner.add_subcommand(
      "mailbox", "Folders and keys of partners who push files by SFTP (docs/partners-who-push.md)");
  mailbox->require_subcommand(1);
  auto arguments = std::make_shared<Arguments>();
  const auto shared = [arguments](CLI::App* command) {
    command->add_option("USER", arguments->user, "The partner's user for SFTP, as a rule the partner's name")
        ->required();
    command->add_option("--keys", arguments->keys, "Folder of the files of keys, one a user")->capture_default_str();
  };
  auto* made = mailbox->add_subcommand(
      "create", "Makes the user without a shell and its folders in, out and archive; may be run again");
  shared(made);
  made->add_option("--root", arguments->root, "Folder of all mailboxes, as sshd's ChrootDirectory says")
      ->capture_default_str();
  made->add_option("--group", arguments->group, "Group of all mailboxes' users, as sshd's Match says")
      ->capture_default_str();
  made->add_option("--gateway-user", arguments->gateway, "User and group that the gateway runs as")
      ->capture_default_str();
  made->add_flag("--dry-run", arguments->dry_run, "Only prints the commands");
  made->callback([&common, arguments] { common.exit_code = create(*arguments); });
  auto* keys = mailbox->add_subcommand("keys", "Shows a mailbox's keys by fingerprint; adds and removes some");
  shared(keys);
  keys->add_option("--add", arguments->add, "File with public keys (OpenSSH or RFC 4716); - for standard input");
  keys->add_option("--remove", arguments->remove, "Fingerprint of a key, SHA256:...");
  keys->callback([&common, arguments] { common.exit_code = keys_of(common, *arguments); });
}

}  // namespace crossdock::cli
