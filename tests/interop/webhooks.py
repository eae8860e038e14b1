"""standardwebhooks signs calls to a running gateway (the example configuration, every port free) and verifies what that sends to a target."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import http.server
import json
import os
import re
import shutil
import sys
import tempfile
import threading
import time

import standardwebhooks

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "support"))
import documents  # noqa: E402
import gateway  # noqa: E402

NEW_SECRET = "whsec_bmV3LWFjbWUtd2ViaG9vay1zZWNyZXQtMzItYnl0ZXM="
WRONG_SECRET = "whsec_d3JvbmctYWNtZS13ZWJob29rLXNlY3JldC0zMi1ieQ=="


class Sink:
    """A target: keeps each call with what standardwebhooks says of its signature; refuses the first try of each delivery with 503."""

    def __init__(self, secret):
        self.secret, self.calls, self.lock = secret, [], threading.Lock()
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status):
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def do_GET(self):
                self.answer(404)  # a look-up: nothing of the kind took effect here

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.answer(sink.take(self.path, dict(self.headers.items()), body))

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, headers, body):
        headers = {name.lower(): value for name, value in headers.items()}
        with self.lock:
            again = any(call["headers"].get("idempotency-key") == headers.get("idempotency-key") for call in self.calls if call["path"] == path)
            self.calls.append({"path": path, "headers": headers, "body": body, "wrong": verified(self.secret, headers, body)})
        return 200 if again else 503

    def of(self, shipment):
        with self.lock:
            return [call for call in self.calls if call["path"].startswith("/erp") and json.loads(call["body"])["subject"] == f"shipment/{shipment}"]


def verified(secret, headers, body):
    """Nothing, or why the signature is not right."""
    try:
        standardwebhooks.Webhook(secret).verify(body, headers)
        return None
    except (standardwebhooks.WebhookVerificationError, ValueError) as error:
        return str(error) or type(error).__name__


class Checks:
    def __init__(self):
        self.done, self.wrong = 0, []

    def equal(self, what, got, wanted):
        self.done += 1
        if got != wanted:
            self.wrong.append(f"{what}: {got}, expected {wanted}")

    def true(self, what, value):
        self.equal(what, bool(value), True)


class World:
    def __init__(self, binary):
        self.root = tempfile.mkdtemp(prefix="crossdock-webhooks-")
        config = os.path.join(self.root, "config")
        shutil.copytree(os.path.join(gateway.ROOT, "partner-profiles", "example"), config)
        secrets = os.path.join(config, "secrets")
        gateway.write(os.path.join(secrets, "acme-webhook-new"), NEW_SECRET + "\n")
        self.secret = {}
        for name in os.listdir(secrets):
            os.chmod(os.path.join(secrets, name), 0o600)
            with open(os.path.join(secrets, name), encoding="utf-8") as file:
                self.secret[name] = file.read().strip()
        self.sink = Sink(self.secret["erp-signing"])
        self.edit(config, "crossdock.yaml", r"127\.0\.0\.1:8080", "127.0.0.1:0")
        self.edit(config, "targets/erp.yaml", r"http://127\.0\.0\.1:9101", self.sink.url + "/erp")
        self.edit(config, "targets/tms.yaml", r"http://127\.0\.0\.1:9102", self.sink.url + "/tms")
        self.edit(config, "targets/erp.yaml", r"first: 1s", "first: 100ms")
        self.edit(config, "partners/acme-freight.yaml", r"secret: secret:acme-webhook", "secret: [secret:acme-webhook, secret:acme-webhook-new]")
        self.gateway = gateway.Gateway(binary, config, os.path.join(self.root, "data"))
        if not self.gateway.start():
            raise gateway.Failed("the gateway ended at once:\n" + self.gateway.process.tail())

    @staticmethod
    def edit(config, name, what, by):
        path = os.path.join(config, name)
        with open(path, encoding="utf-8") as file:
            text, count = re.subn(what, by, file.read())
        if count == 0:
            raise gateway.Failed(f"{name} of the example does not hold {what}")
        gateway.write(path, text)

    def post(self, body, headers):
        return gateway.call("POST", self.gateway.url + "/webhooks/acme", body, {"Content-Type": "application/json", **headers})

    def end(self):
        self.gateway.stop()
        shutil.rmtree(self.root, ignore_errors=True)


def signed(secret, identity, body, minutes=0):
    """Headers as standardwebhooks makes them. Its sign() reads a datetime's clock face as UTC."""
    at = datetime.datetime.now(tz=datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return {"webhook-id": identity, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": standardwebhooks.Webhook(secret).sign(identity, at, body)}


def body_of(shipment, status="arrived_at_delivery"):
    return documents.status_call(shipment, status, documents.moment(13 * 60))


def check_receiving(world, checks):
    good, secret = body_of("SHPW1"), world.secret["acme-webhook"]
    first = world.post(good, signed(secret, "msg_one", good))
    checks.equal("a signed call", first[0], 202)
    checks.equal("the same id again", world.post(good, signed(secret, "msg_one", good)), first)
    checks.equal("the same id with other bytes", world.post(body_of("SHPW1", "delivered"), signed(secret, "msg_one", body_of("SHPW1", "delivered")))[0], 409)
    other = body_of("SHPW2")
    checks.equal("the second of two secrets", world.post(other, signed(NEW_SECRET, "msg_two", other))[0], 202)
    third = body_of("SHPW3")
    several = signed(secret, "msg_three", third)
    several["webhook-signature"] = signed(WRONG_SECRET, "msg_three", third)["webhook-signature"] + " v1a,bm90IG91cnM= " + several["webhook-signature"]
    checks.equal("several signatures, one of them right", world.post(third, several)[0], 202)


def check_refusing(world, checks):
    bad, secret = body_of("SHPBAD"), world.secret["acme-webhook"]
    right = signed(secret, "msg_bad", bad)
    refused = {"a wrong secret": signed(WRONG_SECRET, "msg_bad", bad), "a time stamp of ten minutes ago": signed(secret, "msg_bad", bad, -10),
               "a time stamp ten minutes ahead": signed(secret, "msg_bad", bad, 10), "the signature of other bytes": signed(secret, "msg_bad", body_of("SHPW1")),
               "another id than signed": {**right, "webhook-id": "msg_other"}, "another time than signed": {**right, "webhook-timestamp": str(int(time.time()) - 60)},
               "an unknown version": {**right, "webhook-signature": right["webhook-signature"].replace("v1,", "v2,")},
               "no signature": {name: value for name, value in right.items() if name != "webhook-signature"},
               "no id": {name: value for name, value in right.items() if name != "webhook-id"},
               "no time stamp": {name: value for name, value in right.items() if name != "webhook-timestamp"}, "nothing at all": {}}
    for what, headers in refused.items():
        checks.equal(what, world.post(bad, headers)[0], 401)
    checks.equal("an id refused before and now rightly signed", world.post(body_of("SHPW4"), signed(secret, "msg_bad", body_of("SHPW4")))[0], 202)


def check_sending(world, checks):
    shipments = [f"SHPW{number}" for number in range(1, 5)]
    gateway.wait_for("deliveries to the target", lambda: all(len(world.sink.of(shipment)) >= 2 for shipment in shipments))
    for shipment in shipments:
        calls = world.sink.of(shipment)
        checks.equal(f"{shipment}: one refused and one taken", len(calls), 2)
        for call in calls:
            checks.equal(f"{shipment}: what standardwebhooks says of our signature", call["wrong"], None)
        checks.equal(f"{shipment}: one id for both tries", len({call["headers"]["webhook-id"] for call in calls}), 1)
        checks.equal(f"{shipment}: the same bytes in both tries", len({call["body"] for call in calls}), 1)
        checks.equal(f"{shipment}: its type", json.loads(calls[0]["body"])["type"], "crossdock.shipment.milestone.v1")
    checks.equal("what was refused was never delivered", world.sink.of("SHPBAD"), [])
    call = world.sink.of("SHPW1")[0]
    checks.true("the judge refuses a changed body", verified(world.secret["erp-signing"], call["headers"], call["body"].replace(b"SHPW1", b"SHPX1")))
    checks.true("the judge refuses another secret", verified(WRONG_SECRET, call["headers"], call["body"]))


def main():
    checks, world = Checks(), World(os.path.abspath(sys.argv[1]))
    try:
        for part in (check_receiving, check_refusing, check_sending):
            part(world, checks)
    finally:
        world.end()
    for text in checks.wrong:
        print("  WRONG " + text)
    print(f"  {checks.done} checks, {len(checks.wrong)} wrong", flush=True)
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except gateway.Failed as failed:
        sys.exit(f"interop: {failed}")
