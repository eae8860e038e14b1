"""A partner that takes our messages by pyas2lib and then does as it is told with its receipts: none, late, twice, false, foreign."""
# SPDX-License-Identifier: Apache-2.0
import threading

import pyas2_peer
from pyas2lib import Mdn, Message

import keys


class Actor(pyas2_peer.Pyas2):
    """`plays[name]`: a list of what to do at the first, second ... arrival of a message for that name; the last one stays in force."""

    def __init__(self, folder, party, partner):
        super().__init__(folder, party, partner)
        self.plays, self.arrivals, self.answers, self.waiting = {}, {}, {}, {}

    def take(self, raw):
        message = Message()
        status, _, mdn = message.parse(raw, find_org_partner_cb=self.find)
        own = message.headers.get("as2-to", "").strip('"')
        head, _, body = raw.partition(b"\r\n\r\n")
        with self.lock:
            mine = self.arrivals.setdefault(own, [])
            plays = self.plays.get(own, ["good"])
            play = plays[min(len(mine), len(plays) - 1)]
            mine.append({"id": message.message_id, "body": body, "head": head, "status": status, "play": play, "content": message.content,
                         "date": message.headers.get("date")})
        return self.act(own, play, message, status, mdn)

    def act(self, own, play, message, status, mdn):
        if play.startswith("http-"):
            return int(play[5:]), {"Retry-After": "0"}, b"not now"
        if play == "empty":
            return 200, {}, b""
        if play == "page":
            return 200, {"Content-Type": "text/html"}, b"<html><body>It works!</body></html>"
        mdn = self.change(own, play, message, status, mdn)
        if mdn.mdn_mode == "SYNC":
            return 200, mdn.headers, self.spoilt(play, mdn.content)
        if play == "lost":
            return 202, {}, b""
        if play == "held":
            with self.lock:
                self.waiting.setdefault(own, []).append(mdn)
            return 202, {}, b""
        times = 3 if play == "thrice" else 1
        threading.Thread(target=self.deliver, args=(own, play, mdn, times), daemon=True).start()
        return 202, {}, b""

    def spoilt(self, play, content):
        return content.replace(b"processed", b"Processed", 1) if play == "tampered" else content

    def change(self, own, play, message, status, mdn):
        """The receipt that the play wants."""
        detail = None
        if play == "wrong-mic":
            message.mic = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        elif play == "refused":
            status, detail = "processed/error", "decryption-failed"
        elif play == "odd-refusal":
            status, detail = "failed/Failure", "unsupported format"
        elif play == "warned":
            status, detail = "processed/warning", "duplicate-document"
        elif play == "stranger":
            message.receiver.sign_key = message.receiver.load_key(self.stranger.read("pkcs12"), keys.PASSWORD)
        elif play == "unsigned":
            message.payload.__delitem__("disposition-notification-options")
        elif play == "foreign":
            message.payload.replace_header("as2-to", self.foreign)
        elif play == "other-id":
            message.message_id = "never-sent@nowhere"
        else:
            return mdn
        made = Mdn(mdn_mode=mdn.mdn_mode, mdn_url=mdn.mdn_url, digest_alg=mdn.digest_alg)
        made.build(message=message, status=status, detailed_status=detail)
        if play == "stranger":
            message.receiver.sign_key = message.receiver.load_key(self.party.read("pkcs12"), keys.PASSWORD)
        return made

    def deliver(self, own, play, mdn, times=1):
        for _ in range(times):
            try:
                status, _, _ = pyas2_peer.post(mdn.mdn_url, mdn.headers, self.spoilt(play, mdn.content))
            except OSError as error:
                status = str(error)
            with self.lock:
                self.answers.setdefault(own, []).append(status)

    def release(self, own):
        """Sends the receipts that were held back for that name."""
        with self.lock:
            held = self.waiting.pop(own, [])
        for mdn in held:
            self.deliver(own, "good", mdn)
        return len(held)

    def arrived(self, own):
        with self.lock:
            return list(self.arrivals.get(own, []))

    def answered(self, own):
        with self.lock:
            return list(self.answers.get(own, []))
