// The translators behind the pipeline's `Documents`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/pipeline/documents.hpp"

namespace crossdock::pipeline {

/// Reads and writes with guides and maps of the bundle's catalogue. Without state.
[[nodiscard]] std::unique_ptr<Documents> make_documents();

}  // namespace crossdock::pipeline
