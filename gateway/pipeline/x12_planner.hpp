// X12 payloads: the whole plan of a small one; of a large one the survey (first pass) and its chunks (second pass).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/pipeline/collector.hpp"

namespace crossdock::pipeline {

/// Reads the payload for the purpose and fills the plan. Errors of reading stand in the plan's message.
void plan_x12(const PlannerInput& input, const Envelope& envelope, const PayloadSource& payload, Plan& plan,
              Purpose purpose = {});

/// What stands for the content of an interchange whose bytes are not kept: the payload's hash, and which it is.
[[nodiscard]] std::string stand_in_hash(const store::MessageRow& message, std::uint32_t ordinal, bool alone);

}  // namespace crossdock::pipeline
