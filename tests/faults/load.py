"""The load of the crash harness: partners and systems that send, try again until they are answered, and note what was acknowledged."""
import hashlib
import http.client
import json
import os
import random
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import documents
import gateway
import installation

TRIES_MAX_S = 300


@dataclass
class Unit:
    """One thing sent and acknowledged, and what must come of it."""
    kind: str                      # document | file | webhook | event
    name: str                      # file name or idempotency key
    sha256: str
    message_id: str = ""           # as answered; files have none
    effects: list = field(default_factory=list)  # identities, see compare.identity()
    tender: str = ""               # shipment that must leave as a 204
    group: str = ""                # GS06 that must be answered by a 997 ...
    answers: tuple = (1, 1)        # ... so many times


class Ledger:
    """What all senders noted. `sent`: effects that may exist; `units`: acknowledged ones, whose effects must."""

    def __init__(self, seed, bulk=False):
        self.lock = threading.Lock()
        self.bulk = bulk  # large documents hold hundreds of sets now and then, so that they are committed in several chunks
        self.random = random.Random(seed)
        self.units, self.sent, self.faults, self.orders = [], set(), [], {}
        self.control = 0

    def next_control(self):
        with self.lock:
            self.control += 1
            return self.control

    def intend(self, effects):
        with self.lock:
            self.sent.update(effects)

    def acknowledged(self, unit):
        with self.lock:
            self.units.append(unit)

    def fault(self, text):
        with self.lock:
            self.faults.append(text)

    def chance(self, share):
        with self.lock:
            return self.random.random() < share

    def ordered(self, shipment, effects):
        with self.lock:
            self.orders[shipment] = list(effects)

    def count(self):
        with self.lock:
            return len(self.units)


class Sender(threading.Thread):
    """Sends units one after the other until told to stop; a unit begun is finished."""

    def __init__(self, ledger, where, name, pace):
        super().__init__(name=name, daemon=True)
        self.ledger, self.where, self.pace = ledger, where, pace
        self.ending = threading.Event()
        self.number = 0
        self.connection, self.address = None, None

    def run(self):
        while not self.ending.wait(self.pace):
            self.number += 1
            try:
                self.send_one(f"{self.name}-{self.number:05d}")
            except gateway.Failed as problem:
                self.ledger.fault(f"{self.name}: {problem}")
                return

    def send_one(self, label):
        raise NotImplementedError

    def until_answered(self, path, body, headers):
        """Posts again and again, as a partner does, until somebody answers; anything but success is a fault of the gateway."""
        def attempt():
            status, text = self.post(path, body, headers() if callable(headers) else headers)
            if 200 <= status < 300:
                return json.loads(text)
            if status not in (0, 429, 503):
                raise gateway.Failed(f"POST {path} answered {status}: {text}")
            return None

        return gateway.wait_for(f"POST {path} answered", attempt, TRIES_MAX_S, 0.03)

    def post(self, path, body, headers):
        """(status, text); status 0 where nobody answered."""
        url = self.where.url
        if url is None:
            return 0, ""
        if url != self.address:
            self.connection, self.address = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10), url
        try:
            self.connection.request("POST", path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.address = None
            return 0, ""


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


STATUSES = [("X3", 0), ("AF", 60), ("D1", 600)]  # arrived at pick-up, departed, delivered: 214 codes and their minutes


def three_statuses(shipment):
    """(code, HHMM, effect) of three statuses of one shipment, each with a time of its own."""
    out = []
    for code, minutes in STATUSES:
        at = documents.moment(480 + minutes)
        out.append((code, at, ("milestone", shipment, documents.utc(at.isoformat()).isoformat())))
    return out


def status_document(control, shipment, code, at):
    return gateway.interchange(control, "QM", [gateway.status_214(shipment, "P" + shipment, code, at.strftime("%H%M"), date=at.strftime("%Y%m%d"))])


def shipment_documents(ledger, shipment):
    """Three statuses, then the invoice and the answer: (interchange, its control number, its effects)."""
    effects = []
    for code, at, effect in three_statuses(shipment):
        control = ledger.next_control()
        effects.append(effect)
        yield status_document(control, shipment, code, at), control, [effect]
    ledger.ordered(shipment, effects)
    if ledger.chance(0.5):
        control = ledger.next_control()
        yield gateway.interchange(control, "IM", [gateway.invoice_210("I" + shipment, shipment)]), control, [("invoice", "I" + shipment)]
    if ledger.chance(0.5):
        control = ledger.next_control()
        yield gateway.interchange(control, "GF", [gateway.answer_990(shipment)]), control, [("answer", shipment)]


class DocumentSender(Sender):
    """POST /documents: shipments in order, repeated calls, duplicates in three forms, and documents that are wrong."""

    def send_one(self, label):
        for text, control, effects in shipment_documents(self.ledger, label):
            again = self.ledger.chance(0.1)
            unit = self.send(f"{label}-{control}", text, effects, control, (1, 2) if again else (1, 1))
            if again:
                self.send_again(label, text, unit)
        if self.ledger.chance(0.1):
            self.send_half_bad(label)
        if self.ledger.chance(0.1):
            self.send_large(label)

    def send(self, key, text, effects, control, answers):
        self.ledger.intend(effects)
        answer = self.until_answered("/documents", text, {
            "Authorization": "Bearer " + installation.TOKEN + "acme", "Idempotency-Key": key, "Content-Type": "application/edi-x12"})
        unit = Unit("document", key, sha256(text), answer["message_id"], effects, group=str(control), answers=answers)
        if answer["sha256"] != unit.sha256:
            self.ledger.fault(f"the receipt of {key} names {answer['sha256']}, sent was {unit.sha256}")
        self.ledger.acknowledged(unit)
        return unit

    def send_again(self, label, text, unit):
        """The same call again is the same message; the same interchange under another key is one more, whose facts are known."""
        headers = {"Authorization": "Bearer " + installation.TOKEN + "acme", "Idempotency-Key": unit.name, "Content-Type": "application/edi-x12"}
        answer = self.until_answered("/documents", text, headers)
        if answer["message_id"] != unit.message_id:
            self.ledger.fault(f"{unit.name} sent again became {answer['message_id']}, was {unit.message_id}")
        self.send(unit.name + "-again", text, [], int(unit.group), (1, 2))
        control = self.ledger.next_control()
        other = text.replace(f"*{int(unit.group):09d}", f"*{control:09d}").replace(f"*{unit.group}*X*", f"*{control}*X*").replace(
            f"GE*1*{unit.group}~", f"GE*1*{control}~")
        self.send(f"{label}-{control}-renumbered", other, [], control, (1, 1))

    def send_half_bad(self, label):
        control = self.ledger.next_control()
        shipment = label + "H"
        code, at, effect = three_statuses(shipment)[0]
        good = gateway.status_214(shipment, "P" + shipment, code, at.strftime("%H%M"), date=at.strftime("%Y%m%d"))
        bad = ("214", ["B10*PBAD*" + label + "BAD*ACFL", "LX*1", "AT7*X3*NS***20261332*9999*CT"])
        self.send(f"{label}-{control}-halfbad", gateway.interchange(control, "QM", [bad, good]), [effect], control, (1, 1))


    def send_large(self, label):
        """Above what is kept in rows and translated at once: the payload becomes a file, read in chunks by a worker."""
        control = self.ledger.next_control()
        sets, effects = [], []
        for number in range(400 if self.ledger.bulk and self.ledger.chance(0.1) else 1):
            shipment = f"{label}L{number}"
            code, at, effect = three_statuses(shipment)[0]
            sets.append(gateway.status_214(shipment, "P" + shipment, code, at.strftime("%H%M"), date=at.strftime("%Y%m%d")))
            effects.append(effect)
        text = gateway.interchange(control, "QM", sets).replace("~\n", "~" + "\n" * (320_000 // (10 * len(sets))))
        self.send(f"{label}-{control}-large", text, effects, control, (1, 1))


class WebhookSender(Sender):
    def send_one(self, label):
        effects = []
        for number, (_, at, effect) in enumerate(three_statuses(label)):
            status = ("arrived_at_pickup", "departed_pickup", "delivered")[number]
            body = documents.status_call(label, status, at)
            identity = f"msg_{label}_{number}"
            self.ledger.intend([effect])
            effects.append(effect)
            answer = self.until_answered("/webhooks/acme", body, lambda i=identity, b=body: documents.sign_standard(installation.WEBHOOK_SECRET, i, b))
            if self.ledger.chance(0.1):
                signed = documents.sign_standard(installation.WEBHOOK_SECRET, identity, body)
                if self.until_answered("/webhooks/acme", body, signed)["message_id"] != answer["message_id"]:
                    self.ledger.fault(f"webhook {identity} sent again became another message")
            self.ledger.acknowledged(Unit("webhook", identity, sha256(body), answer["message_id"], [effect]))
        self.ledger.ordered(label, effects)


class TenderSender(Sender):
    """The TMS: tenders that leave as 204s. A call is repeated now and then."""

    def send_one(self, label):
        body = json.dumps(documents.tender(label))
        headers = {"Authorization": "Bearer " + installation.SYSTEM_TOKEN, "Idempotency-Key": label, "Content-Type": "application/cloudevents+json"}
        answer = self.until_answered("/api/v1/events", body, headers)
        if self.ledger.chance(0.1):
            repeated = self.until_answered("/api/v1/events", body, headers)
            if repeated["message_id"] != answer["message_id"]:
                self.ledger.fault(f"tender {label} sent again became {repeated['message_id']}, was {answer['message_id']}")
        self.ledger.acknowledged(Unit("event", label, answer["sha256"], answer["message_id"], tender=label))


class FileSender(Sender):
    """The partner's folder: acknowledged is what has gone from it."""

    def __init__(self, ledger, where, name, pace, folder):
        super().__init__(ledger, where, name, pace)
        self.folder = folder

    def send_one(self, label):
        for text, control, effects in shipment_documents(self.ledger, label):
            self.drop(f"{label}-{control}.x12", text, effects, str(control))

    def drop(self, name, text, effects, group):
        self.ledger.intend(effects)
        gateway.drop(self.folder, name, text)
        path = os.path.join(self.folder, name)
        gateway.wait_for(f"{name} picked up", lambda: not os.path.exists(path), TRIES_MAX_S)
        self.ledger.acknowledged(Unit("file", name, sha256(text), effects=effects, group=group))


class Answerer(FileSender):
    """The partner's own program: reads the 204s put into its folder and answers every second one by a 997."""

    def __init__(self, ledger, where, name, pace, folder, put_folder):
        super().__init__(ledger, where, name, pace, folder)
        self.put_folder, self.seen = put_folder, set()

    def send_one(self, label):
        for name in sorted(os.listdir(self.put_folder)) if os.path.isdir(self.put_folder) else []:
            if name in self.seen or name.startswith("."):
                continue
            self.seen.add(name)
            with open(os.path.join(self.put_folder, name), encoding="utf-8") as file:
                segments = documents.read_x12(file.read())
            if not any(s[0] == "ST" and s[1] == "204" for s in segments) or not self.ledger.chance(0.5):
                continue
            group = next(s[6] for s in segments if s[0] == "GS")
            number = next(s[2] for s in segments if s[0] == "ST")
            control = self.ledger.next_control()
            text = gateway.interchange(control, "FA", [documents.acknowledgement_997(group, number)])
            self.drop(f"{label}-{control}.x12", text, [("acknowledged", group, number), ("acknowledged", group, "")], "")
            return
