// A small EDIFACT directory and message that have a case of everything: composites, notes D1 to D7, groups.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/guide_texts.hpp"

namespace crossdock::test {

inline MemorySource mini_edifact_source() {
  MemorySource source;
  const std::string folder = "maps/guides/edifact/test/";
  source.texts[folder + "elements.yaml"] = R"yaml(version: edifact/test
elements:
  "0062": {name: reference, format: an..14}
  "0065": {name: type, format: an..6}
  "0052": {name: version, format: an..3}
  "0074": {name: segments, format: n..6}
  "1001": {name: document, format: an..3, codes: "1001"}
  "2005": {name: kind of date, format: an..3}
  "2380": {name: date, format: an..35}
  "2379": {name: form of date, format: an..3}
  "3035": {name: party, format: an..3}
  "3039": {name: party id, format: an..35}
  "3036": {name: party name, format: a..35}
  "6060": {name: quantity, format: n..6}
  "1131": {name: list, format: an3}
  "4440": {name: text, format: an..70}
)yaml";
  source.texts[folder + "composites.yaml"] = R"yaml(version: edifact/test
composites:
  S009: {name: message, components: [["0065", M], ["0052", M], ["0052", M], ["0052", M], ["0065", C]]}
  C507: {name: date, components: [["2005", M], ["2380", C], ["2379", C]], notes: ["D5(03,02)"]
}
  C082: {name: party identification, components: [["3039", M], ["1131", C]]}
  C080: {name: party name, components: [["3036", M], ["3036", C]]}
  C108: {name: text, components: [["4440", M], ["4440", C], ["4440", C]]}
)yaml";
  source.texts[folder + "codes/1001.yaml"] = "list: \"1001\"\ncodes:\n  \"23\": status\n  \"77\": consignment\n";
  source.texts[folder + "segments.yaml"] = R"yaml(version: edifact/test
segments:
  UNH: {name: header, elements: [["0062", M], [S009, M]]}
  UNT: {name: trailer, elements: [["0074", M], ["0062", M]]}
  BGM: {name: beginning, elements: [["1001", C], ["1131", C], ["0062", C]]}
  DTM: {name: date, elements: [[C507, M]]}
  NAD: {name: party, elements: [["3035", M], [C082, C], [C080, C]], notes: ["D3(02,03)"]
  }
  QTY: {name: quantity, elements: [["6060", C, 3], ["1131", C], ["3035", C]], notes: ["D1(01,02)", "D7(02,03)"]}
  FTX: {name: text, elements: [["3035", C], [C108, C]]}
  CNI: {name: consignment, elements: [["6060", C], ["0062", C]]}
)yaml";
  source.texts[folder + "TSTMSG.yaml"] = R"yaml(guide: edifact/test/TSTMSG
name: test message
sources: [none, none]
tables:
  - table: message
    content:
      - {segment: UNH, usage: M, repeat: 1, position: "0010"}
      - {segment: BGM, usage: M, repeat: 1, position: "0020"}
      - {segment: DTM, usage: C, repeat: 9, position: "0030"}
      - group: SG1
        usage: C
        repeat: 9
        position: "0040"
        content:
          - {segment: NAD, usage: M, repeat: 1, position: "0050"}
          - {segment: FTX, usage: C, repeat: 2, position: "0060"}
      - group: SG2
        usage: C
        repeat: 99
        content:
          - {segment: CNI, usage: M, repeat: 1}
          - {segment: QTY, usage: C, repeat: 9}
          - group: SG3
            usage: C
            repeat: 9
            content:
              - {segment: NAD, usage: M, repeat: 1}
              - {segment: DTM, usage: C, repeat: 1}
      - {segment: UNT, usage: M, repeat: 1}
)yaml";
  return source;
}

}  // namespace crossdock::test
