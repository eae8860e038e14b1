// Outbound EDIFACT interchanges: what stands round the messages that maps and answers write. Used by
// translator_documents only. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/pipeline/documents.hpp"

namespace crossdock::pipeline {

/// UNB to UNZ; messages of one type and directory in UNG where the plan says so. Messages are numbered from 1 in the
/// interchange. Errors: edifact.write.header, edifact.write.character.
[[nodiscard]] Result<std::string> write_edifact(const EnvelopePlan& plan, const std::vector<mapping::WrittenSet>& sets);

}  // namespace crossdock::pipeline
