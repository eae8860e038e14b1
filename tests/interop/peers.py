"""Runs the peers over our documents and compares what they saw with one another, with `crossdock inspect`, and with the events."""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import subprocess
import sys
import time

import documents as made
from documents import Documents, Failed, Program

# Where an event's value must stand in the set that was generated from it: (set, segment, element, path in the event's data).
VALUES = [("204", "B2", 4, "shipment.id"), ("204", "B2", 2, "carrier.scac"), ("990", "B1", 2, "shipment.id"), ("990", "B1", 1, "carrier.scac"),
          ("214", "B10", 2, "shipment.id"), ("214", "B10", 3, "carrier.scac"), ("214", "B10", 1, "shipment.carrier_reference"),
          ("210", "B3", 2, "invoice.number"), ("210", "B3", 3, "shipment.id"), ("210", "B3", 11, "carrier.scac")]


class Peer:
    def __init__(self, name, command, environment=None):
        self.name, self.command, self.environment = name, command, environment or {}

    def read(self, paths, rewrite_into=None):
        """{path: {segments, errors}}; with a folder the peer also writes each document anew into it."""
        if rewrite_into:
            os.makedirs(rewrite_into, exist_ok=True)
        arguments = self.command + (["--write", rewrite_into] if rewrite_into else [])
        done = subprocess.run(arguments, input="\n".join(paths) + "\n", capture_output=True, text=True, timeout=180, check=False,
                              env={**os.environ, **self.environment})
        if done.returncode != 0:
            raise Failed(f"{self.name} failed: {done.stderr[-3000:]}")
        seen = {entry["file"]: entry for entry in map(json.loads, done.stdout.splitlines())}
        if set(seen) != set(paths):
            raise Failed(f"{self.name} read {len(seen)} of {len(paths)} documents")
        return seen


class Report:
    """Counts what was compared and keeps what was wrong."""

    def __init__(self):
        self.checks, self.wrong = 0, []

    def check(self, right, text):
        self.checks += 1
        if not right:
            self.wrong.append(text)


def normal(segments):
    """Control numbers of the interchange without leading zeros (node-x12 keeps them as numbers); empty elements at the end dropped."""
    out = []
    for segment in segments:
        segment = list(segment)
        for tag, place in (("ISA", 13), ("IEA", 2)):
            if segment[0] == tag and len(segment) > place:
                segment[place] = segment[place].lstrip("0")
        while len(segment) > 1 and segment[-1] == "":
            segment.pop()
        out.append(segment)
    return out


def structure(segments):
    """What `inspect --json` counts: for each interchange its control number, for each group its own, for each set id, number, segments."""
    out, counting = [], None
    for segment in segments:
        tag = segment[0]
        if tag == "ISA":
            out.append((segment[13].lstrip("0"), segment[6].strip(), segment[8].strip(), []))
        elif tag == "GS":
            out[-1][3].append((segment[1], segment[6], []))
        elif tag == "ST":
            counting = 0
        if counting is not None:
            counting += 1
        if tag == "SE":
            out[-1][3][-1][2].append((opened, segment[2], counting))
            counting = None
        elif tag == "ST":
            opened = segment[1]
    return out


def inspected(program, path):
    seen = json.loads(program.run("inspect", "--json", path))
    return [(interchange["control_number"].lstrip("0"), interchange["sender"], interchange["receiver"],
             [(group["functional_id"], group["control_number"], [(one["set"], one["control_number"], one["segments"]) for one in group["sets"]])
              for group in interchange["groups"]]) for interchange in seen["interchanges"]]


def value_at(data, path):
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def compare_values(report, path, segments, events):
    """Each event's own values stand in the set that was generated from it, as a peer reads it."""
    code = os.path.basename(path).split("-")[1]
    for wanted_code, tag, place, name in VALUES:
        wanted = {value_at(event["data"], name) or "" for event in events}  # an event without it leaves the place empty
        if wanted_code != code or wanted == {""}:
            continue
        found = {segment[place] if len(segment) > place else "" for segment in segments if segment[0] == tag}
        report.check(found == wanted, f"{os.path.basename(path)}: {tag}{place:02d} holds {sorted(found)}, the events say {name} = {sorted(wanted)}")


def judge(report, peers, program, documents, generated):
    seen = {peer.name: peer.read(list(documents.kinds)) for peer in peers}
    for path, kind in documents.kinds.items():
        name = os.path.basename(path)
        program_says = inspected(program, path)
        streams = {}
        for peer in peers:
            entry = seen[peer.name][path]
            report.check(not entry["errors"], f"{peer.name} on {name} ({kind}): {'; '.join(entry['errors'])[:600]}")
            if kind != "drawn":  # one drawn at random holds codes that our guide has and theirs lacks (716, 718)
                of_guide = entry.get("guide_errors", [])
                report.check(not of_guide, f"{peer.name}'s guide on {name} ({kind}): {'; '.join(of_guide)[:600]}")
            streams[peer.name] = normal(entry["segments"])
            report.check(structure(streams[peer.name]) == program_says,
                         f"{name}: {peer.name} counts {structure(streams[peer.name])}, inspect says {program_says}")
        first = streams[peers[0].name]
        for peer in peers[1:]:
            differing = [(one, other) for one, other in zip(first, streams[peer.name]) if one != other][:2]
            report.check(first == streams[peer.name], f"{name}: {peers[0].name} and {peer.name} read different elements: {differing}")
        if path in generated:
            compare_values(report, path, first, generated[path])
    return len(documents.kinds)


def judge_damage(report, peers, program, documents, folder):
    """The proof that the judges judge: each peer must refuse every damaged copy, and so must we."""
    damaged = Documents(folder)
    for path in [*documents.of("sample")[:1], *documents.of("acknowledgement")[:1], *documents.of("drawn")[:1]]:
        for what, text in made.damaged(path).items():
            damaged.put(what, f"{os.path.basename(path)[:-4]}-{what.replace(' ', '-')}.edi", text)
    for peer in peers:
        for path, entry in peer.read(list(damaged.kinds)).items():
            report.check(entry["errors"], f"{peer.name} found nothing wrong in {os.path.basename(path)}: as a judge it is worth nothing")
    for path in damaged.kinds:
        try:
            program.run("validate", path, allowed=(1,))
            report.check(True, "")
        except Failed as failed:
            report.check(False, f"{os.path.basename(path)}: {failed}")
    return len(damaged.kinds)


def judge_rewritten(report, peers, program, documents, folder):
    """What the peers write from the same documents, with delimiters of their own, gives the same events here."""
    paths, count = documents.of("sample", "generated"), 0
    events = {path: program.events(path) for path in paths}
    for path in paths:
        report.check(events[path], f"{os.path.basename(path)} gives no event: there is nothing to compare")
    for peer in peers:
        into = os.path.join(folder, peer.name)
        peer.read(paths, into)
        for path in paths:
            theirs = program.events(os.path.join(into, os.path.basename(path)))
            report.check(theirs == events[path], f"{os.path.basename(path)} as {peer.name} writes it gives other events: {json.dumps(theirs)[:300]}")
            count += 1
    return count


def main():
    binary, work = sys.argv[1:3]
    program, report, started = Program(binary), Report(), time.monotonic()
    here = os.path.dirname(os.path.abspath(__file__))
    java = os.path.join(work, "java")
    peers = [Peer("StAEDI", ["java", "-cp", os.path.join(java, "staedi.jar") + ":" + java, "Staedi"]),
             Peer("pyx12", [sys.executable, os.path.join(here, "pyx12_reader.py")]),
             Peer("node-x12", ["node", os.path.join(here, "node_x12_reader.js")], {"NODE_PATH": os.path.join(work, "node", "node_modules")})]
    documents = Documents(os.path.join(work, "documents"))
    made.add_samples(documents)
    generated = made.add_generated(documents, program)
    made.add_drawn(documents, program)
    made.add_acknowledgements(documents, program)

    def say(text):
        print(f"  {time.monotonic() - started:5.1f} s  {text}", flush=True)

    say(f"{len(documents.kinds)} documents made: " + ", ".join(f"{len(documents.of(kind))} {kind}" for kind in ("sample", "generated", "drawn", "acknowledgement")))
    say(f"{judge(report, peers, program, documents, generated)} documents read by {', '.join(peer.name for peer in peers)} and by us")
    say(f"{judge_damage(report, peers, program, documents, os.path.join(work, 'damaged'))} damaged copies shown to each")
    say(f"{judge_rewritten(report, peers, program, documents, os.path.join(work, 'rewritten'))} documents written by peers read by us")
    for text in report.wrong[:40]:
        print("  WRONG " + text)
    say(f"{report.checks} checks, {len(report.wrong)} wrong")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failed:
        sys.exit(f"interop: {failed}")
