// One reader for X12 and EDIFACT: finds out which of the two an input is, and hands it to that reader.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "translators/base/result.hpp"
#include "translators/edifact/interchange_reader.hpp"
#include "translators/x12/interchange_reader.hpp"

namespace crossdock {

/// The syntax of an input by its first bytes: what begins the first interchange (ISA; UNA, UNB or UNH), behind a BOM,
/// blanks, stray terminators and other text. Nothing where that cannot be told yet, with `at_end` never: then X12.
[[nodiscard]] std::optional<wire::Syntax> find_syntax(std::string_view begin, bool at_end);

/// Push reader, like those it chooses from; what it holds back until it has chosen is at most 64 KiB.
class AnyReader {
 public:
  explicit AnyReader(wire::InterchangeHandler& handler, x12::ReaderLimits x12 = {},
                     edifact::ReaderOptions edifact = {});
  ~AnyReader();
  Status feed(std::string_view bytes);
  Status finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock
