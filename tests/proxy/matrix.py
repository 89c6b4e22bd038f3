"""What a client and the application see, for each proxy and each kind of request: the table in docs/proxies.md.

    matrix.py --write      makes the table anew (scripts/write-proxy-matrix)
"""

import contextlib
import json
import os
import pathlib
import signal
import sys
import threading
import time

from application import Application
from program import Program, send, wait_until_after
from proxies import REAL, free_port
from stand_ins import STAND_INS

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "proxies.md"
BEGIN, END = "<!-- matrix -->\n", "<!-- /matrix -->"
PROXIES = REAL + STAND_INS
TITLES = {"nginx": "nginx", "caddy": "Caddy", "haproxy": "HAProxy", "traefik": "Traefik*", "envoy": "Envoy*"}
COOKIE = "__Host-session"
GRACE_MS = 20
IDLE = {"activePeriod": "100ms", "idlePeriod": "1h"}
UNKNOWN = "aaaaaaaaaaaaaaaaaaaa.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


class Sessgate:
    """The program on one address, over restarts."""

    def __init__(self, settings=None):
        self.program = Program("lmdb", {"listen": f"127.0.0.1:{free_port()}", "session.rotation_grace": f"{GRACE_MS}ms",
                                        "session.active_period": "1h", "drain.timeout": "0s"} | (settings or {}))

    def __enter__(self):
        self.program.__enter__()
        return self

    def __exit__(self, *error):
        return self.program.__exit__(*error)

    def restart(self, **settings):
        self.program.stop()
        self.program.settings |= settings
        self.program.start()

    def sign_in(self, **periods):
        status, _, body = self.program.request("POST", "/sessions", body={"userId": "ada"} | periods, port="control")
        assert status == 201, body
        return json.loads(body)["session"]

    def token(self, **periods):
        return self.sign_in(**periods)["token"]

    def idle_token(self):
        session = self.sign_in(**IDLE)
        wait_until_after(session["activePeriodExpiresAt"])
        return session["token"]

    def dead_token(self):
        session = self.sign_in(activePeriod="100ms", idlePeriod="10ms")
        wait_until_after(session["idlePeriodExpiresAt"])
        return session["token"]

    def revoked_token(self):
        session = self.sign_in()
        status, _, _ = self.program.request("DELETE", f"/sessions/{session['sessionId']}", port="control")
        assert status == 204
        return session["token"]

    def superseded_token(self):
        first = self.idle_token()
        second = self.session_answer(first)["setCookie"][0].split(";")[0].split("=", 1)[1]
        self.session_answer(second)
        time.sleep(2 * GRACE_MS / 1000)  # the grace that this test set
        self.session_answer(second)
        return first

    def session_answer(self, token):
        _, _, body = self.program.request("GET", "/session", {"Cookie": f"{COOKIE}={token}"})
        return json.loads(body)


class Column:
    """One proxy, its application and what it is asked."""

    def __init__(self, proxy, application, sessgate):
        self.proxy, self.application, self.sessgate = proxy, application, sessgate
        self.cells = {}
        self.answers = {}

    def ask(self, case, method="GET", headers=(), cookie=None, path="/page", body=None):
        """Asks through the proxy and keeps what came of it as the cell of `case`."""
        headers = list(headers) + ([("Cookie", f"{COOKIE}={cookie}")] if cookie else [])
        before = len(self.application.seen)
        connection = self.proxy.connection()
        try:
            status, answered, _ = send(connection, method, path, headers, body)
        finally:
            connection.close()
        self.keep(case, status, answered, self.application.seen[before:])

    def upgrade(self, case, cookie=""):
        before = len(self.application.seen)
        connection = self.proxy.connection()
        head = (f"GET /socket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                f"Cookie: {COOKIE}={cookie}\r\n\r\n")
        connection.connect()
        connection.sock.sendall(head.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.sock.recv(4096)
        status = int(answer.split()[1])
        if status == 101:
            connection.sock.sendall(b"echo")
            assert connection.sock.recv(16) == b"echo"
        connection.close()
        lines = answer.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        self.keep(case, status, [tuple(line.split(": ", 1)) for line in lines], self.application.seen[before:])

    def keep(self, case, status, headers, seen):
        assert len(seen) <= 1, seen
        cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        parts = [str(status)]
        if seen:
            users = [value for name, value in seen[0]["headers"] if name.lower() == "x-session-user"]
            parts.append(", ".join(users) or "nobody")  # no such field, or an empty one
        if cookies:
            parts.append("cookie" if "Max-Age" in cookies[0] else "cookie removed")
        assert len(cookies) <= 1, cookies
        self.answers[case] = (status, headers, seen)
        self.cells[case] = " · ".join(parts)

    def fill_while_all_is_well(self):
        new = self.sessgate
        self.ask("anonymous")
        self.ask("anonymous, a browser's navigation", headers=[("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")])
        active = new.token()
        self.ask("active", cookie=active)
        self.ask("active, POST of the same origin with a body", "POST", [("Sec-Fetch-Site", "same-origin")], active,
                 body="a=b")
        self.ask("active, HEAD", "HEAD", cookie=active)
        self.ask("active, 3 KB of headers", headers=[(f"X-Padding-{i}", "p" * 300) for i in range(10)], cookie=active)
        self.ask("active, Range and If-None-Match", headers=[("Range", "bytes=0-1"), ("If-None-Match", "*")],
                 cookie=active)
        self.upgrade("active, WebSocket upgrade", active)
        self.upgrade("anonymous, WebSocket upgrade")
        idle = new.idle_token()
        self.ask("idle: renewed and rotated", cookie=idle)
        self.ask("idle, and the Set-Cookie was lost: asked again", cookie=idle)
        self.ask("idle, an image", headers=[("Sec-Fetch-Dest", "image"), ("Sec-Fetch-Mode", "no-cors")], cookie=idle)
        self.ask("superseded", cookie=new.superseded_token())
        self.ask("dead", cookie=new.dead_token())
        self.ask("revoked", cookie=new.revoked_token())
        self.ask("revoked, a script's fetch", headers=[("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")],
                 cookie=new.revoked_token())
        self.ask("malformed cookie", cookie="rubbish")
        self.ask("two cookies of the name, one good", headers=[("Cookie", f"{COOKIE}={UNKNOWN}; {COOKIE}={active}")])
        self.ask("two Cookie lines, the second good",
                 headers=[("Cookie", "theme=dark"), ("Cookie", f"{COOKIE}={active}")])
        self.ask("cookies of two live sessions", headers=[("Cookie", f"{COOKIE}={new.token()}; {COOKIE}={active}")])
        self.ask("POST from an untrusted origin", "POST", [("Origin", "https://evil.example")], active)
        self.ask("CORS preflight", "OPTIONS", [("Origin", "https://friend.example"),
                                               ("Access-Control-Request-Method", "PUT")])
        self.ask("a public page, with X-Session-User of the client's", headers=[("X-Session-User", "root")],
                 path="/login")
        self.active = active

    def fill_while_the_store_is_away(self):
        self.ask("store away", cookie=self.active)
        self.ask("CORS preflight with authz.preflight = allow", "OPTIONS",
                 [("Origin", "https://friend.example"), ("Access-Control-Request-Method", "PUT")])

        self.ask("anonymous, a navigation, with authz.login_url",
                 headers=[("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")])

    def fill_while_sessgate_is_slow(self):
        self.ask("sessgate slow (no answer within 1 s)", cookie=self.active)

    def fill_while_sessgate_is_away(self):
        self.ask("sessgate away", cookie=self.active)

    def fill_after_sessgate_is_back(self):
        self.ask("sessgate back", cookie=self.active)


def each(columns, name):
    """Calls the method `name` of every column at the same time, and raises the first error."""
    errors = []

    def run(column):
        try:
            getattr(column, name)()
        except BaseException as error:
            error.add_note(f"proxy {column.proxy.name}")
            errors.append(error)

    threads = [threading.Thread(target=run, args=(column,)) for column in columns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def measure():
    """{proxy: Column}, every cell filled."""
    with contextlib.ExitStack() as stack:
        sessgate = stack.enter_context(Sessgate())
        columns = []
        for proxy in PROXIES:
            application = stack.enter_context(Application())
            running = stack.enter_context(proxy(sessgate.program.port, application.port))
            columns.append(Column(running, application, sessgate))
        each(columns, "fill_while_all_is_well")
        store = sessgate.program.settings["store.url"]
        nobody = f"redis://127.0.0.1:{free_port()}"
        sessgate.restart(**{"store.url": nobody, "authz.preflight": "allow", "authz.login_url": "/login"})
        each(columns, "fill_while_the_store_is_away")
        sessgate.restart(**{"store.url": store, "authz.preflight": "deny", "authz.login_url": ""})
        sessgate.program.process.send_signal(signal.SIGSTOP)
        try:
            each(columns, "fill_while_sessgate_is_slow")
        finally:
            sessgate.program.process.send_signal(signal.SIGCONT)
        sessgate.program.stop()
        each(columns, "fill_while_sessgate_is_away")
        sessgate.program.start()
        each(columns, "fill_after_sessgate_is_back")
        return {column.proxy.name: column for column in columns}


def table(columns):
    names = [proxy.name for proxy in PROXIES]
    lines = ["| request | " + " | ".join(TITLES[name] for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    for case in columns[names[0]].cells:
        lines.append(f"| {case} | " + " | ".join(columns[name].cells[case] for name in names) + " |")
    return "\n".join(lines) + "\n"


def documented():
    return DOCUMENT.read_text().split(BEGIN)[1].split(END)[0]


def write(text):
    before, rest = DOCUMENT.read_text().split(BEGIN)
    DOCUMENT.write_text(before + BEGIN + text + END + rest.split(END)[1])


if __name__ == "__main__":
    assert os.environ.get("SESSGATE_BINARY"), "SESSGATE_BINARY names the built program"
    found = table(measure())
    if sys.argv[1:] == ["--write"]:
        write(found)
    else:
        print(found)
