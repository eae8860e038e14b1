// Reads X12 interchanges, ISA to IEA, from bytes that arrive in any chunks, in constant memory; checks the whole
// envelope on the way. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"
#include "translators/wire/interchange.hpp"

namespace crossdock::x12 {

using wire::GroupHeader;
using wire::GroupTrailer;
using wire::InterchangeHandler;
using wire::InterchangeHeader;
using wire::InterchangeTrailer;
using wire::SetHeader;
using wire::SetTrailer;

struct ReaderLimits {
  std::uint32_t segment_bytes_max = 1U << 20;  ///< binary segments (BIN, BDS) have their own
  std::uint32_t binary_bytes_max = 64U << 20;
  std::uint32_t elements_max = 4096;  ///< per segment
  std::uint32_t text_outside_max =
      1U << 16;  ///< bytes outside an interchange that are skipped with a finding before giving up
};

/// Push reader. feed() any number of times with chunks of any size, then finish().
/// Tokenising never fails on content: deviations are findings. An Error comes only where no delimiters can be found at
/// all (x12.isa.missing, x12.isa.length, x12.isa.separators) or a limit is passed (x12.segment.too_long,
/// x12.elements.too_many). Owns its block; borrows nothing. Source: X12.5 (interchange control), X12.6 (separators,
/// control segments).
class InterchangeReader {
 public:
  explicit InterchangeReader(InterchangeHandler& handler, ReaderLimits limits = {});
  ~InterchangeReader();
  InterchangeReader(InterchangeReader&&) noexcept;
  Status feed(std::string_view bytes);
  Status finish();
  /// Bytes consumed up to the end of the last whole segment: where a resumed reading may begin is decided by the
  /// caller.
  [[nodiscard]] std::uint64_t offset() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::x12
