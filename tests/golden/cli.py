#!/usr/bin/env python3
"""The command line as a black box: exit codes, standard input, one line a finding or event, counts, refusals.

cli.py BINARY   the program, built in a clone (it finds its guides and maps there)."""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import re
import shutil
import socket
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


class ExitCodes(CommandLine):
    COMMANDS = ("inspect", "validate", "translate", "acknowledge")

    def test_a_good_file_is_fine(self):
        path = self.file("good.edi", GOOD)
        for command in self.COMMANDS:
            self.expect(0, command, path)

    def test_a_rejected_set_is_one(self):
        path = self.file("bad.edi", HALF_BAD)
        for command in ("inspect", "validate", "translate"):
            self.expect(1, command, path)
        out, _ = self.expect(0, "acknowledge", path)
        self.assertIn("AK9*P*3*3*2", out)

    def test_a_file_that_is_no_interchange_is_one(self):
        for data in (b"", b"hello", b"ISA*00*", b"\x00" * 500, GOOD[:-20]):
            path = self.file("odd.edi", data)
            for command in ("validate", "translate"):
                _, err = self.expect(1, command, path)
            self.assertTrue(err, data)

    def test_wrong_use_is_two(self):
        good = self.file("good.edi", GOOD)
        for arguments in ([], ["nonsense"], ["validate"], ["validate", good, "--nonsense"], ["validate", good, good], ["validate", "/nowhere/at/all.edi"],
                          ["translate", "/nowhere/at/all.edi"], ["inspect", "/nowhere/at/all.edi"], ["acknowledge", "/nowhere/at/all.edi"],
                          ["validate", self.folder], ["translate", good, "--map", "x12/004010/899"], ["guide", "show", "899"], ["guide"],
                          ["guide", "sample", "nothing"], ["explain", "no.such.code"], ["validate", good, "--share", self.folder],
                          ["acknowledge", good, "--at", "yesterday"], ["acknowledge", good, "--control-number", "0"], ["check", "/nowhere/at/all"]):
            out, err = self.expect(2, *arguments)
            self.assertTrue(err, arguments)
            self.assertEqual(out, "", arguments)

    def test_an_unknown_command_is_named(self):
        for arguments, word in ((["nonsense"], "nonsense"), (["--json", "nonsense"], "nonsense"), (["guide", "shew", "214"], "shew")):
            _, err = self.expect(2, *arguments)
            self.assertIn(f"no command `{word}`", err)

    def test_a_gateway_that_does_not_answer_is_three_and_a_folder_that_is_none_is_two(self):
        with socket.socket() as closed:  # bound and never listening: nobody answers there
            closed.bind(("127.0.0.1", 0))
            self.expect(3, "statement", "--url", f"http://127.0.0.1:{closed.getsockname()[1]}", "--token", "x")
        self.expect(2, "statement", "--data", "/nowhere/at/all")

    def test_a_full_disk_is_three(self):
        good = self.file("good.edi", GOOD)
        for arguments in (["inspect", good], ["validate", good], ["translate", good], ["acknowledge", good], ["guide", "show", "214"],
                          ["guide", "sample", "214"], ["explain", "--all"], ["inspect", "--json", good], ["--version"], ["--help"]):
            with open("/dev/full", "wb") as full:
                code, _, err = run(*arguments, stdout=full)
            self.assertEqual(code, 3, f"{arguments}: {err}")
            self.assertIn("standard output", err)

    def test_help_and_version_are_fine(self):
        out, _ = self.expect(0, "--version")
        self.assertRegex(out, r"^crossdock \d+\.\d+\.\d+")
        for arguments in (("--version", "--json"), ("--json", "--version")):
            out, _ = self.expect(0, *arguments)
            self.assertEqual(json.loads(out)["name"], "crossdock")
        out, _ = self.expect(0, "--help")
        for command in ("inspect", "validate", "translate", "generate", "acknowledge", "guide", "check", "test", "explain", "bench", "serve"):
            self.assertIn(command, out)
            self.expect(0, command, "--help")


class Input(CommandLine):
    def test_standard_input_is_as_good_as_a_file(self):
        for data in (GOOD, HALF_BAD, b"nothing of the kind"):
            path = self.file("in.edi", data)
            for command in (["inspect"], ["inspect", "--json"], ["validate"], ["validate", "--json"], ["acknowledge", *AT]):
                self.assertEqual(run(*command, path), run(*command, "-", data=data), command)
            code, out, err = run("translate", path)
            other_code, other, other_err = run("translate", "-", data=data)
            self.assertEqual((code, err), (other_code, other_err))
            self.assertEqual(self.without_source(out), self.without_source(other))

    @staticmethod
    def without_source(text):
        return [{key: value for key, value in event.items() if key != "source"} for event in lines_of(text)]

    def test_the_name_of_a_file_changes_the_source_only(self):
        first, second = self.file("a/first.edi", GOOD), self.file("b/second.edi", GOOD)
        one, other = lines_of(run("translate", first)[1]), lines_of(run("translate", second)[1])
        self.assertEqual([event["source"] for event in one], ["/files/first.edi"] * 2)
        self.assertEqual([event["source"] for event in other], ["/files/second.edi"] * 2)
        self.assertEqual(self.without_source(run("translate", first)[1]), self.without_source(run("translate", second)[1]))

    def test_chunks_of_a_pipe_change_nothing(self):
        path = sample("004010/204/two-stops.edi")
        whole, data = run("translate", path)[1], read(path)
        for size in (1, 7, 106, 1000):
            child = subprocess.Popen([BINARY, "translate", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for at in range(0, len(data), size):
                child.stdin.write(data[at:at + size])
                child.stdin.flush()
            child.stdin.close()
            out = child.stdout.read().decode()
            child.stdout.close()
            self.assertEqual(child.wait(), 0)
            self.assertEqual(self.without_source(out), self.without_source(whole), f"chunks of {size}")

    def test_a_named_pipe_is_read_as_a_file_is(self):
        path = os.path.join(self.folder, "pipe.edi")
        os.mkfifo(path)
        child = subprocess.Popen([BINARY, "translate", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with open(path, "wb") as pipe:
            pipe.write(GOOD)
        out, err = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 0, err)
        self.assertEqual(self.without_source(out.decode()), self.without_source(run("translate", self.file("f.edi", GOOD))[1]))


class Findings(CommandLine):
    def test_validate_json_is_one_finding_a_line_with_exactly_its_keys(self):
        out, _ = self.expect(1, "validate", "--json", self.file("bad.edi", HALF_BAD))
        findings = lines_of(out)
        self.assertTrue(findings)
        for finding in findings:
            self.assertEqual(list(finding), FINDING_KEYS)
            self.assertIn(finding["severity"], ("error", "warning", "note"))
        [wrong] = [finding for finding in findings if finding["severity"] == "error"]
        self.assertEqual((wrong["interchange"], wrong["group"], wrong["set"], wrong["control_number"]), (1, 1, 2, "0002"))
        self.assertEqual((wrong["code"], wrong["value"], wrong["syntax_code"]), ("x12.se.count", "99", "4"))
        self.assertEqual(HALF_BAD[wrong["offset"]:wrong["offset"] + wrong["length"]], b"99")
        self.assertEqual(HALF_BAD[:wrong["offset"]].count(b"\n") + 1, wrong["line"])

    def test_every_command_says_its_findings_in_the_same_form(self):
        path = self.file("bad.edi", HALF_BAD)
        for command in ("inspect", "translate"):
            _, err = self.expect(1, command, "--json", path)
            for finding in lines_of(err):
                self.assertEqual(list(finding), FINDING_KEYS, command)

    def test_a_garbled_file_gives_findings_in_json_too(self):
        for data in (b"", b"hello world", GOOD[:-20], GOOD[:150]):
            out, _ = self.expect(1, "validate", "--json", self.file("odd.edi", data))
            self.assertTrue([finding for finding in lines_of(out) if finding["severity"] == "error"], data)

    def test_an_element_is_addressed_by_its_path(self):
        bad_date = [segment.replace("20260518", "20261399") for segment in status_set(1, "SHP1")]
        out, _ = self.expect(1, "validate", "--json", self.file("date.edi", interchange([bad_date])))
        [wrong] = [finding for finding in lines_of(out) if finding["severity"] == "error"]
        self.assertRegex(wrong["path"], r"AT7(\[1\])?\.05$")
        self.assertEqual((wrong["value"], wrong["segment"], wrong["syntax_code"]), ("20261399", 4, "8"))
        out, _ = self.expect(1, "validate", self.file("date.edi", interchange([bad_date])))
        self.assertIn("AT7", out)

    def test_every_code_can_be_explained(self):
        out, _ = self.expect(0, "explain", "--all", "--json")
        codes = [row["code"] for row in lines_of(out)]
        self.assertGreater(len(codes), 50)
        for code in codes[:3] + ["x12.se.count", "x12.isa.length"]:
            out, _ = self.expect(0, "explain", code)
            self.assertTrue(out.startswith(code), out)

    def test_the_reference_of_codes_is_as_printed(self):
        path = os.path.join(ROOT, "docs", "reference", "errors.md")
        if not os.path.exists(path):
            self.skipTest("docs/reference/errors.md is not there")
        self.assertEqual(self.expect(0, "explain", "--all")[0], read(path).decode())


class Translation(CommandLine):
    def test_events_are_cloudevents_a_line(self):
        out, err = self.expect(0, "translate", self.file("good.edi", GOOD))
        events = lines_of(out)
        self.assertEqual([event["subject"] for event in events], ["shipment/SHP1", "shipment/SHP2"])
        for event in events:
            self.assertEqual((event["specversion"], event["type"], event["datacontenttype"]),
                             ("1.0", "crossdock.shipment.milestone.v1", "application/json"))
            for key in ("id", "source", "time", "partitionkey", "factkey", "data"):
                self.assertTrue(event.get(key), key)
        self.assertEqual(len({event["id"] for event in events}), 2)
        for line in err.splitlines():
            self.assertTrue(line.startswith("note"), line)

    def test_good_sets_of_a_half_bad_file_come_out(self):
        out, err = self.expect(1, "translate", self.file("bad.edi", HALF_BAD))
        self.assertEqual([event["subject"] for event in lines_of(out)], ["shipment/SHP1", "shipment/SHP3"])
        self.assertIn("x12.se.count", err)

    def test_a_file_that_breaks_off_gives_its_whole_sets(self):
        cut = HALF_BAD[:HALF_BAD.index(b"ST*214*0002")]
        out, _ = self.expect(1, "translate", self.file("cut.edi", cut))
        self.assertEqual([event["subject"] for event in lines_of(out)], ["shipment/SHP1"])

    def test_trace_names_bytes_and_line(self):
        path = self.file("good.edi", GOOD)
        events = lines_of(self.expect(0, "translate", "--trace", path)[0])
        self.assertTrue(all(event["trace"] for event in events))
        plain = lines_of(self.expect(0, "translate", path)[0])
        for event in events:
            del event["trace"]
        self.assertEqual(events, plain)

    def test_the_same_bytes_give_the_same_events(self):
        path = sample("005010/214/three-events.edi")
        first = run("translate", path)
        for zone in ("Asia/Tokyo", "America/Denver"):
            environment = {**os.environ, "TZ": zone, "LC_ALL": "C", "LANG": "de_DE.UTF-8"}
            again = subprocess.run([BINARY, "translate", path], capture_output=True, env=environment, cwd="/", check=False)
            self.assertEqual((again.returncode, again.stdout.decode(), again.stderr.decode()), first, zone)


class Acknowledgement(CommandLine):
    def test_numbers_of_the_envelope_are_turned_round(self):
        out, _ = self.expect(0, "acknowledge", self.file("good.edi", GOOD), *AT, "--control-number", "41")
        self.assertIn("*ZZ*SHIPCO         *02*ACFL           *260518*1432*U*00401*000000041*", out)
        for wanted in ("AK1*QM*7~", "AK2*214*0001~", "AK9*A*2*2*2~", "GE*1*41~", "IEA*1*000000041~"):
            self.assertIn(wanted, out)

    def test_what_it_writes_is_accepted_and_never_acknowledged(self):
        for data in (GOOD, HALF_BAD):
            out, _ = self.expect(0, "acknowledge", self.file("in.edi", data), *AT)
            path = self.file("997.edi", out.encode())
            self.expect(0, "validate", path)
            answer, err = self.expect(0, "acknowledge", path, *AT)
            self.assertEqual(answer, "")
            self.assertIn("never", err)

    def test_an_error_is_told_with_its_place(self):
        bad_date = [segment.replace("20260518", "20261399") for segment in status_set(1, "SHP1")]
        out, _ = self.expect(0, "acknowledge", self.file("date.edi", interchange([bad_date])), *AT)
        for wanted in ("AK3*AT7*4*", "AK4*5*373*8*20261399~", "AK5*R*5~", "AK9*R*1*1*0"):
            self.assertIn(wanted, out)

    def test_generated_documents_deserve_acceptance(self):
        for release in ("004010", "005010"):
            for code in ("204", "990", "214", "210"):
                for extent in ([], ["--full"]):
                    drawn, _ = self.expect(0, "guide", "sample", f"{release}/{code}", *extent, *AT)
                    path = self.file("drawn.edi", drawn.encode())
                    self.expect(0, "validate", path)
                    self.assertIn("AK5*A~", self.expect(0, "acknowledge", path, *AT)[0])


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


class Checks(CommandLine):
    def test_what_is_shipped_is_fine(self):
        self.expect(0, "check")
        example = os.path.join(ROOT, "partner-profiles", "example")
        if os.path.isdir(example):
            self.expect(0, "check", example)

    def test_a_fault_is_told_with_line_and_column(self):
        self.file("crossdock.yaml", b"name: test\nlisteners:\n  - {listen: 127.0.0.1:0, serves: [api]}\nstore: {kind: sqlite, path: crossdock.db}\nnonsense: 1\n")
        out, err = self.expect(1, "check", self.folder)
        self.assertRegex(out + err, r"crossdock\.yaml.*\b5\b")
        self.assertIn("nonsense", out + err)

    def test_samples_of_what_is_shipped_are_as_stated(self):
        out, _ = self.expect(0, "test", "--json")
        self.assertEqual({sample["result"] for sample in lines_of(out)}, {"same"})
        self.expect(2, "test", "/nowhere/at/all")

    def test_a_sample_that_differs_is_told_value_by_value(self):
        shutil.copytree(os.path.join(ROOT, "maps"), os.path.join(self.folder, "maps"))
        inward = os.path.join(self.folder, "maps", "x12", "004010", "214", "samples", "delivered.expected.json")
        events = json.loads(read(inward))
        events[0]["data"]["location"]["city"] = "NASHVILLE"
        del events[0]["data"]["weight"]
        self.file(inward, json.dumps(events).encode())
        outward = os.path.join(self.folder, "maps", "x12", "004010", "990", "samples", "write-accepted.expected.edi")
        self.file(outward, read(outward).replace(b"B1*", b"B9*"))
        out, _ = self.expect(1, "test", "--share", self.folder)
        for wanted in ("DIFFERENT  maps/x12/004010/214/samples/delivered.edi", 'events[1].data.location.city: expected "NASHVILLE", is "MEMPHIS"',
                       "events[1].data.weight: expected absent, is ", "DIFFERENT  maps/x12/004010/990/samples/write-accepted.event.json", "line 2: expected B9*"):
            self.assertIn(wanted, out)
        self.assertIn("2 differ", out)

    def test_share_may_be_said(self):
        elsewhere = os.path.join(self.folder, "share")
        os.mkdir(elsewhere)
        os.symlink(os.path.join(ROOT, "maps"), os.path.join(elsewhere, "maps"))
        self.expect(0, "--share", elsewhere, "guide", "show", "214")
        self.expect(0, "translate", self.file("good.edi", GOOD), "--share", elsewhere)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
