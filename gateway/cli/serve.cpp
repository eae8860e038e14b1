// `crossdock serve`: the gateway.
// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "gateway/cli/command.hpp"
#include "gateway/cli/daemon.hpp"

namespace crossdock::cli {
namespace {

/// Bytes that the allocator keeps at the end of a heap instead of giving them back: a gateway under load would take
/// them again at once, and each time pay for fresh pages.
constexpr int heap_slack_bytes = 16 << 20, heap_step_bytes = 1 << 20;

int run(const Common& common, DaemonOptions options) {
  ::mallopt(M_TRIM_THRESHOLD, heap_slack_bytes);
  ::mallopt(M_TOP_PAD, heap_step_bytes);
  auto share = find_share(common);
  if (!share) return report_error(share.error());
  options.share_folder = *share;
  options.configuration_folder = std::filesystem::absolute(options.configuration_folder).lexically_normal().string();
  options.data_folder = std::filesystem::absolute(options.data_folder).lexically_normal().string();
  Daemon daemon(options);
  const Status ended = daemon.run();
  if (!ended) return report_error(ended.error());
  return fine;
}

}  // namespace

void add_serve(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand("serve", "Run the gateway");
  auto options = std::make_shared<DaemonOptions>();
  command->add_option("--config", options->configuration_folder, "Configuration folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--data", options->data_folder, "Data folder: store, payloads, spool, folders of partners")
      ->required();
  command->callback([&common, options] { common.exit_code = run(common, *options); });
}

}  // namespace crossdock::cli
