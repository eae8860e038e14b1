// A SQLite VFS that keeps unsynced writes in this process's memory: a SIGKILL loses them, as a power cut would. Test
// builds only. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace crossdock::tests {

/// Registers the VFS (once) over the machine's default one; its name.
[[nodiscard]] std::string register_lossy_vfs();

/// Forgets everything unsynced of all files, as a kill would; for tests within one process. No connection may be open.
void forget_unsynced();

}  // namespace crossdock::tests
