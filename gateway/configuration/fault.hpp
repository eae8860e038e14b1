// One fault of a configuration file: where it stands, what is wrong, what would be right.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "translators/base/code.hpp"

namespace crossdock::configuration {

struct Fault {
  Code code = Code::internal_bug;
  Severity severity = Severity::error;
  std::string file;                    ///< relative to the configuration folder: `partners/acme-freight.yaml`
  std::uint32_t line = 0, column = 0;  ///< 1-based; 0: the file as a whole
  std::string path;                    ///< the key's path: `channels[2].directory.every`
  std::string message;                 ///< what is wrong, one sentence without a full stop
  std::string expected;                ///< what would be right
};

using Faults = std::vector<Fault>;

[[nodiscard]] bool has_errors(const Faults& faults);
/// By file, line, column: the order in which a person mends them.
void sort_faults(Faults& faults);
/// `partners/acme.yaml:12:5: error configuration.key.unknown at channels[1]: ... Use ...`
[[nodiscard]] std::string to_text(const Fault& fault);
/// One line: {"code","severity","file","line","column","path","message","expected"}.
[[nodiscard]] std::string to_json_line(const Fault& fault);

}  // namespace crossdock::configuration
