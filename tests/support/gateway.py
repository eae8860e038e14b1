"""Starts the real program and its simulators on loopback for tests and the demo; HTTP helpers; documents of our own making."""
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Failed(Exception):
    pass


def wait_for(what, check, seconds=30.0, every=0.02):
    """Polls `check` until it returns something true; a test's only way of waiting."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = check()
        if value:
            return value
        time.sleep(every)
    raise Failed(f"{what}: not within {seconds} s")


def call(method, url, body=None, headers=None, timeout=10.0):
    """(status, text); (0, reason) where no answer came."""
    data = body.encode() if isinstance(body, str) else body
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except (OSError, urllib.error.URLError) as error:
        return 0, str(error)


class Process:
    """A child whose standard error goes to a log file."""

    def __init__(self, arguments, log, env=None):
        self.log_path = log
        self.log = open(log, "ab")
        self.child = subprocess.Popen(arguments, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})},
                                      start_new_session=True)

    def alive(self):
        return self.child.poll() is None

    def kill(self):
        if self.alive():
            self.child.send_signal(signal.SIGKILL)
        self.child.wait()
        self.log.close()

    def stop(self, seconds=20):
        if self.alive():
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
                raise Failed(f"did not stop within {seconds} s: {self.tail()}")
        self.log.close()
        return self.child.returncode

    def tail(self, size=3000):
        with open(self.log_path, "rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - size))
            return file.read().decode("utf-8", "replace")


class Gateway:
    def __init__(self, binary, config, data, env=None):
        self.binary, self.config, self.data, self.env = binary, config, data, env or {}
        self.process = None
        self.url = None

    def start(self, env=None, seconds=30):
        listeners = os.path.join(self.data, "listeners.json")
        if os.path.exists(listeners):
            os.unlink(listeners)
        os.makedirs(self.data, exist_ok=True)
        self.process = Process([self.binary, "serve", "--config", self.config, "--data", self.data], os.path.join(self.data, "serve.log"),
                               {**self.env, **(env or {})})
        self.url = None

        def ready():
            if not self.process.alive():
                return True
            if self.url is None and os.path.exists(listeners):
                try:
                    with open(listeners, encoding="utf-8") as file:
                        self.url = find_url(json.load(file))
                except ValueError:
                    return False
            return self.url and call("GET", self.url + "/readyz", timeout=2)[0] == 200

        try:
            wait_for("gateway ready", ready, seconds, 0.005)
        except Failed as error:
            raise Failed(f"{error}\n{self.process.tail()}") from None
        return self.process.alive()

    def token(self):
        with open(os.path.join(self.data, "api-token"), encoding="utf-8") as file:
            return file.read().strip()

    def api(self, method, path, body=None, headers=None, timeout=10.0):
        status, text = call(method, self.url + "/api/v1" + path, body, {"Authorization": "Bearer " + self.token(), **(headers or {})}, timeout)
        try:
            return status, json.loads(text) if text else None
        except ValueError:
            return status, text

    def kill(self):
        self.process.kill()

    def stop(self):
        return self.process.stop()


def find_url(listeners):
    """The first address in listeners.json, whatever its nesting."""
    if isinstance(listeners, str):
        if listeners.startswith("http"):
            return listeners.rstrip("/")
        if ":" in listeners and listeners.rsplit(":", 1)[1].isdigit():
            return "http://" + listeners
        return None
    values = listeners.values() if isinstance(listeners, dict) else listeners if isinstance(listeners, list) else []
    for value in values:
        url = find_url(value)
        if url:
            return url
    return None


class Simulator:
    def __init__(self, binary, name, once, folder, extra=()):
        self.name, self.once = name, once
        self.state = os.path.join(folder, name + ".effects")
        self.process = Process([binary, "simulate", name, "--listen", "127.0.0.1:0", "--once", once, "--state", self.state, *extra],
                               os.path.join(folder, name + ".log"))
        said = wait_for(f"simulator {name}", lambda: re.search(r"listens at (http://[\d.:]+)", self.process.tail()) or
                        not self.process.alive())
        if said is True:
            raise Failed(self.process.tail())
        self.url = said.group(1)

    def get_state(self):
        status, text = call("GET", self.url + "/state", timeout=60)
        if status != 200:
            raise Failed(f"simulator {self.name}: {status} {text}")
        return json.loads(text)

    def effects(self):
        """One dictionary for each effect, in order of application."""
        return self.lines("/effects")

    def events(self):
        """The bodies of the newest effects, in order of application."""
        return self.lines("/events")

    def lines(self, path):
        status, text = call("GET", self.url + path, timeout=60)
        if status != 200:
            raise Failed(f"simulator {self.name} {path}: {status} {text}")
        return [json.loads(line) for line in text.splitlines() if line]

    def control(self, **behaviour):
        status, text = call("POST", self.url + "/control", json.dumps(behaviour), {"Content-Type": "application/json"})
        if status != 200:
            raise Failed(f"simulator {self.name} control: {status} {text}")

    def stop(self):
        self.process.kill()


def token_hash(token):
    return "sha256:" + hashlib.sha256(token.encode()).hexdigest()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def drop(folder, name, text):
    """As a careful partner does: a temporary name, then a rename."""
    os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, "." + name + ".part")
    with open(temporary, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, os.path.join(folder, name))


def interchange(control, functional, sets, sender="ACFL", receiver="SHIPCO", version="004010", usage="P"):
    """One interchange, one group. sets: [(set id, [segments])]."""
    out = [f"ISA*00*          *00*          *02*{sender:<15}*ZZ*{receiver:<15}*260518*1432*{'^*00501' if version.startswith('005') else 'U*00401'}*{control:09d}*0*{usage}*>",
           f"GS*{functional}*{sender}*{receiver}*20260518*1432*{control}*X*{version}"]
    for number, (name, segments) in enumerate(sets, 1):
        out += [f"ST*{name}*{number:04d}", *segments, f"SE*{len(segments) + 2}*{number:04d}"]
    out += [f"GE*{len(sets)}*{control}", f"IEA*1*{control:09d}"]
    return "~\n".join(out) + "~\n"


def status_214(shipment, pro, code="X3", time_="1432", city="MEMPHIS", state="TN", scac="ACFL", date="20260518"):
    return ("214", [f"B10*{pro}*{shipment}*{scac}", f"L11*BOL{pro}*BM", "LX*1", f"AT7*{code}*NS***{date}*{time_}*CT", f"MS1*{city}*{state}*US",
                    f"MS2*{scac}*TRL4455", "L11*1*QN", "AT8*G*L*12000*18"])


def answer_990(shipment, action="A", scac="ACFL"):
    return ("990", [f"B1*{scac}*{shipment}*20260517*{action}"])


def invoice_210(number, shipment, scac="ACFL", amount=150000):
    return ("210", [f"B3**{number}*{shipment}*PP**20260520*{amount}**20260519*035*{scac}", "C3*USD", f"N9*BM*BOL{number}",
                    "N1*SH*SHIPCO PLANT 4", "N3*1200 INDUSTRIAL BLVD", "N4*JOLIET*IL*60433*US", "LX*1", "L5*1*FREIGHT ALL KINDS",
                    "L0*1***12000*G***18*PLT**L", f"L1*1*{amount / 100:.2f}*FR*{amount}****400", f"L3*12000*G***{amount}******18*L"])


if __name__ == "__main__":
    sys.exit("this file is a library of the tests")
