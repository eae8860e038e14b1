"""Requests as partners and attackers write them: permuted headers, odd names and ids, broken layers, bombs, receipts asked for elsewhere."""
# SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import os
import random
import socket
import subprocess
import sys
import threading
import time

import cases
import raw_http
from checks import Checks
from ground import Ground, wait_for, with_header
from pyas2lib.cms import compress_message

BOTH = cases.Case()
PARTNERS = {"BOTH": (BOTH, {}), "SIGNED": (cases.Case("sign"), {}), "PLAIN": (cases.Case("plain"), {}),
            "OPEN": (BOTH, {"requires": "nothing"}), "PACKED": (cases.Case("compress-sign"), {"requires": "nothing"})}


def fold(line):
    """The header's value over two lines, as older stacks still send it."""
    name, value = line
    place = value.find(" ", 1)
    return f"{name}: {value[:place]}\r\n\t{value[place + 1:]}".encode() if place > 0 else f"{name}: {value}".encode()


def content_type_by(change):
    return lambda headers: [(name, change(value)) if name.lower() == "content-type" else (name, value) for name, value in headers]


def permutations():
    """(what, how the list of headers changes, options of the request)."""
    chance = random.Random(4130)
    shuffled = lambda headers: chance.sample(headers, len(headers))  # noqa: E731
    yield "as pyas2lib writes them", lambda headers: headers, {}
    for number in range(3):
        yield f"in another order ({number})", shuffled, {}
    yield "in reverse", lambda headers: headers[::-1], {}
    yield "names in lower case", lambda headers: [(name.lower(), value) for name, value in headers], {}
    yield "names in upper case", lambda headers: [(name.upper(), value) for name, value in headers], {}
    yield "folded", lambda headers: [fold(line) for line in headers], {}
    yield "blanks around values", lambda headers: [f"{name}:  {value} \t".encode() for name, value in headers], {}
    yield "no blank after the colon", lambda headers: [f"{name}:{value}".encode() for name, value in headers], {}
    yield "without AS2-Version", lambda headers: with_header(headers, "AS2-Version", None), {}
    yield "AS2-Version 1.9 and unknown features", lambda headers: with_header(with_header(headers, "AS2-Version", "1.9"), "EDIINT-Features", "x,y"), {}
    yield "without Date, Subject and MIME-Version", lambda headers: [line for line in headers if line[0].lower() not in ("date", "subject", "mime-version")], {}
    yield "MIME-Version twice over", lambda headers: [*with_header(headers, "MIME-Version", "1.0"), ("X-Other", "1")], {}
    yield "quoted names", lambda headers: [(name, f'"{value}"') if name.lower() in ("as2-from", "as2-to") else (name, value) for name, value in headers], {}
    yield "Content-Type in other letters", content_type_by(lambda value: value.replace("application/", "Application/").replace("multipart/", "MULTIPART/")), {}
    yield "x-pkcs7 for pkcs7", content_type_by(lambda value: value.replace("application/pkcs7-mime", "application/x-pkcs7-mime")), {}
    yield "blanks and a tab in the options", lambda headers: with_header(
        headers, "Disposition-Notification-Options", "signed-receipt-protocol = required ,\tpkcs7-signature ; signed-receipt-micalg = required , SHA-256"), {}
    yield "several micalgs, the first one wins", lambda headers: with_header(
        headers, "Disposition-Notification-Options", "signed-receipt-protocol=optional,pkcs7-signature;signed-receipt-micalg=optional,sha256,sha1,md5"), {}
    yield "Content-Transfer-Encoding as a header of HTTP", lambda headers: with_header(headers, "Content-Transfer-Encoding", "binary"), {}
    yield "without Content-Transfer-Encoding", lambda headers: with_header(headers, "Content-Transfer-Encoding", None), {}
    yield "an Authorization that nobody asked for", lambda headers: [*headers, ("Authorization", "Basic eDp5")], {}
    yield "leading zeros in Content-Length", lambda headers: headers, {"length": "zeros"}
    for size in (1, 7, 1000):
        yield f"chunks of {size}", lambda headers: headers, {"chunk": size}
    yield "cut within CRLFCRLF", lambda headers: headers, {"pieces": "blank line"}
    yield "ids of 250 characters", lambda headers: with_header(headers, "Message-ID", "<" + "i" * 240 + f"{chance.random()}@x>"), {}


def check_permutations(checks, ground):
    for name in ("BOTH", "SIGNED", "PLAIN"):
        for number, (what, change, options) in enumerate(permutations()):
            content, file_name = ground.content(name), f"{name}-permuted-{number}.edi"
            headers, body, message = ground.build(name, file_name, content)
            if options.get("length") == "zeros":
                options = {"length": f"000{len(body)}".encode()}
            if options.get("pieces"):
                request = raw_http.request_of(ground.url, [f"{one}: {value}".encode() for one, value in headers], body)
                place = request.index(b"\r\n\r\n")
                options = {"pieces": [place + 1, place + 2, place + 3]}
            changed = change(headers)
            answer, receipt = ground.post(changed, body, **options)
            what = f"{name}, headers {what}"
            if not checks.true(f"{what}: a positive receipt", answer.status == 200 and receipt.good, f"HTTP {answer.status} {receipt} {answer.body[:200]!r}"):
                continue
            checks.true(f"{what}: openssl verifies the receipt", receipt.verified)
            checks.equal(f"{what}: our headers are not folded", answer.folded, False)
            checks.true(f"{what}: Content-Length of the receipt", answer.headers.get("content-length") == str(len(answer.body)), str(answer.headers))
            if message.mic:
                checks.equal(f"{what}: the MIC", receipt.mic, message.mic.decode())
            checks.equal(f"{what}: the payload's digest", [one["sha256"] for one in ground.stored(file_name)], [hashlib.sha256(content).hexdigest()])


def compressed_message(ground, name, content, inner=b"Content-Type: application/EDI-X12\r\n\r\n"):
    """A message that is nothing but CompressedData of `content`."""
    headers, _, _ = ground.build(name, "x.edi", b"x")
    headers = [line for line in headers if line[0].lower() not in ("content-type", "content-disposition", "content-transfer-encoding")]
    headers += [("Content-Type", "application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z"), ("Content-Transfer-Encoding", "binary")]
    return headers, compress_message(inner + content)


def check_broken(checks, ground):
    """One bit in each layer; each refusal is signed, with the words of RFC 4130 s7.5 and RFC 5402, and nothing is delivered."""
    def tampered(name, turn):
        content = ground.content(name)
        headers, body, _ = ground.build(name, f"{name}-broken.edi", content)
        return ground.post(headers, turn(bytearray(body)))

    def turn(find, mask=1):
        def change(body):
            place = body.index(find) if isinstance(find, bytes) else find
            body[place] ^= mask
            return bytes(body)
        return change

    trials = [("a changed letter under a signature", "SIGNED", turn(b"MEMPHIS"), ("authentication-failed", "integrity-check-failed")),
              ("impossible padding of the ciphertext", "BOTH", turn(-17, 0x80), ("decryption-failed",)),
              ("half of the ciphertext", "BOTH", lambda body: bytes(body[:len(body) // 2]), ("decryption-failed", "unexpected-processing-error")),
              ("bytes that are no CMS", "BOTH", lambda body: b"this is not DER" * 20, ("decryption-failed", "unexpected-processing-error"))]
    for what, name, change, words in trials:
        answer, receipt = tampered(name, change)
        checks.true(f"{what}: refused with one of {words}", answer.status == 200 and receipt.says(*words), f"HTTP {answer.status} {receipt} {answer.body[:200]!r}")
        checks.true(f"{what}: the refusal is signed", receipt.verified)
        checks.true(f"{what}: the form processed/error: words", receipt.disposition.lower().startswith(("processed/error:", "failed/failure:")), receipt.disposition)
        checks.equal(f"{what}: nothing is delivered", [one["state"] for one in ground.stored(f"{name}-broken.edi") if one["state"] == "delivered"], [])
    headers, body = compressed_message(ground, "OPEN", ground.content("OPEN"))
    spoiled = bytearray(body)
    spoiled[len(body) * 2 // 3] ^= 0x55
    answer, receipt = ground.post(headers, bytes(spoiled))
    checks.true("broken compressed data: decompression-failed", receipt.says("decompression-failed"), f"HTTP {answer.status} {receipt}")
    answer, receipt = ground.post(*compressed_message(ground, "OPEN", ground.content("OPEN")))
    checks.true("the same unbroken, under a new id: taken", receipt.good, f"HTTP {answer.status} {receipt}")


def check_bombs(checks, ground):
    headers, body = compressed_message(ground, "OPEN", bytes(300 << 20))
    before, seen = ground.resident()[0], time.monotonic()
    answer, receipt = ground.post(headers, body, timeout=120)
    _, most = ground.resident()
    checks.true("a bomb of 300 MiB: decompression-failed", receipt.says("decompression-failed"), f"HTTP {answer.status} {receipt} {answer.body[:200]!r}")
    checks.true("a bomb: memory grew by less than 64 MiB", most - before < 64 << 20, f"from {before >> 20} to at most {most >> 20} MiB")
    checks.true("a bomb: answered within 20 s", time.monotonic() - seen < 20)
    nested = compress_message(b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n" + compress_message(
        b"Content-Type: application/EDI-X12\r\n\r\n" + ground.content("OPEN")))
    headers, _ = compressed_message(ground, "OPEN", b"")
    answer, receipt = ground.post(headers, nested)
    checks.true("compressed twice: refused (RFC 5402 s3: at most once)", answer.status == 200 and not receipt.good and receipt.exists, f"HTTP {answer.status} {receipt}")


class Canary:
    """Listens where nothing may ever call."""

    def __init__(self, host):
        self.calls, self.socket = 0, socket.socket()
        self.socket.bind((host, 0))
        self.socket.listen(8)
        self.address = f"{host}:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while True:
                one, _ = self.socket.accept()
                self.calls += 1
                one.close()
        except OSError:
            pass


def check_elsewhere(checks, ground):
    """Receipts asked for at places that the partner's profile does not list: never called."""
    canary = Canary("127.0.0.2")
    port = canary.address.split(":")[1]
    places = [f"http://{canary.address}/", f"http://127.0.0.1@{canary.address}/", f"http://{canary.address}#@127.0.0.1/", f"http://127.2:{port}/",
              f"http://0x7f000002:{port}/", f"http://[::ffff:127.0.0.2]:{port}/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd",
              "gopher://127.0.0.1:25/_x", "http://127.0.0.1.evil.invalid/", "ftp://127.0.0.1/x", "javascript:1", "http://127.0.0.1\\@" + canary.address]
    for number, place in enumerate(places):
        content, file_name = ground.content("BOTH"), f"elsewhere-{number}.edi"
        headers, body, _ = ground.build("BOTH", file_name, content)
        answer, _ = ground.post(with_header(headers, "Receipt-Delivery-Option", place), body)
        checks.true(f"receipt asked for at {place}: answered, not crashed", answer.status in (200, 202, 204, 400, 403, 422), f"HTTP {answer.status}")
    # A good one behind them: its receipt arrives, so the queue had its turn.
    message = ground.peer.send("BOTH-ASYNC", "XDOCK", "after-elsewhere.edi", ground.content("BOTH-ASYNC"))
    wait_for("the receipt of a good message", lambda: ground.peer.outcome("BOTH-ASYNC", "after-elsewhere.edi"), 30)
    checks.equal("the good message's receipt", ground.peer.outcome("BOTH-ASYNC", "after-elsewhere.edi"), "sent")
    checks.equal("calls at the place that nobody listed", canary.calls, 0)
    checks.true("somebody is told", "as2.mdn_target" in ground.exceptions(), f"{ground.exceptions()} {message.message_id}")
    canary.socket.close()


IDS = ["<../../../../tmp/evil@x>", "<'; DROP TABLE messages; --@x>", "<\" OR 1=1 --@x>", "<a%00b@x>", "<a\\..\\..\\evil@x>", "no-brackets@x", "<no-at>", "<" + "l" * 900 + "@x>",
       "<\u00fc\u00f1\u00ee@x>", "<a b c@x>", "<$(touch evil)@x>", "<{name}@x>", "<%s%n%x@x>", "<<nested@x>>", "<1@x>;drop"]
NAMES = ["../../../../tmp/evil.edi", "..\\..\\evil.edi", "/etc/evil.edi", "evil'; DROP TABLE messages;--.edi", "-rf evil.edi", "CON", ".evil", "evil\tname.edi", "n" * 300 + ".edi",
         "$(touch evil).edi", "evil|name?.edi", "a;b=\"c\".edi", "%2e%2e%2fevil.edi", "..", "evil\u202eide.edi"]


def everything_below(root):
    return {os.path.relpath(os.path.join(folder, name), root) for folder, folders, files in os.walk(root) for name in files + folders}


def check_names(checks, ground):
    """Path and SQL in Message-ID and file names: taken or refused, echoed to the byte, never a path, never a statement."""
    for identity in IDS:
        content, file_name = ground.content("BOTH"), f"id-{hashlib.sha256(identity.encode()).hexdigest()[:12]}.edi"
        headers, body, _ = ground.build("BOTH", file_name, content)
        answer, receipt = ground.post(with_header(headers, "Message-ID", identity), body)
        what = f"Message-ID {identity[:60]}"
        if not checks.true(f"{what}: answered with a receipt or refused", answer.status in (200, 400), f"HTTP {answer.status}"):
            continue
        if answer.status == 200 and receipt.good:
            checks.equal(f"{what}: stored once", len(ground.stored(file_name)), 1)
            if identity.isascii():
                checks.equal(f"{what}: echoed to the byte", receipt.original.replace("\r\n ", "").replace("\r\n\t", ""), identity)
    for name in NAMES:
        content = ground.content("BOTH")
        digest = hashlib.sha256(content).hexdigest()
        for form in ("quoted", "2231", "2047"):
            encoded = {"quoted": 'attachment; filename="' + name.replace("\\", "\\\\").replace('"', '\\"') + '"',
                       "2231": "attachment; filename*=utf-8''" + "".join(f"%{byte:02X}" for byte in name.encode()),
                       "2047": 'attachment; filename="=?utf-8?B?' + base64.b64encode(name.encode()).decode() + '?="'}[form]
            if form == "quoted" and (not name.isascii() or "\t" in name):
                continue
            headers, _, _ = ground.build("PLAIN", "x", b"x")
            headers = with_header(headers, "Content-Disposition", encoded)
            headers = with_header(headers, "Message-ID", f"<{hashlib.sha256((name + form).encode()).hexdigest()}@names>")
            body = content + f" {form}".encode()
            answer, receipt = ground.post(headers, body)
            what = f"file name {name[:50]!r} ({form})"
            if not checks.true(f"{what}: a receipt", answer.status == 200 and receipt.exists, f"HTTP {answer.status} {answer.body[:100]!r}"):
                continue
            if receipt.good:
                digest = hashlib.sha256(body).hexdigest()
                mine = [one for one in ground.gateway.messages() if one["sha256"] == digest]
                checks.equal(f"{what}: stored once", len(mine), 1)
                for one in mine:
                    stored = one["file_name"] or ""
                    checks.true(f"{what}: stands as a plain name", not any(letter in stored for letter in "/\\\0\t\n\r\u202e") and stored not in (".", "..")
                                and len(stored.encode()) <= 255, repr(stored))
    below = everything_below(ground.root)
    checks.equal("files that a name made", sorted(path for path in below if "evil" in os.path.basename(path).lower()), [])
    checks.true("nothing stands outside", not any(os.path.exists(path) for path in ("/tmp/evil.edi", "/tmp/evil", "/etc/evil.edi", "evil")))
    checks.true("the table is still there", len(ground.gateway.messages()) > len(IDS))


def check_security(checks, ground):
    """Less than was agreed, strangers, and unknown names."""
    content = ground.content("BOTH")
    for other, what in (("PLAIN", "unsigned and clear"), ("SIGNED", "clear")):
        _, body, message = ground.build(other, "weak.edi", content)
        headers = [("AS2-From", "BOTH") if name.lower() == "as2-from" else (name, value) for name, value in message.headers.items()]
        answer, receipt = ground.post(headers, body)
        checks.true(f"{what} where both were agreed: insufficient-message-security", receipt.says("insufficient-message-security"), f"HTTP {answer.status} {receipt}")
        checks.equal(f"{what}: nothing is stored as delivered", [one["state"] for one in ground.stored("weak.edi") if one["state"] == "delivered"], [])
    organization, partner, url = ground.peer.relations[("SIGNED", "XDOCK")]
    real = organization.sign_key
    organization.sign_key = organization.load_key(ground.stranger.read("pkcs12"), "interop")
    headers, body, _ = ground.build("SIGNED", "stranger.edi", content)
    organization.sign_key = real
    answer, receipt = ground.post(headers, body)
    checks.true("signed by a stranger: authentication-failed", receipt.says("authentication-failed"), f"HTTP {answer.status} {receipt}")
    headers, body, _ = ground.build("SIGNED", "unknown.edi", content)
    answer, receipt = ground.post(with_header(headers, "AS2-From", "NOBODY"), body)
    unknown = answer.body + answer.head
    checks.true("from an unknown partner: refused", not receipt.good and answer.status in (200, 400, 403, 404), f"HTTP {answer.status} {receipt}")
    checks.true("from an unknown partner: no leak of who is known", not any(name.encode() in unknown for name in ("BOTH", "SIGNED", "OPEN")), repr(unknown[:300]))
    answer, receipt = ground.post(with_header(headers, "AS2-To", "ELSEWHERE"), body)
    checks.true("to a name that is not ours: refused", not receipt.good and answer.status in (200, 400, 403, 404), f"HTTP {answer.status} {receipt}")
    checks.equal("nothing of all that was stored as delivered",
                 [one["state"] for name in ("stranger.edi", "unknown.edi") for one in ground.stored(name) if one["state"] == "delivered"], [])
    del partner, url


def check_repeats(checks, ground):
    """The same message again: the stored receipt again. Other bytes under the id: error and alarm. Many at once: one."""
    content = ground.content("BOTH")
    headers, body, _ = ground.build("BOTH", "repeat.edi", content)
    first, receipt = ground.post(headers, body)
    checks.true("the first: positive", receipt.good, f"HTTP {first.status} {receipt}")
    for number in range(3):
        again, _ = ground.post(headers, body)
        checks.equal(f"repeat {number}: the stored receipt to the byte", (again.status, again.body, again.headers.get("message-id")),
                     (first.status, first.body, first.headers.get("message-id")))
    checks.equal("stored once", len(ground.stored("repeat.edi")), 1)
    other, other_body, _ = ground.build("BOTH", "repeat.edi", ground.content("BOTH"))
    identity = next(value for name, value in headers if name.lower() == "message-id")
    answer, receipt = ground.post(with_header(other, "Message-ID", identity), other_body)
    checks.true("other bytes under the same id: an error", not receipt.good, f"HTTP {answer.status} {receipt}")
    checks.equal("still stored once", len([one for one in ground.stored("repeat.edi") if one["state"] == "delivered"]), 1)
    checks.true("an alarm says so", "duplicate.key" in ground.exceptions(), str(ground.exceptions()))
    headers, body, _ = ground.build("BOTH", "crowd.edi", ground.content("BOTH"))
    seen = []
    crowd = [threading.Thread(target=lambda: seen.append(ground.post(headers, body))) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    good = [answer for answer, receipt in seen if receipt.good]
    checks.true("eight at once: each has the receipt or is told to come back", good and all(
        receipt.good or answer.status in (503, 429) for answer, receipt in seen), str([(answer.status, receipt) for answer, receipt in seen]))
    checks.equal("eight at once: all receipts are one", len({answer.body for answer in good}), 1)
    checks.equal("eight at once: stored once", len(ground.stored("crowd.edi")), 1)


def main():
    checks = Checks()
    partners = {**PARTNERS, "BOTH-ASYNC": (cases.Case(receipt="async-signed"), {})}
    with Ground(sys.argv[1], partners) as ground:
        for part in (check_permutations, check_broken, check_security, check_repeats, check_names, check_elsewhere, check_bombs):
            checks.part(part, ground)
        books = ground.gateway.api("/books")
        checks.true("the books balance", books["balanced"], str(books)[:500])
        log = subprocess.run(["grep", "-c", "-i", "assert\\|terminate called\\|sanitizer", os.path.join(ground.root, "data", "serve.log")],
                             capture_output=True, text=True, check=False).stdout.strip()
        checks.equal("complaints of the runtime in the log", log, "0")
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
