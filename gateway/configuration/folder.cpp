// Reading the folder: list, read in parallel, decode, compare, hash.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "translators/yaml/yaml_tree.hpp"

namespace crossdock::configuration {
namespace {

constexpr std::size_t files_max = 250'000;
/// A file whose time stamp is younger than this when the folder was read may have changed again within the same tick.
constexpr std::int64_t racy_ns = 2'000'000'000;

enum class FileKind : std::uint8_t { installation, partner, target, routes, other };

struct Job {
  FileEntry entry;
  FileKind kind = FileKind::other;
  Faults faults;
  std::shared_ptr<const Partner> partner;
  std::shared_ptr<const Target> target;
  std::shared_ptr<const Installation> installation;
  std::shared_ptr<const Routes> routes;
};

void add_fault(Faults& faults, Code code, const std::string& file, std::string message, std::string expected = {}) {
  faults.push_back({code, info(code).severity, file, 0, 0, {}, std::move(message), std::move(expected)});
}

/// `acme` of `partners/acme.yaml` and of `partners/acme/214.yaml`; empty for any other file.
std::string partner_of(std::string_view file) {
  if (!file.starts_with("partners/")) return {};
  file.remove_prefix(9);
  const std::size_t slash = file.find('/');
  if (slash != std::string_view::npos) return std::string(file.substr(0, slash));
  return file.ends_with(".yaml") ? std::string(file.substr(0, file.size() - 5)) : std::string();
}

bool is_left_out(std::string_view name) {
  return name.empty() || name.front() == '.' || name.ends_with('~') || name.ends_with(".swp") || name.ends_with(".bak");
}

FileKind kind_of(std::string_view name) {
  if (name == "crossdock.yaml") return FileKind::installation;
  if (name == "policies/routes.yaml") return FileKind::routes;
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos || name.find('/', slash + 1) != std::string_view::npos ||
      !name.ends_with(".yaml"))
    return FileKind::other;
  if (name.starts_with("partners/")) return FileKind::partner;
  return name.starts_with("targets/") ? FileKind::target : FileKind::other;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

bool is_folder(const std::filesystem::path& path, unsigned char type) {
  struct stat status {};
  if (type != DT_UNKNOWN && type != DT_LNK) return type == DT_DIR;
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// Adds the files of one folder, and notes the folders in it. Symbolic links to folders are not followed.
bool list_one(const std::filesystem::path& folder, const std::string& prefix, std::vector<Job>& jobs,
              std::vector<std::string>& folders) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir((folder / prefix).c_str()), ::closedir);
  if (!stream) return false;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view leaf(entry->d_name);
    if (is_left_out(leaf) || (prefix.empty() && leaf == "secrets")) continue;
    std::string name = prefix;
    name += leaf;
    if (is_folder(folder / name, entry->d_type)) {
      folders.push_back(name + "/");
      continue;
    }
    Job& job = jobs.emplace_back();
    job.kind = kind_of(name);
    job.entry.name = std::move(name);
  }
  return true;
}

void list_files(const std::filesystem::path& folder, std::vector<Job>& jobs, Faults& faults) {
  std::vector<std::string> folders{""};
  while (!folders.empty() && jobs.size() <= files_max) {
    const std::string prefix = std::move(folders.back());
    folders.pop_back();
    if (!list_one(folder, prefix, jobs, folders))
      add_fault(faults, Code::file_unreadable, prefix, "the folder " + (folder / prefix).string() + " cannot be read");
  }
  if (jobs.size() > files_max)
    add_fault(faults, Code::configuration_file_too_large, "", "the folder holds more than 250000 files",
              "Move what is not configuration elsewhere");
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.entry.name < b.entry.name; });
}

/// Fills size, inode and time; true if the file was opened.
bool stat_entry(int fd, FileEntry& entry) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  entry.size = static_cast<std::uint64_t>(status.st_size);
  entry.inode = status.st_ino;
  entry.modified_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
  return true;
}

/// Reads the file, keeping the text only where asked.
bool read_file(int fd, std::uint64_t size, bool keep, std::string& text, Sha256Bytes& digest) {
  Sha256 hash;
  std::string chunk;
  std::string& buffer = keep ? text : chunk;
  buffer.resize(keep ? static_cast<std::size_t>(std::min<std::uint64_t>(size + 1, YamlTree::text_bytes_max + 1))
                     : std::size_t{256} << 10);
  std::size_t filled = 0;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    hash.update(std::string_view(buffer).substr(filled, static_cast<std::size_t>(got)));
    if (!keep) continue;
    filled += static_cast<std::size_t>(got);
    if (filled == buffer.size()) {
      if (filled > YamlTree::text_bytes_max) break;
      buffer.resize(buffer.size() * 2);
    }
  }
  if (keep) text.resize(filled);
  digest = hash.finish();
  return true;
}

template <class T>
std::shared_ptr<T> decode(const YamlTree& tree, const std::string& file, const Section& section, Faults& faults) {
  auto value = std::make_shared<T>();
  Decoder decoder(tree, file, faults);
  section.decode(decoder, tree.root(), value.get());
  return value;
}

void check_name(const Named& id, Job& job) {
  const std::size_t slash = job.entry.name.rfind('/');
  const std::string stem = job.entry.name.substr(slash + 1, job.entry.name.size() - slash - 6);
  if (id.empty() || id == stem) return;
  job.faults.push_back({Code::configuration_name_mismatch,
                        Severity::error,
                        job.entry.name,
                        id.line,
                        id.column,
                        {},
                        "the file declares `" + id.text + "` and is called `" + stem + ".yaml`",
                        "Call the file " + id.text + ".yaml or correct the name"});
}

void decode_job(Job& job, std::string text) {
  auto tree = YamlTree::parse(std::move(text));
  if (!tree) {
    const Error& error = tree.error();
    job.faults.push_back({error.code,
                          Severity::error,
                          job.entry.name,
                          error.where.line,
                          static_cast<std::uint32_t>(error.where.offset),
                          {},
                          error.detail.empty() ? std::string(info(error.code).what) : error.detail,
                          {}});
    return;
  }
  switch (job.kind) {
    case FileKind::installation:
      job.installation = decode<Installation>(*tree, job.entry.name, installation_section(), job.faults);
      break;
    case FileKind::routes: job.routes = decode<Routes>(*tree, job.entry.name, routes_section(), job.faults); break;
    case FileKind::partner: {
      auto partner = decode<Partner>(*tree, job.entry.name, partner_section(), job.faults);
      partner->file = job.entry.name;
      check_name(partner->id, job);
      job.partner = std::move(partner);
      break;
    }
    case FileKind::target: {
      auto target = decode<Target>(*tree, job.entry.name, target_section(), job.faults);
      target->file = job.entry.name;
      check_name(target->id, job);
      job.target = std::move(target);
      break;
    }
    case FileKind::other: break;
  }
}

/// Takes the earlier value of a file that did not change; faults are not kept, so only files that had none can be
/// reused.
bool reuse(Job& job, const Bundle* previous) {
  if (previous == nullptr) return false;
  const FileEntry* before = previous->file(job.entry.name);
  if (before == nullptr || before->size != job.entry.size || before->inode != job.entry.inode ||
      before->modified_ns != job.entry.modified_ns || before->modified_ns > previous->read_at_ns - racy_ns)
    return false;
  const auto same_file = [&](const auto& one) { return one->file == job.entry.name; };
  if (job.kind == FileKind::partner) {
    std::string_view stem(job.entry.name);
    stem = stem.substr(9, stem.size() - 14);
    const auto& all = previous->partners;
    const auto found = std::lower_bound(all.begin(), all.end(), stem,
                                        [](const auto& one, std::string_view id) { return one->id.text < id; });
    if (found == all.end() || !same_file(*found)) return false;
    job.partner = *found;
  } else if (job.kind != FileKind::other) {
    return false;
  }
  job.entry.sha256 = before->sha256;
  return true;
}

void read_job(Job& job, const std::filesystem::path& folder, const Bundle* previous) {
  const Descriptor file(
      ::open((folder.native() + "/" + job.entry.name).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (file.get() < 0 || !stat_entry(file.get(), job.entry)) {
    add_fault(job.faults, Code::file_unreadable, job.entry.name, "the file cannot be opened or is no regular file");
    return;
  }
  if (reuse(job, previous)) return;
  std::string text;
  if (!read_file(file.get(), job.entry.size, job.kind != FileKind::other, text, job.entry.sha256)) {
    add_fault(job.faults, Code::file_unreadable, job.entry.name, "the file cannot be read");
    return;
  }
  if (job.kind != FileKind::other) decode_job(job, std::move(text));
}

void run_jobs(std::vector<Job>& jobs, const FolderOptions& options) {
  unsigned threads =
      options.threads != 0 ? options.threads : std::min(4U, std::max(1U, std::thread::hardware_concurrency()));
  if (jobs.size() < 200) threads = 1;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    constexpr std::size_t stride = 32;
    for (std::size_t from = next.fetch_add(stride); from < jobs.size(); from = next.fetch_add(stride))
      for (std::size_t i = from; i < std::min(from + stride, jobs.size()); ++i)
        read_job(jobs[i], options.folder, options.previous.get());
  };
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < threads; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
}

void warn_of_strangers(const std::vector<Job>& jobs, Faults& faults) {
  for (const Job& job : jobs) {
    if (job.kind != FileKind::other) continue;
    const std::string& file = job.entry.name;
    if (file.find('/') == std::string::npos && file != "README.md")
      add_fault(faults, Code::configuration_file_unexpected, file, "the file is not read",
                "At the top stand crossdock.yaml, partners/, targets/, policies/, secrets/");
    else if (file.starts_with("policies/") && file.ends_with(".yaml"))
      add_fault(faults, Code::configuration_file_unexpected, file, "this build reads of the policies only routes.yaml");
    else if ((file.starts_with("partners/") || file.starts_with("targets/")) && file.ends_with(".yml"))
      add_fault(faults, Code::configuration_file_unexpected, file, "the file is not read", "End its name in .yaml");
  }
}

std::string hash_of(const std::vector<FileEntry>& files, std::string_view version) {
  Sha256 hash;
  for (const FileEntry& entry : files) {
    hash.update(entry.name);
    hash.update(std::string_view("\0", 1));
    hash.update({reinterpret_cast<const char*>(entry.sha256.data()), entry.sha256.size()});
  }
  hash.update("share\0");
  hash.update(version);
  return to_hex(hash.finish());
}

/// Moves partners with errors out of the draft; false when something other than a partner file has an error.
bool set_aside(detail::Draft& draft, const std::vector<Job>& jobs, const Faults& faults,
               std::vector<Quarantined>& out) {
  std::map<std::string, Faults> by_partner;
  for (const Fault& fault : faults) {
    if (fault.severity != Severity::error) continue;
    const std::string partner = partner_of(fault.file);
    if (partner.empty()) return false;
    by_partner[partner].push_back(fault);
  }
  for (auto& [partner, list] : by_partner) out.push_back({partner, "partners/" + partner + ".yaml", std::move(list)});
  std::erase_if(draft.partners, [&](const auto& partner) { return by_partner.contains(partner_of(partner->file)); });
  return !jobs.empty();
}

detail::Draft collect(std::vector<Job>& jobs, Faults& faults) {
  detail::Draft draft;
  bool installation = false;
  for (Job& job : jobs) {
    faults.insert(faults.end(), job.faults.begin(), job.faults.end());
    if (job.kind == FileKind::partner)
      draft.partner_names.push_back(job.entry.name.substr(9, job.entry.name.size() - 14));
    if (job.kind == FileKind::other)
      if (std::string owner = partner_of(job.entry.name); !owner.empty()) draft.partner_folders.push_back(owner);
    if (job.partner) draft.partners.push_back(job.partner);
    if (job.target) draft.targets.push_back(job.target);
    if (job.installation) draft.installation = *job.installation;
    if (job.routes) draft.routes = *job.routes;
    installation = installation || job.kind == FileKind::installation;
  }
  if (!installation) add_fault(faults, Code::configuration_file_missing, "crossdock.yaml", "the file is not there");
  const auto by_id = [](const auto& a, const auto& b) { return a->id.text < b->id.text; };
  std::sort(draft.partner_names.begin(), draft.partner_names.end());
  draft.partner_folders.erase(std::unique(draft.partner_folders.begin(), draft.partner_folders.end()),
                              draft.partner_folders.end());  // the jobs are sorted
  std::stable_sort(draft.partners.begin(), draft.partners.end(), by_id);
  std::stable_sort(draft.targets.begin(), draft.targets.end(), by_id);
  return draft;
}

std::int64_t file_system_now() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

FolderResult load_folder(const FolderOptions& options) {
  FolderResult result;
  const std::int64_t read_at_ns = file_system_now();
  std::vector<Job> jobs;
  std::error_code error;
  if (!std::filesystem::is_directory(options.folder, error)) {
    add_fault(result.faults, Code::configuration_file_missing, "",
              "the configuration folder " + options.folder.string() + " is not there");
    return result;
  }
  list_files(options.folder, jobs, result.faults);
  run_jobs(jobs, options);
  detail::Draft draft = collect(jobs, result.faults);
  warn_of_strangers(jobs, result.faults);
  auto secrets = std::make_shared<SecretStore>(options.folder);
  detail::check_across(draft, options, *secrets, result.faults);
  sort_faults(result.faults);
  auto bundle = std::make_shared<Bundle>();
  if (has_errors(result.faults) && (!options.quarantine || !set_aside(draft, jobs, result.faults, bundle->quarantined)))
    return result;
  for (Job& job : jobs) bundle->files.push_back(std::move(job.entry));
  bundle->hash = hash_of(bundle->files, options.installed != nullptr ? options.installed->version() : std::string());
  bundle->folder = options.folder.string();
  bundle->installation = std::move(draft.installation);
  if (bundle->installation.listeners.empty()) bundle->installation.listeners.emplace_back();
  bundle->routes = std::move(draft.routes);
  bundle->targets = std::move(draft.targets);
  bundle->partners = std::move(draft.partners);
  for (const Fault& fault : result.faults)
    if (fault.severity != Severity::error) bundle->warnings.push_back(fault);
  bundle->secrets = std::move(secrets);
  bundle->read_at_ns = read_at_ns;
  bundle->index();
  result.bundle = std::move(bundle);
  return result;
}

Faults check_folder(const std::filesystem::path& folder, const Installed* installed) {
  FolderOptions options;
  options.folder = folder;
  options.installed = installed;
  return load_folder(options).faults;
}

}  // namespace crossdock::configuration
