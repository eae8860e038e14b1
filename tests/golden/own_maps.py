#!/usr/bin/env python3
"""A user's own map, from a file and from a configuration folder; and the figures that `bench` prints. Usage: own_maps.py BINARY"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

BINARY = sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/crossdock"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MAP = """map: my/statuses
document: csv
format: {separator: ";", encoding: iso-8859-1}
events:
  - type: shipment.milestone.v1
    for: rows
    subject: shipment.id
    relate:
      - Sendung -> shipment.id
      - Spediteur -> carrier.scac
      - "Status -> milestone.code | codes(ZU=delivered, AB=picked_up)"
      - const("actual") -> milestone.classifier
      - Zeit -> milestone.occurred_at | datetime(iso)
      - Ort -> location.city
"""
ROWS = "Sendung;Spediteur;Status;Zeit;Ort\r\nS1;ACFL;ZU;2026-05-18T14:32:00+02:00;M\xfcnchen\r\n"


def run(*arguments):
    return subprocess.run([BINARY, "--share", ROOT, *arguments], capture_output=True, text=True, check=False)


class OwnMaps(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.map = self.write("statuses.yaml", MAP)
        self.rows = self.write("rows.csv", ROWS)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="latin-1", newline="") as file:
            file.write(text)
        return path

    def test_a_map_file_is_used_without_being_installed(self):
        done = run("translate", self.rows, "--map", self.map)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        data = json.loads(done.stdout)["data"]
        self.assertEqual(data["location"]["city"], "München")
        self.assertEqual(data["milestone"]["code"], "delivered")
        shown = run("map", "show", self.map)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("my/statuses", shown.stdout)

    def test_a_configuration_folder_brings_its_own(self):
        self.write("config/maps/my/statuses/map.yaml", MAP)
        config = os.path.join(self.folder.name, "config")
        self.assertEqual(run("translate", self.rows, "--map", "my/statuses", "--config", config).returncode, 0)
        self.assertEqual(run("translate", self.rows, "--map", "my/statuses").returncode, 2)
        self.assertEqual(run("translate", self.rows, "--map", "my/statuses", "--config", config + "/none").returncode, 2)

    def test_all_faults_are_shown_with_their_places(self):
        wrong = self.write("wrong.yaml", MAP.replace("location.city", "location.town").replace("carrier.scac", "carrier.skac"))
        done = run("translate", self.rows, "--map", wrong)
        self.assertEqual(done.returncode, 2)
        self.assertIn("my/statuses/map.yaml:10:22: `carrier.skac`", done.stderr)
        self.assertIn("my/statuses/map.yaml:14:16: `location.town`", done.stderr)

    def test_bench_prints_its_figures(self):
        sample = os.path.join(ROOT, "maps/x12/004010/214/samples/three-events.edi")
        done = run("bench", sample, "--rounds", "1", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = json.loads(done.stdout)
        for name in ("scan", "parse", "validate", "translate"):
            self.assertGreater(figures[name + "_mb_s"], 0)
        for name in ("parse_ratio", "validate_ratio", "translate_ratio", "two_threads_ratio", "interchanges_per_s", "peak_rss_mib"):
            self.assertGreater(figures[name], 0)
        with open(sample, encoding="ascii") as file:
            self.assertEqual(figures["terminators"], file.read().count("~"))
        self.assertEqual((figures["interchanges"], figures["sets_rejected"]), (1, 0))


if __name__ == "__main__":
    unittest.main()
