"""What the trials stand on: the gateway, pyas2lib as several partners, exact requests, and what the gateway's books say of them."""
# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import tempfile

import cases
import crossdock
import keys
import pyas2_peer
import raw_http
from receipt import Receipt

import gateway  # found by way of crossdock


class Ground:
    """Use as a context; `partners`: {name: (case, changes of the channel)}. A stranger's key exists and is known to nobody."""

    def __init__(self, binary, partners, peer_class=pyas2_peer.Pyas2, env=None):
        self.root = tempfile.mkdtemp(prefix="crossdock-as2-")
        folder = os.path.join(self.root, "keys")
        self.ours, self.theirs, self.stranger = (keys.make(folder, name) for name in ("crossdock", "partner", "stranger"))
        self.gateway = crossdock.Crossdock(os.path.abspath(binary), self.root, self.ours, env)
        self.peer = peer_class(self.root, self.theirs, self.ours)
        self.peer.start()
        self.number = 0
        for name, (case, changes) in partners.items():
            self.add(name, case, **changes)

    def add(self, name, case, url=None, **changes):
        self.peer.add(name, crossdock.NAME, case, self.gateway.url)
        self.gateway.add(crossdock.NAME, name, case, url or self.peer.url, self.theirs, **changes)

    def __enter__(self):
        try:
            self.gateway.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind, value, trace):
        self.end(kind is not None)

    def end(self, keep=False):
        self.gateway.stop()
        self.peer.stop()
        if keep:
            print(f"  left for a look: {self.root}", flush=True)
        else:
            shutil.rmtree(self.root, ignore_errors=True)

    @property
    def url(self):
        return self.gateway.url

    def content(self, name, payload="crlf"):
        """A new document of a partner."""
        self.number += 1
        return cases.payload_of(cases.Case(payload=payload), self.number, self.gateway.scac[name])

    def build(self, name, file_name, content, message_id=None):
        """(headers as a list, body) of a new message by pyas2lib."""
        message, _ = self.peer.build(name, crossdock.NAME, file_name, content, message_id=message_id)
        return list(message.headers.items()), message.content, message

    def post(self, headers, body, **options):
        """(answer, its receipt)."""
        answer = raw_http.post(self.url, headers, body, **options)
        return answer, Receipt(answer.mime, self.ours.certificate)

    def stored(self, file_name):
        """The messages received under that name."""
        return [message for message in self.gateway.messages() if message["direction"] == "in" and message["file_name"] == file_name]

    def outgoing(self, name):
        return [message for message in self.gateway.messages() if message["direction"] == "out" and message["partner"] == name.lower()]

    def resident(self):
        """Bytes of memory of the gateway's process: now and at the most."""
        with open(f"/proc/{self.gateway.gateway.process.child.pid}/status", encoding="ascii") as file:
            lines = dict(line.split(":", 1) for line in file)
        return tuple(int(lines[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))

    def exceptions(self):
        return [one["code"] for one in self.gateway.api("/exceptions")["items"]]


def with_header(headers, name, value):
    """The list with a header replaced, or added; None takes it away."""
    out = [(one, old) for one, old in headers if one.lower() != name.lower()]
    return out if value is None else [*out, (name, value)]


wait_for = gateway.wait_for
