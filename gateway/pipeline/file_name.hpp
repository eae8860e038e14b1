// Names of files that we put, from the template of a profile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/pipeline/target.hpp"

namespace crossdock::pipeline {

/// The template filled ({name} {event} {message} {key} {type} {partner}), made safe: only letters, digits, `.`, `-` and
/// `_`, never hidden, at most 200 bytes.
[[nodiscard]] std::string fill_file_name(const std::string& pattern, const std::string& partner,
                                         const DeliveryRequest& request);

}  // namespace crossdock::pipeline
