// Named crash points of the fault tests: CROSSDOCK_FAILPOINT("receive.before_commit") ends the process with SIGKILL
// when the environment says CROSSDOCK_FAILPOINT=receive.before_commit[:n] (the n-th pass). Nothing at all outside test
// builds. SPDX-License-Identifier: Apache-2.0
#pragma once

#ifdef CROSSDOCK_FAILPOINTS
namespace crossdock::base {
void failpoint(const char* name);
}
#define CROSSDOCK_FAILPOINT(name) ::crossdock::base::failpoint(name)
#else
#define CROSSDOCK_FAILPOINT(name) static_cast<void>(0)
#endif
