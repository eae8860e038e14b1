// Editing YAML by one line at a place that its tree names, so that comments and everything else stay.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/certificate_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "gateway/base/file_layer.hpp"
#include "gateway/channels/as2/partners.hpp"
#include "gateway/configuration/folder.hpp"
#include "gateway/crypto/make_certificate.hpp"
#include "translators/yaml/yaml_tree.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
using yaml::YamlKind;
using yaml::YamlNode;
using yaml::YamlTree;

Result<std::string> read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::file_unreadable, path.string());
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Replaces it in one step. Errors: file.unwritable.
Status replace_text(const fs::path& path, const std::string& text) {
  base::FileLayer& files = base::files();
  const std::string temporary = path.parent_path() / ("." + path.filename().string() + ".new");
  TRY_STATUS(files.write_and_sync(temporary, text));
  TRY_STATUS(files.rename(temporary, path.string()));
  return files.sync_directory(path.parent_path().empty() ? "." : path.parent_path().string());
}

std::size_t offset_of(const std::string& text, std::uint32_t line, std::uint32_t column) {
  std::size_t at = 0;
  for (std::uint32_t i = 1; i < line && at != std::string::npos; ++i) {
    at = text.find('\n', at);
    if (at != std::string::npos) ++at;
  }
  return at == std::string::npos ? text.size() : std::min(text.size(), at + column - 1);
}

std::size_t line_begin(const std::string& text, std::size_t at) {
  const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  return before == std::string::npos ? 0 : before + 1;
}

/// The item as the first of the list, in the form that the list has.
void insert_item(std::string& text, const YamlTree& tree, const YamlNode& list, const std::string& item) {
  const std::size_t at = offset_of(text, list.line, list.column);
  if (list.kind == YamlKind::scalar) {
    const std::size_t length = list.text.size() + (list.quoted ? 2 : 0);
    text.insert(at + length, "]");
    text.insert(at, "[" + item + ", ");
    return;
  }
  const YamlNode* first = tree.first(list);
  if (at < text.size() && text[at] == '[') {
    text.insert(at + 1, item + (first == nullptr ? "" : ", "));
    return;
  }
  if (first == nullptr) {  // `certificates:` and nothing
    text.insert(offset_of(text, list.key_line, list.key_column) + list.key.size() + 1, " [" + item + "]");
    return;
  }
  const std::size_t begin = line_begin(text, offset_of(text, first->line, first->column));
  const std::size_t dash = text.find('-', begin);
  text.insert(begin, text.substr(begin, dash - begin) + "- " + item + "\n");
}

/// `key` gets the item; the key is added where the mapping has none.
void add_to_list(std::string& text, const YamlTree& tree, const YamlNode& mapping, const std::string& key,
                 const std::string& item) {
  if (const YamlNode* list = tree.find(mapping, key)) return insert_item(text, tree, *list, item);
  const std::size_t at = offset_of(text, mapping.line, mapping.column);
  const YamlNode* first = tree.first(mapping);
  if (first == nullptr || text[at] == '{') {
    text.insert(at + 1, key + ": [" + item + "]" + (first == nullptr ? "" : ", "));
    return;
  }
  const std::size_t begin = line_begin(text, offset_of(text, first->key_line, first->key_column));
  text.insert(begin, std::string(first->key_column - 1, ' ') + key + ": [" + item + "]\n");
}

std::size_t count_errors(const fs::path& folder) {
  const auto faults = configuration::check_folder(folder, nullptr);
  return static_cast<std::size_t>(std::count_if(
      faults.begin(), faults.end(), [](const configuration::Fault& f) { return f.severity == Severity::error; }));
}

/// Writes the new text, and the old one again when the folder has more faults then.
Status write_checked(const fs::path& folder, const fs::path& file, const std::string& before, const std::string& now) {
  const std::size_t errors = count_errors(folder);
  TRY_STATUS(replace_text(file, now));
  if (count_errors(folder) <= errors) return {};
  TRY_STATUS(replace_text(file, before));
  return fail(Code::configuration_refused,
              file.string() + " would have faults then, so it was left as it was: name the certificate there by hand");
}

std::string entry_text(const std::string& path, const CertificateEntry& entry) {
  if (entry.from.empty() && entry.until.empty() && entry.use.empty()) return path;
  std::string out = "{file: " + path;
  if (!entry.use.empty()) out += ", use: " + entry.use;
  if (!entry.from.empty()) out += ", from: " + entry.from;
  if (!entry.until.empty()) out += ", until: " + entry.until;
  return out + "}";
}

/// The as2 channel of a partner file; null when it has none.
const YamlNode* as2_of(const YamlTree& tree) {
  const YamlNode* channels = tree.find(tree.root(), "channels");
  if (channels == nullptr) return nullptr;
  if (channels->kind == YamlKind::mapping) return tree.find(*channels, "as2");
  for (const YamlNode* one = tree.first(*channels); one != nullptr; one = tree.next(*one))
    if (const YamlNode* as2 = one->kind == YamlKind::mapping ? tree.find(*one, "as2") : nullptr) return as2;
  return nullptr;
}

}  // namespace

Status write_new_file(const fs::path& path, const std::string& bytes, bool secret) {
  std::error_code failed;
  if (!path.parent_path().empty()) fs::create_directories(path.parent_path(), failed);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644);
  if (file < 0 && errno == EEXIST)
    return fail(Code::usage_wrong, path.string() + " is there already; what stands there stays");
  if (file < 0) return fail(Code::file_unwritable, path.string());
  const ssize_t written = ::write(file, bytes.data(), bytes.size());
  const bool good = written == static_cast<ssize_t>(bytes.size()) && ::fsync(file) == 0;
  if (::close(file) != 0 || !good) {
    ::unlink(path.c_str());
    return fail(Code::file_unwritable, path.string());
  }
  return {};
}

Result<std::string> add_partner_certificate(const fs::path& folder, const std::string& partner,
                                            const crypto::Certificate& certificate, const CertificateEntry& entry) {
  const fs::path file = folder / "partners" / (partner + ".yaml");
  TRY(const std::string before, read_text(file));
  TRY(const YamlTree tree, YamlTree::parse(before));
  const YamlNode* as2 = as2_of(tree);
  if (as2 == nullptr || as2->kind != YamlKind::mapping)
    return fail(Code::usage_wrong, file.string() + " has no `as2:` channel; add one with `url` first");
  const std::string path = "certs/" + entry.name + ".pem";
  TRY_STATUS(write_new_file(folder / path, certificate.pem(), false));
  std::string now = before;
  add_to_list(now, tree, *as2, "certificates", entry_text(path, entry));
  if (const Status written = write_checked(folder, file, before, now); !written) {
    std::error_code ignored;
    fs::remove(folder / path, ignored);
    return tl::unexpected(written.error());
  }
  return path;
}

Result<crypto::PrivateKey> make_key(const std::string& kind, std::uint32_t bits) {
  const bool elliptic = kind == "ec";
  return crypto::PrivateKey::make(elliptic ? crypto::KeyKind::ec : crypto::KeyKind::rsa,
                                  elliptic && bits > 521 ? 256 : bits);
}

Result<crypto::Certificate> make_certificate(const crypto::PrivateKey& key, const std::string& subject,
                                             std::uint32_t days) {
  crypto::SelfSignedOptions options;
  TRY(options.subject, crypto::parse_subject(subject));
  options.not_before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  options.not_after = options.not_before + std::chrono::days(days);
  return crypto::make_self_signed(key, options);
}

Result<MadeKey> add_own_key(const fs::path& folder, const NewKey& wish) {
  const fs::path file = folder / "crossdock.yaml";
  TRY(const std::string before, read_text(file));
  TRY(const YamlTree tree, YamlTree::parse(before));
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
  const std::string year =
      wish.from.size() == 10 ? wish.from.substr(0, 4) : std::to_string(static_cast<int>(today.year()));
  const std::string name = wish.name.empty() ? "as2-" + year : wish.name;
  if (wish.subject.empty()) return fail(Code::usage_wrong, "say who we are: --subject \"CN=Shipco AS2,O=Shipco,C=US\"");
  TRY(const crypto::PrivateKey key, make_key(wish.kind, wish.bits));
  TRY(const crypto::Certificate certificate, make_certificate(key, wish.subject, wish.days));
  TRY(const std::string pem, key.pem());
  const MadeKey made{"certs/" + name + ".pem", "secrets/" + name + ".key"};
  TRY_STATUS(write_new_file(folder / made.certificate_file, certificate.pem(), false));
  std::error_code ignored;
  if (const Status written = write_new_file(folder / made.key_file, pem, true); !written) {
    fs::remove(folder / made.certificate_file, ignored);
    return tl::unexpected(written.error());
  }
  const std::string item = "{name: " + name + ", certificate: " + made.certificate_file + ", key: \"secret:" + name +
                           ".key\"" + (wish.from.empty() ? "" : ", from: " + wish.from) + "}";
  std::string now = before;
  const YamlNode* as2 = tree.find(tree.root(), "as2");
  if (as2 != nullptr && as2->kind == YamlKind::mapping) {
    add_to_list(now, tree, *as2, "keys", item);
  } else {
    if (!now.empty() && now.back() != '\n') now += '\n';
    now += "as2:\n  keys:\n    - " + item + "\n";
  }
  if (const Status written = write_checked(folder, file, before, now); !written) {
    fs::remove(folder / made.certificate_file, ignored);
    fs::remove(folder / made.key_file, ignored);
    return tl::unexpected(written.error());
  }
  return made;
}

}  // namespace crossdock::cli
