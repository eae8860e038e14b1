"""`crossdock serve` on loopback with one partner a case, and what its API says of messages: the side that is under test."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import hashlib
import json
import os
import shutil
import sys

import ports

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
import documents  # noqa: E402
import gateway  # noqa: E402
import installation  # noqa: E402

NAME = "XDOCK"  # our AS2 name
SOON = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def scac_of(number):
    """A code of four letters for each number."""
    return "".join(LETTERS[number // 26 ** place % 26] for place in (3, 2, 1, 0))


def channel_of(case, url, certificate, changes):
    """The `as2:` channel for a case: how we send to the partner, and so what we ask of it."""
    receipt = case.receipt.split("-")[0]
    out = {"url": url, "certificates": [certificate], "internal": True, "mdn_hosts": ["127.0.0.1"], "sign": case.digest if case.signs else "none",
           "signature": case.signature, "encrypt": case.cipher if case.encrypts else "none", "key_transport": case.transport,
           "compress": {None: "none", "before": "before-signing", "after": "after-signing"}[case.compresses], "encoding": case.encoding, "mdn": receipt,
           "mdn_signed": case.wants_signed_receipt, "mdn_within": "60s", "connect_timeout": "5s", "timeout": "60s",
           "retry": {"first": "300ms", "longest": "2s", "give_up_after": "10m"}}
    waivers = [{"allow": "sha1", "until": SOON, "reason": "interop"}] if case.digest == "sha1" else []
    waivers += [{"allow": "3des", "until": SOON, "reason": "interop"}] if case.encrypts and case.cipher == "3des" else []
    if waivers:
        out["waivers"] = waivers
    return {**out, **changes}


class Crossdock:
    def __init__(self, binary, folder, party, env=None):
        self.binary, self.root, self.party = binary, folder, party
        self.port = ports.free(1)[0]
        self.url = f"http://127.0.0.1:{self.port}/as2"
        self.erp = None
        self.folder = installation.Folder(
            os.path.join(folder, "config"), name="interop",
            listeners=[{"listen": f"127.0.0.1:{self.port}", "serves": ["api", "documents", "webhooks", "as2"]}],
            as2={"url": self.url, "keys": [{"name": "own", "certificate": "certs/own.pem", "key": "file:certs/own.key"}],
                 "mdn_retry": {"first": "300ms", "longest": "2s", "give_up_after": "10m"}})
        os.makedirs(os.path.join(self.folder.path, "certs"), exist_ok=True)
        shutil.copyfile(party.certificate, os.path.join(self.folder.path, "certs", "own.pem"))
        key = os.path.join(self.folder.path, "certs", "own.key")
        shutil.copyfile(party.key, key)
        os.chmod(key, 0o600)
        self.scac = {}
        self.gateway = gateway.Gateway(binary, self.folder.path, os.path.join(folder, "data"), env)

    def certificate(self, party):
        """Where a partner's certificate stands in the configuration."""
        shutil.copyfile(party.certificate, os.path.join(self.folder.path, "certs", party.name + ".pem"))
        return f"certs/{party.name}.pem"

    def add(self, own, other, case, url, party, **changes):
        """A partner that is known as `other` by AS2; `own` is what we are called."""
        scac = scac_of(len(self.scac) + 1)
        self.scac[other] = scac
        name = other.lower()
        self.folder.partners[name] = {
            "partner": name, "name": other, "role": "carrier", "identifiers": {"scac": scac, "x12": [f"02:{scac}"], "gs": scac, "as2": [other]},
            "zone": "America/Chicago", "channels": [{"as2": channel_of(case, url, self.certificate(party), changes)}],
            "us": {"x12": "ZZ:SHIPCO", "gs": "SHIPCO", "as2": own},
            "receives": [{"set": "x12/004010/204", "via": "as2"}], "sends": [{"set": "x12/004010/214"}]}
        return scac

    def write_configuration(self):
        path = self.folder.path
        partners, self.folder.partners = self.folder.partners, {}
        self.folder.write()  # without the webhook secrets that it makes for partners
        self.folder.partners = partners
        for name, value in partners.items():
            self.folder.put(f"partners/{name}.yaml", value)

    def start(self):
        self.erp = gateway.Simulator(self.binary, "erp", "key", self.root, ["--bodies", "100000"])
        self.folder.add_target("erp", self.erp.url)
        self.folder.route(["shipment.milestone", "message.acknowledged"], ["erp"])
        self.write_configuration()
        self.restart()

    def restart(self):
        if not self.gateway.start(seconds=60):
            raise gateway.Failed("crossdock ended at once:\n" + self.gateway.process.tail())

    def stop(self):
        if self.gateway.process is not None:
            self.gateway.process.kill()
        if self.erp is not None:
            self.erp.stop()

    def api(self, path):
        status, value = self.gateway.api("GET", path, timeout=60)
        if status != 200:
            raise gateway.Failed(f"GET {path}: {status} {value}")
        return value

    def messages(self):
        """All messages, newest first, page after page."""
        out, after = [], ""
        while True:
            page = self.api("/messages?limit=500" + after)
            out += page["items"]
            if not page.get("next"):
                return out
            after = f"&after={page['next']}"

    def payload(self, message):
        """Its bytes."""
        import urllib.request
        request = urllib.request.Request(f"{self.gateway.url}/api/v1/messages/{message}/payload", headers={"Authorization": "Bearer " + self.gateway.token()})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def digest(self, message):
        return hashlib.sha256(self.payload(message)).hexdigest()

    def tender(self, other, shipment):
        """Posts a tender to the carrier behind `other`: a 204 leaves to it by AS2."""
        body = json.dumps(documents.tender(shipment, scac=self.scac[other]))
        status, text = gateway.call("POST", self.gateway.url + "/api/v1/events", body, {
            "Authorization": "Bearer " + installation.SYSTEM_TOKEN, "Idempotency-Key": "tender-" + shipment, "Content-Type": "application/cloudevents+json"}, 30)
        if status not in (200, 202):
            raise gateway.Failed(f"tender for {other}: {status} {text}")
