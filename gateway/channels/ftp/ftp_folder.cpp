// FTP by libcurl. Folders are never changed into: each command carries its whole path, so that no call depends on
// another. SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/ftp/ftp_folder.hpp"

#include <charconv>
#include <chrono>
#include <cstring>

#include "gateway/channels/ftp/listing.hpp"

namespace crossdock::ftp {
namespace {

using files::RemoteEntry;

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool has(std::string_view text, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  for (std::size_t i = 0; i + word.size() <= text.size(); ++i) {
    std::size_t same = 0;
    while (same < word.size() && lower(text[i + same]) == word[same]) ++same;
    if (same == word.size()) return true;
  }
  return false;
}

/// A path as the path of a URL: an absolute one begins with an encoded slash.
std::string url_path(std::string_view path) {
  std::string out;
  if (path.starts_with('/')) {
    out = "%2F";
    path.remove_prefix(1);
  }
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    out += curl::escape(path.substr(0, slash));
    if (slash < path.size()) out += '/';
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return out;
}

/// Commands are lines: nothing that a server named may end one.
Status check_path(std::string_view path) {
  for (const char c : path)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7F)
      return fail(Code::files_name, "a path holds a control character");
  return path.empty() ? Status(fail(Code::files_name, "a path is empty")) : Status{};
}

class Commands {
 public:
  explicit Commands(std::initializer_list<std::string> lines) {
    for (const std::string& line : lines) list_ = curl_slist_append(list_, line.c_str());
  }
  ~Commands() { curl_slist_free_all(list_); }
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;
  [[nodiscard]] curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// One transfer's callback data.
struct Taking {
  const files::ByteSink& sink;
  Status status;
};
std::size_t take(char* bytes, std::size_t one, std::size_t count, void* user) {
  auto& taking = *static_cast<Taking*>(user);
  taking.status = taking.sink(std::string_view(bytes, one * count));
  return taking.status ? one * count : 0;
}

struct Giving {
  const files::ByteSource& source;
  std::string_view left;
  std::uint64_t given = 0;
  bool ended = false;
  Status status;
};
std::size_t give(char* out, std::size_t one, std::size_t count, void* user) {
  auto& giving = *static_cast<Giving*>(user);
  if (giving.left.empty() && !giving.ended) {
    const auto next = giving.source();
    if (!next) {
      giving.status = tl::unexpected(next.error());
      return CURL_READFUNC_ABORT;
    }
    giving.left = *next;
    giving.ended = next->empty();
  }
  const std::size_t size = std::min(one * count, giving.left.size());
  std::memcpy(out, giving.left.data(), size);
  giving.left.remove_prefix(size);
  giving.given += size;
  return size;
}

class FtpFolder final : public files::RemoteFolder {
 public:
  explicit FtpFolder(std::shared_ptr<const FtpSettings> settings) : settings_(std::move(settings)) {}

  Status open() {
    prepare({});
    const Commands commands{"*FEAT", "*OPTS UTF8 ON"};
    curl_easy_setopt(easy_.get(), CURLOPT_NOBODY, 1L);
    curl_easy_setopt(easy_.get(), CURLOPT_QUOTE, commands.get());
    curl_easy_setopt(easy_.get(), CURLOPT_CERTINFO, 1L);
    TRY_STATUS(perform("log-in"));
    if (!easy_.replies().empty()) facts_.emplace_back("greeting", easy_.replies().front());
    for (const std::string& line : easy_.replies()) {
      has_mlst_ = has_mlst_ || line.starts_with(" MLST");
      has_rest_ = has_rest_ || line.starts_with(" REST STREAM");
      const std::size_t quote = line.find('"'), end = line.rfind('"');
      if (line.starts_with("257 ") && quote < end) home_ = line.substr(quote + 1, end - quote - 1);
    }
    remember_certificate();
    facts_.emplace_back("listing", uses_mlsd() ? "MLSD" : "LIST");
    return {};
  }

  Status list(const std::string& folder, const std::function<Status(RemoteEntry)>& visit) override {
    TRY_STATUS(check_path(folder));
    const bool mlsd = uses_mlsd();
    prepare(folder.ends_with('/') ? folder : folder + "/");
    if (mlsd) curl_easy_setopt(easy_.get(), CURLOPT_CUSTOMREQUEST, "MLSD");
    LineSplitter lines;
    const std::int64_t now = now_s();
    bool is_empty = true;
    const auto each = [&](std::string_view line) -> Status {
      is_empty = false;
      auto entry = mlsd ? parse_facts(line) : parse_list_line(line, now);
      return entry ? visit(std::move(*entry)) : Status{};
    };
    const files::ByteSink sink = [&](std::string_view bytes) { return lines.feed(bytes, each); };
    Taking taking{sink, {}};
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &taking);
    const Status status = perform(folder);
    TRY_STATUS(taking.status);
    TRY_STATUS(status);
    TRY_STATUS(lines.finish(each));
    // Some servers list a folder that does not exist as an empty one.
    return is_empty && !mlsd && !home_.empty() ? command({"CWD " + folder, "CWD " + home_}, folder) : Status{};
  }

  Result<std::optional<RemoteEntry>> stat(const std::string& path) override {
    TRY_STATUS(check_path(path));
    const std::string name = path.substr(path.rfind('/') + 1);
    if (has_mlst_) {
      const Status status = command({"MLST " + path}, path);
      if (!status && status.error().code == Code::files_not_found) return std::optional<RemoteEntry>{};
      if (status) {
        for (const std::string& line : easy_.replies()) {
          if (!line.starts_with(' ')) continue;
          // The folder itself has a type of its own only inside a listing.
          if (auto entry = parse_facts(std::string_view(line).substr(1))) {
            entry->name = name;
            return std::optional(std::move(*entry));
          }
        }
      }
      if (!status && status.error().code != Code::files_unsupported) return tl::unexpected(status.error());
    }
    // What was listed is looked at in the same way: times of listings and of MDTM differ in their resolution and zone.
    TRY(auto listed, stat_by_listing(path, name));
    if (listed) return listed;
    return stat_by_size(path, name);
  }

  Status read(const std::string& path, std::uint64_t offset, const files::ByteSink& sink) override {
    TRY_STATUS(check_path(path));
    prepare(path);
    Taking taking{sink, {}};
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &taking);
    curl_easy_setopt(easy_.get(), CURLOPT_BUFFERSIZE, 256L << 10);
    if (offset > 0) curl_easy_setopt(easy_.get(), CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(offset));
    const Status status = perform(path);
    TRY_STATUS(taking.status);
    return status;
  }

  Result<std::uint64_t> write(const files::WriteRequest& request) override {
    TRY_STATUS(check_path(request.path));
    prepare(request.path);
    Giving giving{request.source, {}, 0, false, {}};
    curl_easy_setopt(easy_.get(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy_.get(), CURLOPT_READFUNCTION, give);
    curl_easy_setopt(easy_.get(), CURLOPT_READDATA, &giving);
    curl_easy_setopt(easy_.get(), CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
    if (request.offset > 0) curl_easy_setopt(easy_.get(), CURLOPT_APPEND, 1L);
    const Status status = perform(request.path);
    TRY_STATUS(giving.status);
    TRY_STATUS(status);
    return giving.given;
  }

  Status rename(const std::string& from, const std::string& to, bool may_replace) override {
    TRY_STATUS(check_path(from));
    TRY_STATUS(check_path(to));
    // Servers replace silently or refuse, as they are made: the look before is all that FTP has.
    TRY(const auto taken, stat(to));
    if (taken && !may_replace) return fail(Code::files_exists, to);
    const Status done = command({"RNFR " + from, "RNTO " + to}, to);
    if (done || !taken || is_lost_) return done;
    TRY_STATUS(remove(to));
    return command({"RNFR " + from, "RNTO " + to}, to);
  }

  Status remove(const std::string& path) override {
    TRY_STATUS(check_path(path));
    return command({"DELE " + path}, path);
  }

  Status make_folder(const std::string& path) override {
    TRY_STATUS(check_path(path));
    const Status made = command({"MKD " + path}, path);
    if (made || is_lost_) return made;
    TRY(const auto there, stat(path));
    return there && there->kind == files::EntryKind::folder ? Status{} : made;
  }

  files::Capabilities capabilities() const override {
    files::Capabilities out;
    out.says_times = true;
    out.appends = has_rest_;
    return out;
  }
  Status keep_alive() override { return command({"NOOP"}, "NOOP"); }
  bool is_lost() const override { return is_lost_; }
  std::vector<std::pair<std::string, std::string>> facts() const override { return facts_; }

 private:
  [[nodiscard]] bool uses_mlsd() const {
    if (settings_->listing != FtpSettings::Listing::automatic) return settings_->listing == FtpSettings::Listing::mlsd;
    return has_mlst_;
  }

  void prepare(const std::string& path) {
    easy_.reach(settings_->server, "ftp", url_path(path));
    CURL* easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_NOCWD));
    curl_easy_setopt(easy, CURLOPT_FTP_CREATE_MISSING_DIRS, static_cast<long>(CURLFTP_CREATE_DIR_NONE));
    curl_easy_setopt(easy, CURLOPT_FTP_SKIP_PASV_IP, settings_->keep_data_address ? 0L : 1L);
    if (settings_->active) curl_easy_setopt(easy, CURLOPT_FTPPORT, "-");
  }

  Status perform(const std::string& what) {
    const curl::Failure failure = easy_.perform();
    if (failure.code == CURLE_OK) return {};
    const Error error = error_of(failure, what);
    is_lost_ = is_lost_ || error.code == Code::files_connection_lost || error.code == Code::files_timeout ||
               error.code == Code::files_protocol || error.code == Code::files_unreachable ||
               failure.code == CURLE_FTP_WEIRD_PASV_REPLY;  // its answers no longer belong to our commands
    return tl::unexpected(error);
  }

  Status command(std::initializer_list<std::string> lines, const std::string& what) {
    prepare({});
    const Commands commands(lines);
    curl_easy_setopt(easy_.get(), CURLOPT_NOBODY, 1L);
    curl_easy_setopt(easy_.get(), CURLOPT_QUOTE, commands.get());
    return perform(what);
  }

  /// Of a file by SIZE and MDTM (RFC 3659): it also sees names that a listing leaves out, such as those with a dot.
  Result<std::optional<RemoteEntry>> stat_by_size(const std::string& path, const std::string& name) {
    std::optional<RemoteEntry> out;
    const Status status = command({"TYPE I", "SIZE " + path, "*MDTM " + path}, path);
    if (!status) return is_lost_ ? Result<std::optional<RemoteEntry>>(tl::unexpected(status.error())) : out;
    for (const std::string& line : easy_.replies()) {
      if (!line.starts_with("213 ")) continue;
      const std::string_view value = std::string_view(line).substr(4);
      if (out) {
        out->modified_s = parse_time(value);
        break;
      }
      std::uint64_t size = 0;
      if (std::from_chars(value.data(), value.data() + value.size(), size).ec != std::errc{}) break;
      out = RemoteEntry{name, files::EntryKind::file, size, {}};
    }
    return out;
  }

  /// By the listing of the folder above: servers without MLST have nothing else that tells of a folder.
  Result<std::optional<RemoteEntry>> stat_by_listing(const std::string& path, const std::string& name) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    std::optional<RemoteEntry> out;
    TRY_STATUS(list(folder, [&](RemoteEntry entry) -> Status {
      if (entry.name == name) out = std::move(entry);
      return {};
    }));
    return out;
  }

  void remember_certificate() {
    curl_certinfo* chain = nullptr;
    if (curl_easy_getinfo(easy_.get(), CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr ||
        chain->num_of_certs == 0) {
      facts_.emplace_back("TLS", "none");
      return;
    }
    for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
      const std::string_view text = line->data;
      for (const std::string_view key : {"Subject", "Issuer", "Expire date"})
        if (text.starts_with(key) && text.size() > key.size() + 1)
          facts_.emplace_back("certificate " + std::string(key), text.substr(key.size() + 1));
    }
  }

  std::shared_ptr<const FtpSettings> settings_;
  curl::Easy easy_;
  std::string home_;  ///< the folder in which the session began
  bool has_mlst_ = false, has_rest_ = false, is_lost_ = false;
  std::vector<std::pair<std::string, std::string>> facts_;
};

Code code_of_reply(const curl::Failure& failure) {
  const std::string_view words = failure.words;
  switch (failure.reply) {
    case 421: return Code::files_connection_lost;
    case 452:
    case 552: return Code::files_disk_full;
    case 500:
    case 502:
    case 504: return Code::files_unsupported;
    case 530:
    case 532: return Code::files_permission;
    default: break;
  }
  if (has(words, "no such file")) return Code::files_not_found;
  if (has(words, "space") || has(words, "quota")) return Code::files_disk_full;
  if (has(words, "permission") || has(words, "denied") || has(words, "not allowed")) return Code::files_permission;
  if (has(words, "exist") && !has(words, "not exist") && !has(words, "n't exist")) return Code::files_exists;
  if (failure.reply == 550) return Code::files_not_found;
  return failure.reply == 553 ? Code::files_permission : Code::files_failed;
}

Code code_of(const curl::Failure& failure) {
  if (curl::is_certificate_failure(failure.code)) return Code::ftp_certificate;
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return Code::files_unreachable;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: return Code::files_proxy;
    case CURLE_LOGIN_DENIED: return Code::files_authentication;
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR: return Code::ftp_tls;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_FTP_ACCEPT_TIMEOUT: return Code::files_timeout;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING: return Code::files_connection_lost;
    case CURLE_PARTIAL_FILE: return failure.reply >= 400 ? code_of_reply(failure) : Code::files_size_differs;
    case CURLE_REMOTE_DISK_FULL: return Code::files_disk_full;
    // A server that refuses a file and closes its data connection at once: libcurl takes the refusal for PASV's answer.
    case CURLE_FTP_WEIRD_PASV_REPLY: return failure.reply >= 400 ? code_of_reply(failure) : Code::files_protocol;
    case CURLE_FTP_WEIRD_PASS_REPLY:
    case CURLE_FTP_WEIRD_227_FORMAT: return Code::files_protocol;
    case CURLE_WEIRD_SERVER_REPLY: return failure.reply == 0 ? Code::files_connection_lost : code_of_reply(failure);
    default: return code_of_reply(failure);
  }
}

}  // namespace

Error error_of(const curl::Failure& failure, const std::string& what) {
  return {code_of(failure), {}, what + ": " + failure.text};
}

FtpConnector::FtpConnector(FtpSettings settings) : settings_(std::make_shared<FtpSettings>(std::move(settings))) {
  const curl::ServerSettings& server = settings_->server;
  endpoint_ = "ftp" + std::string(server.tls == curl::ServerSettings::Tls::implicit ? "s" : "") + "://" +
              (server.user.empty() ? "" : server.user + "@") + server.host +
              (server.port == 0 ? "" : ":" + std::to_string(server.port));
}

Result<std::unique_ptr<files::RemoteFolder>> FtpConnector::connect() {
  auto out = std::make_unique<FtpFolder>(settings_);
  TRY_STATUS(out->open());
  return out;
}

}  // namespace crossdock::ftp
