"""What the tests of the command line share: running the program, documents made for it, a folder for each test."""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(ROOT, "maps", "x12")
BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
FINDING_KEYS = ["code", "severity", "message", "path", "segment", "line", "offset", "length", "value", "expected", "interchange", "group", "set",
                "control_number", "syntax_code"]
AT = ["--at", "2026-05-18T14:32:00Z"]


def run(*arguments, data=None, stdout=subprocess.PIPE):
    done = subprocess.run([BINARY, *arguments], input=data, stdin=None if data is not None else subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=120, check=False)
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def sample(name):
    return os.path.join(SAMPLES, *name.split("/")[:2], "samples", name.split("/")[2])


def read(path):
    with open(path, "rb") as file:
        return file.read()


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


def status_set(number, shipment, code="X3", count=None):
    body = [f"B10*PRO{number}*{shipment}*ACFL", "LX*1", f"AT7*{code}*NS***20260518*1432*CT", "MS1*MEMPHIS*TN*US"]
    return [f"ST*214*{number:04d}", *body, f"SE*{len(body) + 2 if count is None else count}*{number:04d}"]


def interchange(sets, functional="QM", version="004010", control=7):
    out = [f"ISA*00*          *00*          *02*ACFL           *ZZ*SHIPCO         *260518*1432*U*00401*{control:09d}*0*P*>",
           f"GS*{functional}*ACFL*SHIPCO*20260518*1432*{control}*X*{version}", *(segment for one in sets for segment in one),
           f"GE*{len(sets)}*{control}", f"IEA*1*{control:09d}"]
    return ("~\n".join(out) + "~\n").encode()


GOOD = interchange([status_set(1, "SHP1"), status_set(2, "SHP2")])
HALF_BAD = interchange([status_set(1, "SHP1"), status_set(2, "SHP2", count=99), status_set(3, "SHP3")])


class CommandLine(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="crossdock-cli-")
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def expect(self, code, *arguments, data=None):
        got, out, err = run(*arguments, data=data)
        self.assertEqual(got, code, f"crossdock {' '.join(arguments)}: exit {got}, expected {code}\n{out[-800:]}\n{err[-800:]}")
        return out, err


def main():
    """`FILE.py BINARY [TEST ...]`"""
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
