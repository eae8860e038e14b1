"""Keys and certificates of the parties, made by the `openssl` program into a scratch folder: PEM, DER and PKCS#12."""
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess

PASSWORD = "interop"  # of the PKCS#12 files: made at run time, thrown away afterwards


class Party:
    """A certificate with its key."""

    def __init__(self, folder, name):
        self.name = name
        self.key, self.certificate = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pem")
        self.pkcs12 = os.path.join(folder, name + ".p12")

    def read(self, what):
        with open(getattr(self, what), "rb") as file:
            return file.read()


def openssl(*arguments, **options):
    done = subprocess.run(["openssl", *arguments], capture_output=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def make(folder, name, algorithm=("rsa:2048",), subject=None, days=30, extra=()):
    """A self-signed certificate. `days` may be negative: one that has expired."""
    os.makedirs(folder, exist_ok=True)
    party = Party(folder, name)
    until = ["-not_before", "20200101000000Z", "-not_after", "20200201000000Z"] if days < 0 else ["-days", str(days)]
    if days < 0:  # `req -x509` cannot backdate in every version: `ca`-less way over x509's own option
        openssl("req", "-new", "-newkey", *algorithm, "-nodes", "-keyout", party.key, "-out", party.certificate + ".csr", "-subj", subject or f"/CN={name}/O=Interop")
        expired(folder, party, until)
    else:
        openssl("req", "-x509", "-newkey", *algorithm, "-nodes", "-keyout", party.key, "-out", party.certificate, "-subj", subject or f"/CN={name}/O=Interop",
                *until, *extra)
    os.chmod(party.key, 0o600)
    # The older ciphers of PKCS#12 are what every peer can read.
    openssl("pkcs12", "-export", "-inkey", party.key, "-in", party.certificate, "-name", name, "-out", party.pkcs12, "-passout", "pass:" + PASSWORD,
            "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1")
    return party


def expired(folder, party, dates):
    """Signs the request by `openssl ca`, which takes both dates."""
    work = os.path.join(folder, party.name + ".ca")
    os.makedirs(work, exist_ok=True)
    settings = os.path.join(work, "ca.cnf")
    with open(settings, "w", encoding="utf-8") as file:
        file.write(f"[ca]\ndefault_ca=one\n[one]\ndatabase={work}/index\nserial={work}/serial\nnew_certs_dir={work}\ndefault_md=sha256\npolicy=any\n"
                   "[any]\ncommonName=optional\norganizationName=optional\n")
    with open(os.path.join(work, "index"), "w", encoding="utf-8"):
        pass
    with open(os.path.join(work, "serial"), "w", encoding="utf-8") as file:
        file.write("1000\n")
    named = {"-not_before": "-startdate", "-not_after": "-enddate"}
    openssl("ca", "-batch", "-selfsign", "-config", settings, "-keyfile", party.key, "-in", party.certificate + ".csr", "-out", party.certificate, "-notext",
            *[named.get(word, word) for word in dates])


def import_certificate(keystore, alias, certificate):
    """Adds a partner's certificate to a PKCS#12 key store, by Java's own keytool."""
    done = subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", alias, "-file", certificate, "-keystore", keystore, "-storetype", "PKCS12",
                           "-storepass", PASSWORD], capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError("keytool: " + (done.stdout + done.stderr).decode(errors="replace"))
