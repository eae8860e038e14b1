#!/usr/bin/env python3
"""`./dev demo`: the example configuration, a simulated ERP and TMS, the gateway; real documents through it; then one table of what happened."""
import argparse
import json
import os
import re
import shutil
import signal
import sys
import tempfile

import demo_documents
import documents
import gateway
from demo_table import Printer

ROOT = gateway.ROOT
EXAMPLE = os.path.join(ROOT, "partner-profiles", "example")


class Demo:
    def __init__(self, binary, printer):
        self.printer = printer
        self.root = tempfile.mkdtemp(prefix="crossdock-demo-")
        self.config, self.data = os.path.join(self.root, "config"), os.path.join(self.root, "data")
        shutil.copytree(EXAMPLE, self.config)
        secrets = os.path.join(self.config, "secrets")
        for name in os.listdir(secrets):
            os.chmod(os.path.join(secrets, name), 0o600)
        self.secret = {name: open(os.path.join(secrets, name), encoding="utf-8").read().strip() for name in os.listdir(secrets)}
        self.systems = {}
        self.gateway = gateway.Gateway(binary, self.config, self.data)
        self.binary = binary

    def start(self):
        self.systems["erp"] = gateway.Simulator(self.binary, "erp", "key", self.root, [
            "--token", self.secret["erp-token"], "--signing-secret", self.secret["erp-signing"]])
        self.systems["tms"] = gateway.Simulator(self.binary, "tms", "lookup", self.root, ["--token", self.secret["tms-key"]])
        self.edit("crossdock.yaml", r"listen: 127\.0\.0\.1:8080", "listen: 127.0.0.1:0")
        self.edit("targets/erp.yaml", r"http://127\.0\.0\.1:9101", self.systems["erp"].url)
        self.edit("targets/tms.yaml", r"http://127\.0\.0\.1:9102", self.systems["tms"].url)
        if not self.gateway.start():
            raise gateway.Failed("the gateway ended at once:\n" + self.gateway.process.tail())
        self.printer.say(f"gateway {self.gateway.url} · ERP {self.systems['erp'].url} · TMS {self.systems['tms'].url} · folder {self.root}")

    def edit(self, name, what, by):
        path = os.path.join(self.config, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        changed, count = re.subn(what, by, text)
        if count == 0:
            raise gateway.Failed(f"{name} of the example does not hold {what}")
        gateway.write(path, changed)

    def folder(self, partner, way):
        return os.path.join(self.data, "partners", partner, way)

    def drop(self, sent):
        gateway.drop(self.folder(sent.partner, "from"), sent.file, sent.text)
        if sent.marker:
            gateway.drop(self.folder(sent.partner, "from"), sent.file + ".done", "")

    def written(self, partner):
        """Files that we put into the partner's folder: name -> text."""
        out, folder = {}, self.folder(partner, "to")
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if not name.startswith("."):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    out[name] = file.read()
        return out

    def post(self, path, body, headers):
        status, text = gateway.call("POST", self.gateway.url + path, body, headers)
        if not 200 <= status < 300:
            raise gateway.Failed(f"POST {path} answered {status}: {text}")
        return json.loads(text)["message_id"]

    def call_webhooks(self):
        out = []
        for title, identity, body in demo_documents.webhook_calls():
            message = self.post("/webhooks/acme", body, documents.sign_standard(self.secret["acme-webhook"], identity, body))
            again = next((sent for sent in out if sent.message_id == message), None)
            if again is not None:
                again.title += ", sent twice"
            else:
                out.append(demo_documents.Sent(title, message_id=message))
        return out

    def post_tender(self):
        key, body = demo_documents.tender_call()
        headers = {"Authorization": "Bearer tms-demo-token", "Idempotency-Key": key, "Content-Type": "application/cloudevents+json"}
        return demo_documents.Sent("tender from the TMS", "tms", message_id=self.post("/api/v1/events", body, headers), validation="")

    def post_duplicate(self, first):
        """The interchange of the first file once more, over HTTP and under a name of its own."""
        headers = {"Authorization": "Bearer acme-demo-token", "Idempotency-Key": "demo-duplicate", "X-File-Name": "acme-214-again.x12"}
        return demo_documents.Sent("the first 214 once more, by HTTP", message_id=self.post("/documents", first.text, headers), validation="",
                                   events=-1, state="duplicate|no_event|parked")

    def messages(self):
        status, page = self.gateway.api("GET", "/messages?limit=500")
        if status != 200:
            raise gateway.Failed(f"GET /messages: {status} {page}")
        return page["items"]

    def record(self, message):
        status, record = self.gateway.api("GET", "/messages/" + message["id"])
        if status != 200:
            raise gateway.Failed(f"GET /messages/{message['id']}: {status} {record}")
        return record

    def find(self, sent, messages):
        for message in messages:
            if message["id"] == sent.message_id or sent.file and message["file_name"] == sent.file and message["direction"] == "in":
                return message
        return None

    def settled(self, everything):
        messages = self.messages()
        status, books = self.gateway.api("GET", "/books")
        return status == 200 and all(self.find(sent, messages) for sent in everything) and all(
            unit["states"]["in_progress"] == 0 for unit in books["units"])

    def stop(self, keep=False):
        if self.gateway.process is not None and self.gateway.process.alive():
            self.gateway.process.stop()
        for system in self.systems.values():
            system.stop()
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)


def run(demo):
    """Sends everything and waits until nothing is in progress; all that was sent."""
    files = demo_documents.dropped_files()
    for sent in files:
        demo.drop(sent)
    everything = [*files, *demo.call_webhooks(), demo.post_tender()]
    gateway.wait_for("the documents went through", lambda: demo.settled(everything), 60, 0.1)
    answers = demo_documents.answers_to(demo.written("acme-freight"))
    for sent in answers:
        demo.drop(sent)
    everything += [*answers, demo.post_duplicate(files[0])]
    gateway.wait_for("the answers went through", lambda: demo.settled(everything), 60, 0.1)
    return everything


def faults_of(demo, everything, messages):
    """What did not come out as expected, a sentence each."""
    out = []
    for sent in everything:
        message = demo.find(sent, messages)
        for name, wanted, given in (("validation", sent.validation, message["validation"]), ("state", sent.state, message["state"])):
            if wanted and given not in wanted.split("|"):
                out.append(f"{sent.title}: {name} is {given}, expected {wanted}")
        if sent.events >= 0 and message["event_count"] != sent.events:
            out.append(f"{sent.title}: {message['event_count']} events, expected {sent.events}")
        if sent.reason and not (message["reason"] or "").startswith(sent.reason):
            out.append(f"{sent.title}: reason is {message['reason']}, expected {sent.reason}...")
    held = {name: [event["type"].removeprefix("crossdock.").removesuffix(".v1") for event in system.events()] for name, system in demo.systems.items()}
    for system, kind, count in (("erp", "shipment.milestone", 7), ("erp", "freight.invoiced", 1), ("tms", "shipment.milestone", 7),
                                ("tms", "load.tender_answered", 1), ("tms", "message.acknowledged", 2)):
        if held[system].count(kind) != count:
            out.append(f"{system.upper()} holds {held[system].count(kind)} {kind}, expected {count}")
    texts = list(demo.written("acme-freight").values()) + list(demo.written("blue-river").values())
    for code, count in (("204", 1), ("997", 6)):
        found = sum(1 for text in texts for segment in documents.read_x12(text) if segment[:2] == ["ST", code])
        if found < count:
            out.append(f"{found} {code}s were written, expected at least {count}")
    status, books = demo.gateway.api("GET", "/books")
    if status != 200 or not books["balanced"]:
        out.append(f"the books do not balance: {books}")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build", "release", "crossdock"))
    parser.add_argument("--keep", action="store_true", help="leave it running until Ctrl-C, with addresses to try")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    printer = Printer(sys.stdout)
    demo = Demo(os.path.abspath(options.binary), printer)
    failed = True
    try:
        demo.start()
        everything = run(demo)
        messages = demo.messages()
        printer.show(demo, everything, messages)
        faults = faults_of(demo, everything, messages)
        printer.verdict(faults)
        failed = bool(faults)
        if options.keep:
            printer.addresses(demo)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
        demo.stop()
    except (gateway.Failed, KeyboardInterrupt) as problem:
        print(f"demo: {problem}\nthe folder is left for a look: {demo.root}", file=sys.stderr)
        demo.stop(keep=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
