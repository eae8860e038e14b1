"""Lets pyx12 judge: reads interchanges and prints what it saw, one JSON object a file; 997 of 004010 are also held against pyx12's own
guide of that set. With --write DIR each interchange is written anew with other delimiters, for our reader. Names come in on stdin."""
# SPDX-License-Identifier: Apache-2.0
import io
import json
import logging
import os
import sys

import pyx12.errors
import pyx12.params
import pyx12.x12file
import pyx12.x12n_document


class Errors(logging.Handler):
    """What pyx12's validation says aloud."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def emit(self, record):
        if record.levelno >= logging.WARNING:
            self.texts.append(record.getMessage())


def read(name):
    """(segments, errors, the reader's segment objects)."""
    segments, errors, objects = [], [], []
    try:
        with pyx12.x12file.X12Reader(name) as reader:
            for segment in reader:
                objects.append(segment)
                segments.append([segment.get_seg_id(), *(element.format(reader.subele_term) for element in segment.elements)])
                errors += [" ".join(str(part) for part in error) for error in reader.pop_errors()]
            reader.cleanup()
            errors += [" ".join(str(part) for part in error) for error in reader.pop_errors()]
    except (pyx12.errors.X12Error, UnicodeDecodeError) as refused:
        errors.append(f"refused: {refused}")
    return segments, errors, objects


def held_against_guide(objects):
    """What pyx12's 004010 guide of the 997 says. That guide is one of health care: it knows neither our groups and sets nor the qualifier
    of SCACs, so these codes are replaced first; structure, order, counts, other codes stay to be judged."""
    for segment in objects:
        tag = segment.get_seg_id()
        for place, value in {"ISA": {"ISA05": "ZZ", "ISA07": "ZZ"}, "AK1": {"AK101": "HC"}, "AK2": {"AK201": "837"}}.get(tag, {}).items():
            segment.set(place, value)
    document = io.StringIO("".join(segment.format() + "\n" for segment in objects))
    errors = Errors()
    logging.getLogger("pyx12").addHandler(errors)
    report = io.StringIO()
    try:
        valid = pyx12.x12n_document.x12n_document(pyx12.params.ParamsBase(), document, None, None, fd_json=report)
    finally:
        logging.getLogger("pyx12").removeHandler(errors)
    return [] if valid else ["guide 997: " + ("; ".join(errors.texts) or report.getvalue()[:2000] or "not valid")]


def main():
    rewritten = sys.argv[2] if len(sys.argv) == 3 and sys.argv[1] == "--write" else None
    logging.getLogger("pyx12").propagate = False
    for name in sys.stdin.read().splitlines():
        segments, errors, objects = read(name)
        release = next((segment[8] for segment in segments if segment[0] == "GS" and len(segment) > 8), "")
        if rewritten:
            with open(os.path.join(rewritten, os.path.basename(name)), "w", encoding="ascii", newline="") as file:
                for segment in objects:
                    if segment.get_seg_id() == "ISA":
                        segment.set("ISA16", "!")
                    file.write(segment.format("\n", "+", "!"))
        of_guide = []
        if release == "004010" and not errors and any(segment[:2] == ["ST", "997"] for segment in segments):
            of_guide = held_against_guide(objects)
        print(json.dumps({"file": name, "segments": segments, "errors": errors, "guide_errors": of_guide}))


if __name__ == "__main__":
    main()
