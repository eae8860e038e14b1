// One problem found by validation or translation, with its address. Findings are data: a report may hold thousands of
// them. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "translators/base/code.hpp"
#include "translators/base/position.hpp"

namespace crossdock {

struct Finding {
  Code code = Code::internal_bug;
  Severity severity = Severity::error;  ///< after the profile's moves, not the code's default
  std::string message;                  ///< one sentence: what happened and what would be right
  std::string path;                     ///< `LX[2]/AT7[1].05`; empty for envelope findings without a segment
  std::string segment_tag;              ///< `AT7`
  Position where;
  std::string value;     ///< the offending value as received, cut at 200 bytes
  std::string expected;  ///< what was allowed, in words or as a list
  std::uint32_t interchange = 0, group = 0,
                set = 0;       ///< ordinals, 1-based: in the file, in the interchange, in the group; 0 = outside
  std::string control_number;  ///< of the innermost envelope it belongs to
  // For acknowledgements (AK3/AK4):
  std::uint16_t element = 0, component = 0, repetition = 0;  ///< 1-based; 0 = the segment as a whole
  std::uint16_t trigger_element = 0;  ///< of a broken relational condition: the element that made it apply; 0 = none
  std::string element_reference;      ///< data element number such as `1650`
  std::string loop_id;                ///< AK303 / IK303
  std::string map_line;               ///< `x12/004010/214/map.yaml:12` when a map's line found it
};

/// `validate --json`: one object, one line, keys exactly as docs/reference says
/// {"code","severity","message","path","segment","line","offset","length","value","expected","interchange","group","set","control_number","syntax_code"}.
/// `segment` is the ordinal of Position. `syntax_code` is the AK304/AK403/AK502/AK905/TA105 code that applies, "" if
/// none.
[[nodiscard]] std::string to_json_line(const Finding& finding);

/// For people: `error x12.element.code at LX[2]/AT7[1].01 (line 12, byte 403, segment 9): ...`
[[nodiscard]] std::string to_text(const Finding& finding);

/// The syntax code of the level the finding stands at: element code if `element` is set, else segment, set, group,
/// interchange.
[[nodiscard]] std::string_view syntax_code(const Finding& finding);

}  // namespace crossdock
