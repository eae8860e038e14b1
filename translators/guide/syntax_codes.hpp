// Findings are told in X12's codes; for EDIFACT guides the same facts have codes of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/base/code.hpp"
#include "translators/wire/delimiters.hpp"

namespace crossdock::guide {

/// `x12.element.long` as it is called in this syntax: `edifact.element.long`. Codes that both share stay.
[[nodiscard]] Code for_syntax(Code code, wire::Syntax syntax);

}  // namespace crossdock::guide
