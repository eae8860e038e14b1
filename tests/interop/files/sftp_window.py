"""Transfers at 40 ms round trip: what the gateway reads and writes in a second against OpenSSH's client with one request in flight.
The gateway's time is that of a whole look or delivery, log-in and archiving included."""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import subprocess
import sys
import time

from delay_proxy import DelayProxy
from servers import OpenSsh, gateway
from world import World

MIB = 1 << 20
LARGE, SMALL = 96 * MIB, 3 * MIB  # for us; for one request in flight


def one_in_flight(server, port, command):
    """Seconds of OpenSSH's sftp with -R 1; the transfer alone: a session that does nothing is taken off."""
    def run(batch):
        begin = time.monotonic()
        subprocess.run(["sftp", "-R", "1", "-B", "32768", "-b", "-", "-P", str(port), "-i", server.key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                        f"{server.user}@127.0.0.1"], input=batch, text=True, check=True, capture_output=True)
        return time.monotonic() - begin
    return run(command) - run("pwd\n")


def main():
    with World(sys.argv[1]) as world:
        server = world.serve(OpenSsh(world.root))
        proxy = DelayProxy(server.port)
        out, into = (os.path.join(server.home, name) for name in ("out", "in"))
        world.partner("acme", "ACFL", {"sftp": {**server.channel(world), "port": proxy.port, "pick_up": out, "put": into, "every": "200ms", "ready": "rename",
                                                "include": ["*.bin"]}})
        small, local = os.path.join(out, "small"), os.path.join(world.root, "small")
        for path in (small, local):
            with open(path, "wb") as file:
                file.write(os.urandom(SMALL))
        read = SMALL / one_in_flight(server, proxy.port, f"get {small} {local}.got\n")
        write = SMALL / one_in_flight(server, proxy.port, f"put {local} {into}/small\n")
        with open(os.path.join(out, "large.part"), "wb") as file:
            for _ in range(LARGE // MIB):
                file.write(os.urandom(MIB))
        world.start()
        begin = time.monotonic()
        os.rename(os.path.join(out, "large.part"), os.path.join(out, "large.bin"))
        gateway.wait_for("the large file", lambda: not os.path.exists(os.path.join(out, "large.bin")), 300)
        ours = LARGE / (time.monotonic() - begin)
        with open(f"/proc/{world.gateway.process.child.pid}/status", encoding="utf-8") as file:
            peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
        print(json.dumps({"round_trip_ms": 40, "one_request_read_bytes_s": round(read), "one_request_write_bytes_s": round(write), "read_bytes_s": round(ours),
                          "read_ratio": round(ours / read, 1), "peak_kib": peak}))
        proxy.stop()
        return 0 if ours >= 10 * read else 1


if __name__ == "__main__":
    sys.exit(main())
