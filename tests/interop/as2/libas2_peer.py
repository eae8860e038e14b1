"""libas2 (JavaScript) behind a pipe: makes messages, reads ours and our receipts."""
# SPDX-License-Identifier: Apache-2.0
import base64
import json
import os
import subprocess


class Libas2:
    def __init__(self, modules, party, partner):
        here = os.path.dirname(os.path.abspath(__file__))
        self.common = {"certificate": party.read("certificate").decode(), "key": party.read("key").decode(),
                       "partner_certificate": partner.read("certificate").decode()}
        self.child = subprocess.Popen(["node", os.path.join(here, "libas2_peer.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                      env={**os.environ, "NODE_PATH": modules})

    def ask(self, what, **job):
        self.child.stdin.write(json.dumps({"do": what, **self.common, **job}) + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError("libas2 ended")
        return json.loads(line)

    def make(self, own, other, name, content, url, digest=None, cipher=None, receipt=None, mdn_url=None):
        """(headers, body) of a message; `receipt`: None, "sync", "async"."""
        made = self.ask("make", own=own, other=other, name=name, content=base64.b64encode(content).decode(), url=url, digest=digest, cipher=cipher,
                        receipt=receipt, mdn_url=mdn_url)
        if "error" in made:
            raise RuntimeError("libas2 cannot make it: " + made["error"])
        return made["headers"], base64.b64decode(made["body"])

    def read(self, raw):
        """{encrypted, signed, content} or {error}."""
        seen = self.ask("read", raw=base64.b64encode(raw).decode())
        if "content" in seen:
            seen["content"] = base64.b64decode(seen["content"])
        return seen

    def receipt(self, raw):
        return self.ask("receipt", raw=base64.b64encode(raw).decode())

    def stop(self):
        self.child.stdin.close()
        self.child.wait(10)
        self.child.stdout.close()
