// EDIFACT read with the recorder of X12's tests: both readers tell the same kind of events.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/support/x12_recorder.hpp"
#include "translators/edifact/interchange_reader.hpp"

namespace crossdock::edifact::support {

using x12::support::Recorder;
using x12::support::replace;

/// Reads all bytes in chunks of this size (0: at once).
inline Recorder read(std::string_view bytes, std::size_t chunk = 0, ReaderOptions options = {}) {
  Recorder recorder;
  InterchangeReader reader(recorder, options);
  Status status;
  if (chunk == 0) chunk = std::max<std::size_t>(bytes.size(), 1);
  for (std::size_t at = 0; at < bytes.size() && status; at += chunk) status = reader.feed(bytes.substr(at, chunk));
  if (status) status = reader.finish();
  if (!status) {
    recorder.error = status.error().text();
    recorder.log("error", 0, recorder.error, status.error().where);
  }
  return recorder;
}

/// Two IFTSTA without a group, no line breaks, no UNA.
inline std::string sample() {
  return "UNB+UNOC:3+SENDER:14+RECEIVER:ZZZ+260518:1432+REF7++IFTSTA++1'"
         "UNH+1+IFTSTA:D:96A:UN:EAN008'BGM+77+STA1+9'CNI+1+SHP1'STS+1+21'DTM+334:202605181432:203'UNT+6+1'"
         "UNH+2+IFTSTA:D:96A:UN'BGM+77+STA2+9'FTX+AAI+++it?'s 5?+5 ?: 10 ?\?'UNT+4+2'"
         "UNZ+2+REF7'";
}

}  // namespace crossdock::edifact::support
