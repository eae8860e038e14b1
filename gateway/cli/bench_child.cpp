// Fork, exec, and what /proc says of it.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/bench_child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace crossdock::cli {

namespace fs = std::filesystem;

Child::Child(const fs::path& configuration, const fs::path& data, const Common& common) {
  std::vector<std::string> words{"/proc/self/exe",       "serve",  "--config",
                                 configuration.string(), "--data", data.string()};
  if (!common.share.empty()) words.insert(words.end(), {"--share", common.share});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string log = (data.parent_path() / "serve.log").string();
  process_ = ::fork();
  if (process_ != 0) return;
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

Child::~Child() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

long Child::status_kib(const char* field) const {
  std::ifstream status("/proc/" + std::to_string(process_) + "/status");
  const std::string wanted(field);
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(wanted)) return std::strtol(line.c_str() + wanted.size(), nullptr, 10);
  return 0;
}

long Child::resident_kib() const { return status_kib("VmRSS:"); }
long Child::peak_kib() const { return status_kib("VmHWM:"); }

double Child::cpu_seconds() const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // proc(5): state is field 3, utime 14, stime 15
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// The port in `<data>/listeners.json`; 0 while it is not there yet.
std::uint16_t listening_port(const fs::path& data) {
  std::ifstream file(data / "listeners.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t at = text.find("\"port\":");
  return at == std::string::npos ? std::uint16_t{0}
                                 : static_cast<std::uint16_t>(std::strtoul(text.c_str() + at + 7, nullptr, 10));
}

}  // namespace crossdock::cli
