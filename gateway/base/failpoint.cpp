// Crash points of test builds.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/failpoint.hpp"

#ifdef CROSSDOCK_FAILPOINTS
#include <csignal>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

namespace crossdock::base {
namespace {

struct Armed {
  std::string name;
  long pass = 1;
  Armed() {
    const char* text = std::getenv("CROSSDOCK_FAILPOINT");
    if (text == nullptr) return;
    const std::string_view view(text);
    const std::size_t colon = view.find(':');
    name = view.substr(0, colon);
    if (colon != std::string_view::npos) pass = std::strtol(view.substr(colon + 1).data(), nullptr, 10);
  }
};

}  // namespace

void failpoint(const char* name) {
  static const Armed armed;
  static std::atomic<long> passes{0};
  if (armed.name.empty() || armed.name != name) return;
  if (passes.fetch_add(1) + 1 == armed.pass) ::raise(SIGKILL);
}

}  // namespace crossdock::base
#endif
