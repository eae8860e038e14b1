#!/usr/bin/env python3
"""The command line as a black box: exit codes, standard input, one line a finding or event, counts, refusals.

cli.py BINARY   the program, built in a clone (it finds its guides and maps there)."""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import shutil
import socket
import subprocess

from command_line import AT, BINARY, FINDING_KEYS, GOOD, HALF_BAD, ROOT, CommandLine, interchange, lines_of, main, read, run, sample, status_set


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

    def test_what_stops_a_command_is_one_json_line_under_json(self):
        for arguments in (["validate", "/nowhere/at/all.edi"], ["validate"], ["nonsense"], ["explain", "no.such.code"]):
            out, err = self.expect(2, "--json", *arguments)
            self.assertEqual(out, "")
            self.assertEqual(list(lines_of(err)[0]), FINDING_KEYS, arguments)
            self.assertEqual(len(lines_of(err)), 1, arguments)

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
    main()
