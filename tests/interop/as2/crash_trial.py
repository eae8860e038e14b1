"""kill -9 between storing a message and its receipt, at random and at every named point of the AS2 channel: after the restart each message is there once and its
receipt is sent."""
# SPDX-License-Identifier: Apache-2.0
import argparse
import glob
import hashlib
import os
import random
import re
import sys
import threading
import time

import cases
import raw_http
from checks import Checks
from ground import Ground, wait_for
from judges import multipart_related, part
from receipt import Receipt

SOON = {"mdn_within": "3s", "retry": {"first": "300ms", "longest": "1s", "give_up_after": "2m"}}
PARTNERS = {"SYNC": (cases.Case(), SOON), "ASYNC": (cases.Case(receipt="async-signed"), SOON), "PARTS": (cases.Case("plain"), {**SOON, "requires": "nothing"})}
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "gateway", "channels", "as2")


def find_points():
    """Names of the crash points in the channel's sources: a new one is covered by being written."""
    names = set()
    for path in glob.glob(os.path.join(SOURCES, "*.[ch]pp")):
        with open(path, encoding="utf-8") as file:
            names.update(re.findall(r'CROSSDOCK_FAILPOINT\("([^"]+)"\)', file.read()))
    return sorted(names)


class Traffic:
    """One message of each kind, repeated by its sender until it is answered, as partners do."""

    def __init__(self, ground, tag):
        self.ground, self.tag = ground, tag
        self.inward, self.answers = {}, {}
        for name in ("SYNC", "ASYNC"):
            file_name, content = f"{name}-{tag}.edi", ground.content(name)
            headers, body, message = ground.build(name, file_name, content)
            ground.peer.sent[message.message_id] = (message, name, file_name)
            self.inward[name] = (file_name, headers, body, [hashlib.sha256(content).hexdigest()])
        several = [ground.content("PARTS"), f"%PDF-1.4 not a real one {tag}".encode()]
        kind, body = multipart_related([part(several[0], name=f"PARTS-{tag}.edi"), part(several[1], "application/pdf", name=f"PARTS-{tag}.edi")])
        headers = [("AS2-Version", "1.2"), ("AS2-From", "PARTS"), ("AS2-To", "XDOCK"), ("Message-ID", f"<{tag}@parts>"), ("Content-Type", kind),
                   ("Disposition-Notification-To", "x@example.com"), ("Disposition-Notification-Options",
                    "signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, sha256")]
        self.inward["PARTS"] = (f"PARTS-{tag}.edi", headers, body, sorted(hashlib.sha256(one).hexdigest() for one in several))

    def once(self):
        """Sends what was not answered yet; true when everything was."""
        for name, (_, headers, body, _) in self.inward.items():
            if name not in self.answers:
                try:
                    answer, receipt = self.ground.post(headers, body, timeout=20)
                    if answer.status in (200, 202, 204) and (name == "ASYNC" or receipt.exists):
                        self.answers[name] = receipt
                except OSError:
                    pass
        for name in ("SYNC", "ASYNC"):
            if "to-" + name not in self.answers:
                try:
                    self.ground.gateway.tender(name, f"{name}{self.tag}")
                    self.answers["to-" + name] = True
                except Exception:  # pylint: disable=broad-except  # it died under us: the next round repeats it
                    pass
        return len(self.answers) == 5

    def judge(self, checks, what):
        for name, (file_name, _, _, digests) in self.inward.items():
            checks.equal(f"{what}: {name} in, stored once and whole", sorted(one["sha256"] for one in self.ground.stored(file_name)), digests)
        for name in ("SYNC", "PARTS"):
            checks.true(f"{what}: {name}: the receipt is positive and signed", self.answers[name].good and self.answers[name].verified, str(self.answers[name]))
        checks.equal(f"{what}: the asynchronous receipt", self.ground.peer.outcome("ASYNC", f"ASYNC-{self.tag}.edi"), "sent")
        for name in ("SYNC", "ASYNC"):
            arrived = [entry for entry in self.ground.peer.taken.get(name, []) if f"{name}{self.tag}".encode() in entry["content"]]
            checks.equal(f"{what}: {name} out, one Message-ID however often it came ({len(arrived)})", len({entry["id"] for entry in arrived}), 1)

    def over(self):
        """Whether all receipts are there and nothing is in progress."""
        return self.ground.peer.outcome("ASYNC", f"ASYNC-{self.tag}.edi") and not any(
            message["state"] == "in_progress" for message in self.ground.gateway.messages())


def at_point(checks, ground, point, number):
    """Lives until the point ends it, then lives on: true when the point was reached."""
    ground.gateway.gateway.kill()
    ground.gateway.gateway.start({"CROSSDOCK_FAILPOINT": f"{point}:1"}, 60)
    traffic, process = Traffic(ground, f"P{number}"), ground.gateway.gateway.process
    end = time.monotonic() + 15
    while process.alive() and time.monotonic() < end:
        traffic.once()
        time.sleep(0.05)
    reached = not process.alive() and process.child.returncode == -9
    ground.gateway.gateway.kill()
    ground.gateway.restart()
    try:
        wait_for("everything is answered", traffic.once, 60, 0.2)
        wait_for("everything is over", traffic.over, 60, 0.2)
    except Exception as error:  # pylint: disable=broad-except
        checks.true(f"{point}: everything ends after the restart", False, str(error))
        return reached
    traffic.judge(checks, point)
    return reached


def synchronous(checks, ground, number, chance):
    """The message is on its way or just stored when we are killed; the partner, having no receipt, sends the same bytes again."""
    content, file_name = ground.content("SYNC"), f"sync-{number}.edi"
    headers, body, _ = ground.build("SYNC", file_name, content)
    lines = [f"{name}: {value}".encode() for name, value in headers]
    request = raw_http.request_of(ground.url, lines, body)
    seen = []

    def send():
        try:
            seen.append(raw_http.send(ground.url, request))
        except OSError:
            pass

    one = threading.Thread(target=send)
    one.start()
    time.sleep(chance.uniform(0, 0.06))  # where in the work it strikes is the point of the trial
    ground.gateway.gateway.kill()
    one.join()
    ground.gateway.restart()
    answer, receipt = ground.post(headers, body)
    what = f"kill {number}"
    checks.true(f"{what}: the repeat has a positive receipt", receipt.good and receipt.verified, f"HTTP {answer.status} {receipt} {answer.body[:200]!r}")
    mine = ground.stored(file_name)
    checks.equal(f"{what}: stored once, whole", [one["sha256"] for one in mine], [hashlib.sha256(content).hexdigest()])
    if seen and seen[0].status == 200:
        first = Receipt(seen[0].mime)
        if first.exists:  # the receipt was out before the kill: then it is the stored one
            checks.equal(f"{what}: the receipt that was out and the one after the restart", seen[0].body, answer.body)
            return "after the receipt"
    return "before the receipt"


def asynchronous(checks, ground, number):
    """Accepted with 2xx, the receipt is queued but cannot leave yet; killed; after the restart it must come by itself."""
    file_name = f"async-{number}.edi"
    content = ground.content("ASYNC")
    ground.peer.server.paused.clear()
    message = ground.peer.send("ASYNC", "XDOCK", file_name, content)
    if number % 2:
        wait_for("stored", lambda: ground.stored(file_name), 30)
    ground.gateway.gateway.kill()
    ground.peer.server.paused.set()
    ground.gateway.restart()
    what = f"async kill {number}"
    try:
        wait_for("the receipt", lambda: ground.peer.outcome("ASYNC", file_name), 30)
    except Exception as error:  # pylint: disable=broad-except
        checks.true(f"{what}: the receipt comes after the restart", False, f"{error} {message.message_id}")
        return
    checks.equal(f"{what}: outcome", ground.peer.outcome("ASYNC", file_name), "sent")
    checks.equal(f"{what}: stored once, whole", [one["sha256"] for one in ground.stored(file_name)], [hashlib.sha256(content).hexdigest()])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--points", action="store_true", help="at every named point too; the binary must have been built with them (dev)")
    options = parser.parse_args()
    checks, chance, where = Checks(), random.Random(options.seed), {}
    with Ground(options.binary, PARTNERS) as ground:
        for number in range(options.kills):
            place = synchronous(checks, ground, number, chance)
            where[place] = where.get(place, 0) + 1
        for number in range(max(2, options.kills // 2)):
            asynchronous(checks, ground, number)
        checks.say(f"{options.kills} kills around a synchronous receipt ({', '.join(f'{count} {place}' for place, count in where.items())}), "
                   f"{max(2, options.kills // 2)} before an asynchronous one; seed {options.seed}")
        if options.points:
            points = find_points()
            reached = [point for number, point in enumerate(points) if at_point(checks, ground, point, number)]
            checks.equal("crash points that never ended it", sorted(set(points) - set(reached)), [])
            checks.say(f"{len(reached)} of {len(points)} named points")
        inward = [message for message in ground.gateway.messages() if message["direction"] == "in" and message["channel_kind"] == "as2" and message["event_count"]]
        wait_for("every document took effect", lambda: len(ground.gateway.erp.effects()) >= len(inward), 30)
        checks.equal("effects in the ERP, one a document", len(ground.gateway.erp.effects()), len(inward))
        books = ground.gateway.api("/books")
        checks.true("the books balance", books["balanced"], str(books)[:500])
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
