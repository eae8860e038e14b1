"""The judges judged: OpenAS2 and pyas2lib exchange messages of every structure with each other, and each must refuse damaged ones."""
# SPDX-License-Identifier: Apache-2.0
import hashlib
import os
import sys
import tempfile

import cases
import keys
import openas2
import pyas2_peer
from checks import Checks, settle


def chosen():
    """One case a structure, the other values in turn: enough to see that neither peer is lame or blind."""
    out = []
    for place, structure in enumerate(cases.STRUCTURES):
        out.append(cases.Case(structure, cases.DIGESTS[place % 4], cases.CIPHERS[place % 4], ("sync-signed", "async-signed")[place % 2],
                              cases.ENCODINGS[place // 2 % 2], cases.PAYLOADS[place % 3]).normal())
    return out


def add_all(server, peer, some):
    for number, case in enumerate(some):
        server.add(f"OA{number}", f"PY{number}", case, peer.url)
        peer.add(f"PY{number}", f"OA{number}", case, server.url)


def exchange(checks, server, peer, some):
    for number, case in enumerate(some):
        server.send(f"OA{number}", f"PY{number}", f"a{number}.edi", cases.payload_of(case, number))
    for number, case in enumerate(some):
        peer.send(f"PY{number}", f"OA{number}", f"b{number}.edi", cases.payload_of(case, number))

    def ready():
        outcomes = [server.outcome(f"OA{number}", f"a{number}.edi") for number in range(len(some))]
        outcomes += [peer.outcome(f"PY{number}", f"b{number}.edi") for number in range(len(some))]
        return None not in outcomes, sum(outcome is not None for outcome in outcomes)

    settle(ready, 120, 30)
    for number, case in enumerate(some):
        wanted = [hashlib.sha256(cases.payload_of(case, number)).hexdigest()]
        checks.equal(f"{case}: what pyas2lib took from OpenAS2", peer.received(f"PY{number}"), wanted)
        checks.equal(f"{case}: what OpenAS2 took from pyas2lib", server.received(f"OA{number}"), wanted)
        checks.equal(f"{case}: OpenAS2's outcome", server.outcome(f"OA{number}", f"a{number}.edi"), "sent")
        checks.equal(f"{case}: pyas2lib's outcome", peer.outcome(f"PY{number}", f"b{number}.edi"), "sent")


def spoil(case, content):
    """The content with one bit turned, where nothing may overlook it."""
    content = bytearray(content)
    if case.structure == "sign":
        content[content.index(b"PRO9")] ^= 1
    elif case.structure == "encrypt":
        content[-17] ^= 0x80  # CBC alone protects nothing but the padding: its length becomes impossible
    else:
        content[len(content) * 9 // 10] ^= 1
    return bytes(content)


def damage(checks, server, peer, twin, some):
    """One bit of the signed text, the padding, the ciphertext turned: refused by both, and nothing is delivered."""
    for number, case in enumerate(some):
        if case.structure not in ("sign", "encrypt", "compress-sign-encrypt"):
            continue
        before = server.received(f"OA{number}")
        message, url = peer.build(f"PY{number}", f"OA{number}", "damaged.edi", cases.payload_of(case, 900 + number))
        headers = {name: value for name, value in message.headers.items() if name.lower() != "receipt-delivery-option"}
        status, _, body = pyas2_peer.post(url, headers, spoil(case, message.content))
        checks.true(f"{case}: OpenAS2 refuses a damaged message", status == 200 and b"rror" in body, f"{status} {body[:300]!r}")
        checks.equal(f"{case}: OpenAS2 delivers nothing of it", server.received(f"OA{number}"), before)
        twin.add(f"OA{number}", f"PY{number}", case, "")
        message, _ = twin.build(f"OA{number}", f"PY{number}", "damaged.edi", cases.payload_of(case, 900 + number))
        raw = message.headers_str.replace(b"receipt-delivery-option", b"x-ignored") + b"\r\n"
        before, refused = len(peer.received(f"PY{number}")), len(peer.refused(f"PY{number}"))
        peer.take(raw + message.content)
        checks.equal(f"{case}: pyas2lib takes it undamaged", len(peer.received(f"PY{number}")), before + 1)
        peer.take(raw + spoil(case, message.content))
        checks.equal(f"{case}: pyas2lib refuses it damaged", len(peer.refused(f"PY{number}")), refused + 1)


def main():
    work = sys.argv[1]
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="crossdock-as2-peers-") as root:
        one, other = keys.make(os.path.join(root, "keys"), "openas2"), keys.make(os.path.join(root, "keys"), "pyas2lib")
        server = openas2.OpenAs2(os.path.join(work, "as2_java"), os.path.join(root, "openas2"), one, other)
        peer = pyas2_peer.Pyas2(root, other, one)
        peer.start()
        try:
            some = chosen()
            add_all(server, peer, some)
            server.start()
            exchange(checks, server, peer, some)
            checks.say(f"{len(some)} messages each way between OpenAS2 and pyas2lib")
            twin = pyas2_peer.Pyas2(root, one, other)
            twin.mdn_url = peer.mdn_url
            damage(checks, server, peer, twin, some)
        finally:
            server.stop()
            peer.stop()
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
