"""Writes messages of pyas2lib, libas2 and openssl into a folder, for a look or a unit test at hand: NAME.headers, NAME.body, NAME.json, and the keys."""
# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import sys
import types

import pyas2_peer  # first: it mends oscrypto before pyas2lib is imported
import cases
import keys
import structures_trial
from judges import Openssl
from libas2_peer import Libas2


def put(folder, name, headers, body, **facts):
    with open(os.path.join(folder, name + ".headers"), "w", encoding="utf-8") as file:
        file.write("".join(f"{one}: {value}\n" for one, value in headers))
    with open(os.path.join(folder, name + ".body"), "wb") as file:
        file.write(body)
    with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=1)


def main():
    """golden.py FOLDER [FOLDER-OF-NODE-MODULES]"""
    folder = os.path.abspath(sys.argv[1])
    ours, theirs, stranger = (keys.make(os.path.join(folder, "keys"), name) for name in ("crossdock", "partner", "stranger"))
    ec = keys.make(os.path.join(folder, "keys"), "ec", ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"))
    peer = pyas2_peer.Pyas2(folder, theirs, ours)
    peer.mdn_url = "http://127.0.0.1:9/mdn"
    every = cases.everything({"structure": cases.STRUCTURES, "digest": cases.DIGESTS, "cipher": cases.CIPHERS, "payload": cases.PAYLOADS,
                              "signature": cases.SIGNATURES, "transport": cases.TRANSPORTS}, lambda case: "sign-compress" not in case.structure)
    for number, case in enumerate(cases.pairwise(every)):
        name, content = f"pyas2lib-{number}", cases.payload_of(case, number)
        peer.add(name, "XDOCK", case, "")
        message, _ = peer.build(name, "XDOCK", "document.edi", content)
        put(folder, name, message.headers.items(), message.content, case=str(case), mic=message.mic.decode() if message.mic else None, digest=case.digest,
            sha256=[hashlib.sha256(content).hexdigest()])
    content = cases.payload_of(cases.Case(), 900)
    ground = types.SimpleNamespace(ours=ours, theirs=theirs, stranger=stranger, content=lambda _: content)
    openssl = Openssl(os.path.join(folder, "scratch"))
    for number, (what, partner, kind, body, payloads) in enumerate(structures_trial.inward(openssl, ground, ec)):
        put(folder, f"openssl-{number}", [("AS2-From", partner), ("AS2-To", "XDOCK"), ("Message-ID", f"<{number}@x>"), ("Content-Type", kind)], body, case=what,
            sha256=[hashlib.sha256(payload).hexdigest() for payload in payloads])
    if len(sys.argv) > 2:
        lib = Libas2(os.path.abspath(sys.argv[2]), theirs, ours)
        for number, (digest, cipher) in enumerate([(None, None), ("sha256", None), (None, "aes128-cbc"), ("sha512", "aes256-gcm")]):
            headers, body = lib.make("LIB", "XDOCK", "document.edi", content, "http://127.0.0.1:9/as2", digest, cipher, "sync")
            put(folder, f"libas2-{number}", headers.items(), body, case=f"{digest} {cipher}", sha256=[hashlib.sha256(content).hexdigest()])
        lib.stop()
    print(f"{len([name for name in os.listdir(folder) if name.endswith('.body')])} messages in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
