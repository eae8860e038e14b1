"""Structures that the servers cannot make: GCM in both forms, OAEP with every digest, PSS, ECDSA, BER, several recipients, opaque signatures, attachments; and
what we write judged by openssl, cmsutil, libas2."""
# SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import os
import sys

import cases
import crossdock
import keys
import pyas2_peer
from checks import Checks
from ground import Ground, wait_for
from judges import Nss, Openssl, multipart_related, multipart_signed, part
from libas2_peer import Libas2
from pyas2lib.cms import decompress_message

from asn1crypto import cms as asn1_cms, core
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ENVELOPE = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"
AUTHENTICATED = "application/pkcs7-mime; smime-type=authEnveloped-data; name=smime.p7m"


def options_of(*words):
    return [word for one in words for word in ("-keyopt", one)]


OAEP = {digest: options_of("rsa_padding_mode:oaep", f"rsa_oaep_md:{digest}") for digest in ("sha1", "sha256", "sha512")}
OAEP_MIXED = options_of("rsa_padding_mode:oaep", "rsa_oaep_md:sha256", "rsa_mgf1_md:sha1")


def inward(openssl, ground, ec):
    """(what, partner, Content-Type, body, payloads) of messages that openssl makes."""
    ours, theirs = ground.ours, ground.theirs
    content = ground.content("OPEN")

    def one(what, kind, body, partner="OPEN", payloads=None):
        return what, partner, kind, body, payloads or [content]

    def signed(what, party, partner, micalg, *options, digest="sha256"):
        first = part(content)
        return one(what, *multipart_signed(first, openssl.sign(first, party, digest, *options), micalg), partner)

    for digest in ("sha256", "sha384", "sha512"):
        yield signed(f"RSA-PSS, {digest}", theirs, "OPEN", digest, *options_of("rsa_padding_mode:pss"), digest=digest)
        yield signed(f"ECDSA P-256, {digest}", ec, "EC", digest, digest=digest)
    yield signed("signature without certificate", theirs, "OPEN", "sha256", "-nocerts")
    yield signed("signer named by its key identifier", theirs, "OPEN", "sha256", "-keyid")
    yield signed("signature without signed attributes", theirs, "OPEN", "sha256", "-noattr")
    for spelling in ("sha-256", "SHA256", "sha_256", "sha2_256", "rsa-sha256", '"sha-256"'):
        yield signed(f"micalg written {spelling}", theirs, "OPEN", spelling)
    yield one("opaque signature", "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", openssl.sign(part(content), theirs, "sha256", "-nodetach"))
    for bits in (128, 192, 256):
        yield one(f"AES-{bits}-GCM, AuthEnvelopedData", AUTHENTICATED, openssl.encrypt(part(content), [ours], f"aes-{bits}-gcm"))
        yield one(f"AES-{bits}-CBC", ENVELOPE, openssl.encrypt(part(content), [ours], f"aes-{bits}-cbc"))
    for digest, options in OAEP.items():
        yield one(f"OAEP with {digest}", ENVELOPE, openssl.encrypt(part(content), [ours], "aes-256-cbc", *options))
    yield one("OAEP with sha256, its mask with sha1", ENVELOPE, openssl.encrypt(part(content), [ours], "aes-256-cbc", *OAEP_MIXED))
    yield one("GCM under OAEP", AUTHENTICATED, openssl.encrypt(part(content), [ours], "aes-256-gcm", *OAEP["sha256"]))
    yield one("three recipients, we are the last", ENVELOPE, openssl.encrypt(part(content), [theirs, ground.stranger, ours]))
    yield one("BER with indefinite lengths", ENVELOPE, openssl.streamed(part(content), [ours]))
    yield one("x-pkcs7-mime without smime-type", "application/x-pkcs7-mime", openssl.encrypt(part(content), [ours]))
    yield one("base64 inside the envelope", ENVELOPE, openssl.encrypt(part(base64.encodebytes(content).replace(b"\n", b"\r\n"), encoding="base64"), [ours]))
    yield one("quoted-printable inside the envelope", ENVELOPE, openssl.encrypt(part(
        content.replace(b"=", b"=3D").replace(b"~\r\n", b"~=0D=0A=\r\n"), encoding="quoted-printable"), [ours]))
    first = part(content)
    kind, body = multipart_signed(first, openssl.sign(first, theirs), "sha256")
    yield one("signed, then encrypted in GCM", AUTHENTICATED, openssl.encrypt(f"Content-Type: {kind}\r\n\r\n".encode() + body, [ours], "aes-128-gcm"))
    attached = [content, b"%PDF-1.4 not a real one\r\n", b"II*\0 tiff \xff\xfe"]
    related, inner = multipart_related([part(attached[0], name="a.edi"), part(attached[1], "application/pdf", name="a.pdf"),
                                        part(attached[2], "image/tiff", "binary", name="a.tif")])
    first = f"Content-Type: {related}\r\n\r\n".encode() + inner
    yield one("three attachments, signed", *multipart_signed(first, openssl.sign(first, theirs), "sha256", "----=_outer"), "OPEN", attached)


def check_inward(checks, ground, openssl, ec):
    for number, (what, partner, kind, body, payloads) in enumerate(inward(openssl, ground, ec)):
        headers = [("AS2-Version", "1.2"), ("AS2-From", partner), ("AS2-To", crossdock.NAME), ("Message-ID", f"<structure-{number}@interop>"),
                   ("Disposition-Notification-To", "x@example.com"), ("Disposition-Notification-Options",
                    "signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, sha256"), ("Content-Type", kind)]
        known = {one["id"] for one in ground.gateway.messages()}
        answer, receipt = ground.post(headers, body)
        if not checks.true(f"{what}: a positive signed receipt", receipt.good and receipt.verified, f"HTTP {answer.status} {receipt} {answer.body[:200]!r}"):
            continue
        new = sorted(one["sha256"] for one in ground.gateway.messages() if one["id"] not in known)
        checks.equal(f"{what}: digests of what was stored", new, sorted(hashlib.sha256(payload).hexdigest() for payload in payloads))


def check_libas2_inward(checks, ground, lib):
    """libas2 writes: AES in CBC and GCM (in EnvelopedData), the key under OAEP with SHA-512, everything base64, folded headers."""
    for digest in (None, "sha256", "sha384", "sha512"):
        for cipher in (None, "aes128-cbc", "aes256-cbc", "aes128-gcm", "aes256-gcm"):
            content = ground.content("LIB")
            what, name = f"libas2 -> us, {digest}, {cipher}", f"lib-{digest}-{cipher}.edi"
            headers, body = lib.make("LIB", crossdock.NAME, name, content, ground.url, digest, cipher, "sync")
            answer, receipt = ground.post(headers, body)
            if checks.true(f"{what}: a positive signed receipt", receipt.good and receipt.verified, f"HTTP {answer.status} {receipt} {answer.body[:200]!r}"):
                found = [one["sha256"] for one in ground.gateway.messages() if one["direction"] == "in" and one["partner"] == "lib"]
                checks.true(f"{what}: the payload's digest is stored", hashlib.sha256(content).hexdigest() in found)
                said = lib.receipt(answer.mime)
                checks.equal(f"{what}: libas2 reads our receipt and verifies it", (said.get("signed"), said.get("says", {}).get("disposition", {}).get("processed"),
                                                                                   said.get("error")), (True, True, None))


# What we send, by partner: how, and who must be able to read it.
OUTWARD = {
    "OSHA256": (cases.Case("sign", "sha256"), {}, ("openssl", "cmsutil")),
    "OSHA384": (cases.Case("sign", "sha384"), {"algorithm_protection": True}, ("openssl", "cmsutil")),
    "OSHA512": (cases.Case("sign", "sha512"), {"embed_certificate": False}, ("openssl",)),
    "OPSS": (cases.Case("sign", "sha256", signature="pss"), {}, ("openssl",)),
    "OCBC128": (cases.Case("sign-encrypt", cipher="aes128-cbc"), {}, ("openssl", "cmsutil")),
    "OCBC256": (cases.Case("encrypt", cipher="aes256-cbc"), {"encrypt_to_self": True}, ("openssl", "cmsutil")),
    "O3DES": (cases.Case("encrypt", cipher="3des"), {}, ("openssl", "cmsutil")),
    "OGCM128": (cases.Case("encrypt"), {"encrypt": "aes128-gcm"}, ("openssl",)),
    "OGCM256": (cases.Case("sign-encrypt"), {"encrypt": "aes256-gcm"}, ("openssl",)),
    "OOAEP": (cases.Case("sign-encrypt", transport="oaep"), {}, ("openssl",)),
    "OPACKED": (cases.Case("compress-sign-encrypt"), {}, ("openssl", "cmsutil")),
    "OPACKED2": (cases.Case("sign-compress-encrypt"), {}, ("openssl", "cmsutil")),
    "OGCMPLAIN": (cases.Case("encrypt", transport="oaep"), {"encrypt": "aes256-gcm", "gcm_form": "enveloped"}, ("cryptography",)),
    "LCBC": (cases.Case("sign-encrypt", transport="oaep", encoding="base64"), {}, ("libas2",)),
    "LSIGN": (cases.Case("sign", encoding="base64"), {}, ("libas2",)),
}


def open_plain_gcm(der, party):
    """GCM in plain EnvelopedData, by asn1crypto and cryptography: openssl, NSS and libas2 (which takes the nonce alone for parameters) read no such thing of ours."""
    envelope = asn1_cms.ContentInfo.load(der)["content"]
    recipient, inner = envelope["recipient_infos"][0].chosen, envelope["encrypted_content_info"]
    scheme = recipient["key_encryption_algorithm"]
    digest = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha512": hashes.SHA512}[scheme["parameters"]["hash_algorithm"]["algorithm"].native]()
    with open(party.key, "rb") as file:
        key = serialization.load_pem_private_key(file.read(), None)
    content_key = key.decrypt(recipient["encrypted_key"].native, padding.OAEP(padding.MGF1(digest), digest, None))
    parameters = core.SequenceOf.load(inner["content_encryption_algorithm"]["parameters"].dump(), spec=core.Any)
    nonce, size = parameters[0].parse(core.OctetString).native, parameters[1].parse(core.Integer).native if len(parameters) > 1 else 12
    assert size == 16, f"a tag of {size} bytes"
    return AESGCM(content_key).decrypt(nonce, inner["encrypted_content"].native, None)


def peel(entity, ground, openssl, nss, use):
    """The document inside, layer by layer, with `use` as the judge; or a sentence."""
    for _ in range(6):
        head, _, body = entity.partition(b"\r\n\r\n")
        low = head.lower()
        if b"content-transfer-encoding: base64" in low and b"multipart" not in low:
            body = base64.b64decode(body)
        if b"multipart/signed" in low:
            first = openssl.verify(entity, ground.ours)
            if first is None:
                return "openssl does not verify the signature"
            if use == "cmsutil":
                from receipt import cut, signature_of
                if nss.read(signature_of(cut(entity)[1]), first) is None:
                    return "cmsutil does not verify the signature"
            entity = first
        elif b"compressed-data" in low:
            entity = decompress_message(body)
        elif b"pkcs7-mime" in low:
            inner = nss.read(body) if use == "cmsutil" else open_plain_gcm(body, ground.theirs) if use == "cryptography" else openssl.decrypt(body, ground.theirs)
            if inner is None:
                return f"{use} cannot decrypt it"
            entity = inner
        else:
            return body
    return "too many layers"


def check_outward(checks, ground, openssl, nss, lib):
    for name in OUTWARD:
        ground.gateway.tender(name, "T" + name)
    wait_for("everything left", lambda: all(ground.peer.taken.get(name) for name in OUTWARD), 60, 0.1)
    for name, (case, changes, readers) in OUTWARD.items():
        raw = ground.peer.taken[name][0]["raw"]
        wanted = [one["sha256"] for one in ground.outgoing(name)]
        checks.true(f"{name}: header lines are not folded", b"\r\n " not in raw.partition(b"\r\n\r\n")[0] and b"\r\n\t" not in raw.partition(b"\r\n\r\n")[0])
        for use in readers:
            if use == "libas2":
                seen = lib.read(raw)
                got = seen.get("content", seen.get("error"))
                if isinstance(got, bytes) and case.signs and got.endswith(b"\r\n") and hashlib.sha256(got).hexdigest() not in wanted:
                    got = got[:-2]  # it hands out the CRLF before the boundary too
            else:
                got = peel(raw, ground, openssl, nss, use)
            got = got if isinstance(got, str) else hashlib.sha256(got or b"").hexdigest()
            checks.equal(f"{name} ({case} {changes}) read by {use}: the document's digest", [got], wanted)


def main():
    checks, work = Checks(), sys.argv[2]
    partners = {"OPEN": (cases.Case(), {"requires": "nothing"}), "LIB": (cases.Case(), {"requires": "nothing"}),
                **{name: (case, changes) for name, (case, changes, _) in OUTWARD.items()}}
    ground = Ground(sys.argv[1], partners)
    ec = keys.make(os.path.join(ground.root, "keys"), "ec", ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"))
    ground.gateway.add(crossdock.NAME, "EC", cases.Case(), ground.peer.url, ec, requires="nothing", encrypt="none")
    openssl = Openssl(os.path.join(ground.root, "openssl"))
    nss = Nss(os.path.join(ground.root, "nss"), ground.theirs, ground.ours)
    lib = Libas2(os.path.join(work, "as2_node", "node_modules"), ground.theirs, ground.ours)
    try:
        with ground:
            for part_of, arguments in ((check_inward, (openssl, ec)), (check_libas2_inward, (lib,)), (check_outward, (openssl, nss, lib))):
                checks.part(part_of, ground, *arguments)
    finally:
        lib.stop()
    return checks.end()


if __name__ == "__main__":
    assert pyas2_peer  # oscrypto's version is mended there before pyas2lib is imported
    sys.exit(main())
