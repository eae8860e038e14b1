"""The same cases against every file channel and each server: what is picked up and when, what becomes of it, what is put and how, and that nothing
is lost or taken twice when a name vanishes, a file grows, the server goes away or the gateway is killed between two steps."""
# SPDX-License-Identifier: Apache-2.0
import os
import random
import sys
import threading
import time

import servers
from servers import gateway
from world import Checks, World, digest, milestone

SECONDS = 40
VSFTPD = "usr/sbin/vsftpd"


class Site:
    """A server, the partner behind it, and the folders as the partner sees them on the disk."""

    def __init__(self, world, server, name, number, **rules):
        self.world, self.server, self.name = world, server, name
        self.scac = "F" + chr(65 + number // 26) + chr(65 + number % 26) + "L"
        self.out, self.put = (os.path.join(server.home, one) for one in ("out", "in"))
        self.archive = os.path.join(self.out, "archive")
        channel = {"pick_up": server.folder + "/out", "put": server.folder + "/in", "every": "500ms", "stable_for": "700ms", "exclude": ["*.skip"], "connect_timeout": "5s",
                   "timeout": "5s", "exists": "suffix", **server.channel(world), **rules}
        world.partner(name, self.scac, {server.kind: channel})
        self.channel = f"{name}/{server.kind}"

    def drop(self, name, data, final=None):
        """As a partner does that uploads under another name."""
        path = os.path.join(self.out, name)
        with open(path + ".part", "wb") as file:
            file.write(data)
        self.own(path + ".part")
        os.rename(path + ".part", os.path.join(self.out, final or name))
        return digest(data)

    def own(self, path):
        if servers.IS_ROOT:
            parent = os.stat(self.out)
            os.chown(path, parent.st_uid, parent.st_gid)

    def taken(self):
        return [one for one in self.world.messages(self.channel) if one["direction"] == "in"]

    def hashes(self):
        return sorted(one["sha256"] for one in self.taken())

    def left(self):
        return sorted(name for name in os.listdir(self.out) if name != "archive")


def settled(site, wanted):
    """Every wanted hash is a message once; nothing else is."""
    try:
        gateway.wait_for("documents", lambda: site.hashes() == sorted(wanted), SECONDS, 0.1)
        return True
    except gateway.Failed:
        got = site.hashes()
        print(f"  {site.name}: {len(got)} messages, {len(set(got))} of them different, {len(wanted)} wanted")
        return False


def gone(site, names=()):
    try:
        gateway.wait_for("the folder", lambda: site.left() == sorted(names), SECONDS, 0.1)
        return True
    except gateway.Failed:
        print(f"  {site.name}: left are {site.left()}")
        return False


def pick_up(site, checks):
    wanted = [site.drop(f"{n}.edi", milestone(f"{site.scac}{n}", site.scac)) for n in range(5)]
    site.drop("not wanted.skip", b"left alone")
    wanted.append(site.drop("odd name #%&+'ä.edi", milestone(site.scac + "ODD", site.scac)))
    with open(os.path.join(site.out, "half.edi.part"), "wb") as file:
        file.write(b"ISA*half")
    os.symlink("/etc/passwd", os.path.join(site.out, "link.edi"))
    checks.true(f"{site.name}: files become messages", settled(site, wanted))
    kept = ["half.edi.part", "link.edi", "not wanted.skip"]
    checks.true(f"{site.name}: and are archived, what is not meant stays", gone(site, kept))
    checks.equal(f"{site.name}: the archive", len(os.listdir(site.archive)), len(wanted))
    again = site.drop("again.edi", milestone(site.scac + "AGAIN", site.scac))
    wanted.append(again)
    settled(site, wanted)
    for name in kept:
        os.unlink(os.path.join(site.out, name))
    return wanted


def growing(site, checks, wanted):
    """A file that is written slowly is taken once, whole."""
    data = milestone(site.scac + "SLOW", site.scac)
    path = os.path.join(site.out, "slow.edi")
    with open(path, "wb") as file:
        site.own(path)
        for at in range(0, len(data), max(1, len(data) // 6)):
            file.write(data[at:at + max(1, len(data) // 6)])
            file.flush()
            time.sleep(0.4)
    wanted.append(digest(data))
    checks.true(f"{site.name}: a growing file is taken whole", settled(site, wanted))


def vanishing(site, checks, wanted):
    """Names that come and go while the folder is looked at."""
    stop = threading.Event()

    def flicker():
        number = 0
        while not stop.is_set():
            number += 1
            path = os.path.join(site.out, f"gone{number % 7}.edi")
            with open(path, "wb") as file:
                file.write(b"ISA*gone")
            time.sleep(random.uniform(0.0, 0.2))
            os.unlink(path)
    thread = threading.Thread(target=flicker)
    thread.start()
    for n in range(3):
        wanted.append(site.drop(f"among{n}.edi", milestone(f"{site.scac}AM{n}", site.scac)))
        time.sleep(0.5)
    time.sleep(1)
    stop.set()
    thread.join()
    checks.true(f"{site.name}: nothing among vanishing names is lost", settled(site, wanted))


def away(site, checks, wanted):
    """The server ends in the middle and comes back."""
    for n in range(3):
        wanted.append(site.drop(f"away{n}.edi", milestone(f"{site.scac}AW{n}", site.scac)))
    time.sleep(0.9)
    site.server.stop()
    site.world.tender(site.scac, site.scac + "TAW")
    time.sleep(1)
    site.server.start()
    checks.true(f"{site.name}: what stood there when the server went comes", settled(site, wanted))
    checks.true(f"{site.name}: and is disposed of", gone(site))


def put(site, checks):
    """Tenders: each stands there once, whole, and no temporary name stays."""
    for n in range(3):
        site.world.tender(site.scac, f"{site.scac}T{n}")

    def whole():
        names = os.listdir(site.put)
        return len(names) == 4 and not [name for name in names if name.startswith(".") or name.endswith(".part")]
    try:
        gateway.wait_for("tenders", whole, SECONDS, 0.1)
    except gateway.Failed:
        print(f"  {site.name}: {os.listdir(site.put)}")
    checks.true(f"{site.name}: tenders are put", whole())
    texts = [open(os.path.join(site.put, name), encoding="utf-8").read() for name in os.listdir(site.put)]
    checks.true(f"{site.name}: each whole and once", all("ST*204*" in text and "IEA*" in text for text in texts) and len(set(texts)) == len(texts))


def killed(world, sites, checks, wanted, rounds):
    """kill -9 at moments nobody chose, again and again."""
    picker = random.Random(7)
    for number in range(rounds):
        for site in sites:
            for n in range(3):
                wanted[site.name].append(site.drop(f"kill{number}-{n}.edi", milestone(f"{site.scac}K{number}{n}", site.scac)))
        time.sleep(picker.uniform(0.3, 2.2))
        world.gateway.kill()
        world.start()
    for site in sites:
        checks.true(f"{site.name}: {rounds} times kill -9: each file once", settled(site, wanted[site.name]))
        checks.true(f"{site.name}: and none stays", gone(site))


def all_sites(world, work):
    certificates, vsftpd = world.certificates, os.path.join(work, "vsftpd", VSFTPD)
    made = [("openssh", servers.OpenSsh, (), {}), ("proftpd-sftp", servers.Proftpd, (certificates,), {"kind": "sftp"}), ("rclone", servers.Rclone, (), {}),
            ("vsftpd-tls", servers.Vsftpd, (certificates,), {"binary": vsftpd}), ("vsftpd-implicit", servers.Vsftpd, (certificates,), {"binary": vsftpd, "tls": "implicit"}),
            ("proftpd-tls", servers.Proftpd, (certificates,), {"kind": "ftp"})]
    sites = []
    for number, (name, kind, arguments, more) in enumerate(made):
        server = world.serve(kind(world.root, *arguments, **more))
        sites.append(Site(world, server, name, number))
    return sites


def one_site(site, checks, wanted):
    try:
        wanted[site.name] = pick_up(site, checks)
        growing(site, checks, wanted[site.name])
        vanishing(site, checks, wanted[site.name])
        away(site, checks, wanted[site.name])
        put(site, checks)
    except Exception as error:  # of one site: the others go on
        checks.true(f"{site.name}: {type(error).__name__}: {error}", False)


def main(binary, work, *names):
    checks, wanted = Checks(), {}
    rounds = 30 if "--full" in names else 3
    only = [name for name in names if not name.startswith("--")]
    with World(binary) as world:
        sites = [site for site in all_sites(world, work) if not only or site.name in only]
        world.start()
        threads = [threading.Thread(target=one_site, args=(site, checks, wanted)) for site in sites]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        killed(world, sites, checks, wanted, rounds)
    print(f"  {checks.done} checks at {len(sites)} servers, {len(checks.wrong)} wrong", flush=True)
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
