#!/usr/bin/env python3
"""The command line where documents, guides and profiles are made: generation, advices, guides, learning, reference.

cli_authoring.py BINARY   as cli.py."""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import re
import shutil

from command_line import AT, GOOD, HALF_BAD, ROOT, SAMPLES, CommandLine, interchange, lines_of, main, read, run, sample, status_set


class Generation(CommandLine):
    MAPS = [f"x12/{release}/{code}" for release in ("004010", "005010") for code in ("204", "990", "214", "210")]

    def outward(self):
        for name in self.MAPS:
            folder = os.path.join(ROOT, "maps", name, "samples")
            for file in sorted(os.listdir(folder)):
                if file.endswith(".event.json"):
                    yield name, os.path.join(folder, file)

    def test_what_is_written_is_valid_and_says_the_same_again(self):
        seen = set()
        for name, path in self.outward():
            seen.add(name)
            written, _ = self.expect(0, "generate", path, "--map", name, *AT)
            document = self.file("out.edi", written.encode())
            self.expect(0, "validate", document)
            events, _ = self.expect(0, "translate", document)
            again, _ = self.expect(0, "generate", self.file("again.json", events.encode()), "--map", name, *AT)
            self.assertEqual(again, written, path)
        self.assertEqual(seen, set(self.MAPS))

    def test_one_event_an_array_and_one_a_line_are_the_same(self):
        events, _ = self.expect(0, "translate", self.file("good.edi", GOOD))
        array = "[" + ",".join(events.splitlines()) + "]"
        make = lambda text: self.expect(0, "generate", self.file("events.json", text.encode()), "--map", "x12/004010/214", *AT)[0]
        self.assertEqual(make(events), make(array))
        self.assertEqual(make(events), make(json.dumps(json.loads(array), indent=2)))
        one = events.splitlines()[0]
        self.assertEqual(make(one), make(json.dumps(json.loads(one), indent=1)))
        self.assertEqual(make(one).count("ST*214"), 1)
        piped = run("generate", "-", "--map", "x12/004010/214", *AT, data=events.encode())
        self.assertEqual(piped[1], make(events))

    def test_time_and_control_number_make_it_repeatable(self):
        name, path = next(self.outward())
        written, _ = self.expect(0, "generate", path, "--map", name, *AT, "--control-number", "815")
        self.assertEqual(written, self.expect(0, "generate", path, "--map", name, *AT, "--control-number", "815")[0])
        self.assertRegex(written, r"\*260518\*1432\*U\*00401\*000000815\*")
        self.assertIn("IEA*1*000000815~", written)

    def test_a_partner_gives_identifiers_and_delimiters(self):
        config = os.path.join(ROOT, "partner-profiles", "example")
        name, path = "x12/004010/204", os.path.join(ROOT, "maps", "x12", "004010", "204", "samples", "write-plain-tender.event.json")
        written, _ = self.expect(0, "generate", path, "--map", name, "--partner", "acme-freight", "--config", config, *AT)
        self.assertIn("*ZZ*SHIPCO         *02*ACFL           *", written)
        self.assertIn("GS*SM*SHIPCO*ACFL*", written)
        self.expect(2, "generate", path, "--map", name, "--partner", "nobody", "--config", config)
        self.expect(2, "generate", path, "--map", name, "--partner", "acme-freight")

    def test_the_partner_says_what_stands_for_a_delimiter_in_data(self):
        config = os.path.join(self.folder, "with-replacement")
        shutil.copytree(os.path.join(ROOT, "partner-profiles", "example"), config)
        profile = os.path.join(config, "partners", "acme-freight.yaml")
        with open(profile, encoding="utf-8") as file:
            text = file.read().replace("on_delimiter_in_data: choose_delimiters", 'on_delimiter_in_data: replace\nreplace_with: "."')
        with open(profile, "w", encoding="utf-8") as file:
            file.write(text)
        path = os.path.join(ROOT, "maps", "x12", "004010", "204", "samples", "write-plain-tender.event.json")
        with open(path, encoding="utf-8") as file:
            event = json.load(file)
        event["data"]["notes"] = [{"text": "gate * 4 ~ ring > twice"}]
        written, _ = self.expect(0, "generate", self.file("noted.json", json.dumps(event).encode()), "--map", "x12/004010/204", "--partner",
                                 "acme-freight", "--config", config, *AT)
        self.assertIn("gate . 4 . ring . twice~", written)

    def test_what_cannot_be_written_is_refused(self):
        name, path = next(self.outward())
        self.expect(2, "generate", path)
        self.expect(2, "generate", path, "--map", "x12/004010/999")
        self.expect(2, "generate", "/nowhere/at/all.json", "--map", name)
        for text in (b"", b"   \n", b"{", b"[1", b"nonsense", b"{}}", b"\xff\xfe"):
            out, err = self.expect(2, "generate", self.file("bad.json", text), "--map", name)
            self.assertEqual(out, "", text)
            self.assertTrue(err, text)
        for text in (b"{}", b"[]", b"1", b'{"type":"crossdock.load.tendered.v1","data":{}}', b"[[[[[[1]]]]]]", b"[" * 5000 + b"]" * 5000):
            code, out, err = run("generate", self.file("bad.json", text), "--map", name)
            self.assertIn(code, (1, 2), (text[:60], err))
            self.assertEqual(out, "", text[:60])
            self.assertTrue(err, text[:60])


class Advice(CommandLine):
    def test_an_824_says_what_became_of_each_set_and_is_valid(self):
        path = self.file("bad.edi", HALF_BAD)
        out, _ = self.expect(0, "acknowledge", path, "--set", "824", *AT)
        self.assertEqual([line.split("*")[1:4] for line in out.split("~\n") if line.startswith("OTI")],
                         [["TA", "TN", "0001"], ["TR", "TN", "SHP2"], ["TA", "TN", "0003"]])
        advice = self.file("advice.edi", out.encode())
        self.expect(0, "validate", advice)
        events = lines_of(self.expect(0, "translate", advice)[0])
        self.assertEqual([event["data"]["outcome"] for event in events], ["accepted", "rejected", "accepted"])
        self.assertEqual(self.expect(0, "acknowledge", advice, "--set", "824")[0], "")

    def test_an_aperak_is_valid_and_a_contrl_is_asked_for_by_name(self):
        message = b"UNB+UNOC:3+S:14+R:14+260518:1432+REF1'UNH+1+IFTSTA:D:96A:UN'BGM+44+ST1+9'XYZ+1'UNT+4+1'UNZ+1+REF1'"
        path = self.file("bad.edifact", message)
        out, _ = self.expect(0, "acknowledge", path, "--set", "APERAK", *AT)
        self.assertIn("RFF+ACW:ST1'", out)
        self.expect(0, "validate", self.file("aperak.edifact", out.encode()))
        self.assertIn("UCM+1+IFTSTA:D:96A:UN+4'", self.expect(0, "acknowledge", path, "--set", "CONTRL")[0])
        self.assertEqual(self.expect(0, "acknowledge", self.file("good.edi", GOOD), "--set", "CONTRL")[0], "")


class Guides(CommandLine):
    def facts(self):
        """The facts file's counts, without a YAML reader: it is regular enough."""
        files = [os.path.join(ROOT, "maps", "guides", standard, "facts.yaml") for standard in ("x12", "edifact")]
        text = "".join(read(path).decode() for path in files)
        for entry in re.split(r"\n  - guide: ", text)[1:]:
            name = entry.split("\n", 1)[0].strip()
            numbers = {key: int(value) for key, value in re.findall(r"\n    (\w+): (\d+)\n", entry.replace("\n", "\n\n"))}
            codes = json.loads(re.search(r"\n    codes: (\{[^}]*\})", entry).group(1))
            yield name, numbers, codes

    def test_counts_equal_the_facts(self):
        seen = 0
        for name, numbers, codes in self.facts():
            shown = json.loads(self.expect(0, "guide", "show", name, "--json")[0])
            for key in ("segments", "distinct_segments", "loops", "elements", "mandatory_segments"):
                self.assertEqual(shown[key], numbers[key], f"{name} {key}")
            self.assertEqual(shown["codes"], codes, name)
            seen += 1
        self.assertGreaterEqual(seen, 48)

    def test_a_guide_has_three_names(self):
        long = self.expect(0, "guide", "show", "x12/004010/214", "--json")[0]
        for name in ("214", "004010/214"):
            self.assertEqual(self.expect(0, "guide", "show", name, "--json")[0], long)

    def test_an_unknown_guide_is_answered_with_those_there_are(self):
        _, err = self.expect(2, "guide", "show", "218")
        self.assertIn("x12/004010/214", err)

    def test_a_sample_is_the_same_for_the_same_seed(self):
        draw = lambda seed: self.expect(0, "guide", "sample", "214", "--seed", seed, *AT)[0]
        self.assertEqual(draw("5"), draw("5"))
        self.assertNotEqual(draw("5"), draw("6"))


class Learning(CommandLine):
    def test_a_profile_proposed_from_samples_is_one_that_check_accepts(self):
        folder = os.path.join(self.folder, "config")
        os.makedirs(folder)
        shutil.copy(os.path.join(ROOT, "partner-profiles", "example", "crossdock.yaml"), folder)
        samples = [os.path.join(SAMPLES, "004010", name, "samples") for name in ("214", "990", "210")]
        files = [os.path.join(one, name) for one in samples for name in sorted(os.listdir(one))
                 if name.endswith(".edi") and ".expected." not in name]
        files.append(self.file("tender.edi", read(sample("004010/204/" + sorted(
            name for name in os.listdir(os.path.join(SAMPLES, "004010", "204", "samples"))
            if name.endswith(".edi") and ".expected." not in name)[0]))))
        out, _ = self.expect(0, "partner", "learn", *files, "--us", "SHIPCO", "--name", "learnt", "--out", folder)
        self.assertIn(os.path.join(folder, "partners", "learnt.yaml"), out)
        profile = read(os.path.join(folder, "partners", "learnt.yaml")).decode()
        for line in ('identifiers: {x12: ["02:ACFL"], gs: "ACFL"}', 'us: {x12: "ZZ:SHIPCO", gs: "SHIPCO"}',
                     '- {set: x12/004010/214, acknowledge: "997"}', '- {set: x12/004010/204, acknowledge: "997"}'):
            self.assertIn(line, profile)
        overlay = read(os.path.join(folder, "partners", "learnt", "214-004010.yaml")).decode()
        self.assertIn("overlay: x12/004010/214\n", overlay)
        self.assertRegex(overlay, r"\n  N1/N4\.01: \{usage: M\}   # (\d+) of \1")
        self.expect(0, "check", folder)
        for name in files[:2]:  # what it was learnt from still passes
            self.expect(0, "validate", name, "--partner", "learnt", "--config", folder)
        self.expect(2, "partner", "learn", *files, "--name", "learnt", "--out", folder)

    def test_what_is_no_document_is_wrong_use(self):
        self.expect(2, "partner", "learn", self.file("odd.edi", b"hello"))
        self.expect(2, "partner", "learn", os.path.join(self.folder, "nowhere.edi"))
        self.expect(2, "partner")

    def test_deviations_are_told_with_counts(self):
        path = self.file("bad.edi", interchange([status_set(1, "SHP1", count=99), status_set(2, "SHP2", code="Q9")]))
        out, _ = self.expect(0, "partner", "learn", path)
        self.assertIn("2 sets, 1 with errors, version 004010", out)
        self.assertRegex(out, r"# deviates: x12\.se\.count at SE\.01, 1 times, first bad\.edi:")
        files = [json.loads(line) for line in self.expect(0, "partner", "learn", path, "--json")[0].splitlines()]
        self.assertEqual([one["path"] for one in files], ["partners/acfl.yaml", "partners/acfl/214-004010.yaml"])


class Reference(CommandLine):
    def test_pages_are_listed_and_printed(self):
        out, _ = self.expect(0, "reference")
        self.assertIn("sets.md", out.split())
        self.assertIn("| `x12/004010/214` |", self.expect(0, "reference", "sets")[0])
        self.assertEqual(self.expect(0, "reference", "errors")[0], read(os.path.join(ROOT, "docs", "reference", "errors.md")).decode())
        self.expect(2, "reference", "no-such-page")


if __name__ == "__main__":
    main()
