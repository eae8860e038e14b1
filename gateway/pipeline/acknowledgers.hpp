// The writers of answers, as the pipeline uses them: messages without envelopes. Used by translator_documents only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/pipeline/documents.hpp"

namespace crossdock::pipeline {

/// `kind`: 997 | 999 | CONTRL | 824 | APERAK; null for another. `at`: RFC 3339 UTC.
[[nodiscard]] std::unique_ptr<Acknowledger> make_acknowledger(const std::string& kind, bool warnings,
                                                              const std::string& at);

}  // namespace crossdock::pipeline
