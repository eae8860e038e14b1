"""What is agreed with single partners beyond structures: TLS with our certificate, proxies, passwords both ways, AS2-Version 1.3, file names, receipts without
MIC, a profile that changes while a receipt is awaited, padded chunks; and that each is seen in the partner's figures."""
# SPDX-License-Identifier: Apache-2.0
import base64
import os
import re
import shutil
import sys
import time

import actor
import cases
import fronts
import keys
import raw_http
from checks import Checks
from ground import Ground, wait_for, with_header

SOON = {"mdn_within": "2s", "retry": {"first": "300ms", "longest": "1s", "give_up_after": "60s"}}
SHORT = {"mdn_within": "60s", "retry": {"first": "300ms", "longest": "500ms", "give_up_after": "3s"}}
BOTH = cases.Case()


class Place:
    """The ground with fronts before the partner: each partner is reached in its own way."""

    def __init__(self, binary):
        self.ground = ground = Ground(binary, {"PLAINLY": (BOTH, {})}, actor.Actor)
        folder = os.path.join(ground.root, "tls")
        san = ("-addext", "subjectAltName=IP:127.0.0.1")
        self.server, self.client = keys.make(folder, "tls-server", extra=san), keys.make(folder, "tls-client", extra=san)
        certs = os.path.join(ground.gateway.folder.path, "certs")
        os.makedirs(certs, exist_ok=True)
        for source, name in ((self.server.certificate, "tls-server.pem"), (self.client.certificate, "tls-client.pem"), (self.client.key, "tls-client.key")):
            shutil.copyfile(source, os.path.join(certs, name))
        os.chmod(os.path.join(certs, "tls-client.key"), 0o600)
        for name in ("send", "take", "proxy"):
            path = os.path.join(certs, name + ".password")
            with open(path, "w", encoding="utf-8") as file:
                file.write("secret of " + name)
            os.chmod(path, 0o600)
        target = ground.peer.server.server_address
        self.tls = fronts.Tls(target, self.server, self.client.certificate)
        self.door = fronts.Door(target, "shipco:secret of send")
        self.proxy = fronts.Proxy("shipco:secret of proxy")
        trust = {"authorities": "certs/tls-server.pem"}
        ours = {**trust, "certificate": "certs/tls-client.pem", "key": "file:certs/tls-client.key"}
        basic = lambda name: {"user": "shipco", "password": f"file:certs/{name}.password"}  # noqa: E731
        for name, case, changes in (
                ("MUTUAL", BOTH, {"url": self.tls.url, "tls": ours}), ("NOCERT", BOTH, {"url": self.tls.url, "tls": trust, **SHORT}),
                ("UNTRUSTED", BOTH, {"url": self.tls.url, **SHORT}), ("PROXIED", BOTH, {"proxy": self.proxy.url, "proxy_basic": basic("proxy")}),
                ("PROXYLESS", BOTH, {"proxy": self.proxy.url, **SHORT}),
                ("DOOR", BOTH, {"url": self.door.url, "basic": basic("send"), "authenticate": basic("take")}), ("KNOCK", BOTH, {"url": self.door.url, **SHORT}),
                ("NEWER", BOTH, {"as2_version": "1.3", "bad_file_name": "refuse", "duplicate_file_name": "refuse"}),
                ("NOMIC", cases.Case("plain"), {"on_missing_mic": "accept"}), ("CHANGING", cases.Case(receipt="async-signed"), SOON)):
            ground.add(name, case, **changes)
            if name in ("NOCERT", "UNTRUSTED", "PROXYLESS", "KNOCK"):
                ground.peer.plays[name] = ["good"]

    def state(self, name):
        return [one["state"] for one in self.ground.outgoing(name)]

    def end(self):
        for front in (self.tls, self.door, self.proxy):
            front.stop()


def check_ways(checks, place):
    """Delivered by the way that was agreed, and by no other."""
    ground = place.ground
    good, bad = ("MUTUAL", "PROXIED", "DOOR", "NOMIC"), ("NOCERT", "UNTRUSTED", "PROXYLESS", "KNOCK")
    for name in (*good, *bad):
        ground.gateway.tender(name, "T" + name)
    wait_for("all of them ended", lambda: all(place.state(name) and place.state(name)[0] not in ("in_progress", "received") for name in (*good, *bad)), 90, 0.2)
    for name in good:
        checks.equal(f"{name}: state", place.state(name), ["delivered"])
        checks.equal(f"{name}: arrivals", len(ground.peer.arrived(name)), 1)
    for name in bad:
        checks.true(f"{name}: is not delivered, and that is seen", place.state(name) and place.state(name)[0] in ("parked", "expired", "rejected"), str(place.state(name)))
        checks.equal(f"{name}: arrivals", len(ground.peer.arrived(name)), 0)
    checks.true("the client certificate was shown", "tls-client" in str(place.tls.subjects), str(place.tls.subjects))
    checks.true("the proxy was used", any("/as2" in one for one in place.proxy.asked), str(place.proxy.asked))
    checks.equal("the password is in no record", [one for name in ("DOOR", "PROXIED") for one in ground.outgoing(name) if "secret of" in str(
        ground.gateway.api("/messages/" + one["id"])) or base64.b64encode(b"shipco:secret of send").decode() in str(ground.gateway.api("/messages/" + one["id"]))], [])


def check_passwords(checks, place):
    """Partners that must show one: 401 with the challenge, nothing kept; with it, taken."""
    ground = place.ground
    headers, body, _ = ground.build("DOOR", "door.edi", ground.content("DOOR"))
    for what, given in (("without a password", None), ("with another one", "Basic " + base64.b64encode(b"shipco:guess").decode()),
                        ("with what we send ourselves", "Basic " + base64.b64encode(b"shipco:secret of send").decode())):
        answer, _ = ground.post(with_header(headers, "Authorization", given), body)
        checks.equal(f"{what}: status and challenge", (answer.status, answer.headers.get("www-authenticate", "").split()[0]), (401, "Basic"))
    checks.equal("nothing was kept", ground.stored("door.edi"), [])
    right = "Basic " + base64.b64encode(b"shipco:secret of take").decode()
    answer, receipt = ground.post(with_header(headers, "Authorization", right), body)
    checks.true("with the right one: taken", answer.status == 200 and receipt.good, f"HTTP {answer.status} {receipt}")


def check_newer(checks, place):
    """AS2-Version 1.3: its headers, its error words, no weak algorithm."""
    ground = place.ground
    ground.gateway.tender("NEWER", "TNEWER")
    wait_for("it left", lambda: place.state("NEWER") == ["delivered"], 30, 0.1)
    head = ground.peer.arrived("NEWER")[0]["head"].decode().lower()
    checks.true("AS2-Version: 1.3", re.search(r"^as2-version: 1\.3\r?$", head, re.M), head)
    checks.true("AS2-Product", re.search(r"^as2-product: \S", head, re.M), head)
    checks.true("to others: AS2-Version 1.2 and no AS2-Product", "as2-product" not in ground.peer.arrived("MUTUAL")[0]["head"].decode().lower()
                and "as2-version: 1.2" in ground.peer.arrived("MUTUAL")[0]["head"].decode().lower())
    first = ground.build("NEWER", "newer.edi", ground.content("NEWER"))
    answer, receipt = ground.post(first[0], first[1])
    checks.true("from it: taken", receipt.good, f"HTTP {answer.status} {receipt}")
    checks.true("our receipt says AS2-Version 1.3", answer.headers.get("as2-version") == "1.3" and "as2-product" in answer.headers, str(answer.headers))
    again, receipt = ground.post(first[0], first[1])
    checks.true("the same message again: the same receipt", receipt.good and again.body == answer.body, str(receipt))
    headers, body, _ = ground.build("NEWER", "newer.edi", ground.content("NEWER"))
    answer, receipt = ground.post(headers, body)
    checks.true("another message with its file name: duplicate-filename", receipt.says("duplicate-filename"), f"HTTP {answer.status} {receipt}")
    headers, body, _ = ground.build("NEWER", "a:b?.edi", ground.content("NEWER"))
    answer, receipt = ground.post(headers, body)
    checks.true("a file name that cannot be one: illegal-filename", receipt.says("illegal-filename"), f"HTTP {answer.status} {receipt}")
    organization, partner, url = ground.peer.relations[("NEWER", "XDOCK")]
    partner.digest_alg = "sha1"
    headers, body, _ = ground.build("NEWER", "weak.edi", ground.content("NEWER"))
    partner.digest_alg = "sha256"
    answer, receipt = ground.post(headers, body)
    checks.true("signed with SHA-1: insufficient-message-security", receipt.says("insufficient-message-security"), f"HTTP {answer.status} {receipt}")
    headers, body, _ = ground.build("PLAINLY", "told.edi", ground.content("PLAINLY"))
    answer, _ = ground.post(with_header(headers, "AS2-Version", "1.3"), body)
    checks.equal("a header alone does not make a partner one of 1.3", answer.headers.get("as2-version"), "1.2")
    del organization, url


def check_change(checks, place):
    """The receipt is lost; meanwhile the profile changes: once its time is over the message goes anew, under a linked id, and only then."""
    ground = place.ground
    ground.peer.plays["CHANGING"] = ["lost", "good"]
    ground.gateway.tender("CHANGING", "TCHANGING")
    wait_for("it arrived", lambda: ground.peer.arrived("CHANGING"), 30, 0.02)
    profile = ground.gateway.folder.partners["changing"]
    profile["channels"][0]["as2"]["encrypt"] = "aes256-cbc"
    ground.gateway.folder.put("partners/changing.yaml", profile)
    began = time.monotonic()
    wait_for("it is delivered", lambda: place.state("CHANGING") == ["delivered"], 60, 0.1)
    arrivals = ground.peer.arrived("CHANGING")
    checks.equal("arrivals", len(arrivals), 2)
    checks.true("not before its time was over", time.monotonic() - began > 0.8)
    checks.equal("two Message-IDs", len({one["id"] for one in arrivals}), 2)
    checks.equal("one content", len({one["content"] for one in arrivals}), 1)
    record = ground.gateway.api("/messages/" + ground.outgoing("CHANGING")[0]["id"])["as2"]
    checks.equal("both stand in the record", [one["state"] for one in record], ["replaced", "delivered"])
    checks.equal("the second names the first", record[1].get("replaces"), record[0]["message_id"])
    checks.true("the second is encrypted as the profile says now", "aes256-cbc" in record[1]["algorithms"], record[1]["algorithms"])


def check_chunks(checks, place):
    ground = place.ground
    for number, blank in enumerate((b"", b" ", b"    ", b"\t", b" ;a=b")):
        content = ground.content("PLAINLY")
        headers, body, _ = ground.build("PLAINLY", f"chunk-{number}.edi", content)
        answer, receipt = ground.post(headers, body, chunk=500, blank=blank)
        checks.true(f"chunk sizes followed by {blank!r}: taken", answer.status == 200 and receipt.good, f"HTTP {answer.status} {receipt}")
        checks.equal(f"chunk sizes followed by {blank!r}: whole", len(ground.stored(f"chunk-{number}.edi")), 1)


def check_figures(checks, place):
    """Each partner's figures: what came and went, receipts, bytes, times."""
    ground = place.ground
    answer = raw_http.send(ground.url, b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    text = answer.body.decode()
    for name, wanted in (("MUTUAL", ("sent_total", "sent_bytes_total", "mdn_received_total", "mdn_seconds_count")), ("PLAINLY", (
            "received_total", "received_bytes_total", "receive_seconds_count", "mdn_made_total", "certificate_used_total")), ("CHANGING", ("mdn_overdue_total", "mdn_pending")),
            ("NEWER", ("mdn_made_total",))):
        for figure in wanted:
            checks.true(f"{name}: crossdock_as2_{figure}", re.search(rf'^crossdock_as2_{figure}\{{[^}}]*partner="{name.lower()}"', text, re.M), text[:100])
    checks.true("failures by disposition", re.search(r'mdn_made_total\{[^}]*disposition="[^"]*(duplicate-filename|insufficient)', text), "")


def main():
    checks = Checks()
    place = Place(sys.argv[1])
    try:
        with place.ground:
            for part in (check_ways, check_passwords, check_newer, check_change, check_chunks, check_figures):
                checks.part(part, place)
            books = place.ground.gateway.api("/books")
            checks.true("the books balance", books["balanced"], str(books)[:500])
    finally:
        place.end()
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
