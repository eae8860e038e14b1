"""Receipts for what we send, as they come in life: lost, late, doubled, false, foreign, unsigned, tampered, refusals; and what becomes of the message."""
# SPDX-License-Identifier: Apache-2.0
import re
import sys

import actor
import cases
import raw_http
from checks import Checks
from ground import Ground, wait_for

SYNC, ASYNC = cases.Case(), cases.Case(receipt="async-signed")
SOON = {"mdn_within": "2s", "retry": {"first": "300ms", "longest": "1s", "give_up_after": "8s"}}
LONG = {"mdn_within": "40s", "retry": {"first": "300ms", "longest": "1s", "give_up_after": "60s"}}

# name: (case, channel, plays, state in the end, at least and at most so many arrivals)
PLAYS = {
    "S-GOOD": (SYNC, LONG, ["good"], "delivered", 1, 1),
    "A-GOOD": (ASYNC, LONG, ["good"], "delivered", 1, 1),
    "S-BUSY": (SYNC, LONG, ["http-503", "http-500", "good"], "delivered", 3, 3),
    "S-WARNED": (SYNC, LONG, ["warned"], "delivered", 1, 1),
    "A-LOST": (ASYNC, SOON, ["lost", "good"], "delivered", 2, 2),
    "A-LATE": (ASYNC, {**LONG, "mdn_within": "2s"}, ["held", "held"], "delivered", 2, 99),
    "A-THRICE": (ASYNC, LONG, ["thrice"], "delivered", 1, 1),
    "S-REFUSED": (SYNC, LONG, ["refused"], "failed", 1, 1),
    "A-REFUSED": (ASYNC, LONG, ["refused"], "failed", 1, 1),
    "S-ODD": (SYNC, LONG, ["odd-refusal"], "failed", 1, 1),
    "S-MIC": (SYNC, LONG, ["wrong-mic"], "failed", 1, 1),
    "A-MIC": (ASYNC, LONG, ["wrong-mic"], "failed", 1, 1),
    "S-UNSIGNED": (SYNC, SOON, ["unsigned"], "failed", 1, 99),
    "S-STRANGER": (SYNC, SOON, ["stranger"], "failed", 1, 99),
    "S-TAMPERED": (SYNC, SOON, ["tampered"], "failed", 1, 99),
    "A-STRANGER": (ASYNC, SOON, ["stranger"], "failed", 1, 99),
    "A-FOREIGN": (ASYNC, SOON, ["foreign"], "failed", 1, 99),
    "A-OTHERID": (ASYNC, SOON, ["other-id"], "failed", 1, 99),
    "A-NEVER": (ASYNC, SOON, ["lost"], "failed", 2, 99),
    "S-EMPTY": (SYNC, SOON, ["empty"], "failed", 1, 99),
    "S-PAGE": (SYNC, SOON, ["page"], "failed", 1, 99),
    "S-GONE": (SYNC, LONG, ["http-404"], "failed", 1, 99),
}
FAILED = ("parked", "rejected", "expired", "unknown")


def state_of(ground, name):
    """(state, reason, detail) of each message that left; why it is parked stands with its delivery."""
    return [(one["state"], *why(ground, one)) for one in ground.outgoing(name)]


def why(ground, message):
    if message["state"] in ("delivered", "in_progress"):
        return message["reason"], message["detail"]
    deliveries = ground.gateway.api("/messages/" + message["id"])["deliveries"]
    return next(((one["reason"], one["detail"]) for one in deliveries if one["reason"]), (None, None))


def judge(checks, ground, name):
    _, _, plays, end, least, most = PLAYS[name]
    what = f"{name} (the partner does {', '.join(plays)})"
    states, arrivals = state_of(ground, name), ground.peer.arrived(name)
    checks.equal(f"{what}: messages that went out", len(states), 1)
    for state, reason, detail in states:
        if end == "delivered":
            checks.equal(f"{what}: state ({reason}: {detail})", state, "delivered")
        else:
            checks.true(f"{what}: is seen as failed, with a reason", state in FAILED and reason and re.search("[a-z]", detail or ""), f"{state} {reason} {detail}")
    checks.true(f"{what}: between {least} and {most} arrivals", least <= len(arrivals) <= most, str(len(arrivals)))
    checks.equal(f"{what}: all arrivals are readable", {one["status"] for one in arrivals}, {"processed"})
    checks.equal(f"{what}: every arrival has the same Message-ID, Date and bytes", len({(one["id"], one["date"], one["body"]) for one in arrivals}), 1)


def play_all(checks, ground):
    for name in PLAYS:
        ground.gateway.tender(name, "T" + name.replace("-", ""))
    wait_for("the late partner has it", lambda: len(ground.peer.arrived("A-LATE")) >= 2, 60, 0.05)
    checks.true("A-LATE: after the clock ran out it is not delivered yet", all(state != "delivered" for state, _, _ in state_of(ground, "A-LATE")),
                str(state_of(ground, "A-LATE")))
    ground.peer.plays["A-LATE"] = ["lost"]
    ground.peer.release("A-LATE")

    def over():
        return all(states and states[0][0] in ("delivered", *FAILED) for states in (state_of(ground, name) for name in PLAYS))

    try:
        wait_for("every play is over", over, 150, 0.2)
    except Exception as error:  # pylint: disable=broad-except
        checks.true("every play is over", False, str(error))
    for name in PLAYS:
        judge(checks, ground, name)
    checks.equal("A-THRICE: each of its receipts is answered with 2xx", [200 <= status < 300 for status in ground.peer.answered("A-THRICE")], [True] * 3)
    checks.true("A-LATE: its late receipts are answered with 2xx", all(isinstance(status, int) and 200 <= status < 300 for status in ground.peer.answered("A-LATE")),
                str(ground.peer.answered("A-LATE")))
    figures = raw_http.send(ground.url, b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").body.decode()
    checks.true("a refusal is counted by its words", re.search(r'crossdock_as2_refused_total\{(?=[^}]*partner="s-refused")[^}]*disposition="decryption-failed"', figures))
    exceptions = ground.exceptions()
    checks.true("false MICs raise an alarm", any("mic" in code for code in exceptions), str(exceptions))


def restart(checks, ground):
    """A message that waits for its receipt while we are killed: afterwards the receipt is taken, and nothing is sent twice without need."""
    ground.peer.plays["A-GOOD"] = ["held"]
    before = len(ground.peer.arrived("A-GOOD"))
    ground.gateway.tender("A-GOOD", "TRESTART")
    wait_for("it arrived", lambda: len(ground.peer.arrived("A-GOOD")) == before + 1, 30)
    wait_for("it is in the books", lambda: any(state[0] == "in_progress" for state in state_of(ground, "A-GOOD")), 30)
    ground.gateway.gateway.kill()
    ground.gateway.restart()
    ground.peer.release("A-GOOD")
    wait_for("delivered after the restart", lambda: [state[0] for state in state_of(ground, "A-GOOD")] == ["delivered"] * 2, 60, 0.1)
    checks.equal("after kill -9 while it waited: arrivals", len(ground.peer.arrived("A-GOOD")), before + 1)


def main():
    checks = Checks()
    with Ground(sys.argv[1], {name: (case, changes) for name, (case, changes, *_) in PLAYS.items()}, actor.Actor) as ground:
        ground.peer.stranger, ground.peer.foreign = ground.stranger, "S-GOOD"
        ground.peer.plays.update({name: list(plays) for name, (_, _, plays, *_) in PLAYS.items()})
        checks.part(play_all, ground)
        checks.part(restart, ground)
        books = ground.gateway.api("/books")
        checks.true("the books balance", books["balanced"], str(books)[:500])
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
