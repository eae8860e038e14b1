"""Mail with real servers: documents out of Dovecot's folders become messages, each once, whatever breaks between; documents leave by SMTP."""
# SPDX-License-Identifier: Apache-2.0
import email.message
import email.policy
import os
import sys
import time

from servers import Dovecot, Smtp, USER, PASSWORD, gateway
from world import Checks, World, digest, milestone

SECONDS = 30


class Mailbox:
    """The partner's side of the IMAP folder."""

    def __init__(self, dovecot, user):
        self.client, self.user = dovecot.client(user), user

    def put(self, mail, folder="INBOX"):
        data = mail if isinstance(mail, bytes) else mail.as_bytes(policy=email.policy.SMTP)
        status, answer = self.client.append(folder, None, None, data)
        if status != "OK":
            raise gateway.Failed(f"{self.user}: {answer}")

    def search(self, what, folder="INBOX"):
        status, _ = self.client.select(folder if folder == "INBOX" else f'"{folder}"', readonly=True)
        if status != "OK":
            return []
        found = self.client.search(None, what)[1][0].split()
        self.client.close()
        return found


def mail(subject, attachments=(), text="see attachment", sender="edi@acme.example", headers=(), identity=None):
    out = email.message.EmailMessage()
    out["From"], out["To"], out["Subject"] = sender, "edi@us.example", subject
    if identity != "":
        out["Message-ID"] = identity or f"<{subject.replace(' ', '-')}-{time.time_ns()}@acme.example>"
    out.set_content(text)
    for name, data in attachments:
        out.add_attachment(data, maintype="application", subtype="edi-x12", filename=name)
    text_of = out.as_bytes(policy=email.policy.SMTP)
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in headers) + text_of


def pick_up(world, dovecot, user, **changes):
    return {"host": "localhost", "port": dovecot.imaps, "user": user, "password": world.secret("imap", dovecot.password), "every": "300ms",
            "authorities": world.certificates.authority, **changes}


def accepted(world, channel):
    return [one for one in world.messages(channel) if one["state"] != "rejected"]


def wait_hashes(world, channel, wanted):
    def there():
        return sorted(one["sha256"] for one in accepted(world, channel)) == sorted(wanted)
    try:
        gateway.wait_for("documents of " + channel, there, SECONDS, 0.1)
        return True
    except gateway.Failed:
        print(channel, [(one["state"], one.get("file_name")) for one in world.messages(channel)], len(wanted))
        return False


def try_pick_up(world, dovecot, checks):
    boxes = {name: Mailbox(dovecot, name) for name in ("seen", "moved", "removed", "proved")}
    for number, (name, changes) in enumerate({
            "seen": {}, "moved": {"then": "move", "done_folder": "Done", "refused_folder": "Refused", "mail_bytes_max": "200KiB", "depth_max": 4},
            "removed": {"then": "remove", "take": "both", "from": ["*@acme.example"]},
            "proved": {"proof": {"server": "mx.us.example", "require": ["dkim"]}}}.items()):
        world.partner(name, f"AC{chr(65 + number)}L", {"mail": {"pick_up": pick_up(world, dovecot, name, **changes)}}, receives=None)
    first, second, third = (milestone(f"SHP{n}", "ACAL") for n in range(3))
    boxes["seen"].put(mail("one", [("a.edi", first)]))
    boxes["seen"].put(mail("two", [("b.edi", second), ("c.edi", third)]))
    boxes["seen"].put(mail("a note without document"))
    world.start()
    checks.true("attachments of a real Dovecot become messages", wait_hashes(world, "seen/mail", [digest(one) for one in (first, second, third)]))
    gateway.wait_for("mails marked", lambda: len(boxes["seen"].search("SEEN")) == 2, SECONDS)
    checks.equal("the note is flagged and unread", len(boxes["seen"].search("FLAGGED UNSEEN")), 1)
    checks.equal("and shown as rejected", [one["state"] for one in world.messages("seen/mail")].count("rejected"), 1)

    good, deep = milestone("SHP10", "ACBL"), b"Content-Type: message/rfc822\r\n\r\n" * 6 + b"\r\nx"
    boxes["moved"].put(mail("large", [("large.edi", b"x" * 300_000)]))
    boxes["moved"].put(b"From: edi@acme.example\r\nSubject: deep\r\n" + deep)
    boxes["moved"].put(b"From: edi@acme.example\r\nSubject: cut\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx")
    boxes["moved"].put(mail("good", [("good.edi", good)]))
    checks.true("a good mail behind three bad ones", wait_hashes(world, "moved/mail", [digest(good)]))
    gateway.wait_for("mails moved", lambda: not boxes["moved"].search("ALL"), SECONDS)
    checks.equal("taken and refused stand apart", (len(boxes["moved"].search("ALL", "Done")), len(boxes["moved"].search("ALL", "Refused"))), (1, 3))

    body, attached = milestone("SHP20", "ACCL"), milestone("SHP21", "ACCL")
    boxes["removed"].put(mail("foreign", [("x.edi", body)], sender="a@other.example"))
    boxes["removed"].put(mail("both", [("y.edi", attached)], text=body.decode()))
    gateway.wait_for("mail removed", lambda: len(boxes["removed"].search("ALL")) == 1, SECONDS)
    checks.equal("body and attachment", len(accepted(world, "removed/mail")), 2)
    checks.equal("other senders' mails stay", len(boxes["removed"].search("UNSEEN UNFLAGGED")), 1)

    proved = milestone("SHP30", "ACDL")
    boxes["proved"].put(mail("forged", [("f.edi", milestone("SHP31", "ACDL"))]))
    boxes["proved"].put(mail("elsewhere", [("f.edi", milestone("SHP32", "ACDL"))], headers=[("Authentication-Results", "mx.evil.example; dkim=pass header.d=acme.example")]))
    boxes["proved"].put(mail("proved", [("f.edi", proved)], headers=[("Authentication-Results", "mx.us.example; dkim=pass header.d=acme.example")]))
    checks.true("only what the receiving server proves", wait_hashes(world, "proved/mail", [digest(proved)]))
    gateway.wait_for("forged mails flagged", lambda: len(boxes["proved"].search("FLAGGED")) == 2, SECONDS)
    try_again(world, dovecot, checks, boxes["seen"], [first, second, third])


def try_again(world, dovecot, checks, box, taken):
    """The server begins anew, mails are marked as unread, numbered anew, sent twice: nothing is taken twice."""
    again = mail("again", [("a.edi", milestone("SHP40", "ACAL"))], identity="<same@acme.example>")
    box.put(again)
    gateway.wait_for("the mail", lambda: len(accepted(world, "seen/mail")) == 4, SECONDS)
    dovecot.stop()
    time.sleep(0.5)
    dovecot.start()
    box = Mailbox(dovecot, box.user)
    box.put(again)
    box.client.select("INBOX")
    box.client.store("1:2", "-FLAGS", "\\Seen")
    box.client.close()
    gateway.wait_for("all read again", lambda: len(box.search("UNSEEN UNFLAGGED")) == 0, SECONDS)
    checks.equal("nothing was taken twice", len(accepted(world, "seen/mail")), 4)


def try_crashes(binary, world, dovecot, checks):
    """kill -9 at every named point of a visit: each document is a message once."""
    box = Mailbox(dovecot, "seen")
    before = len(accepted(world, "seen/mail"))
    for number, point in enumerate(("mail.fetched", "mail.before_put_away", "mail.put_away")):
        world.gateway.stop()
        for one in range(2):
            box.put(mail(f"crash {number} {one}", [("a.edi", milestone(f"CR{number}{one}", "ACAL"))]))
        world.gateway.start({"CROSSDOCK_FAILPOINT": point})
        try:
            gateway.wait_for("the kill", lambda: not world.gateway.process.alive(), SECONDS)
        except gateway.Failed:
            checks.true(f"{point} was passed", False)
        world.gateway.kill()
        world.start()
        before += 2
        try:
            gateway.wait_for("documents", lambda: len(accepted(world, "seen/mail")) == before and not box.search("UNSEEN UNFLAGGED"), SECONDS)
        except gateway.Failed:
            pass
        checks.equal(f"killed at {point}: each document once", len(accepted(world, "seen/mail")), before)


def mail_out(world, smtp, tls, to):
    return {"mail": {"put": {"host": "localhost", "port": smtp.port, "tls": tls, "user": USER, "password": world.secret("smtp", PASSWORD), "from": "edi@us.example",
                             "to": to, "text": "Tender {name}", "subject": "Tender {name}", "authorities": world.certificates.authority}}}


def wait_for_mails(smtp, count):
    try:
        gateway.wait_for("mails", lambda: len(smtp.mails) >= count, SECONDS)
    except gateway.Failed:
        pass
    return len(smtp.mails)


def add_senders(world, servers):
    for number, (tls, smtp) in enumerate(servers.items()):
        world.partner("send" + tls, f"AS{chr(65 + number)}L", mail_out(world, smtp, tls, ["in@acme.example", "copy@acme.example"]))
    world.partner("sendno", "ASXL", mail_out(world, servers["implicit"], "implicit", ["in@acme.example", "nobody@acme.example"]))


def try_sending(world, servers, checks):
    for number, (tls, smtp) in enumerate(servers.items()):
        scac = f"AS{chr(65 + number)}L"
        world.tender(scac, "TND" + tls)
        checks.equal(f"a tender by {tls} TLS", wait_for_mails(smtp, 1), 1)
        sender, recipients, content = smtp.mails[0]
        got = email.message_from_bytes(content, policy=email.policy.default)
        parts = list(got.iter_attachments())
        checks.equal("its envelope", (sender, recipients), ("edi@us.example", ["in@acme.example", "copy@acme.example"]))
        checks.true("a 204 is attached", len(parts) == 1 and b"ST*204*" in parts[0].get_content())
        checks.true("with a note and a subject", "Tender" in got.get_body().get_content() and got["Subject"].startswith("Tender"))
        smtp.fault = "cut_after"
        world.tender(scac, "CUT" + tls)
        checks.equal("what nobody answered is sent again", wait_for_mails(smtp, 3), 3)
        ids = [email.message_from_bytes(one[2])["Message-ID"] for one in smtp.mails]
        checks.true("with the same Message-ID", ids[1] == ids[2] and ids[0] != ids[1])
        smtp.fault = "later"
        world.tender(scac, "LATER" + tls)
        time.sleep(1)
        smtp.fault = None
        checks.equal("what is put off comes later", wait_for_mails(smtp, 4), 4)
    world.tender("ASXL", "TNDNO")
    gateway.wait_for("the refusal", lambda: any(one["state"] == "parked" or one["delivery"] == "parked" for one in world.messages("sendno/mail")), SECONDS)
    checks.equal("one refused recipient: nobody gets it", [one for one in servers["implicit"].mails if "nobody@acme.example" in one[1]], [])


def main(binary, *names):
    checks = Checks()
    with World(binary) as world:
        senders = {"implicit": world.serve(Smtp(world.certificates)), "explicit": world.serve(Smtp(world.certificates, implicit=False))}
        add_senders(world, senders)
        dovecot = world.serve(Dovecot(world.root, world.certificates))
        try_pick_up(world, dovecot, checks)
        try_sending(world, senders, checks)
        if "--points" in names:
            try_crashes(binary, world, dovecot, checks)
    print(f"  {checks.done} checks, {len(checks.wrong)} wrong", flush=True)
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
