"""The application behind the proxies: tells what reached it, and takes WebSocket upgrades."""

import base64
import hashlib
import http.server
import json
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "application", ""

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        seen = {"method": self.command, "path": self.path, "headers": self.headers.items(), "body": body.decode()}
        self.server.seen.append(seen)
        if self.headers.get("Upgrade") == "websocket":
            return self.upgrade()
        text = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Application", "yes")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def upgrade(self):
        """The handshake, then the bytes that come, sent back."""
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.send_header("X-Application", "yes")
        self.end_headers()
        self.wfile.write(self.connection.recv(4096))
        self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = answer

    def log_message(self, *_):
        pass


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A proxy that closes its connections is no news."""


class Application:
    """Runs while the `with` block does.

    seen: what reached it, each as {method, path, headers: [(name, value)…], body}.
    """

    def __enter__(self):
        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.server.seen = self.seen = []
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
