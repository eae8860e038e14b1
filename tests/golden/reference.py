"""The committed pages of docs/reference are what the program prints: `crossdock reference --out docs/reference` writes them.

reference.py BINARY   the program, built in a clone."""
# SPDX-License-Identifier: Apache-2.0
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    done = subprocess.run([sys.argv[1], "reference", "--compare", str(ROOT / "docs" / "reference")], capture_output=True, text=True,
                          timeout=300, check=False)
    print(done.stdout + done.stderr, end="")
    if done.returncode != 0:
        print("write them with: crossdock reference --out docs/reference")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
