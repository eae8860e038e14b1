"""The matrix with the gateway: every case both ways with OpenAS2 and with pyas2lib; all pairs of values, or (--full) every combination."""
# SPDX-License-Identifier: Apache-2.0
import argparse
import concurrent.futures
import hashlib
import json
import os
import shutil
import sys
import tempfile

import cases
import crossdock
import keys
import openas2
import pyas2_peer
from checks import Checks, settle

COMMON = {"structure": cases.STRUCTURES, "digest": cases.DIGESTS, "cipher": cases.CIPHERS, "receipt": cases.RECEIPTS, "encoding": cases.ENCODINGS,
          "payload": cases.PAYLOADS}
VALUES = {"OA": COMMON, "PY": {**COMMON, "signature": cases.SIGNATURES, "transport": cases.TRANSPORTS}}
AT_ONCE = 4


def changes_for(prefix, case):
    """Where a peer is known to deviate: settings that a partner's profile has for it."""
    if prefix == "OA" and case.structure == "compress":
        return {"mic": "without-headers"}  # RFC 5402 s4.3 has the headers in it
    if prefix == "PY" and case.transport == "oaep":
        return {"key_transport": "pkcs1"}  # it writes OAEP with SHA-1, which we read, and reads no other; ours is judged by openssl and libas2
    return {}


def possible(prefix, case):
    """OpenAS2's MIC of what is compressed and nothing else is over the decoded body, so no encoding goes with it (RFC 5402 s4.3 has it over the encoded one)."""
    return not (prefix == "OA" and case.structure == "compress" and case.encoding == "base64")


# Object identifiers of the ciphers in DER: 1.2.840.113549.3.7, 2.16.840.1.101.3.4.1.{2,22,42}.
CIPHER_OIDS = {"3des": "2a864886f70d0307", **{f"aes{bits}-cbc": f"6086480165030401{last:02x}" for bits, last in ((128, 2), (192, 22), (256, 42))}}


class World:
    """The gateway, both peers, one partner a case."""

    def __init__(self, binary, work, root):
        folder = os.path.join(root, "keys")
        ours, theirs = keys.make(folder, "crossdock"), {"OA": keys.make(folder, "openas2"), "PY": keys.make(folder, "pyas2lib")}
        self.theirs = theirs
        self.gateway = crossdock.Crossdock(binary, root, ours)
        self.peers = {"OA": openas2.OpenAs2(os.path.join(work, "as2_java"), os.path.join(root, "openas2"), theirs["OA"], ours),
                      "PY": pyas2_peer.Pyas2(root, theirs["PY"], ours)}
        self.peers["PY"].start()
        self.all = []  # (prefix, number, case)

    def add(self, prefix, number, case):
        peer = self.peers[prefix]
        name = f"{prefix}{number}"
        peer.add(name, crossdock.NAME, case, self.gateway.url)
        self.gateway.add(crossdock.NAME, name, case, peer.url, self.theirs[prefix], **changes_for(prefix, case))
        self.all.append((prefix, number, case))

    def start(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(self.peers["OA"].start), pool.submit(self.gateway.start)]:
                done.result()

    def stop(self):
        self.gateway.stop()
        for peer in self.peers.values():
            peer.stop()

    def payload(self, prefix, number, case):
        """In file names and documents the two peers' numbers differ."""
        name = f"{prefix}{number}"
        return cases.payload_of(case, number + (500_000 if prefix == "PY" else 0), self.gateway.scac[name])

    def send_everything(self):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            done = []
            for prefix, number, case in self.all:
                name = f"{prefix}{number}"
                done.append(pool.submit(self.peers[prefix].send, name, crossdock.NAME, f"{name}.edi", self.payload(prefix, number, case)))
                done.append(pool.submit(self.gateway.tender, name, f"T{name}"))
            for one in done:
                one.result()

    def found(self):
        """{partner: {direction: [messages]}} by the gateway's API."""
        out = {}
        for message in self.gateway.messages():
            out.setdefault(message["partner"], {}).setdefault(message["direction"], []).append(message)
        return out

    def progress(self):
        """What is still missing, and a figure that moves while anything moves."""
        outcomes = [self.peers[prefix].outcome(f"{prefix}{number}", f"{prefix}{number}.edi")
                    for prefix, number, case in self.all if case.receipt != "none" or prefix == "PY"]
        received = [len(self.peers[prefix].received(f"{prefix}{number}")) for prefix, number, _ in self.all]
        messages = self.found()
        settled = [message["state"] for one in messages.values() for each in one.values() for message in each if message["state"] != "in_progress"]
        done = None not in outcomes and all(received) and len(settled) >= 2 * len(self.all) and not any(
            message["state"] == "in_progress" for one in messages.values() for each in one.values() for message in each)
        return done, (sum(outcome is not None for outcome in outcomes), sum(received), len(settled))


def layers_of(record):
    """{kind: algorithm} of a received message as its record tells."""
    layers = record[0]["layers"] if record else []
    return {layer["kind"]: layer["algorithm"] for layer in (json.loads(layers) if isinstance(layers, str) else layers or [])}


def judge_inward(checks, world, prefix, number, case, messages):
    """The peer's message as we took it, and our receipt as the peer took it."""
    name, what = f"{prefix}{number}", f"{world.peers[prefix].label} -> us, {case}"
    wanted = hashlib.sha256(world.payload(prefix, number, case)).hexdigest()
    mine = [message for message in messages.get("in", []) if message["sha256"] == wanted]
    checks.equal(f"{what}: messages of this digest in the store", len(mine), 1)
    checks.equal(f"{what}: messages of this partner in the store", len(messages.get("in", [])), 1)
    for message in mine:
        if case.payload != "bytes":  # with bytes behind the envelope it is parked, which is not what is tried here
            checks.equal(f"{what}: state ({message['reason']}: {message['detail']})", message["state"], "delivered")
        layers = layers_of(world.gateway.api("/messages/" + message["id"])["as2"])
        checks.equal(f"{what}: signed, encrypted, compressed in our record", tuple(kind in layers for kind in ("signature", "envelope", "compression")),
                     (case.signs, case.encrypts, bool(case.compresses)))
        if case.signs:
            checks.true(f"{what}: the digest in our record", layers.get("signature", "").startswith(case.digest), str(layers))
        if case.encrypts:
            checks.true(f"{what}: the cipher in our record", layers.get("envelope", "").startswith(case.cipher), str(layers))
    if case.receipt != "none" or prefix == "PY":
        checks.equal(f"{what}: the peer's outcome: our receipt, its signature, its MIC", world.peers[prefix].outcome(name, f"{name}.edi"), "sent")


def judge_outward(checks, world, prefix, number, case, messages):
    """Our message as the peer took it, and the peer's receipt as we took it."""
    peer = world.peers[prefix]
    name, what = f"{prefix}{number}", f"us -> {peer.label}, {case}"
    mine = [message for message in messages.get("out", []) if message["sha256"]]
    checks.equal(f"{what}: messages that left", len(mine), 1)
    checks.equal(f"{what}: what the peer took", peer.received(name), [message["sha256"] for message in mine])
    no_mic = prefix == "PY" and not case.signs and case.wants_signed_receipt  # its receipt says nothing of what it took: that must be seen
    for message in mine:
        record = world.gateway.api("/messages/" + message["id"])
        detail = str([(one["reason"], one["detail"]) for one in record["deliveries"]] + [one["detail"] for one in record["as2"]])
        checks.equal(f"{what}: state after the peer's receipt {detail if message['state'] != 'delivered' else ''}", message["state"], "parked" if no_mic else "delivered")
        if no_mic:
            checks.true(f"{what}: a receipt without MIC is named as the reason", "Received-content-MIC" in detail, detail)
    if prefix != "PY":
        return
    checks.equal(f"{what}: what pyas2lib refused", peer.refused(name), [])
    for entry in peer.taken.get(name, []):
        seen = (entry["signed"], entry["encrypted"], entry["compressed"], entry["digest"] if case.signs else None)
        checks.equal(f"{what}: signed, encrypted, compressed, by what", seen,
                     (case.signs, case.encrypts, bool(case.compresses), case.digest if case.signs else None))
        if case.encrypts:
            body = entry["raw"].partition(b"\r\n\r\n")[2]
            checks.true(f"{what}: the cipher's identifier is in the envelope", bytes.fromhex(CIPHER_OIDS[case.cipher]) in body)


def run(checks, world, chosen):
    for prefix, some in chosen.items():
        for number, case in enumerate(some):
            world.add(prefix, number, case)
    world.start()
    checks.say(f"the gateway with {len(world.all)} partners, OpenAS2 and pyas2lib are up")
    world.send_everything()
    settle(world.progress, 60 + len(world.all), 30)
    found = world.found()
    for prefix, number, case in world.all:
        messages = found.get(f"{prefix}{number}".lower(), {})
        judge_inward(checks, world, prefix, number, case, messages)
        judge_outward(checks, world, prefix, number, case, messages)
    checks.equal("pyas2lib's notes of receipts that fit nothing or that we refused", world.peers["PY"].notes, [])
    books = world.gateway.api("/books")
    checks.true("the books balance", books["balanced"], str(books)[:500])
    checks.say(f"{len(world.all)} cases both ways: " + ", ".join(f"{len(some)} with {world.peers[prefix].label}" for prefix, some in chosen.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("work")
    parser.add_argument("--full", action="store_true", help="every combination instead of every pair")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    checks = Checks()
    batch = 250  # partners of one gateway: what a big installation has
    every = {prefix: cases.everything(values, lambda case, prefix=prefix: possible(prefix, case)) for prefix, values in VALUES.items()}
    chosen = every if options.full else {prefix: cases.pairwise(some) for prefix, some in every.items()}
    for start in range(0, max(len(some) for some in chosen.values()), batch):
        root = tempfile.mkdtemp(prefix="crossdock-as2-")
        world = World(os.path.abspath(options.binary), os.path.abspath(options.work), root)
        try:
            checks.part(run, world, {prefix: some[start:start + batch] for prefix, some in chosen.items()})
        finally:
            world.stop()
            if options.keep or checks.wrong:
                checks.say(f"left for a look: {root}")
            else:
                shutil.rmtree(root, ignore_errors=True)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
