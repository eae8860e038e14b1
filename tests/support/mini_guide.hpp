// A small version of the standard (test/000001) whose guide `900` has every kind of element, note, loop and repeat.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/guide_texts.hpp"

namespace crossdock::test {

inline MemorySource mini_source() {
  MemorySource source;
  source.texts["maps/guides/test/000001/elements.yaml"] = R"(version: test/000001
elements:
  "1": {name: free text, type: AN, min: 1, max: 10}
  "2": {name: status, type: ID, min: 2, max: 2, codes: "2"}
  "3": {name: count, type: N0, min: 1, max: 3}
  "4": {name: weight, type: R, min: 1, max: 4}
  "5": {name: date, type: DT, min: 8, max: 8}
  "6": {name: time, type: TM, min: 4, max: 8}
  "7": {name: old date, type: DT, min: 6, max: 6}
  "8": {name: blob, type: B, min: 1, max: 100}
  "9": {name: set identifier, type: ID, min: 3, max: 3}
composites:
  C01: {name: pair, components: [["1", M], ["2", O], ["3", O]], notes: [P0203]}
)";
  source.texts["maps/guides/test/000001/segments.yaml"] = R"(version: test/000001
segments:
  ST: {name: header, elements: [["9", M], ["1", M]]}
  SE: {name: trailer, elements: [["3", M], ["1", M]]}
  HD: {name: head, elements: [["1", M], ["2", O], ["3", O], ["4", O], ["5", O], ["6", O], ["7", O], ["8", O]]}
  NP: {name: note p, elements: [["1", O], ["1", O], ["1", O]], notes: [P0102]}
  NR: {name: note r, elements: [["1", O], ["1", O], ["1", O]], notes: [R0102]}
  NE: {name: note e, elements: [["1", O], ["1", O], ["1", O]], notes: [E0103]}
  NC: {name: note c, elements: [["1", O], ["1", O], ["1", O]], notes: [C0203]}
  NL: {name: note l, elements: [["1", O], ["1", O], ["1", O]], notes: [L010203]}
  CM: {name: composite user, elements: [["C01", O], ["1", O, 3], ["C01", O, 2]]}
  LX: {name: line, elements: [["3", M]]}
  AT: {name: event, elements: [["2", O]]}
  MS: {name: place, elements: [["1", O]]}
  RF: {name: reference, elements: [["1", M]]}
  PT: {name: party, elements: [["2", M]]}
  AD: {name: address, elements: [["1", M]]}
  TT: {name: totals, elements: [["3", M]]}
  ZZ1: {name: unused, elements: [["1", O]]}
)";
  source.texts["maps/guides/test/000001/codes/2.yaml"] =
      "list: \"2\"\ncodes:\n  \"AA\": \"first\"\n  \"BB\": \"second\"\n  \"D1\": \"third\"\n";
  source.texts["maps/guides/test/000001/900.yaml"] = R"(guide: test/000001/900
name: test set
functional_group: TT
sources: [ours]
tables:
  - table: heading
    content:
      - {segment: ST, usage: M, repeat: 1}
      - {segment: HD, usage: M, repeat: 1}
      - {segment: NP, usage: O, repeat: 1}
      - {segment: NR, usage: O, repeat: 1}
      - {segment: NE, usage: O, repeat: 1}
      - {segment: NC, usage: O, repeat: 1}
      - {segment: NL, usage: O, repeat: 1}
      - {segment: CM, usage: O, repeat: 1}
      - {segment: RF, usage: O, repeat: 2}
      - {loop: "0100", usage: O, repeat: 2, content: [{segment: PT, usage: M, repeat: 1}, {segment: AD, usage: O, repeat: 2}]}
  - table: detail
    content:
      - loop: "0200"
        usage: M
        repeat: 3
        content:
          - {segment: LX, usage: M, repeat: 1}
          - loop: "0205"
            usage: O
            repeat: 10
            content: [{segment: AT, usage: M, repeat: 1}, {segment: MS, usage: O, repeat: 1}]
          - {segment: RF, usage: O, repeat: unbounded}
  - table: summary
    content:
      - {segment: TT, usage: O, repeat: 1}
      - {segment: SE, usage: M, repeat: 1}
)";
  return source;
}

}  // namespace crossdock::test
