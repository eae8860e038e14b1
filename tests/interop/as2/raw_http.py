"""HTTP as exact bytes: what no library would send. Loopback only."""
# SPDX-License-Identifier: Apache-2.0
import socket
import time
import urllib.parse


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        self.raw, self.head = raw, head
        self.status = int(lines[0].split()[1]) if lines and lines[0].startswith(b"HTTP/1") else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            self.headers[name.decode("latin1").strip().lower()] = value.decode("latin1").strip()
        self.folded = any(line[:1] in (b" ", b"\t") for line in lines[1:])
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            self.body = unchunk(self.body)

    @property
    def mime(self):
        """Headers and body as a MIME entity."""
        lines = [line for line in self.head.split(b"\r\n")[1:] if not line.lower().startswith(b"transfer-encoding:")]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def unchunk(data):
    out = b""
    while data:
        size, _, rest = data.partition(b"\r\n")
        count = int(size.split(b";")[0], 16)
        if count == 0:
            break
        out += rest[:count]
        data = rest[count + 2:]
    return out


def chunked(body, size, blank=b""):
    """The body in chunks of `size`; `blank` stands after each size, as some stacks write it."""
    out = b""
    for start in range(0, len(body), size):
        part = body[start:start + size]
        out += f"{len(part):x}".encode() + blank + b"\r\n" + part + b"\r\n"
    return out + b"0" + blank + b"\r\n\r\n"


def request_of(url, headers, body, length=None, chunk=None, blank=b""):
    """The request's bytes. headers: list of lines as bytes, without Host and length."""
    parts = urllib.parse.urlsplit(url)
    lines = [f"POST {parts.path or '/'} HTTP/1.1".encode(), f"Host: {parts.netloc}".encode(), *headers]
    lines.append(b"Transfer-Encoding: chunked" if chunk else b"Content-Length: " + (length or str(len(body)).encode()))
    lines.append(b"Connection: close")
    return b"\r\n".join(lines) + b"\r\n\r\n" + (chunked(body, chunk, blank) if chunk else body)


def send(url, request, pieces=None, timeout=60, hang_up_after=None):
    """Sends the bytes, in `pieces` (cut places) if given, and reads the answer to its end. `hang_up_after`: seconds after the last byte."""
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        last = 0
        for place in [*(pieces or []), len(request)]:
            connection.sendall(request[last:place])
            if place != len(request):
                time.sleep(0.01)  # so that the pieces are segments of their own: not a wait for anything
            last = place
        if hang_up_after is not None:
            time.sleep(hang_up_after)
            return None
        raw = b""
        try:
            while part := connection.recv(65536):
                raw += part
        except ConnectionError:
            pass
    return Answer(raw)


def post(url, headers, body, **options):
    """headers: dictionary or list of (name, value), or lines as bytes."""
    timeout = options.pop("timeout", 60)
    pieces = options.pop("pieces", None)
    if isinstance(headers, dict):
        headers = list(headers.items())
    lines = [line if isinstance(line, bytes) else f"{line[0]}: {line[1]}".encode("utf-8", "surrogateescape") for line in headers]
    return send(url, request_of(url, lines, body, **options), pieces, timeout)
