#!/usr/bin/env python3
"""Runs every document of the corpus through inspect, validate and translate and compares each verdict with tests/golden/corpus.tsv.

corpus.py BINARY [CORPUS]   CORPUS: $CROSSDOCK_CORPUS, else ../shared/corpus beside the checkout; absent: says so and exits 77 (skipped).
GOLDEN_UPDATE=1 rewrites corpus.tsv: read the diff. Columns: file, verdict, events, error codes, warning codes, reason (kept by hand)."""
import concurrent.futures
import csv
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
GOLDEN = os.path.join(HERE, "corpus.tsv")
SECONDS_MAX = 60
OUR_SETS = {"204", "210", "214", "990", "997"}


def run(binary, *arguments):
    done = subprocess.run([binary, *arguments], capture_output=True, timeout=SECONDS_MAX, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def findings_of(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def judge(binary, path):
    """(verdict, events, errors, warnings, problems)"""
    problems = []
    for command in (["inspect"], ["inspect", "--json"], ["validate"]):
        code, out, err = run(binary, *command, path)
        if code not in (0, 1) or "AddressSanitizer" in err or "runtime error" in err or "LeakSanitizer" in err:
            problems.append(f"{' '.join(command)}: exit {code}: {err[-500:]}")
    code, out, err = run(binary, "validate", "--json", path)
    if code not in (0, 1):
        problems.append(f"validate --json: exit {code}: {err[-500:]}")
    try:
        findings = findings_of(out)
    except ValueError as error:
        return "unreadable", 0, [], [], problems + [f"validate --json: {error}"]
    for finding in findings:
        if not finding["message"] or (finding["severity"] == "error" and finding["line"] == 0 and finding["offset"] == 0 and
                                      not finding["code"].startswith(("x12.isa", "edifact.unb", "syntax."))):
            problems.append(f"a finding without message or place: {finding}")
    errors = sorted({f["code"] for f in findings if f["severity"] == "error"})
    warnings = sorted({f["code"] for f in findings if f["severity"] == "warning"})
    if bool(errors) != (code == 1):
        problems.append(f"validate exits {code} with {len(errors)} error codes")
    verdict = "rejected" if errors else "accepted_with_warnings" if warnings else "accepted"
    if errors in (["x12.set.unsupported"], ["edifact.message.unsupported"]):
        verdict = "unknown_type"
    code, out, err = run(binary, "translate", path)
    if code not in (0, 1) or "AddressSanitizer" in err or "runtime error" in err or "LeakSanitizer" in err:
        problems.append(f"translate: exit {code}: {err[-500:]}")
    events = 0
    for line in out.splitlines():
        event = json.loads(line)
        if event.get("specversion") != "1.0":
            problems.append("an event that is no CloudEvent")
        events += 1
    return verdict, events, errors, warnings, problems


def read_golden():
    if not os.path.exists(GOLDEN):
        return {}
    with open(GOLDEN, encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}


def main():
    binary = os.path.abspath(sys.argv[1])
    corpus = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("CROSSDOCK_CORPUS", os.path.join(ROOT, "..", "shared", "corpus"))
    index = os.path.join(corpus, "INDEX.tsv")
    if not os.path.exists(index):
        print(f"skipped: there is no corpus at {corpus} (set CROSSDOCK_CORPUS)")
        return 77
    with open(index, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    golden, results, failures = read_golden(), {}, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for row, result in zip(rows, pool.map(lambda r: judge(binary, os.path.join(corpus, r["file"])), rows)):
            results[row["file"]] = (row, *result)
    for name, (row, verdict, events, errors, warnings, problems) in results.items():
        failures += [f"{name}: {problem}" for problem in problems]
        if row["status"] == "known-invalid" and verdict == "accepted":
            failures.append(f"{name}: known invalid ({row.get('quirks | reason')}), yet accepted without a finding")
        known = golden.get(name)
        got = {"verdict": verdict, "events": str(events), "errors": " ".join(errors), "warnings": " ".join(warnings)}
        if os.environ.get("GOLDEN_UPDATE") != "1":
            if known is None:
                failures.append(f"{name}: not in corpus.tsv")
            else:
                failures += [f"{name}: {key} was `{known[key]}`, now `{value}`" for key, value in got.items() if known[key] != value]
    if os.environ.get("GOLDEN_UPDATE") == "1":
        with open(GOLDEN, "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, delimiter="\t", lineterminator="\n")
            out.writerow(["file", "verdict", "events", "errors", "warnings", "reason"])
            for name, (row, verdict, events, errors, warnings, _) in results.items():
                out.writerow([name, verdict, events, " ".join(errors), " ".join(warnings), golden.get(name, {}).get("reason", "")])
    for failure in failures:
        print(failure)
    print(f"corpus: {len(results)} documents, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
