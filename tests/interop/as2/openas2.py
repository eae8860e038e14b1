"""The whole OpenAS2 server on loopback: its configuration written anew, files sent through its polled folder, outcomes read from its folders."""
# SPDX-License-Identifier: Apache-2.0
import glob
import hashlib
import os
import shutil
import sys
from xml.sax.saxutils import quoteattr

import keys
import ports

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
import gateway  # noqa: E402

CIPHERS = {"3des": "3DES", "aes128-cbc": "AES128", "aes192-cbc": "AES192", "aes256-cbc": "AES256"}


def element(tag, **attributes):
    return f"<{tag} " + " ".join(f"{name}={quoteattr(str(value))}" for name, value in attributes.items()) + "/>"


def classpath(folder):
    """All jars in a fixed order: there are two copies of the activation classes, and the order of a folder is not that of another machine."""
    return ":".join(sorted(glob.glob(os.path.join(glob.escape(folder), "*.jar"))))


class OpenAs2:
    """One server that is many partners: each case has names of its own for both sides."""

    label = "OpenAS2"

    def __init__(self, jars, folder, party, partner):
        """`partner`: the certificate of whoever it talks to."""
        self.jars, self.folder = jars, folder
        self.port, self.mdn_port = ports.free(2)
        self.url, self.mdn_url = f"http://127.0.0.1:{self.port}/as2", f"http://127.0.0.1:{self.mdn_port}/mdn"
        self.names, self.relations, self.process = [], [], None
        os.makedirs(os.path.join(folder, "config"), exist_ok=True)
        self.store = os.path.join(folder, "config", "certificates.p12")
        shutil.copyfile(party.pkcs12, self.store)
        self.own_alias, self.partner_alias = party.name, partner.name
        keys.import_certificate(self.store, partner.name, partner.certificate)

    def add(self, own, other, case, url):
        """A relation in both directions; `case` says how it sends to `url`."""
        self.names += [element("partner", name=own, as2_id=own, x509_alias=self.own_alias, email="interop@example.com"),
                       element("partner", name=other, as2_id=other, x509_alias=self.partner_alias, email="interop@example.com")]
        settings = {"protocol": "as2", "subject": f"case {own}", "as2_url": url, "resend_max_retries": "0", "content_transfer_encoding": case.encoding,
                    "prevent_canonicalization_for_mic": "true"}
        if case.signs:
            settings["sign"] = case.digest.upper()
        if case.encrypts:
            settings["encrypt"] = CIPHERS[case.cipher]
        if case.compresses:
            settings.update(compression_type="ZLIB", compression_mode=f"compress-{case.compresses}-signing")
        if case.receipt == "none":
            settings["as2_mdn_options"] = "none"
        else:
            settings["as2_mdn_to"] = "interop@example.com"
            settings["as2_mdn_options"] = ("signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, " + case.digest
                                           if case.wants_signed_receipt else "none")
            if case.asynchronous:
                settings["as2_receipt_option"] = self.mdn_url
        lines = "".join("    " + element("attribute", name=name, value=value) + "\n" for name, value in settings.items())
        self.relations += [f'  <partnership name={quoteattr(own + "-to-" + other)}>\n    {element("sender", name=own)}{element("receiver", name=other)}\n{lines}  </partnership>',
                           f'  <partnership name={quoteattr(other + "-to-" + own)}>\n    {element("sender", name=other)}{element("receiver", name=own)}\n  </partnership>']

    def write_configuration(self):
        data = os.path.join(self.folder, "data")
        polling = element(
            "module", classname="org.openas2.processor.receiver.AS2DirectoryPollingModule", outboxdir=data + "/out", interval=1, delimiters="-",
            mergeextratokens="true", sendfilename="true", format="sender.as2_id, receiver.as2_id, attributes.filename", mimetype="application/EDI-X12",
            errordir=data + "/failed/$msg.sender.as2_id$", stored_error_filename="$msg.attributes.filename$",
            sentdir=data + "/sent/$msg.sender.as2_id$", stored_sent_filename="$msg.attributes.filename$")
        modules = [element("module", classname="org.openas2.processor.sender.AS2SenderModule", retries=0),
                   element("module", classname="org.openas2.processor.sender.MDNSenderModule", retries=3), polling,
                   element("module", classname="org.openas2.processor.storage.MDNFileModule", protocol="as2", tempdir=data + "/temp",
                           filename=data + "/mdn/$mdn.msg.sender.as2_id$/$mdn.msg.headers.message-id$"),
                   element("module", classname="org.openas2.processor.storage.MessageFileModule", protocol="as2", tempdir=data + "/temp",
                           filename=data + "/in/$msg.receiver.as2_id$/$rand.UUID$", header=data + "/headers/$msg.receiver.as2_id$/$rand.UUID$"),
                   element("module", classname="org.openas2.processor.receiver.AS2ReceiverModule", port=self.port, address="127.0.0.1",
                           errordir=data + "/refused", errorformat="sender.as2_id, receiver.as2_id, headers.message-id"),
                   element("module", classname="org.openas2.processor.receiver.AS2MDNReceiverModule", port=self.mdn_port, address="127.0.0.1"),
                   element("module", classname="org.openas2.processor.resender.DirectoryResenderModule", resenddir=data + "/resend",
                           errordir=data + "/resend/error", resenddelay=5)]
        properties = element("properties", storageBaseDir=data, log_date_format="yyyy-MM-dd HH:mm:ss.SSS",
                             as2_message_id_format="OPENAS2-$rand.UUID$@$msg.sender.as2_id$", as2_receive_message_filename_fallback="$rand.shortUUID$")
        text = "\n".join([
            "<openas2>", properties,
            element("certificates", classname="org.openas2.cert.PKCS12CertificateFactory", filename="%home%/certificates.p12", password=keys.PASSWORD),
            element("partnerships", classname="org.openas2.partner.XMLPartnershipFactory", filename="%home%/partnerships.xml", interval=120),
            "<loggers>", element("logger", classname="org.openas2.logging.ConsoleLogger"), "</loggers>",
            f'<processor classname="org.openas2.processor.DefaultProcessor" pendingMDN={quoteattr(data + "/pending")} pendingMDNinfo={quoteattr(data + "/pendinginfo")}>',
            *modules, "</processor>", "</openas2>"])
        gateway.write(os.path.join(self.folder, "config", "config.xml"), text)
        gateway.write(os.path.join(self.folder, "config", "partnerships.xml"),
                      "\n".join(["<partnerships>", *dict.fromkeys(self.names), *self.relations, "</partnerships>"]))

    def start(self):
        self.write_configuration()
        self.process = gateway.Process(["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                                        "-Dorg.apache.commons.logging.Log=org.openas2.logging.Log", "-cp", classpath(self.jars),
                                        "org.openas2.app.OpenAS2Server", os.path.join(self.folder, "config", "config.xml")],
                                       os.path.join(self.folder, "server.log"))
        gateway.wait_for("OpenAS2 started", lambda: not self.process.alive() or ports.answers(self.port) and ports.answers(self.mdn_port), 60, 0.05)
        if not self.process.alive():
            raise gateway.Failed("OpenAS2 ended at once:\n" + self.process.tail())

    def stop(self):
        if self.process is not None:
            self.process.kill()

    def send(self, own, other, name, content):
        """Puts a file where it polls; under another name first, outside of what it looks at."""
        waiting = os.path.join(self.folder, "data", "waiting")
        os.makedirs(waiting, exist_ok=True)
        os.makedirs(os.path.join(self.folder, "data", "out"), exist_ok=True)
        path = os.path.join(waiting, name)
        with open(path, "wb") as file:
            file.write(content)
        os.rename(path, os.path.join(self.folder, "data", "out", f"{own}-{other}-{name}"))

    def outcome(self, own, name):
        """Of a file sent with a receipt asked for: "sent" (receipt taken, MIC equal), "failed", or None: not yet."""
        for word in ("sent", "failed"):
            if os.path.exists(os.path.join(self.folder, "data", word, own, name)):
                return word
        return None

    def received(self, own):
        """Digests of what it took in for one of its names."""
        out = []
        for path in sorted(glob.glob(os.path.join(glob.escape(self.folder), "data", "in", own, "*"))):
            with open(path, "rb") as file:
                out.append(hashlib.sha256(file.read()).hexdigest())
        return out

    def receipts(self, sender):
        """Texts of the receipts about what `sender` sent, its own and others'."""
        out = []
        for path in sorted(glob.glob(os.path.join(glob.escape(self.folder), "data", "mdn", sender, "*"))):
            with open(path, encoding="utf-8", errors="replace") as file:
                out.append(file.read())
        return out
