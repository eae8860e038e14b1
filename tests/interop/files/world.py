"""A gateway with one partner a channel, a simulated ERP behind it, and what the books say of messages."""
# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import shutil
import tempfile

from servers import Certificates, gateway  # adds tests/support to the path
import documents
import installation


def milestone(shipment, scac, number=None):
    """A 214 of a carrier."""
    World.control += 1
    control = World.control if number is None else number
    return gateway.interchange(control, "QM", [gateway.status_214(shipment, "PRO" + shipment, scac=scac)], sender=scac).encode()


class World:
    control = 1000

    def __init__(self, binary, env=None):
        self.root = tempfile.mkdtemp(prefix="crossdock-files-")
        os.chmod(self.root, 0o755)
        self.binary = os.path.abspath(binary)
        self.certificates = Certificates(os.path.join(self.root, "certificates"))
        self.folder = installation.Folder(os.path.join(self.root, "config"))
        self.gateway = gateway.Gateway(self.binary, self.folder.path, os.path.join(self.root, "data"), env)
        self.servers, self.erp, self.secrets = [], None, {}

    def serve(self, server):
        self.servers.append(server)
        return server

    def secret(self, name, value):
        self.secrets[name] = value
        return "secret:" + name

    def partner(self, name, scac, channel, receives="x12/004010/204"):
        self.folder.partners[name] = {
            "partner": name, "name": name, "role": "carrier", "identifiers": {"scac": scac, "x12": [f"02:{scac}"], "gs": scac}, "zone": "America/Chicago",
            "channels": [channel], "us": {"x12": "ZZ:SHIPCO", "gs": "SHIPCO"}, "sends": [{"set": "x12/004010/214"}],
            **({"receives": [{"set": receives}]} if receives else {})}

    def write(self):
        partners, self.folder.partners = self.folder.partners, {}
        self.folder.write()
        self.folder.partners = partners
        for name, value in self.secrets.items():
            path = os.path.join(self.folder.path, "secrets", name)
            gateway.write(path, value)
            os.chmod(path, 0o600)
        for name, value in partners.items():
            self.folder.put(f"partners/{name}.yaml", value)

    def start(self, env=None):
        if self.erp is None:
            self.erp = gateway.Simulator(self.binary, "erp", "key", self.root, ["--bodies", "100000"])
            self.folder.add_target("erp", self.erp.url)
            self.folder.route(["shipment.milestone"], ["erp"])
            self.write()
        if not self.gateway.start(env, seconds=60):
            raise gateway.Failed("crossdock ended at once:\n" + self.gateway.process.tail())

    def api(self, path):
        status, value = self.gateway.api("GET", path, timeout=60)
        if status != 200:
            raise gateway.Failed(f"GET {path}: {status} {value}")
        return value

    def messages(self, channel):
        """All messages of a channel, newest first."""
        out, after = [], ""
        while True:
            page = self.api("/messages?limit=500" + after)
            out += [one for one in page["items"] if one.get("channel") == channel]
            if not page.get("next"):
                return out
            after = f"&after={page['next']}"

    def tender(self, scac, shipment):
        body = json.dumps(documents.tender(shipment, scac=scac))
        status, text = gateway.call("POST", self.gateway.url + "/api/v1/events", body, {
            "Authorization": "Bearer " + installation.SYSTEM_TOKEN, "Idempotency-Key": "tender-" + shipment, "Content-Type": "application/cloudevents+json"}, 30)
        if status not in (200, 202):
            raise gateway.Failed(f"tender for {scac}: {status} {text}")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.gateway.process is not None:
            self.gateway.process.kill()
        if self.erp is not None:
            self.erp.stop()
        for server in self.servers:
            server.stop()
        if kind is not None:
            print(f"  left for a look: {self.root}", flush=True)
        else:
            shutil.rmtree(self.root, ignore_errors=True)


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Checks:
    def __init__(self):
        self.done, self.wrong = 0, []

    def true(self, what, value):
        self.done += 1
        if not value:
            self.wrong.append(what)
            print("  WRONG: " + what, flush=True)

    def equal(self, what, got, wanted):
        self.true(f"{what}: {got!r}, expected {wanted!r}" if got != wanted else what, got == wanted)
