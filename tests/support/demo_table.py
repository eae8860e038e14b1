"""Prints the outcome of the demo: what came in, what our systems hold, what partners were sent. Colour on a terminal only."""
import json
import os

import documents

GOOD = {"accepted", "sent", "positive", "applied", "delivered", "consumed", "duplicate"}
BAD = {"rejected", "parked", "negative", "overdue", "refused", "unknown", "held", "expired"}


class Printer:
    def __init__(self, out):
        self.out = out
        self.colours = out.isatty() and not os.environ.get("NO_COLOR")

    def say(self, text=""):
        print(text, file=self.out, flush=True)

    def paint(self, text, word=None):
        word = (word or text).strip()
        if not self.colours:
            return text
        if word in GOOD:
            return f"\033[32m{text}\033[0m"
        return f"\033[33m{text}\033[0m" if word in BAD else text

    def title(self, text):
        self.say(f"\n\033[1m{text}\033[0m" if self.colours else "\n" + text)

    def table(self, head, rows):
        widths = [max(len(str(row[column])) for row in [head, *rows]) for column in range(len(head))]
        self.say("  " + "  ".join(name.upper().ljust(width) for name, width in zip(head, widths)).rstrip())
        for row in rows:
            self.say("  " + "  ".join(self.paint(str(cell).ljust(width)) for cell, width in zip(row, widths)).rstrip())

    def show(self, demo, everything, messages):
        self.title("What came in, its four statuses, and its events")
        rows = []
        for sent in everything:
            message = demo.find(sent, messages)
            record = demo.record(message)
            rows.append([sent.title, message["channel"], message["partner"] or "-", message["validation"] or "-", message["delivery"] or "-",
                         message["acknowledgement"] or "-", message["effect"] or "-", events_of(record) or message["reason"] or message["state"]])
        self.table(["message", "channel", "partner", "validation", "delivery", "acknowledged", "effect", "events or reason"], rows)
        for name, system in demo.systems.items():
            self.title(f"What the {name.upper()} holds")
            self.table(["event", "subject", "what"], [[event["type"].removeprefix("crossdock."), event.get("subject", ""), what(event["data"])]
                                                      for event in system.events()])
        self.title("Files written to the partners' folders")
        rows = [[partner, name, contents(text)] for partner in ("acme-freight", "blue-river", "freight-hub")
                for name, text in demo.written(partner).items()]
        self.table(["partner", "file", "what"], rows)
        self.findings(demo, everything, messages)

    def findings(self, demo, everything, messages):
        self.title("What a person should know")
        for sent in everything:
            message = demo.find(sent, messages)
            if message["state"] in ("parked", "held", "rejected") and message["detail"]:
                self.say(f"  {sent.title}: {message['reason']}: {message['detail']}")
            for one in demo.record(message)["sets"]:
                for finding in one["findings"] or []:
                    if finding["severity"] == "error":
                        self.say(f"  {sent.title}: {one['set']} {one['control_number']}: {finding['code']}{' at ' + finding['path'] if finding['path'] else ''}: {finding['message']}")

    def verdict(self, faults):
        self.say()
        for fault in faults:
            self.say("  not as expected: " + fault)
        self.say(self.paint("demo: everything came out as it should", "sent") if not faults else "demo: FAILED")

    def addresses(self, demo):
        url, token, secret = demo.gateway.url, demo.gateway.token(), demo.secret["acme-webhook"]
        folder = demo.folder("acme-freight", "from")
        self.title("Left running; Ctrl-C ends it. Things to try:")
        for line in (
                f"cp YOUR.x12 {folder}/",
                f"curl -s -H 'Authorization: Bearer {token}' '{url}/api/v1/messages?limit=5'",
                f"curl -s -H 'Authorization: Bearer {token}' '{url}/api/v1/find?q=SHP1001'",
                f"curl -s -H 'Authorization: Bearer {token}' {url}/api/v1/books",
                f"curl -s -H 'Authorization: Bearer acme-demo-token' -H 'Idempotency-Key: mine-1' --data-binary @YOUR.x12 {url}/documents",
                f"curl -s {demo.systems['erp'].url}/events; curl -s {demo.systems['tms'].url}/state",
                f"curl -s -d '{{\"behave\":\"unavailable,next=5\"}}' {demo.systems['erp'].url}/control",
                f"{demo.binary} messages --data {demo.data}",
                f"{demo.binary} statement --data {demo.data}"):
            self.say("  " + line)
        self.say(f"  webhooks: POST {url}/webhooks/acme, signed by Standard Webhooks with {secret}")


def events_of(record):
    kinds = []
    for event in reversed(record["events"] or []):
        name = event["type"].removeprefix("crossdock.").removesuffix(".v1")
        kinds.append(name if event["state"] != "duplicate" else name + " (duplicate)")
    return ", ".join(f"{kinds.count(kind)} x {kind}" if kinds.count(kind) > 1 else kind for kind in dict.fromkeys(kinds))


def what(data):
    if "milestone" in data:
        stone, place = data["milestone"], data.get("location", {})
        return f"{stone['code']} {stone.get('occurred_at') or stone.get('expected_at', '')} {place.get('city', '')}"
    if "invoice" in data:
        total = data["invoice"].get("total", {})
        return f"invoice {data['invoice']['number']} {total.get('amount', '')} {total.get('currency', '')}"
    if "answer" in data:
        return f"load {data['load']['id']} {data['answer']}"
    if "acknowledged" in data:
        told = data["acknowledged"]
        return f"group {told['control_number']} {told.get('set', '')} {told.get('set_control_number', '')} {data.get('outcome', '')}"
    return json.dumps(data)[:60]


def contents(text):
    segments = documents.read_x12(text)
    said = []
    for segment in segments:
        if segment[0] == "B2":
            said.append(f"204 tender of {segment[4]}")
        elif segment[0] == "TA1":
            verdict = {"A": "accepted", "E": "accepted with errors", "R": "rejected"}.get(segment[4], segment[4])
            said.append(f"TA1 for interchange {segment[1]}, {verdict} (note {segment[5]})")
        elif segment[0] == "AK1":
            said.append(f"997 for group {segment[2]}")
        elif segment[0] == "AK5":
            said.append({"A": "accepted", "E": "accepted with errors", "R": "rejected"}.get(segment[1], segment[1]))
    return ", ".join(said)
