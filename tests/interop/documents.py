"""What the peers get to read: our samples, and everything that the program writes: 204, 990, 214, 210 made from events, 997, samples
drawn from guides. Also damaged copies, which a peer that judges at all must refuse."""
# SPDX-License-Identifier: Apache-2.0
import glob
import json
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RELEASES = ("004010", "005010")
WRITTEN_SETS = ("204", "210", "214", "990")
GUIDE_SEEDS = range(1, 6)
MOMENT = ["--at", "2026-05-18T14:32:00Z"]


class Failed(Exception):
    pass


# Left out, because of what the peers are known not to do: node-x12 refuses a TA1 outside of a group (its issue 46); none of the three reads a
# BIN segment by its byte count (StAEDI wants to be told the length by its caller). Our own tests read both.
PEERS_CANNOT = (os.sep + "TA1" + os.sep, "delivered-with-image")


class Program:
    """The program under test."""

    def __init__(self, binary):
        self.binary = binary

    def run(self, *arguments, allowed=(0,)):
        done = subprocess.run([self.binary, *arguments], capture_output=True, timeout=120, check=False)
        if done.returncode not in allowed:
            raise Failed(f"crossdock {' '.join(arguments)}: exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")
        return done.stdout

    def events(self, path):
        """Events without what follows from the file's bytes and name."""
        kept = ("type", "subject", "time", "data", "partitionkey")
        events = [json.loads(line) for line in self.run("translate", path, allowed=(0, 1)).splitlines()]
        return [{key: event.get(key) for key in kept} for event in events]


class Documents:
    """Files in one folder, by name; `kind` says where each came from."""

    def __init__(self, folder):
        self.folder = folder
        self.kinds = {}
        os.makedirs(folder, exist_ok=True)
        for old in os.listdir(folder):
            os.unlink(os.path.join(folder, old))

    def put(self, kind, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        self.kinds[path] = kind
        return path

    def of(self, *kinds):
        return [path for path, kind in self.kinds.items() if kind in kinds]


def sample_files(pattern):
    found = sorted(glob.glob(os.path.join(ROOT, "maps", "x12", "*", "*", "samples", pattern)))
    return [path for path in found if not any(part in path for part in PEERS_CANNOT)]


def document_name(path):
    """004010-214-delivered from maps/x12/004010/214/samples/delivered.edi."""
    parts = path.split(os.sep)
    return "-".join([parts[-4], parts[-3], parts[-1].split(".")[0]])


def add_samples(documents):
    for path in sample_files("*.edi"):
        if path.endswith(".expected.edi"):
            continue
        with open(path, "rb") as file:
            documents.put("sample", document_name(path) + ".edi", file.read())


def add_generated(documents, program):
    """What `generate` makes of the outward samples; {path: their events}."""
    sources = {}
    for number, path in enumerate(sample_files("*.event.json"), 1):
        release, code = path.split(os.sep)[-4:-2]
        text = program.run("generate", path, "--map", f"x12/{release}/{code}", *MOMENT, "--control-number", str(number))
        written = documents.put("generated", document_name(path) + "-generated.edi", text)
        with open(path, encoding="utf-8") as file:
            events = json.load(file)
        sources[written] = events if isinstance(events, list) else [events]
    missing = {(release, code) for release in RELEASES for code in WRITTEN_SETS} - {tuple(path.split(os.sep)[-1].split("-")[:2]) for path in sources}
    if missing:
        raise Failed(f"no outward sample for {sorted(missing)}: these sets would be judged by nobody")
    return sources


def add_drawn(documents, program):
    for release in RELEASES:
        for code in (*WRITTEN_SETS, "997"):
            for seed in GUIDE_SEEDS:
                extent = ["--full"] if seed % 2 else []
                text = program.run("guide", "sample", f"x12/{release}/{code}", "--seed", str(seed), "--control-number", str(seed), *extent, *MOMENT)
                documents.put("drawn", f"{release}-{code}-drawn-{seed}.edi", text)


def add_acknowledgements(documents, program):
    """997 for all that stands there already, and for copies with faults, so that AK3, AK4 and rejections are written too."""
    faulty = [documents.put("faulty", os.path.basename(path)[:-4] + "-faulty.edi", with_faults(path)) for path in documents.of("sample")]
    rejections = 0
    for path in [*documents.of("sample", "generated", "drawn"), *faulty]:
        text = program.run("acknowledge", path, *MOMENT, "--control-number", "77")
        if not text:
            continue  # acknowledgements are never acknowledged
        rejections += b"AK5*R" in text or b"AK9*R" in text
        documents.put("acknowledgement", os.path.basename(path)[:-4] + "-997.edi", text)
    for path in faulty:
        del documents.kinds[path]
    if rejections < 5:
        raise Failed(f"only {rejections} of the faulty copies were rejected: 997 with AK3 and AK4 are hardly judged")


def with_faults(path):
    """A copy with an impossible date, an unknown segment and a wrong count; the envelope stays whole."""
    with open(path, "rb") as file:
        segments = file.read().split(b"~")
    for at, segment in enumerate(segments):
        tag = segment.strip().split(b"*")[0]
        if tag in (b"B10", b"B1", b"B3", b"B2"):
            segments[at] = segment + b"*THISELEMENTISFARTOOLONGFORANYTHINGATALLANDMORE" * 3 + b"~\nQQQ*1"
        if tag == b"SE":
            segments[at] = segment.replace(b"SE*", b"SE*9", 1)
    return b"~".join(segments)


def damaged(path):
    """{name: bytes}: copies of one good document, each with one thing wrong in its envelope."""
    with open(path, "rb") as file:
        text = file.read()
    return {"SE count": replaced(text, b"SE", 1, b"999"), "SE control number": replaced(text, b"SE", 2, b"7777"), "GE count": replaced(text, b"GE", 1, b"9"),
            "GE control number": replaced(text, b"GE", 2, b"777777"), "IEA count": replaced(text, b"IEA", 1, b"9"),
            "IEA control number": replaced(text, b"IEA", 2, b"777777777")}


def replaced(text, tag, place, value):
    """The last segment of that tag with another element."""
    element, terminator = text[3:4], text[105:106]
    segments = text.split(terminator)
    for at in reversed(range(len(segments))):
        elements = segments[at].split(element)
        if elements[0].strip() == tag:
            elements[place] = value
            segments[at] = element.join(elements)
            return terminator.join(segments)
    raise Failed(f"no {tag.decode()} to damage")
