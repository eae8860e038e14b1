// Typed values of crossdock.yaml and policies/routes.yaml.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/configuration/as2_channel.hpp"
#include "gateway/configuration/section.hpp"
#include "gateway/configuration/sftp_channel.hpp"
#include "gateway/configuration/target.hpp"

namespace crossdock::configuration {

enum class Service : std::uint8_t { api, documents, webhooks, as2 };
enum class ProcessRole : std::uint8_t { listener, worker, sender, console };

struct ListenerTls {
  std::string certificate;
  SecretReference key;
};

struct Listener {
  Named listen{"127.0.0.1:8080"};
  std::vector<Service> serves;  ///< empty: all
  std::optional<ListenerTls> tls;
  std::uint32_t connections_max = 1024;
  std::uint64_t header_bytes_max = 32ULL << 10;
  std::chrono::milliseconds header_timeout{10'000}, body_timeout{60'000}, idle_timeout{60'000};
  std::uint32_t line = 0, column = 0;
};

struct StoreSettings {
  enum class Kind : std::uint8_t { sqlite };
  Kind kind = Kind::sqlite;
  std::string path = "crossdock.db";
  std::uint32_t readers = 2;
};

struct Limits {
  std::uint64_t payload_bytes_max = 4ULL << 30, set_bytes_max = 64ULL << 20, event_bytes_max = 4ULL << 20;
  std::uint32_t outbox_max = 20'000, in_progress_max = 4'096;
  std::uint64_t disk_free_bytes_min = 256ULL << 20;
};

struct Retention {
  std::chrono::milliseconds payloads{90LL * 86'400'000}, keys{400LL * 86'400'000}, bundles{400LL * 86'400'000};
};

struct Timeouts {
  std::chrono::milliseconds drain{20'000}, reload_check{2'000};
};

/// A system of ours that may post events: POST /api/v1/events.
struct System {
  Named id;
  std::vector<Named> tokens;
};

struct Logging {
  enum class Level : std::uint8_t { debug, info, warning, error };
  Level level = Level::info;
};

struct Installation {
  std::string name = "crossdock";
  std::vector<Listener> listeners;
  StoreSettings store;
  std::vector<ProcessRole> roles{ProcessRole::listener, ProcessRole::worker, ProcessRole::sender, ProcessRole::console};
  std::vector<System> systems;
  Limits limits;
  Retention retention;
  Timeouts timeouts;
  Logging logging;
  As2Settings as2;
  FileTransfers file_transfers;
};

/// One line of policies/routes.yaml. What goes to partners is decided by their `receives`, not here.
struct Route {
  std::vector<Named> events;
  std::vector<std::pair<std::string, std::string>> when;  ///< field of `data` and its value as text; all must hold
  std::vector<Named> from;                                ///< partners or systems whose events are meant; empty: any
  std::vector<Named> to;                                  ///< targets
  Named operation;                                        ///< of the targets; their first unless given
  std::uint32_t line = 0, column = 0;
};

struct Routes {
  std::vector<Route> routes;
};

[[nodiscard]] const Section& installation_section();
[[nodiscard]] const Section& routes_section();
/// `shipment.*` or `load.tendered` takes `crossdock.load.tendered.v1`: prefix and version may be left out, `*` ends a
/// pattern.
[[nodiscard]] bool event_matches(std::string_view pattern, std::string_view type);

}  // namespace crossdock::configuration
