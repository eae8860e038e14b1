"""At the end of a crash run: what was acknowledged against what is stored, what took effect at each simulator, and what partners were sent."""
import json
import os
from collections import Counter

import documents
import gateway

FINAL_DELIVERY = {"sent", "parked", "unknown", "expired", "not_wanted", None}


def identity(event):
    """What an event says happened, in the words of the sender; None for what no sender of the harness causes."""
    kind = event["type"].removeprefix("crossdock.").rsplit(".v", 1)[0]
    data = event["data"]
    if kind == "shipment.milestone":
        at = documents.utc(event["time"])
        return "milestone", data["shipment"]["id"], at if isinstance(at, str) else at.isoformat()
    if kind == "load.tender_answered":
        return "answer", data["load"]["id"]
    if kind == "freight.invoiced":
        return "invoice", data["invoice"]["number"]
    if kind == "message.acknowledged":
        return "acknowledged", data["acknowledged"]["control_number"], data["acknowledged"].get("set_control_number", "")
    return None


class Expected:
    """Which kinds of effects each simulator is to have; `forgetful`: may have parked work instead."""

    def __init__(self, simulators, takes, may_park=()):
        self.simulators, self.takes, self.may_park = simulators, takes, may_park


def all_pages(place, path):
    items, cursor = [], ""
    while True:
        status, page = place.api("GET", f"{path}{'&' if '?' in path else '?'}limit=500" + (f"&cursor={cursor}" if cursor else ""), timeout=60)
        if status != 200:
            raise gateway.Failed(f"GET {path}: {status} {page}")
        items += page["items"]
        cursor = page.get("next")
        if not cursor:
            return items


def books(place):
    status, answer = place.api("GET", "/books", timeout=60)
    if status != 200:
        raise gateway.Failed(f"GET /books: {status} {answer}")
    return answer


def drained(place):
    """True when no unit is in progress any more."""
    try:
        return all(unit["states"]["in_progress"] == 0 for unit in books(place)["units"])
    except (gateway.Failed, KeyError, TypeError):
        return False


class Comparison:
    def __init__(self, place, ledger, expected, put_folder):
        self.place, self.ledger, self.expected, self.put_folder = place, ledger, expected, put_folder
        self.lost, self.doubled, self.disorder, self.wrong = [], [], [], []
        self.figures = {}

    def run(self):
        messages = all_pages(self.place, "/messages")
        parked = all_pages(self.place, "/parked")
        self.check_stored(messages)
        self.check_states(messages, parked)
        for simulator in self.expected.simulators:
            self.check_simulator(simulator, parked)
        self.check_put_folder()
        self.check_books()
        self.wrong += self.ledger.faults
        self.figures.update(units=len(self.ledger.units), messages=len(messages), parked=len(parked))
        return self

    def good(self):
        return not (self.lost or self.doubled or self.disorder or self.wrong)

    def check_stored(self, messages):
        by_id = {message["id"]: message for message in messages}
        by_file = Counter(message["file_name"] for message in messages if message["direction"] == "in" and message["file_name"])
        for unit in self.ledger.units:
            if unit.kind == "file":
                if by_file[unit.name] == 0:
                    self.lost.append(f"file {unit.name} was taken from the folder and is not stored")
                elif by_file[unit.name] > 1:
                    self.doubled.append(f"file {unit.name} is stored {by_file[unit.name]} times")
            elif unit.message_id not in by_id:
                self.lost.append(f"{unit.kind} {unit.name} was acknowledged as {unit.message_id} and is not stored")
            elif unit.kind != "event" and by_id[unit.message_id]["sha256"] != unit.sha256:
                self.wrong.append(f"{unit.kind} {unit.name} is stored with another hash")

    def check_states(self, messages, parked):
        for message in messages:
            if message["state"] == "in_progress" or message["delivery"] not in FINAL_DELIVERY:
                self.wrong.append(f"message {message['id']} ({message['file_name'] or message['external_id']}) is not final: {message['state']}, "
                                  f"delivery {message['delivery']}")
        for item in parked:
            if not (item["kind"] == "delivery" and item["target"] in self.expected.may_park) and item["kind"] != "message":
                self.wrong.append(f"parked: {item}")
            if item["kind"] == "message" and item["id"] in {unit.message_id for unit in self.ledger.units}:
                self.wrong.append(f"parked: {item}")

    def check_simulator(self, simulator, parked):
        name = simulator.name
        events = simulator.events()
        seen = Counter(identity(event) for event in events)
        expected = {effect for unit in self.ledger.units for effect in unit.effects if effect[0] in self.expected.takes[name]}
        allowed = {effect for effect in self.ledger.sent if effect[0] in self.expected.takes[name]}
        missing = sorted(effect for effect in expected if seen[effect] == 0)
        held = sum(1 for item in parked if item["kind"] == "delivery" and item["target"] == name)
        if len(missing) > held:
            self.lost += [f"{name}: no effect {effect}" for effect in missing]
        self.doubled += [f"{name}: {count} effects {effect}" for effect, count in seen.items() if count > 1]
        self.wrong += [f"{name}: an effect that nobody caused: {effect}" for effect in seen if effect not in allowed]
        state = simulator.get_state()
        if state["doubled"]:
            self.doubled.append(f"{name} counts {state['doubled']} doubles: {state['doubles'][:3]}")
        if state["conflicts"]:
            self.wrong.append(f"{name}: {state['conflicts']} keys came with other content")
        self.check_order(name, events)
        self.figures[name] = {"effects": len(events), "held": held, "requests": state["requests"], "repeated": state["repeated"],
                              "lookups": state["lookups"], "misdeeds": state["misdeeds"]}

    def check_order(self, name, events):
        at = {}
        for position, event in enumerate(events):
            at.setdefault(identity(event), position)
        for shipment, effects in self.ledger.orders.items():
            positions = [at[effect] for effect in effects if effect in at]
            if positions != sorted(positions):
                self.disorder.append(f"{name}: the statuses of {shipment} came in the order {positions}")

    def check_put_folder(self):
        """Every tender as one 204, every group that is to be acknowledged as one 997, no control number twice."""
        tenders, answered, interchanges, groups = Counter(), Counter(), Counter(), Counter()
        names = [name for name in os.listdir(self.put_folder) if not name.startswith(".")] if os.path.isdir(self.put_folder) else []
        for name in names:
            with open(os.path.join(self.put_folder, name), encoding="utf-8") as file:
                segments = documents.read_x12(file.read())
            for segment in segments:
                if segment[0] == "ISA":
                    interchanges[segment[13]] += 1
                elif segment[0] == "GS":
                    groups[segment[1], segment[6]] += 1
                elif segment[0] == "B2":
                    tenders[segment[4]] += 1
                elif segment[0] == "AK1":
                    answered[segment[2]] += 1
        self.wrong += [f"interchange control number {number} in {count} files" for number, count in interchanges.items() if count > 1]
        self.wrong += [f"group control number {number} in {count} files" for number, count in groups.items() if count > 1]
        for unit in self.ledger.units:
            if unit.tender:
                self.check_count(f"tender {unit.tender} as a 204", tenders[unit.tender], (1, 1))
            if unit.group:
                self.check_count(f"group {unit.group} ({unit.name}) answered by a 997", answered[unit.group], unit.answers)
        self.figures.update(files=len(names), tenders=sum(tenders.values()), acknowledgements=sum(answered.values()))

    def check_count(self, what, count, bounds):
        if count < bounds[0]:
            self.lost.append(f"{what}: not there")
        elif count > bounds[1]:
            self.doubled.append(f"{what}: {count} times")

    def check_books(self):
        answer = books(self.place)
        for unit in answer["units"]:
            if not unit["balanced"]:
                self.wrong.append(f"the books do not balance: {json.dumps(unit)}")

    def report(self):
        out = []
        for title, items in (("lost", self.lost), ("doubled", self.doubled), ("out of order", self.disorder), ("wrong", self.wrong)):
            out.append(f"{title}: {len(items)}")
            out += [f"  {item}" for item in items[:10]]
        return "\n".join(out)
