"""What fault tests run in: a temporary folder with a configuration, simulators of every kind, one partner, and the real gateway."""
import os
import shutil
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))

import gateway  # noqa: E402
import installation  # noqa: E402

# name, how it makes an effect once, whether it can be asked, and what it takes
SYSTEMS = [("erp", "key", True, ("milestone", "invoice")), ("tms", "lookup", True, ("milestone", "answer", "acknowledged")),
           ("wms", "same_bytes", False, ("milestone",)), ("finance", "key", True, ("milestone", "answer", "invoice")),
           ("portal", "key", False, ("invoice", "answer"))]
TYPES = {"milestone": "shipment.milestone", "invoice": "freight.invoiced", "answer": "load.tender_answered", "acknowledged": "message.acknowledged"}


class World:
    """`liars`: systems that do not make effects once although the configuration says so."""

    def __init__(self, binary, systems=tuple(SYSTEMS), env=None, keep=False, bodies=1_000_000, liars=()):
        self.binary, self.keep = binary, keep
        self.root = tempfile.mkdtemp(prefix="crossdock-faults-")
        self.folder = installation.Folder(os.path.join(self.root, "config"))
        self.folder.add_partner("acme", "ACFL")
        self.simulators = {}
        for name, once, asked, takes in systems:
            self.simulators[name] = gateway.Simulator(binary, name, "none" if name in liars else once, self.root, ["--bodies", str(bodies)])
            self.folder.add_target(name, self.simulators[name].url, once=once, lookup=asked)
            self.folder.route([TYPES[kind] for kind in takes], [name])
        self.folder.write()
        self.gateway = gateway.Gateway(binary, self.folder.path, os.path.join(self.root, "data"), env)

    def pick_up(self, partner="acme"):
        return os.path.join(self.root, "data", "partners", partner, "from")

    def put(self, partner="acme"):
        return os.path.join(self.root, "data", "partners", partner, "to")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.gateway.process is not None:
            self.gateway.process.kill()
        for simulator in self.simulators.values():
            simulator.stop()
        if kind is not None or self.keep:
            print(f"left for a look: {self.root}", flush=True)
        else:
            shutil.rmtree(self.root, ignore_errors=True)
        return False
