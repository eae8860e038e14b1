"""A configuration folder made for a test: partners, targets that are simulators, routes. Written as JSON, which YAML contains."""
import json
import os

from gateway import token_hash, write

WEBHOOK_SECRET = "whsec_YWNtZS10ZXN0LXdlYmhvb2stc2VjcmV0LTMyYnl0ZXM="
TOKEN = "partner-test-token-"  # and the partner's name
SYSTEM_TOKEN = "tms-test-token"


def partner(name, scac, release="004010", **changes):
    """A carrier with a folder, documents over HTTP, and a webhook at its own name; `changes` replace whole keys."""
    folder = {"pick_up": f"partners/{name}/from", "put": f"partners/{name}/to", "ready": "rename", "every": "200ms", "then": "remove"}
    profile = {
        "partner": name, "name": name.title() + " Lines", "role": "carrier",
        "identifiers": {"scac": scac, "x12": [f"02:{scac}"], "gs": scac}, "zone": "America/Chicago",
        "channels": [{"directory": folder}, {"document": {"tokens": [token_hash(TOKEN + name)]}},
                     {"webhook": {"path": name, "verify": "standard-webhooks", "secret": f"secret:{name}-webhook", "map": "webhooks/acme-status"}}],
        "us": {"x12": "ZZ:SHIPCO", "gs": "SHIPCO"},
        "receives": [{"set": f"x12/{release}/204", "via": "directory", "acknowledge": "997"}, {"set": f"x12/{release}/997", "via": "directory"}],
        "sends": [*({"set": f"x12/{release}/{code}", "acknowledge": "997"} for code in ("214", "990", "210")), {"set": f"x12/{release}/997"}]}
    return {**profile, **changes}


def target(name, url, once="key", lookup=True, **changes):
    """A target that retries quickly, so that a test need not wait."""
    made = {"target": name, "kind": "http", "url": url + "/events", "once": once, "accepts": ["production"],
            "limits": {"in_flight": 16, "connect_timeout": "1s", "timeout": "1s"}, "retry": {"first": "100ms", "longest": "1s", "give_up_after": "1h"},
            "breaker": {"failures": 20, "probe_every": "500ms"}}
    if lookup and once != "none":
        made["lookup"] = {"url": url + "/effects/{key}"}
    return {**made, **changes}


class Folder:
    """The configuration folder; write() puts it on the disk whole, or again after a change."""

    def __init__(self, path, **installation):
        self.path = path
        self.installation = {"name": "faults", "listeners": [{"listen": "127.0.0.1:0", "serves": ["api", "documents", "webhooks"]}],
                             "store": {"kind": "sqlite", "path": "crossdock.db"}, "timeouts": {"drain": "10s", "reload_check": "200ms"},
                             "systems": [{"system": "tms", "tokens": [token_hash(SYSTEM_TOKEN)]}], **installation}
        self.partners, self.targets, self.routes = {}, {}, []

    def add_partner(self, name, scac, **changes):
        self.partners[name] = partner(name, scac, **changes)

    def add_target(self, name, url, **changes):
        self.targets[name] = target(name, url, **changes)

    def route(self, events, to, **more):
        self.routes.append({"events": events, "to": to, **more})

    def write(self):
        self.put("crossdock.yaml", self.installation)
        self.put("policies/routes.yaml", {"routes": self.routes})
        for name, value in self.partners.items():
            self.put(f"partners/{name}.yaml", value)
            secret = os.path.join(self.path, "secrets", name + "-webhook")
            write(secret, WEBHOOK_SECRET + "\n")
            os.chmod(secret, 0o600)
        for name, value in self.targets.items():
            self.put(f"targets/{name}.yaml", value)
        return self.path

    def put(self, name, value):
        """A file of the folder, replaced in one step as an editor would."""
        path, beside = os.path.join(self.path, name), self.path + ".new"
        write(beside, value if isinstance(value, str) else json.dumps(value, indent=1) + "\n")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.rename(beside, path)
