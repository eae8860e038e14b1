"""Certificates around a change: both of the partner's and both of ours work, by date; expired ones only by waiver; who still uses the old one is told."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import json
import os
import shutil
import subprocess
import sys

import cases
import crossdock
import keys
import pyas2_peer
from checks import Checks
from ground import Ground, wait_for
from judges import Openssl

TODAY = datetime.date.today()
TOMORROW, YESTERDAY = (TODAY + datetime.timedelta(days=days) for days in (1, -1))
SIGNED, SEALED = cases.Case("sign"), cases.Case("encrypt")


class Change:
    """The partner's certificates: the one in use, the next one, one that ended, one that we never saw; and our own next one."""

    def __init__(self, ground):
        folder = os.path.join(ground.root, "keys")
        self.ground = ground
        self.now, self.stranger = ground.theirs, ground.stranger
        self.next, self.ended = keys.make(folder, "partner-next"), keys.make(folder, "partner-ended", days=-1)
        self.ours_next = keys.make(folder, "crossdock-next")
        own = ground.gateway.folder.installation["as2"]["keys"]
        certs = os.path.join(ground.gateway.folder.path, "certs")
        for kind, end in (("certificate", "pem"), ("key", "key")):
            shutil.copyfile(getattr(self.ours_next, kind), os.path.join(certs, "next." + end))
        os.chmod(os.path.join(certs, "next.key"), 0o600)
        own.append({"name": "next", "certificate": "certs/next.pem", "key": "file:certs/next.key", "from": str(TOMORROW)})
        place = ground.gateway.certificate
        both = [place(self.now), {"file": place(self.next), "from": str(TODAY)}]
        ended = [place(self.ended)]
        for name, case, certificates, more in (
                ("ROLL", SIGNED, both, {}), ("LATER", SEALED, [place(self.now), {"file": place(self.next), "from": str(TOMORROW)}], {}),
                ("SWITCHED", SEALED, [{"file": place(self.now), "until": str(YESTERDAY)}, place(self.next)], {}), ("ENDED", SIGNED, ended, {}),
                ("WAIVED", SIGNED, ended, {"waivers": [{"allow": "expired-certificate", "until": crossdock.SOON, "reason": "interop"}]})):
            ground.peer.add(name, crossdock.NAME, case, ground.url)
            ground.gateway.add(crossdock.NAME, name, case, ground.peer.url, self.now, **{"requires": "nothing", "certificates": certificates, **more})

    def sent(self, name, party, file_name, to_next=False):
        """(answer, receipt) of a message that the partner signs with `party`'s key, or encrypts to our next certificate."""
        organization, partner, _ = self.ground.peer.relations[(name, crossdock.NAME)]
        organization.sign_key = organization.load_key(party.read("pkcs12"), keys.PASSWORD)
        partner.encrypt_cert = (self.ours_next if to_next else self.ground.ours).read("certificate")
        headers, body, _ = self.ground.build(name, file_name, self.ground.content(name))
        return self.ground.post(headers, body)


def check_inward(checks, change):
    for what, name, party, good in (("the certificate in use", "ROLL", change.now, True), ("the next one", "ROLL", change.next, True),
                                    ("one that we never saw", "ROLL", change.stranger, False), ("one that has ended", "ENDED", change.ended, False),
                                    ("one that has ended, under a waiver", "WAIVED", change.ended, True), ("the old one after its last day", "SWITCHED", change.now, False)):
        if name == "SWITCHED":
            change.ground.peer.relations[(name, crossdock.NAME)][1].sign = True
        answer, receipt = change.sent(name, party, f"{name.lower()}-{party.name}.edi")
        if name == "SWITCHED":
            change.ground.peer.relations[(name, crossdock.NAME)][1].sign = False
        if good:
            checks.true(f"signed with {what}: taken", receipt.good, f"HTTP {answer.status} {receipt}")
        else:
            checks.true(f"signed with {what}: authentication-failed", receipt.says("authentication-failed"), f"HTTP {answer.status} {receipt}")
    for to_next in (False, True):
        answer, receipt = change.sent("LATER", change.now, f"later-{to_next}.edi", to_next)
        checks.true(f"encrypted to our {'next' if to_next else 'present'} certificate: taken", receipt.good, f"HTTP {answer.status} {receipt}")
        checks.true("our receipts are signed with the key in use, not with that of tomorrow", receipt.verified)


def check_outward(checks, change, openssl):
    ground = change.ground
    for name, reader, other in (("LATER", change.now, change.next), ("SWITCHED", change.next, change.now)):
        ground.gateway.tender(name, "T" + name)
        wait_for(f"{name} left", lambda name=name: ground.peer.taken.get(name), 30, 0.05)
        body = ground.peer.taken[name][0]["raw"].partition(b"\r\n\r\n")[2]
        checks.true(f"{name}: {reader.name} opens what we send", openssl.decrypt(body, reader) is not None)
        checks.true(f"{name}: {other.name} does not", openssl.decrypt(body, other) is None)


def check_list(checks, change):
    """`crossdock certificate list --json` names each certificate, its days and its use."""
    ground = change.ground
    done = subprocess.run([ground.gateway.binary, "certificate", "list", "--json", "--config", ground.gateway.folder.path], capture_output=True, text=True, check=False)
    checks.equal(f"certificate list: exit code, one has ended {done.stderr[-300:]}", done.returncode, 1)
    if not done.stdout:
        return
    text = json.dumps([json.loads(line) for line in done.stdout.splitlines() if line.strip()] if "\n{" in done.stdout.strip() else json.loads(done.stdout))
    for party in (change.now, change.next, change.ended, change.ours_next):
        digest = keys.openssl("x509", "-in", party.certificate, "-noout", "-fingerprint", "-sha256").decode().strip().rpartition("=")[2].replace(":", "").lower()
        checks.true(f"certificate list names {party.name}", digest in text.lower().replace(":", ""), text[:300])


def main():
    checks = Checks()
    ground = Ground(sys.argv[1], {})
    change = Change(ground)
    with ground:
        checks.part(check_inward, change)
        checks.part(check_outward, change, Openssl(os.path.join(ground.root, "openssl")))
        checks.part(check_list, change)
    return checks.end()


if __name__ == "__main__":
    assert pyas2_peer
    sys.exit(main())
