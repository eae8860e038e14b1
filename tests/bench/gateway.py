#!/usr/bin/env python3
"""Memory of the gateway for a large file, and what small messages wait for meanwhile.

gateway.py --binary build/release/crossdock [--mb 1000] [--sets 100] [--way folder|post] [--acknowledge] [--folder DIR]
Drops one file of 214s into a partner's folder, or posts it, while another partner posts one small document after the other.
Prints one JSON object: peak resident memory after a small file and after the large one, the longest log of the store (MiB), and the time from request to answer of the small
documents before and during the large one (ms)."""
import argparse
import hashlib
import http.client
import json
import os
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run as bench  # noqa: E402

TOKEN = "bench-token"
SETTLE_S = 0.2


class Sink(socketserver.StreamRequestHandler):
    """Answers every call with 200."""
    count = 0

    def handle(self):
        while True:
            if not self.rfile.readline():
                return
            length = 0
            for line in iter(self.rfile.readline, b"\r\n"):
                if not line:
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            Sink.count += 1
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads, request_queue_size, allow_reuse_address = True, 128, True


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def configure(folder, sink_port, acknowledge):
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    write(f"{folder}/crossdock.yaml", 'name: bench\nlisteners:\n  - {listen: "127.0.0.1:0"}\nlogging: {level: warning}\n')
    write(f"{folder}/targets/sink.yaml", f"target: sink\nkind: http\nurl: http://127.0.0.1:{sink_port}/events\nonce: key\naccepts: [production]\n")
    write(f"{folder}/policies/routes.yaml", "routes:\n  - {events: [shipment.milestone], to: [sink]}\n")
    answer = ", acknowledge: \"997\"" if acknowledge else ""
    receives = "receives:\n  - {set: x12/004010/997, via: directory}\n" if acknowledge else ""
    write(f"{folder}/partners/large.yaml", "partner: large\nname: Large\nrole: carrier\nidentifiers: {x12: [\"02:ACFL\"], gs: ACFL}\nzone: America/Chicago\n"
          "us: {x12: \"ZZ:SHIPCO\", gs: SHIPCO}\n" f"sends:\n  - {{set: x12/004010/214{answer}}}\n{receives}"
          "channels:\n  - directory: {pick_up: large/in, put: large/out, ready: rename}\n"
          f"  - document: {{tokens: [\"sha256:{hashlib.sha256(b'large-token').hexdigest()}\"], body_bytes_max: 4GiB}}\n")
    write(f"{folder}/partners/small.yaml", "partner: small\nname: Small\nrole: carrier\nidentifiers: {x12: [\"02:SMAL\"], gs: SMAL}\nzone: America/Chicago\n"
          "us: {x12: \"ZZ:SHIPCO\", gs: SHIPCO}\nsends:\n  - {set: x12/004010/214}\n"
          f"channels:\n  - document: {{tokens: [\"sha256:{digest}\"]}}\n")


def small_document(number):
    control = f"{number:09d}"
    return (f"ISA*00*          *00*          *02*{'SMAL':<15}*ZZ*{'SHIPCO':<15}*260518*1432*U*00401*{control}*0*P*>~GS*QM*SMAL*SHIPCO*20260518*1432*{number}*X*004010~"
            f"ST*214*0001~B10*{control}*SML{control}*SMAL~LX*1~AT7*X3*NS***20260518*1432*CT~MS1*MEMPHIS*TN*US~SE*6*0001~GE*1*{number}~IEA*1*{control}~").encode()


class Gateway:
    def __init__(self, binary, folder):
        self.data = f"{folder}/data"
        share = bench.ROOT
        self.process = subprocess.Popen([binary, "serve", "--config", f"{folder}/config", "--data", self.data, "--share", share],
                                        stdout=subprocess.DEVNULL)
        listeners = f"{self.data}/listeners.json"
        while not os.path.exists(listeners):
            if self.process.poll() is not None:
                sys.exit("the gateway did not start")
            time.sleep(0.02)
        with open(listeners, encoding="utf-8") as file:
            self.port = json.load(file)["listeners"][0]["port"]
        with open(f"{self.data}/api-token", encoding="utf-8") as file:
            self.token = file.read().split()[0]

    def status(self, field):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith(field + ":"))

    def get(self, path):
        """The answer's object; None when none came in time or it tells of a problem: the caller asks again."""
        if self.process.poll() is not None:
            sys.exit(f"the gateway ended with {self.process.returncode}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            body = answer.read()
            return json.loads(body) if answer.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def messages_of_large(self):
        answer = self.get("/api/v1/messages?partner=large&direction=in&limit=10")
        return answer["items"] if answer else []


class Log(threading.Thread):
    """The longest that the store's write-ahead log has been, in bytes."""

    def __init__(self, gateway):
        super().__init__(daemon=True)
        self.path, self.peak = f"{gateway.data}/crossdock.db-wal", 0

    def run(self):
        while True:
            try:
                self.peak = max(self.peak, os.path.getsize(self.path))
            except OSError:
                pass
            time.sleep(SETTLE_S)


class Small(threading.Thread):
    """One small document after the other; seconds from request to answer."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.times, self.ending, self.number = port, [], False, 0

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        while not self.ending:
            self.number += 1
            start, status = time.perf_counter(), 0
            try:
                connection.request("POST", "/documents", small_document(self.number), {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": f"k{self.number}"})
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException):
                connection.close()  # counts as refused; the next request opens it anew
            self.times.append((time.perf_counter() - start, status))
            time.sleep(0.01)

    def take(self):
        taken, self.times = self.times, []
        good = sorted(seconds * 1000 for seconds, status in taken if status == 202)
        if not good:
            return {"count": 0}
        return {"count": len(good), "refused": len(taken) - len(good), "p50": round(good[len(good) // 2], 1),
                "p99": round(good[int(len(good) * 0.99)], 1), "max": round(good[-1], 1)}


def hand_in(gateway, way, path):
    if way == "folder":
        target = f"{gateway.data}/large/in/{os.path.basename(path)}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(path, target + ".part")
        os.rename(target + ".part", target)
        return
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=3600)
    with open(path, "rb") as file:
        connection.request("POST", "/documents", file, {"Authorization": "Bearer large-token", "Content-Length": str(os.path.getsize(path))})
        answer = connection.getresponse()
        if answer.status != 202:
            sys.exit(f"the file was not taken: {answer.status} {answer.read()[:300]}")


def await_messages(gateway, count, timeout):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        messages = [m for m in gateway.messages_of_large() if m["direction"] == "in"]
        if len(messages) >= count and all(m["validation"] for m in messages[:count]) and all(m["set_count"] for m in messages[:count]):
            return messages
        time.sleep(SETTLE_S)
    sys.exit(f"after {timeout} s the file was not through: {messages[:2]}")


def await_steady_peak(gateway, steady_s=5, most_s=60):
    """Deliveries fill the outbox once the message is through: until the peak has not moved for a while."""
    end, peak, since = time.monotonic() + most_s, 0, time.monotonic()
    while time.monotonic() < min(end, since + steady_s):
        if gateway.status("VmHWM") > peak:
            peak, since = gateway.status("VmHWM"), time.monotonic()
        time.sleep(SETTLE_S)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--mb", type=float, default=1000)
    parser.add_argument("--sets", type=int, default=100, help="transaction sets in each interchange of the large file")
    parser.add_argument("--way", choices=("folder", "post"), default="folder")
    parser.add_argument("--acknowledge", action="store_true", help="the partner gets a 997 for each interchange")
    parser.add_argument("--folder", default=None)
    parser.add_argument("--timeout", type=float, default=3600)
    given = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="crossdock-gateway-", dir=given.folder)
    server = Server(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    configure(f"{folder}/config", server.server_address[1], given.acknowledge)
    os.makedirs(f"{folder}/data")
    small, large = f"{folder}/small.edi", f"{folder}/large.edi"
    bench.write_file(small, 0.001, seed=7)
    bench.write_file(large, given.mb, sets=given.sets)
    gateway = Gateway(os.path.abspath(given.binary), folder)
    result = {"mb": given.mb, "sets_an_interchange": given.sets, "way": given.way, "idle_rss_mib": round(gateway.status("VmRSS"), 1)}
    try:
        loader = Small(gateway.port)
        loader.start()
        log = Log(gateway)
        log.start()
        time.sleep(3)
        hand_in(gateway, given.way, small)
        await_messages(gateway, 1, 60)
        result["small_ms_before"] = loader.take()
        result["peak_small_mib"] = round(gateway.status("VmHWM"), 1)
        start = time.monotonic()
        hand_in(gateway, given.way, large)
        messages = await_messages(gateway, 2, given.timeout)
        result["seconds"] = round(time.monotonic() - start, 1)
        result["small_ms_during"] = loader.take()
        loader.ending = True
        await_steady_peak(gateway)
        result["log_peak_mib"] = round(log.peak / 2**20, 1)
        result["peak_large_mib"] = round(gateway.status("VmHWM"), 1)
        result["difference_mib"] = round(result["peak_large_mib"] - result["peak_small_mib"], 1)
        result["sets"], result["events"], result["delivered_meanwhile"] = messages[0]["set_count"], messages[0]["event_count"], Sink.count
    finally:
        gateway.process.terminate()
        gateway.process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
