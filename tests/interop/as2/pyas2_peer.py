"""pyas2lib as a server and a sender on loopback: pyas2lib makes and reads all messages and receipts; only HTTP is ours."""
# SPDX-License-Identifier: Apache-2.0
import hashlib
import http.client
import http.server
import logging
import threading
import urllib.parse

import oscrypto_versions  # noqa: F401
from pyas2lib import Mdn, Message, Organization, Partner

import keys

CIPHERS = {"3des": "tripledes_192_cbc", "aes128-cbc": "aes_128_cbc", "aes192-cbc": "aes_192_cbc", "aes256-cbc": "aes_256_cbc"}

logging.getLogger("pyas2lib").setLevel(logging.CRITICAL)  # what it thinks of a message is in the outcome


def post(url, headers, body, timeout=60):
    """(status, headers as bytes, body); headers in the order given and exactly so."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.putrequest("POST", (parts.path or "/") + ("?" + parts.query if parts.query else ""), skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, raw_headers(answer.headers), content
    finally:
        connection.close()


def raw_headers(headers):
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("utf-8", "surrogateescape")


def content_type_of(content):
    """pyas2lib turns line ends into CRLF in every type but this one."""
    lone = b"\n" in content.replace(b"\r\n", b"") or b"\r" in content.replace(b"\r\n", b"")
    return "application/octet-stream" if lone or not content.isascii() else "application/EDI-X12"


class Server(http.server.ThreadingHTTPServer):
    """Takes nothing while `paused` is cleared: callers get no answer."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.paused = threading.Event()
        self.paused.set()

    def handle_error(self, request, client_address):
        """Callers that hang up are none of our concern: whether a message arrived is checked elsewhere."""


class Pyas2:
    label = "pyas2lib"
    writes_pss = False  # its PSS signatures lack the parameters that RFC 4056 s3 asks for, and openssl refuses them; it reads ours

    def __init__(self, folder, party, partner):
        del folder  # it keeps nothing on disk
        self.party, self.partner = party, partner
        self.relations, self.sent, self.outcomes, self.taken, self.notes = {}, {}, {}, {}, []
        self.lock = threading.Lock()
        self.held = []  # asynchronous receipts kept back: see hold()
        self.holding = False
        self.server = None
        self.url = self.mdn_url = ""

    def add(self, own, other, case, url):
        organization = Organization(as2_name=own, sign_key=self.party.read("pkcs12"), sign_key_pass=keys.PASSWORD, decrypt_key=self.party.read("pkcs12"),
                                    decrypt_key_pass=keys.PASSWORD, mdn_url=self.mdn_url)
        certificate = self.partner.read("certificate")
        partner = Partner(
            as2_name=other, verify_cert=certificate, encrypt_cert=certificate, validate_certs=False, compress=bool(case.compresses), encrypt=case.encrypts,
            enc_alg=CIPHERS[case.cipher], sign=case.signs, digest_alg=case.digest, mdn_mode=None if case.receipt == "none" else case.receipt.split("-")[0].upper(),
            mdn_digest_alg=case.digest if case.wants_signed_receipt else None, canonicalize_as_binary=case.encoding == "binary",
            sign_alg="rsassa_pss" if case.signature == "pss" and self.writes_pss else "rsassa_pkcs1v15",
            key_enc_alg="rsaes_oaep" if case.transport == "oaep" else "rsaes_pkcs1v15")
        self.relations[(own, other)] = (organization, partner, url)

    def start(self):
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                raw = raw_headers(self.headers) + b"\r\n" + self.body()
                if not self.server.paused.is_set():
                    return self.close_unanswered()
                status, headers, body = peer.take_receipt(raw) if self.path.startswith("/mdn") else peer.take(raw)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def close_unanswered(self):
                self.close_connection = True

            def body(self):
                if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", "0")))
                out = b""
                while True:
                    size = int(self.rfile.readline().split(b";")[0], 16)
                    out += self.rfile.read(size)
                    self.rfile.readline()
                    if size == 0:
                        return out

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/as2"
        self.mdn_url = f"http://127.0.0.1:{self.server.server_address[1]}/mdn"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    def build(self, own, other, name, content, content_type=None, message_id=None):
        """A message not sent yet."""
        organization, partner, url = self.relations[(own, other)]
        message = Message(organization, partner)
        message.build(content, filename=name, content_type=content_type or content_type_of(content), message_id=message_id)
        return message, url

    def send(self, own, other, name, content, content_type=None):
        message, url = self.build(own, other, name, content, content_type)
        with self.lock:
            self.sent[message.message_id] = (message, own, name)
        wanted = self.relations[(own, other)][1].mdn_mode
        status, headers, body = post(url, message.headers, message.content)
        if not 200 <= status < 300:
            self.note(own, name, f"failed: HTTP {status} {body[:200]!r}")
        elif wanted == "SYNC":
            self.read_receipt(headers + b"\r\n" + body)
        elif wanted is None:
            self.note(own, name, "sent" if b"disposition-notification" not in body else "failed: a receipt came that was not asked for")
        return message

    def note(self, own, name, outcome):
        with self.lock:
            self.outcomes.setdefault((own, name), outcome)

    def read_receipt(self, raw):
        mdn = Mdn()
        found = []

        def find(message_id, _):
            with self.lock:
                found.append(self.sent.get(message_id))
            return found[-1][0] if found[-1] else None

        status, detail = mdn.parse(raw, find)
        if not found or found[-1] is None:
            with self.lock:
                self.notes.append(f"a receipt about nothing that was sent: {status} {detail}")
            return False
        message, own, name = found[-1]
        wanted = message.receiver.mdn_digest_alg
        signed = b"multipart/signed" in raw.split(b"\r\n\r\n")[0]
        good = status == "processed" and signed == bool(wanted)
        self.note(own, name, "sent" if good else f"failed: {status} {detail or ''} {'signed' if signed else 'unsigned'}")
        return True

    def take_receipt(self, raw):
        return (200 if self.read_receipt(raw) else 400), {}, b""

    def find(self, own, other):
        organization, partner, _ = self.relations.get((own, other), (None, None, None))
        return organization, partner

    def take(self, raw):
        message = Message()
        status, (error, _), mdn = message.parse(raw, find_org_partner_cb=self.find)
        own = message.headers.get("as2-to", "").strip('"')
        with self.lock:
            self.taken.setdefault(own, []).append({
                "status": status, "error": str(error) if error else None, "id": message.message_id, "signed": message.signed, "encrypted": message.encrypted,
                "compressed": message.compressed, "digest": message.digest_alg, "cipher": message.enc_alg, "headers": dict(message.headers),
                "name": message.payload.get_filename() if message.payload else None,
                "raw": raw, "content": message.content if status == "processed" else b""})
        if mdn is None:
            return 200, {}, b""
        if mdn.mdn_mode == "SYNC":
            return 200, mdn.headers, mdn.content
        threading.Thread(target=self.send_receipt, args=(mdn,), daemon=True).start()
        return 202, {}, b""

    def send_receipt(self, mdn):
        with self.lock:
            if self.holding:
                self.held.append(mdn)
                return
        try:
            status, _, _ = post(mdn.mdn_url, mdn.headers, mdn.content)
        except OSError as error:
            status = error
        if not isinstance(status, int) or not 200 <= status < 300:
            with self.lock:
                self.notes.append(f"receipt refused: {status}")

    def outcome(self, own, name):
        with self.lock:
            return self.outcomes.get((own, name))

    def received(self, own):
        with self.lock:
            return [hashlib.sha256(entry["content"]).hexdigest() for entry in self.taken.get(own, []) if entry["status"] == "processed"]

    def refused(self, own):
        with self.lock:
            return [f"{entry['status']}: {entry['error']}" for entry in self.taken.get(own, []) if entry["status"] != "processed"]
