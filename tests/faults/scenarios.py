"""Runs scenarios one after the other against one gateway, and helps them to send and to wait."""
import argparse
import hashlib
import itertools
import json
import os
import time
import traceback

import world
import compare
import gateway
import installation
import load


class Client:
    """What a scenario does as a partner, as a system, and as a person with the API's token."""

    def __init__(self, place):
        self.place, self.gateway = place, place.gateway
        self.controls = itertools.count(1)
        self.shipments = itertools.count(1)
        self.books_broken = False  # a scenario broke them on purpose

    def new_shipment(self):
        return f"SHP{next(self.shipments):04d}"

    def post(self, body, key=None, partner="acme", headers=None):
        """POST /documents: (status, answer)."""
        given = {"Authorization": "Bearer " + installation.TOKEN + partner, "Content-Type": "application/edi-x12", **(headers or {})}
        if key:
            given["Idempotency-Key"] = key
        status, text = gateway.call("POST", self.gateway.url + "/documents", body, given, 60)
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def accepted(self, body, key=None, partner="acme"):
        """Posts what must be taken; the message's id."""
        status, answer = self.post(body, key, partner)
        expect(status == 202, f"POST /documents answered {status}: {answer}")
        data = body if isinstance(body, bytes) else body.encode()
        expect(answer["sha256"] == hashlib.sha256(data).hexdigest(), f"the receipt names another hash: {answer}")
        return answer["message_id"]

    def status(self, shipment, number=0):
        """One status of a shipment, the number-th; its message id and the effect."""
        code, at, effect = load.three_statuses(shipment)[number]
        return self.accepted(load.status_document(next(self.controls), shipment, code, at)), effect

    def message(self, message_id):
        status, record = self.gateway.api("GET", "/messages/" + message_id)
        expect(status == 200, f"GET /messages/{message_id}: {status} {record}")
        return record

    def final(self, message_id, seconds=30):
        """The message once nothing of it is in progress."""
        def check():
            record = self.message(message_id)
            return record if record["state"] != "in_progress" and record["delivery"] != "waiting" else None

        try:
            return gateway.wait_for(f"message {message_id} final", check, seconds)
        except gateway.Failed as problem:
            raise gateway.Failed(f"{problem}: {json.dumps(self.message(message_id))[:3000]}") from None

    def wait_delivery(self, message_id, target, *states):
        """The delivery of a message to a target once it is in one of the states."""
        self.final(message_id)
        try:
            return gateway.wait_for(f"the delivery to {target} is {' or '.join(states)}", lambda: (
                lambda one: one if one["state"] in states else None)(self.delivery(message_id, target)))
        except gateway.Failed as problem:
            raise gateway.Failed(f"{problem}: {self.delivery(message_id, target)}") from None

    def delivery(self, message_id, target):
        """The delivery of a message to a target, with its attempts."""
        for one in self.message(message_id)["deliveries"]:
            if one["target"] == target:
                status, record = self.gateway.api("GET", "/deliveries/" + one["id"])
                expect(status == 200, f"GET /deliveries/{one['id']}: {status} {record}")
                return record
        raise gateway.Failed(f"message {message_id} has no delivery to {target}: {self.message(message_id)}")

    def effects(self, system, shipment=None):
        found = [compare.identity(event) for event in self.place.simulators[system].events()]
        return [one for one in found if shipment is None or one[1] == shipment]

    def wait_effects(self, system, effects, seconds=20):
        """Waits until the system holds these effects of a shipment, and none else, in this order."""
        def check():
            held = self.effects(system, effects[0][1])
            return held if len(held) >= len(effects) else None

        held = gateway.wait_for(f"{system} holds {effects}", check, seconds)
        expect(held == effects, f"{system} holds {held}, expected {effects}")

    def target(self, name):
        status, page = self.gateway.api("GET", "/targets")
        expect(status == 200, f"GET /targets: {status} {page}")
        return next(one for one in page["items"] if one["name"] == name)

    def do(self, path, **body):
        """A changing call of the API."""
        status, answer = self.gateway.api("POST", path, json.dumps({"reason": "a fault test", **body}), {"Content-Type": "application/json"})
        expect(200 <= status < 300, f"POST {path}: {status} {answer}")
        return answer

    def metric(self, name):
        """The sum of a metric's values over all labels; None when it is not there."""
        status, text = gateway.call("GET", self.gateway.url + "/metrics")
        expect(status == 200, f"GET /metrics: {status}")
        values = [float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith((name + " ", name + "{"))]
        return sum(values) if values else None

    def calm(self):
        """All systems behave again, nothing is in progress, the books balance."""
        for simulator in self.place.simulators.values():
            simulator.control(clear=True)
        gateway.wait_for("nothing in progress", lambda: compare.drained(self.gateway), 60)
        books = compare.books(self.gateway)
        expect(books["balanced"] or self.books_broken, f"the books do not balance: {books}")
        expect(self.gateway.process.alive(), "the gateway has ended: " + self.gateway.process.tail())
        for simulator in self.place.simulators.values():
            state = simulator.get_state()
            if simulator.once != "none":
                expect(state["doubled"] == 0, f"{simulator.name} counts doubles: {state['doubles']}")
            expect(state["order_violations"] == 0, f"{simulator.name} counts disorder: {state['violations']}")


def expect(condition, text):
    if not condition:
        raise gateway.Failed(text)


def main(scenarios, make_world, description):
    """Runs the scenarios of a file, all or those named; exit code 1 when one failed."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--binary", default=os.path.join(world.ROOT, "build", "dev", "crossdock"))
    parser.add_argument("--keep", action="store_true", help="leave the folder")
    parser.add_argument("names", nargs="*", help="scenarios; all unless given")
    options = parser.parse_args()
    failed = 0
    with make_world(options) as place:
        if not place.gateway.start():
            raise gateway.Failed("the gateway ended at once: " + place.gateway.process.tail())
        client = Client(place)
        for scenario in scenarios:
            if options.names and scenario.__name__ not in options.names:
                continue
            began = time.monotonic()
            try:
                scenario(client)
                client.calm()
                print(f"ok      {scenario.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception as problem:  # a scenario's fault of any kind is told, and the others go on
                failed += 1
                place.keep = True
                print(f"FAILED  {scenario.__name__}: {problem}", flush=True)
                if not place.gateway.process.alive():
                    print(f"        the gateway ended with {place.gateway.process.child.returncode}: {place.gateway.process.tail(1500)}", flush=True)
                if not isinstance(problem, gateway.Failed):
                    traceback.print_exc()
                for simulator in place.simulators.values():
                    simulator.control(clear=True)
    print(f"{failed} of {len(scenarios)} scenarios failed" if failed else "all fine")
    return 1 if failed else 0
