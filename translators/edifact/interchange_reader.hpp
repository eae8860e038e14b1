// Reads EDIFACT interchanges, UNA/UNB to UNZ, from bytes that arrive in any chunks, in constant memory; checks the
// whole envelope on the way. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "translators/base/result.hpp"
#include "translators/wire/interchange.hpp"

namespace crossdock::edifact {

using wire::GroupHeader;
using wire::GroupTrailer;
using wire::InterchangeHandler;
using wire::InterchangeHeader;
using wire::InterchangeTrailer;
using wire::SetHeader;
using wire::SetTrailer;

/// What line breaks inside of a segment are. Between segments they are always noise.
enum class LineBreaks : std::uint8_t {
  detect,  ///< noise where every line of the interchange's beginning has the same length, else data
  data,    ///< part of the value (free text of several lines)
  noise    ///< left out wherever they stand
};

/// Which characters the syntax identifier (UNB 0001) lets stand in values.
enum class CharacterPolicy : std::uint8_t {
  strict,    ///< a character outside of the declared set is an error of its message
  declared,  ///< the same as a warning
  sniff      ///< what the bytes are is found out and said once an interchange, as a note where it differs from the
             ///< declared set
};

struct ReaderOptions {
  LineBreaks line_breaks = LineBreaks::detect;
  CharacterPolicy characters = CharacterPolicy::sniff;
  bool bare_messages = true;                   ///< UNH without UNB opens an implied interchange (with a warning)
  std::uint32_t segment_bytes_max = 1U << 20;  ///< the object of a package (UNO) does not count
  std::uint32_t elements_max = 4096;           ///< per segment
  std::uint32_t text_outside_max = 1U << 16;  ///< bytes outside of interchanges skipped with a finding before giving up
};

/// Push reader. feed() any number of times with chunks of any size, then finish().
/// Elements are handed on as received, release characters in place (Segment::released says whether there are any; see
/// wire/released.hpp). A message without UNG stands in an implied group with ordinal 1 or following. UNO..UNP arrives
/// as a set whose `package` is true: its UNO and UNP are segments, the object's bytes are counted and passed over.
/// Tokenising never fails on content: deviations are findings. An Error comes only where no interchange can be found
/// (edifact.unb.missing) or a limit is passed (edifact.segment.too_long, edifact.elements.too_many,
/// edifact.text.too_long). Source: ISO 9735:1988 and amendment 1 (syntax 1 to 3), ISO 9735-1:2002 (syntax 4),
/// ISO 9735-8 (packages).
class InterchangeReader {
 public:
  explicit InterchangeReader(InterchangeHandler& handler, ReaderOptions options = {});
  ~InterchangeReader();
  InterchangeReader(InterchangeReader&&) noexcept;
  Status feed(std::string_view bytes);
  Status finish();
  /// Bytes consumed up to the end of the last whole segment.
  [[nodiscard]] std::uint64_t offset() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::edifact
