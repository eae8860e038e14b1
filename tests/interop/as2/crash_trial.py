"""kill -9 between storing a message and its receipt, over and over: after the restart each message is there once and its receipt is sent."""
# SPDX-License-Identifier: Apache-2.0
import argparse
import hashlib
import random
import sys
import threading
import time

import cases
import raw_http
from checks import Checks
from ground import Ground, wait_for
from receipt import Receipt

PARTNERS = {"SYNC": (cases.Case(), {}), "ASYNC": (cases.Case(receipt="async-signed"), {})}


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
    options = parser.parse_args()
    checks, chance, where = Checks(), random.Random(options.seed), {}
    with Ground(options.binary, PARTNERS) as ground:
        for number in range(options.kills):
            place = synchronous(checks, ground, number, chance)
            where[place] = where.get(place, 0) + 1
        for number in range(max(2, options.kills // 2)):
            asynchronous(checks, ground, number)
        effects = ground.gateway.erp.effects()
        wait_for("every document took effect", lambda: len(ground.gateway.erp.effects()) >= len(ground.gateway.messages()), 30)
        effects = ground.gateway.erp.effects()
        checks.equal("effects in the ERP, one a message", len(effects), len(ground.gateway.messages()))
        books = ground.gateway.api("/books")
        checks.true("the books balance", books["balanced"], str(books)[:500])
        checks.say(f"{options.kills} kills around a synchronous receipt ({', '.join(f'{count} {place}' for place, count in where.items())}), "
                   f"{max(2, options.kills // 2)} before an asynchronous one; seed {options.seed}")
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
