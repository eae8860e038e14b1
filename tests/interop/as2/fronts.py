"""What may stand between us and a partner, on loopback: TLS that asks for our certificate, a door with a password, an HTTP proxy with one."""
# SPDX-License-Identifier: Apache-2.0
import base64
import http.client
import http.server
import socket
import ssl
import threading
import urllib.parse


class Front:
    """An HTTP server that passes requests on to `target` (host, port) as they are."""

    scheme = "http"

    def __init__(self, target):
        self.target = target
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                front.handle(self, body)

            def reply(self, status, headers, body):
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in ("content-length", "date", "server", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def pass_on(self, target, path, body):
                connection = http.client.HTTPConnection(*target, timeout=30)
                connection.putrequest("POST", path, skip_accept_encoding=True, skip_host=True)
                for name, value in self.headers.items():
                    if not name.lower().startswith("proxy-"):
                        connection.putheader(name, value)
                connection.endheaders(body)
                answer = connection.getresponse()
                self.reply(answer.status, answer.headers.items(), answer.read())
                connection.close()

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """A handshake that fails is what some trials are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.prepare()
        self.url = f"{self.scheme}://127.0.0.1:{self.server.server_address[1]}/as2"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def prepare(self):
        pass

    def handle(self, request, body):
        request.pass_on(self.target, "/as2", body)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Tls(Front):
    """Lets in only who shows a certificate that it knows."""

    scheme = "https"

    def __init__(self, target, party, known):
        self.party, self.known, self.subjects = party, known, []
        super().__init__(target)

    def prepare(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.party.certificate, self.party.key)
        context.load_verify_locations(self.known)
        context.verify_mode = ssl.CERT_REQUIRED
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)

    def handle(self, request, body):
        self.subjects.append(str(request.connection.getpeercert().get("subject")))
        super().handle(request, body)


class Door(Front):
    """401 with a challenge to whoever does not bring `credentials`."""

    def __init__(self, target, credentials):
        self.wanted = "Basic " + base64.b64encode(credentials.encode()).decode()
        super().__init__(target)

    def handle(self, request, body):
        if request.headers.get("Authorization") != self.wanted:
            return request.reply(401, [("WWW-Authenticate", 'Basic realm="partner"')], b"")
        return super().handle(request, body)


class Proxy(Front):
    """Passes requests with absolute targets on; 407 without `credentials`."""

    def __init__(self, credentials):
        self.wanted = "Basic " + base64.b64encode(credentials.encode()).decode()
        self.asked = []
        super().__init__(None)
        self.url = self.url.removesuffix("/as2")

    def handle(self, request, body):
        if request.headers.get("Proxy-Authorization") != self.wanted:
            return request.reply(407, [("Proxy-Authenticate", 'Basic realm="proxy"')], b"")
        self.asked.append(request.path)
        parts = urllib.parse.urlsplit(request.path)
        return request.pass_on((socket.gethostbyname(parts.hostname), parts.port), parts.path, body)
