"""SFTP with a real OpenSSH server: files are picked up by every rule, each once, whatever breaks between; documents are put by temporary name."""
# SPDX-License-Identifier: Apache-2.0
import hashlib
import os
import sys
import time

from servers import OpenSsh, gateway
from world import Checks, World, digest, milestone

SECONDS = 40
# Where a pick-up may die, in the order of its way, and where a put may.
PICK_UP_POINTS = ["files.after_claim", "files.after_download", "files.before_commit", "files.after_commit", "files.before_dispose", "files.after_dispose"]
PUT_POINTS = ["files.put.after_write", "files.put.after_rename"]


def folders(server, name):
    """Folders of one partner on the server: out, in; made."""
    out = [os.path.join(server.home, name, part) for part in ("out", "in")]
    for path in out:
        os.makedirs(path, exist_ok=True)
    return out


def drop(folder, name, data):
    """As a careful partner does: another name, then a rename."""
    path = os.path.join(folder, name)
    with open(path + ".part", "wb") as file:
        file.write(data)
    os.rename(path + ".part", path)


def names(folder):
    return sorted(name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name))) if os.path.isdir(folder) else []


def channel(world, server, name, **changes):
    out, into = folders(server, name)
    return {"sftp": {**server.channel(world), "pick_up": out, "put": into, "every": "300ms", **changes}}


def hashes(world, name):
    return sorted(one["sha256"] for one in world.messages(name + "/sftp") if one["direction"] == "in")


def wait_hashes(world, name, wanted, checks, what):
    try:
        gateway.wait_for(what, lambda: len(hashes(world, name)) >= len(wanted), SECONDS)
    except gateway.Failed:
        pass
    checks.equal(what, hashes(world, name), sorted(wanted))


def wait_gone(folder, what, checks):
    try:
        gateway.wait_for(what, lambda: not names(folder), SECONDS)
    except gateway.Failed:
        pass
    checks.equal(what, names(folder), [])


def rules(world, server, checks):
    """One partner a rule; each gets the same kinds of files."""
    cases = {
        "renamed": {"ready": "rename"},
        "stable": {"ready": "stable", "stable_for": "400ms"},
        "marked": {"ready": "marker"},
        "listed": {"ready": "manifest"},
        "removed": {"ready": "rename", "then": "remove"},
        "stays": {"ready": "rename", "then": "leave"},
        "aside": {"ready": "rename", "in_progress": os.path.join(server.home, "aside", "taking")},
    }
    scacs = {}
    for number, (name, change) in enumerate(cases.items()):
        scacs[name] = f"AC{chr(65 + number)}L"
        world.partner(name, scacs[name], channel(world, server, name, **change), receives=None)
    world.start()
    data = {name: [milestone(f"{name}-{number}", scacs[name]) for number in range(3)] for name in cases}
    for name in cases:
        folder, _ = folders(server, name)
        for number, one in enumerate(data[name]):
            drop(folder, f"{number}.edi", one)
            if name == "marked":
                drop(folder, f"{number}.edi.done", b"")
        if name == "listed":
            lines = "".join(f"{digest(one)}  {number}.edi\n" for number, one in enumerate(data[name]))
            drop(folder, "today.sha256", lines.encode())
        with open(os.path.join(folder, "half.edi.part"), "wb") as file:
            file.write(data[name][0])
        os.symlink("/etc/passwd", os.path.join(folder, "link.edi"))
    for name in cases:
        wait_hashes(world, name, [digest(one) for one in data[name]], checks, f"{name}: each file is one message")
        folder, _ = folders(server, name)
        kept = ["half.edi.part", "link.edi"] + (["0.edi", "1.edi", "2.edi"] if name == "stays" else [])
        try:
            gateway.wait_for(name, lambda: [one for one in names(folder) if not one.endswith(".sha256")] == sorted(kept), SECONDS)
        except gateway.Failed:
            pass
        checks.equal(f"{name}: what stays on the server", [one for one in names(folder) if not one.endswith(".sha256")], sorted(kept))
        archived = [hashlib.sha256(open(os.path.join(folder, "archive", one), "rb").read()).hexdigest() for one in names(os.path.join(folder, "archive"))
                    if one.endswith(".edi")]
        if name not in ("removed", "stays"):
            checks.equal(f"{name}: archived bytes", sorted(archived), sorted(digest(one) for one in data[name]))
    # The same bytes under another name are no second message; other bytes under a name that was there are one.
    folder, _ = folders(server, "renamed")
    drop(folder, "again.edi", data["renamed"][0])
    fresh = milestone("renamed-9", scacs["renamed"])
    drop(folder, "0.edi", fresh)
    wait_hashes(world, "renamed", [digest(one) for one in data["renamed"] + [fresh]], checks, "duplicates go by content, not by name")
    try:
        gateway.wait_for("empty", lambda: names(folder) == ["half.edi.part", "link.edi"], SECONDS)
    except gateway.Failed:
        pass
    checks.equal("the copy is disposed of too", names(folder), ["half.edi.part", "link.edi"])
    # A file that lies about its hash is never taken.
    folder, _ = folders(server, "listed")
    drop(folder, "lie.edi", milestone("lie", scacs["listed"]))
    drop(folder, "lie.edi.sha256", (digest(b"other") + "\n").encode())
    time.sleep(1.5)
    checks.equal("a file that is not what its manifest says stays", len(hashes(world, "listed")), 3)
    world.gateway.kill()
    world.gateway.start()
    time.sleep(1.5)
    checks.equal("what stays is not taken again after a restart", len(hashes(world, "stays")), 3)


def out(world, server, checks):
    """Documents of ours on the partner's server."""
    world.partner("acme", "ACFL", channel(world, server, "acme", ready="rename", put_marker=".ok"))
    world.start()
    for number in range(3):
        world.tender("ACFL", f"OUT{number}")
    _, into = folders(server, "acme")
    try:
        gateway.wait_for("files", lambda: len(names(into)) == 6, SECONDS)
    except gateway.Failed:
        print(world.gateway.process.tail())
    found = names(into)
    checks.equal("three documents and their markers", [len(found), len([one for one in found if one.endswith(".ok")])], [6, 3])
    checks.true("no temporary name is left", not [one for one in os.listdir(into) if one.endswith(".part")])
    texts = [open(os.path.join(into, one), encoding="utf-8").read() for one in found if not one.endswith(".ok")]
    for number in range(3):
        checks.equal(f"tender {number} left once", len([text for text in texts if f"OUT{number}" in text]), 1)


def kills(world, server, checks):
    """SIGKILL at each step: nothing is lost, nothing is processed twice."""
    world.partner("acme", "ACFL", channel(world, server, "acme", ready="rename"))
    world.start()
    world.gateway.stop()
    folder, into = folders(server, "acme")
    sent = []
    for number, point in enumerate(PICK_UP_POINTS):
        data = milestone(f"KILL{number}", "ACFL")
        sent.append(digest(data))
        drop(folder, f"kill{number}.edi", data)
        world.gateway.start({"CROSSDOCK_FAILPOINT": point})
        try:
            gateway.wait_for("the kill", lambda: not world.gateway.process.alive(), SECONDS)
        except gateway.Failed:
            checks.true(f"{point} was passed", False)
            world.gateway.kill()
        world.gateway.start()
        wait_hashes(world, "acme", sent, checks, f"after {point}: each file is one message")
        wait_gone(folder, f"after {point}: the file is archived", checks)
        world.gateway.stop()
    checks.equal("archived once each", len(names(os.path.join(folder, "archive"))), len(PICK_UP_POINTS))
    for number, point in enumerate(PUT_POINTS):
        world.gateway.start({"CROSSDOCK_FAILPOINT": point})
        world.tender("ACFL", f"PUT{number}")
        try:
            gateway.wait_for("the kill", lambda: not world.gateway.process.alive(), SECONDS)
        except gateway.Failed:
            checks.true(f"{point} was passed", False)
            world.gateway.kill()
        world.gateway.start()
        try:
            gateway.wait_for("the file", lambda: len([one for one in names(into) if not one.startswith(".")]) > number, SECONDS)
        except gateway.Failed:
            pass
        time.sleep(1)
        texts = [open(os.path.join(into, one), encoding="utf-8").read() for one in names(into) if not one.startswith(".")]
        checks.equal(f"after {point}: the document is there once", len([text for text in texts if f"PUT{number}" in text]), 1)
        world.gateway.stop()


def main():
    binary = sys.argv[1]
    wanted = sys.argv[2:] or ["rules", "out", "kills"]
    checks = Checks()
    for name in wanted:
        print(f"sftp {name}", flush=True)
        with World(binary) as world:
            server = world.serve(OpenSsh(world.root))
            globals()[name](world, server, checks)
            if checks.wrong:
                print(world.gateway.process.tail())
    print(f"sftp: {checks.done} checks, {len(checks.wrong)} wrong")
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
