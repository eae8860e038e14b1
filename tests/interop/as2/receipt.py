"""A small reader of receipts, independent of the gateway and of the peers: only enough to judge what we answer."""
# SPDX-License-Identifier: Apache-2.0
import email
import re
import subprocess
import tempfile


class Receipt:
    """Of a MIME entity; `signed` says that openssl verified its signature against `certificate`."""

    def __init__(self, raw, certificate=None):
        self.raw = raw
        head = raw.partition(b"\r\n\r\n")[0].lower()
        self.is_signed = b"multipart/signed" in head
        self.verified = self.is_signed and verified(raw, certificate) if certificate else None
        self.fields = {}
        for part in email.message_from_bytes(raw).walk():
            if part.get_content_type() == "message/disposition-notification":
                for block in part.get_payload() if part.is_multipart() else [email.message_from_string(part.get_payload())]:
                    for name, value in block.items():
                        self.fields[name.lower()] = re.sub(r"\r?\n[ \t]+", " ", str(value)).strip()
        self.exists = bool(self.fields)
        self.disposition = self.fields.get("disposition", "").split(";")[-1].strip()
        self.original = self.fields.get("original-message-id", "")
        self.mic = self.fields.get("received-content-mic", "").split(",")[0].strip()

    @property
    def good(self):
        return self.disposition.lower() == "processed"

    def says(self, *words):
        """Whether it is an error or failure whose words are among `words`."""
        return re.match(r"(processed|failed)/(error|failure|warning)\s*[:=]?\s*(.*)", self.disposition, re.I) and any(
            word in self.disposition.lower() for word in words)

    def __repr__(self):
        return f"<{self.disposition or 'no disposition'}, {'signed' if self.is_signed else 'unsigned'}, id {self.original}>"


def cut(raw):
    """(signed part, signature part) of a multipart/signed entity, byte for byte."""
    head, _, body = raw.partition(b"\r\n\r\n")
    found = re.search(rb'boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))', head, re.I)
    if not found:
        return None, None
    line = b"--" + (found.group(1) or found.group(2))
    parts = (b"\r\n" + body).split(b"\r\n" + line)
    if len(parts) < 4:
        return None, None
    return parts[1].partition(b"\r\n")[2], parts[2].partition(b"\r\n")[2]


def signature_of(part):
    return email.message_from_bytes(part).get_payload(decode=True)


def verified(raw, certificate):
    """By `openssl cms` over exactly the bytes of the first part."""
    content, part = cut(raw)
    if content is None:
        return False
    with tempfile.NamedTemporaryFile() as text, tempfile.NamedTemporaryFile() as signature:
        text.write(content)
        text.flush()
        signature.write(signature_of(part))
        signature.flush()
        done = subprocess.run(["openssl", "cms", "-verify", "-inform", "DER", "-in", signature.name, "-content", text.name, "-binary", "-noverify",
                               "-certfile", certificate, "-nointern", "-out", "/dev/null"], capture_output=True, check=False)
    return done.returncode == 0
