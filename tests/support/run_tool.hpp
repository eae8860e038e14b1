// Runs a program of the distribution (openssl, cmsutil ...) that judges what we make. Never through a shell.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

extern char** environ;

namespace crossdock::support {

/// Where the program is; empty when it is not installed.
inline std::string find_tool(const std::string& name) {
  for (const std::string folder : {"/usr/bin/", "/usr/local/bin/", "/bin/"})
    if (access((folder + name).c_str(), X_OK) == 0) return folder + name;
  return {};
}

struct ToolResult {
  int status = -1;     ///< exit status; -1 when it could not be started
  std::string output;  ///< standard output and standard error together
};

/// `words[0]` is the program's name. Its standard input is empty.
inline ToolResult run_tool(std::vector<std::string> words) {
  ToolResult out;
  words[0] = find_tool(words[0]);
  int ends[2];
  if (words[0].empty() || pipe(ends) != 0) return out;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  pid_t child = -1;
  const int started = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (started == 0) {
    std::array<char, 4096> block;
    for (ssize_t n; (n = read(ends[0], block.data(), block.size())) > 0;)
      out.output.append(block.data(), static_cast<std::size_t>(n));
    int status = 0;
    waitpid(child, &status, 0);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  close(ends[0]);
  return out;
}

}  // namespace crossdock::support
