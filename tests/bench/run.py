#!/usr/bin/env python3
"""`./dev bench`: makes its own test file, measures translation, pipeline and memory, and keeps the figures per commit under build/bench/.

run.py --binary build/release/crossdock [--mb 50] [--memory-mb 1000] [--skip-pipeline]
Only ratios of one run may be compared: every figure stands beside a limit measured in the same run."""
import argparse
import json
import os
import random
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SETS_PER_INTERCHANGE = 100
CITIES = [("MEMPHIS", "TN"), ("JOLIET", "IL"), ("LAREDO", "TX"), ("TACOMA", "WA"), ("ALLENTOWN", "PA"), ("SAVANNAH", "GA")]
CODES = ["X3", "AF", "X6", "X1", "D1", "AG", "SD"]


def status_set(rng, number):
    """One 214 with one to three events, as carriers send it."""
    city, state = rng.choice(CITIES)
    out = [f"ST*214*{number:04d}", f"B10*{rng.randrange(10**9):09d}*SHP{rng.randrange(10**8):08d}*ACFL", f"L11*{rng.randrange(10**8)}*BM",
           f"L11*PO{rng.randrange(10**7)}*PO"]
    if rng.random() < 0.35:
        out += [f"N1*SH*SHIPCO PLANT {rng.randrange(9)}*93*L{rng.randrange(10**5):05d}", "N3*1200 INDUSTRIAL BLVD", f"N4*{city}*{state}*38118*US"]
    for line in range(1, rng.choice((2, 2, 3, 4))):
        out += [f"LX*{line}", f"AT7*{rng.choice(CODES)}*NS***2026{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}*{rng.randrange(24):02d}{rng.randrange(60):02d}*CT",
                f"MS1*{city}*{state}*US", f"MS2*ACFL*TRL{rng.randrange(10**6)}*TL", f"L11*{line}*QN", f"AT8*G*L*{rng.randrange(500, 45000)}*{rng.randrange(1, 60)}"]
    return out + [f"SE*{len(out) + 1}*{number:04d}"]


def write_file(path, megabytes, seed=1, sets=SETS_PER_INTERCHANGE):
    rng, written, control = random.Random(seed), 0, 0
    with open(path, "w", encoding="ascii", newline="") as file:
        while written < megabytes * 1_000_000:
            control += 1
            out = [f"ISA*00*          *00*          *02*{'ACFL':<15}*ZZ*{'SHIPCO':<15}*260518*1432*U*00401*{control:09d}*0*P*>",
                   f"GS*QM*ACFL*SHIPCO*20260518*1432*{control}*X*004010"]
            for number in range(1, sets + 1):
                out += status_set(rng, number)
            out += [f"GE*{sets}*{control}", f"IEA*1*{control:09d}"]
            written += file.write("~".join(out) + "~")


def run_json(binary, *arguments):
    done = subprocess.run([binary, "--json", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr[-1000:]}")
    return json.loads(done.stdout)


def peak_kib(binary, command, path):
    """Peak resident memory of one run of the command line, by the kernel's own count for that child."""
    with open(os.devnull, "wb") as nowhere:
        child = subprocess.Popen([binary, command, path], stdout=nowhere, stderr=nowhere)
        _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--mb", type=float, default=50)
    parser.add_argument("--memory-mb", type=float, default=1000)
    parser.add_argument("--skip-pipeline", action="store_true")
    given = parser.parse_args()
    folder = os.path.join(ROOT, "build", "bench")
    os.makedirs(folder, exist_ok=True)
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    path, small, large = (os.path.join(folder, name) for name in ("bench.x12", "small.x12", "large.x12"))
    write_file(path, given.mb)
    result = {"commit": commit, "translation": run_json(given.binary, "bench", path)}
    print("translation", json.dumps(result["translation"]), flush=True)
    if not given.skip_pipeline:
        result["pipeline"] = run_json(given.binary, "bench", "pipeline", "--folder", folder)
        print("pipeline", json.dumps(result["pipeline"]), flush=True)
    if given.memory_mb > 0:
        write_file(small, 0.001)
        write_file(large, given.memory_mb)
        for command in ("validate", "translate"):
            low, high = peak_kib(given.binary, command, small), peak_kib(given.binary, command, large)
            result[f"{command}_memory"] = {"small_kib": low, "large_kib": high, "difference_mib": round((high - low) / 1024, 2)}
            print(f"memory of {command}", json.dumps(result[f"{command}_memory"]), flush=True)
        os.unlink(large)
    with open(os.path.join(folder, f"{commit or 'unknown'}.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
