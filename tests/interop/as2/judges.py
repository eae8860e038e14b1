"""Single structures judged from outside: `openssl cms` and NSS `cmsutil` make and read them; the multipart around them is cut and written here."""
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import tempfile

import keys
import receipt


def run(command, **options):
    return subprocess.run(command, capture_output=True, check=False, **options)


class Openssl:
    """Its cms command, in a scratch folder."""

    label = "openssl cms"

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def file(self, content):
        handle, path = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return path

    def sign(self, content, party, digest="sha256", *options):
        """The SignedData of a detached signature, DER; with -nodetach an opaque one."""
        return keys.openssl("cms", "-sign", "-binary", "-outform", "DER", "-in", self.file(content), "-signer", party.certificate, "-inkey", party.key,
                            "-md", digest, *options)

    def encrypt(self, content, parties, cipher="aes-128-cbc", *options):
        recipients = [word for party in parties for word in ("-recip", party.certificate, *options)]
        return keys.openssl("cms", "-encrypt", "-binary", "-outform", "DER", "-in", self.file(content), f"-{cipher}", *recipients)

    def streamed(self, content, parties, cipher="aes-256-cbc"):
        """In BER, lengths indefinite."""
        recipients = [word for party in parties for word in ("-recip", party.certificate)]
        return keys.openssl("cms", "-encrypt", "-binary", "-stream", "-outform", "DER", "-in", self.file(content), f"-{cipher}", *recipients)

    def decrypt(self, der, party):
        """The content, or None."""
        done = run(["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", self.file(der), "-recip", party.certificate, "-inkey", party.key])
        return done.stdout if done.returncode == 0 else None

    def verify(self, entity, party):
        """Of a multipart/signed entity: the signed part, or None."""
        return receipt.cut(entity)[0] if receipt.verified(entity, party.certificate) else None


class Nss:
    """cmsutil with a data base of its own."""

    label = "cmsutil"

    def __init__(self, folder, party, partner):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.base = ["-d", "sql:" + folder]
        for command in (["certutil", "-N", *self.base, "--empty-password"],
                        ["pk12util", "-i", party.pkcs12, *self.base, "-W", keys.PASSWORD, "-K", ""],
                        ["certutil", "-A", *self.base, "-n", "whose signatures", "-t", "CTP,CTP,CTP", "-i", partner.certificate]):
            done = run(command)
            if done.returncode != 0:
                raise RuntimeError(" ".join(command) + ": " + done.stderr.decode(errors="replace"))

    def read(self, der, content=None):
        """What it gets out of an envelope, or the signed content when it verified; None when it refuses."""
        path, out = os.path.join(self.folder, "in.der"), os.path.join(self.folder, "out")
        with open(path, "wb") as file:
            file.write(der)
        command = ["cmsutil", "-D", *self.base, "-i", path, "-o", out]
        if content is not None:
            with open(path + ".content", "wb") as file:
                file.write(content)
            command += ["-c", path + ".content"]
        if os.path.exists(out):
            os.unlink(out)
        done = run(command)
        if done.returncode != 0:
            return None
        if content is not None:
            return content
        with open(out, "rb") as file:
            return file.read()


def part(content, content_type="application/EDI-X12", encoding=None, name="document.edi"):
    """A MIME part as a careful sender writes it."""
    head = [f"Content-Type: {content_type}", f'Content-Disposition: attachment; filename="{name}"']
    head += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content


def multipart_signed(first, signature, micalg, boundary="----=_interop"):
    """(Content-Type, body)."""
    line = b"--" + boundary.encode()
    body = (line + b"\r\n" + first + b"\r\n" + line + b"\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
            b"Content-Disposition: attachment; filename=smime.p7s\r\n\r\n" + signature + b"\r\n" + line + b"--\r\n")
    return f'multipart/signed; protocol="application/pkcs7-signature"; micalg={micalg}; boundary="{boundary}"', body


def multipart_related(parts, boundary="----=_related"):
    """(Content-Type, body) of several documents, RFC 6362."""
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\r\n" + one + b"\r\n" for one in parts) + line + b"--\r\n"
    return f'multipart/related; type="application/EDI-X12"; boundary="{boundary}"', body
