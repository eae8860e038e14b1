// A VFS over another one that gathers the writes to a write-ahead log: SQLite writes each page in two steps of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace crossdock::store {

/// Registers it over `parent` (empty: the machine's) and returns its name; empty when the parent is not known. What is
/// gathered reaches the parent when the log is synced, read, cut or closed, or above 1 MiB. Only for connections with
/// synchronous=FULL: others learn of a commit after its sync. It rests on SQLITE_IOCAP_POWERSAFE_OVERWRITE (a write cut
/// off by a power loss changes no bytes outside of its range), which SQLite's own VFS assumes too: without it SQLite
/// pads the log to sectors and syncs in between. Where the parent's file does not have the flag nothing is gathered.
[[nodiscard]] std::string gathering_vfs(const std::string& parent);

}  // namespace crossdock::store
