#!/usr/bin/env python3
"""Kills the gateway under load, at random moments and at every named crash point, and compares what was acknowledged with what came of it.

    crash.py --binary build/dev/crossdock --kills 60      one run in CI
    crash.py --soak                                                   a thousand kills
Half of the kills run on a file layer that drops everything unsynced. With the syncs off the same run must fail,
and so must one against a system that only pretends to know idempotency keys: that proves the harness.
"""
import argparse
import os
import random
import re
import signal
import subprocess
import sys
import time

import world
import compare
import gateway
import load

READY_MAX_S = 60
DRAIN_MAX_S = 240


def find_failpoints():
    """Names of all crash points in the sources: a new one is covered by being written. Those of AS2 are reached by its own trial, which has partners
    with keys: tests/interop/as2/crash_trial.py."""
    names = set()
    for folder, _, files in os.walk(os.path.join(world.ROOT, "gateway")):
        for name in files:
            if name.endswith((".cpp", ".hpp")) and name != "failpoint.hpp":
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    names.update(re.findall(r'CROSSDOCK_FAILPOINT\("([^"]+)"\)', file.read()))
    return sorted(name for name in names if not name.startswith("as2."))


class Killer:
    """Starts the gateway again and again and sees to its death."""

    def __init__(self, place, seed, span, loss_env=None):
        self.place, self.random, self.span = place, random.Random(seed), span
        self.loss_env = loss_env  # given: every life runs like this
        self.kills, self.at_points, self.lossy, self.ready_s = 0, {}, 0, []
        self.unplanned = []

    def life(self, lossy, point=None, passes=1):
        """One life: a start, some time, a SIGKILL. True when the crash point was what ended it."""
        env = dict(self.loss_env) if self.loss_env else {"CROSSDOCK_FILE_LAYER": "lossy"} if lossy else {}
        self.lossy += "CROSSDOCK_FILE_LAYER" in env
        if point:
            env["CROSSDOCK_FAILPOINT"] = f"{point}:{passes}"
        began = time.monotonic()
        alive = self.place.gateway.start(env, READY_MAX_S)
        self.ready_s.append(time.monotonic() - began)
        limit = self.span * (4 if point else self.random.uniform(0.02, 1.0))
        child = self.place.gateway.process.child
        died = not alive
        if alive:
            try:
                child.wait(limit)
                died = True
            except subprocess.TimeoutExpired:
                pass
        self.place.gateway.url = None
        code = child.poll()
        self.place.gateway.kill()
        self.kills += 1
        reached = bool(point) and code == -signal.SIGKILL
        if died and not reached:
            self.unplanned.append(f"the gateway ended by itself with {code}: {self.place.gateway.process.tail(800)}")
        if point:
            self.at_points[point] = self.at_points.get(point, 0) + (1 if reached else 0)
        return reached


def start_load(place, ledger, pace):
    senders = [load.DocumentSender(ledger, place.gateway, f"D{n}", pace) for n in range(2)]
    senders.append(load.WebhookSender(ledger, place.gateway, "W", pace))
    senders.append(load.TenderSender(ledger, place.gateway, "T", pace * 2))
    senders.append(load.FileSender(ledger, place.gateway, "F", pace, place.pick_up()))
    senders.append(load.Answerer(ledger, place.gateway, "A", max(0.3, pace * 2), place.pick_up(), place.put()))
    for sender in senders:
        sender.start()
    return senders


def misbehave(place):
    """Systems at their ordinary worst: each outcome unknown now and then."""
    for name, rules in {"erp": ["close_after,probability=0.02", "unavailable,probability=0.02"],
                        "tms": ["timeout_after,probability=0.005", "slow,probability=0.05,ms=150"],
                        "wms": ["close_after,probability=0.02", "garbage,probability=0.02"],
                        "finance": ["close_after,probability=0.03", "busy,probability=0.02"],
                        "portal": ["close_after,probability=0.01"]}.items():
        for rule in rules:
            place.simulators[name].control(behave=rule)


def run(options, kills, seed, loss_env=None, points=(), liars=()):
    with world.World(options.binary, keep=options.keep, liars=liars) as place:
        ledger = load.Ledger(seed, bulk=options.soak)
        killer = Killer(place, seed + 1, options.span, loss_env)
        misbehave(place)
        os.makedirs(place.pick_up(), exist_ok=True)
        senders = start_load(place, ledger, options.pace)
        draw = random.Random(seed + 2)
        while killer.kills < kills and not killer.unplanned and not ledger.faults:
            # Every second kill at a crash point while there are any, the passes growing so that later work is hit as well; every second
            # of either kind on the lossy file layer, and with each round of the points the other way about.
            turn = killer.kills if options.only else killer.kills // 2
            point = points[turn % len(points)] if points and (killer.kills % 2 == 0 or options.only == "points") else None
            rounds = turn // len(points) if points else 0
            killer.life((turn + rounds) % 2 == 1, point, draw.randint(1, 4 + 3 * rounds))
            if killer.kills % 5 == 0:
                for name in ("finance", "portal"):
                    place.simulators[name].control(forget=True)
        comparison = finish(place, ledger, senders)
        comparison.wrong += killer.unplanned
        summary(options, seed, killer, comparison, points)
        if not comparison.good():
            place.keep = loss_env is None and not liars
        return comparison, killer


def finish(place, ledger, senders):
    """The last life: lets the senders end, waits until nothing is in progress, compares."""
    for sender in senders:
        sender.ending.set()
    expected = compare.Expected(list(place.simulators.values()), {name: takes for name, _, _, takes in world.SYSTEMS}, ("portal",))
    comparison = compare.Comparison(place.gateway, ledger, expected, place.put())
    if not place.gateway.start({}, READY_MAX_S):
        comparison.wrong.append("the gateway does not start any more: " + place.gateway.process.tail())
        return comparison
    for simulator in place.simulators.values():
        simulator.control(clear=True)
    try:
        for sender in senders:
            gateway.wait_for(f"{sender.name} ended", lambda s=sender: not s.is_alive(), DRAIN_MAX_S)
        gateway.wait_for("drained", lambda: compare.drained(place.gateway), DRAIN_MAX_S, 0.1)
    except gateway.Failed as problem:
        comparison.wrong.append(str(problem))
    try:
        return comparison.run()
    except gateway.Failed as problem:
        comparison.wrong.append(str(problem))
        return comparison


def summary(options, seed, killer, comparison, points):
    figures = comparison.figures
    print(f"kills={killer.kills} lossy={killer.lossy} at_points={sum(killer.at_points.values())} seed={seed} units={figures.get('units', 0)} "
          f"messages={figures.get('messages', 0)} parked={figures.get('parked', 0)} tenders={figures.get('tenders', 0)} "
          f"acknowledgements={figures.get('acknowledgements', 0)} ready_s={sum(killer.ready_s) / max(1, len(killer.ready_s)):.2f} "
          f"lost={len(comparison.lost)} doubled={len(comparison.doubled)} disorder={len(comparison.disorder)} wrong={len(comparison.wrong)}")
    if options.verbose:
        for name, value in figures.items():
            if isinstance(value, dict):
                print(f"  {name}: " + " ".join(f"{key}={number}" for key, number in value.items()))
    unreached = [point for point in points if not killer.at_points.get(point)]
    if unreached:
        print("  crash points never reached: " + ", ".join(unreached))
    sys.stdout.flush()


PROOF_TRIES = 4  # on a slow machine few units stand under way when the few kills of a proof strike


def found(options, kills, seed, is_found, **ways):
    """Runs until the fault that was built in is found; None when it never is."""
    for tried in range(PROOF_TRIES):
        comparison, killer = run(options, kills << tried, seed + tried, **ways)
        if is_found(comparison, killer):
            return comparison
    return None


def prove(options, seed):
    """With the syncs off what was acknowledged is lost, and a system without memory doubles what is sent again: both must be found."""
    env = {"CROSSDOCK_FILE_LAYER": "lossy", "CROSSDOCK_SYNCHRONOUS": "off"}
    # A store that does not even open any more is found as well.
    comparison = found(options, 4, seed, lambda compared, killer: compared.lost or killer.unplanned, loss_env=env)
    if comparison is None:
        print("with the syncs off nothing was found lost: the harness proves nothing")
        return False
    print(f"with the syncs off {len(comparison.lost)} acknowledged things were found lost, as they must be")
    comparison = found(options, 6, seed + PROOF_TRIES, lambda compared, _: compared.doubled, liars=("erp",))
    if comparison is None:
        print("a system without memory was not found to have doubled anything: the harness proves nothing")
        return False
    print(f"at a system without memory {len(comparison.doubled)} doubles were found, as they must be")
    return True


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(world.ROOT, "build", "dev", "crossdock"))
    parser.add_argument("--kills", type=int, help="60 unless given, 1,000 with --soak")
    parser.add_argument("--soak", action="store_true", help="a long run, with interchanges of hundreds of sets among the load")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--span", type=float, default=1.0, help="longest time between ready and a random kill, seconds")
    parser.add_argument("--pace", type=float, default=0.05, help="seconds between two units of one sender")
    parser.add_argument("--only", choices=["random", "points", "prove"], help="kills at random moments, at crash points, or the proof of the harness")
    parser.add_argument("--keep", action="store_true", help="leave the folder")
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    points = find_failpoints()
    kills = options.kills or (1000 if options.soak else 60)
    good = True
    if options.only != "prove":
        comparison, killer = run(options, kills, options.seed, points=() if options.only == "random" else points)
        good = comparison.good()
        if not good:
            print(comparison.report())
        if points and options.only != "random" and kills >= 4 * len(points):
            good = good and all(killer.at_points.get(point) for point in points)
    if options.only in (None, "prove"):
        good = prove(options, options.seed + 10) and good
    print("crash: " + ("fine" if good else "FAILED"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
