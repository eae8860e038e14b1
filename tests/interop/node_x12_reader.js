// Lets node-x12 judge: reads interchanges strictly and prints what it saw, one JSON object a file; with --write DIR it also
// writes each interchange anew from its own object model, for our reader. File names come in on standard input, one a line.
// SPDX-License-Identifier: Apache-2.0
'use strict';
const fs = require('fs');
const path = require('path');
const { X12FatInterchange, X12Parser } = require('node-x12');

function* segmentsOf(interchange) {
  yield interchange.header;
  for (const group of interchange.functionalGroups) {
    yield group.header;
    for (const set of group.transactions) {
      yield set.header;
      yield* set.segments;
      yield set.trailer;
    }
    yield group.trailer;
  }
  yield interchange.trailer;
}

function read(text) {
  const errors = [];
  let interchanges = [];
  try {
    const parsed = new X12Parser(true).parse(text);
    interchanges = parsed instanceof X12FatInterchange ? parsed.interchanges : [parsed];
  } catch (refused) {
    errors.push(refused.message);
  }
  const segments = [];
  for (const interchange of interchanges)
    for (const segment of segmentsOf(interchange)) segments.push([segment.tag, ...segment.elements.map((element) => element.value)]);
  return { interchanges, segments, errors };
}

const rewritten = process.argv[2] === '--write' ? process.argv[3] : null;
for (const name of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const seen = read(fs.readFileSync(name, 'utf8'));
  if (rewritten !== null)
    fs.writeFileSync(path.join(rewritten, path.basename(name)), seen.interchanges.map((interchange) => interchange.toString()).join(''));
  console.log(JSON.stringify({ file: name, segments: seen.segments, errors: seen.errors }));
}
