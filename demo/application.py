#!/usr/bin/env python3
"""A small application behind nginx and sessgate: how an application uses them, in one file and without a library.

    application.py PORT SESSGATE_DATA SESSGATE_CONTROL      addresses as sessgate's ports file writes them

nginx (deploy/nginx/nginx.conf) asks sessgate about each request before it comes here, so X-Session-User is who it is.
Only /login is open to everybody. Signing in and out is done on sessgate's control port.
"""

import contextlib
import html
import http.client
import http.server
import json
import socket
import sys
import time
import urllib.parse

PASSED_ON = ("Cookie", "Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "X-Request-Id")


class Unavailable(Exception):
    """sessgate does not know just now. Whoever asked is told 503, and stays signed in."""


class UnixConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.host)


class Sessgate:
    """Calls one port of sessgate."""

    def __init__(self, address):
        is_unix = address.startswith("unix:")
        self.make = UnixConnection if is_unix else http.client.HTTPConnection
        self.address = address.removeprefix("unix:")

    def call(self, method, path, body=None, headers=None):
        """The answer's JSON; None for 204 and 404."""
        try:
            with contextlib.closing(self.make(self.address, timeout=2)) as connection:
                text = None if body is None else json.dumps(body)
                typed = {} if body is None else {"Content-Type": "application/json"}
                connection.request(method, path, text, {"Host": "localhost"} | typed | (headers or {}))
                answer = connection.getresponse()
                content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable from error
        if answer.status in (204, 404):
            return None
        if answer.status >= 400:
            raise Unavailable(content)
        return json.loads(content)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    # What each path does.

    def do_GET(self):
        path = self.path.split("?")[0]
        pages = {"/": self.home, "/login": self.login_form, "/api/session": self.session_as_json}
        self.run(pages.get(path, self.not_found))

    def do_POST(self):
        actions = {"/login": self.sign_in, "/sign-out": self.sign_out, "/sign-out-everywhere": self.sign_out_everywhere,
                   "/end-session": self.end_session}
        self.run(actions.get(self.path.split("?")[0], self.not_found))

    def run(self, step):
        try:
            step()
        except Unavailable:
            self.page(503, "Just a moment", UNAVAILABLE, [("Retry-After", "1")])

    def home(self):
        """nginx let this request through, so there is a session. Its user and attributes come from sessgate, which knows
        by X-Request-Id what it told nginx."""
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        found = self.server.data.call("GET", "/session-user", headers=headers | {"X-Forwarded-Method": self.command})
        if found["session"] is None:
            return self.redirect("/login")
        session, user = found["session"], found["user"]
        listed = self.server.control.call("GET", f"/users/{quoted(user['userId'])}/sessions")["sessions"]
        self.page(200, "Your session", home_page(session, user, listed))

    def session_as_json(self):
        """What nginx was told, for scripts of the page: no question to sessgate at all."""
        known = {"user": self.headers["X-Session-User"], "session": self.headers["X-Session-Id"],
                 "state": self.headers["X-Session-State"], "request": self.headers["X-Request-Id"]}
        self.answer(200, "application/json", json.dumps(known))

    def login_form(self):
        self.page(200, "Sign in", LOGIN.format(return_to=html.escape(self.return_address())))

    def sign_in(self):
        # nginx does not ask sessgate about this path, so nobody has looked at where the form came from.
        if self.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return self.page(403, "Not from here", "<p>This form is not ours.</p>")
        form = self.form()
        name = form.get("name", "").strip()[:40]
        if not name:
            return self.redirect("/login")
        # A real application has ids of its own, and asks for a password.
        user_id = urllib.parse.quote(name.lower(), safe="")
        created = self.server.control.call("POST", "/sessions", {
            "userId": user_id,
            "user": {"attributes": {"name": name}},
            "attributes": {"device": device_of(self.headers.get("User-Agent", ""))},
        })
        self.redirect(safe_path(form.get("return_to", "")), created["setCookie"])

    def sign_out(self):
        """Ends this session, and has the browser forget its cookie."""
        headers = {"Cookie": self.headers.get("Cookie", "")}
        gone = self.server.data.call("POST", "/set-session", {"session": None, "revoke": True}, headers)
        # "cache": browsers keep whole pages for the back button, this session's among them, also those marked no-store.
        self.redirect("/login", gone["setCookie"], [("Clear-Site-Data", '"cache"')])

    def sign_out_everywhere(self):
        """Ends every session that the user has, in each browser."""
        self.server.control.call("DELETE", f"/users/{quoted(self.headers['X-Session-User'])}/sessions")
        self.sign_out()

    def end_session(self):
        """Ends one session out of the list, if it is the user's own."""
        session_id = self.form().get("session", "")
        found = self.server.control.call("GET", f"/sessions/{quoted(session_id)}")
        if found and found["session"]["userId"] == self.headers["X-Session-User"]:
            self.server.control.call("DELETE", f"/sessions/{quoted(session_id)}")
        self.redirect("/")

    def not_found(self):
        self.page(404, "Nothing here", '<p>There is no such page. <a href="/">To your session</a></p>')

    # How it answers.

    def page(self, status, title, content, headers=()):
        self.answer(status, "text/html; charset=utf-8", PAGE.format(title=title, content=content), headers)

    def redirect(self, target, cookies=(), headers=()):
        lines = [("Set-Cookie", cookie) for cookie in cookies]
        self.answer(303, "text/plain", "", [("Location", target), *lines, *headers])

    def answer(self, status, content_type, text, headers=()):
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "private, no-store")  # nobody else's, and not shown again after signing out
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src "
                         "'unsafe-inline'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_GET

    def form(self):
        text = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 4096)).decode(errors="replace")
        return {name: values[0] for name, values in urllib.parse.parse_qs(text).items()}

    def return_address(self):
        """All that stands behind `return_to=`: nginx cannot encode it."""
        return safe_path(self.path.partition("return_to=")[2])

    def log_message(self, *_):
        pass


def quoted(text):
    return urllib.parse.quote(text, safe="")


def safe_path(text):
    """A path on this host, or the front page: `//elsewhere` and `/\\elsewhere` are other hosts to a browser."""
    is_path = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if is_path and text.isascii() and not text.startswith("/login") else "/"


def device_of(agent):
    system = next((name for word, name in (("Android", "Android"), ("iPhone", "iPhone"), ("Windows", "Windows"),
                                           ("Mac OS", "macOS"), ("Linux", "Linux")) if word in agent), "some system")
    browser = next((name for word, name in (("Firefox", "Firefox"), ("Edg/", "Edge"), ("Chrome", "Chrome"),
                                            ("Safari", "Safari")) if word in agent), "A browser")
    return f"{browser} on {system}"


def time_text(milliseconds):
    return time.strftime("%d %B, %H:%M:%S", time.localtime(milliseconds / 1000))


def session_row(session, own_id):
    is_own = session["sessionId"] == own_id
    device = html.escape(session["attributes"].get("device", "somewhere"))
    mark = '<span class="own">this one</span>' if is_own else ""
    button = "" if is_own else (f'<form method="post" action="/end-session"><button class="small" name="session" '
                                f'value="{session["sessionId"]}">End it</button></form>')
    return (f'<li data-session="{session["sessionId"]}"><div><b>{device}</b> {mark}<br><small>since '
            f'{time_text(session["createdAt"])} · {session["state"]}</small></div>{button}</li>')


def home_page(session, user, sessions):
    rows = "".join(session_row(each, session["sessionId"])
                   for each in sorted(sessions, key=lambda each: -each["createdAt"]))
    return HOME.format(
        name=html.escape(user["attributes"].get("name", user["userId"])), user=html.escape(user["userId"]),
        session=session["sessionId"], state=session["state"], since=time_text(session["createdAt"]),
        active=time_text(session["activePeriodExpiresAt"]), idle=time_text(session["idlePeriodExpiresAt"]),
        count=len(sessions), rows=rows)


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · sessgate demo</title>
<style>
:root {{ --ink: #1d2733; --soft: #66758a; --line: #dde3ea; --paper: #fff; --ground: #f2f5f8; --accent: #0b6e63; --warn: #a63a2b; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #e8edf2; --soft: #9aa8b8; --line: #2e3a47; --paper: #1a222c; --ground: #11171e; --accent: #4cc2b2; --warn: #f08c7d; }}
}}
* {{ box-sizing: border-box; }}
body {{ margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }}
main {{ max-width: 38rem; margin: 6vh auto; padding: 0 1rem; }}
header {{ color: var(--soft); font-size: .9rem; margin-bottom: .8rem; letter-spacing: .02em; }}
header b {{ color: var(--accent); }}
section {{ background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.4rem 1.6rem; margin-bottom: 1rem; }}
h1 {{ font-size: 1.5rem; margin: 0 0 .8rem; }} h2 {{ font-size: 1.05rem; margin: 0 0 .6rem; }}
dl {{ display: grid; grid-template-columns: 9rem 1fr; gap: .35rem 1rem; margin: 0; }}
dt {{ color: var(--soft); }} dd {{ margin: 0; overflow-wrap: anywhere; }}
code {{ font: .9em ui-monospace, monospace; }}
ul {{ list-style: none; margin: 0; padding: 0; }}
li {{ display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .6rem 0; border-top: 1px solid var(--line); }}
li:first-child {{ border-top: 0; }} small {{ color: var(--soft); }}
.own, .state {{ background: var(--accent); color: var(--paper); border-radius: 99px; padding: .05rem .6rem; font-size: .8rem; }}
form {{ margin: 0; }} label {{ display: block; margin-bottom: .3rem; }}
input {{ width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: .55rem .7rem; margin-bottom: .9rem; }}
button {{ font: inherit; border: 1px solid var(--accent); color: var(--paper); background: var(--accent); border-radius: 8px; padding: .5rem 1rem; cursor: pointer; }}
button.quiet {{ color: var(--accent); background: none; }} button.warn {{ border-color: var(--warn); color: var(--warn); background: none; }}
button.small {{ padding: .15rem .7rem; font-size: .85rem; color: var(--accent); background: none; }}
.buttons {{ display: flex; gap: .7rem; flex-wrap: wrap; margin-top: 1.2rem; }}
</style></head>
<body><main><header><b>sessgate</b> demo · nginx asks, the application reads a header</header>
{content}</main></body></html>"""

LOGIN = """<section><h1>Sign in</h1>
<form method="post" action="/login"><input type="hidden" name="return_to" value="{return_to}">
<label for="name">Your name</label><input id="name" name="name" autocomplete="username" maxlength="40" required autofocus>
<button>Sign in</button></form></section>
<p><small>Any name will do: this is a demonstration, and asks for no password.</small></p>"""

HOME = """<section><h1>Hello, {name}</h1>
<dl><dt>User</dt><dd id="user"><code>{user}</code></dd>
<dt>Session</dt><dd><code id="session">{session}</code> <span class="state" id="state">{state}</span></dd>
<dt>Signed in</dt><dd>{since}</dd><dt>Active until</dt><dd>{active}</dd><dt>Good until</dt><dd>{idle}</dd></dl>
<div class="buttons"><form method="post" action="/sign-out"><button id="sign-out">Sign out</button></form>
<form method="post" action="/sign-out-everywhere"><button class="warn" id="sign-out-everywhere">Sign out everywhere</button></form>
</div></section>
<section><h2>Your sessions ({count})</h2><ul id="sessions">{rows}</ul></section>
<section><h2>From a script</h2><button class="quiet" id="ask">Ask six times at once</button>
<p><small id="answers">Each is a request of its own through nginx; sessgate answers all of them alike.</small></p></section>
<script>
// A page out of the browser's memory may be of a session that has ended since.
addEventListener('pageshow', event => {{ if (event.persisted) location.reload(); }});
document.getElementById('ask').addEventListener('click', async () => {{
  const answers = await Promise.all(Array.from({{ length: 6 }}, () => fetch('/api/session')));
  document.getElementById('answers').textContent = 'Answers: ' + answers.map(answer => answer.status).join(', ');
}});
</script>"""

UNAVAILABLE = """<section><h1>Just a moment</h1><p>We cannot look up your session right now. You are not signed out: please
try again.</p></section>"""


def main():
    port, data, control = sys.argv[1:]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    server.daemon_threads = True
    server.data, server.control = Sessgate(data), Sessgate(control)
    print(f"serving on {server.server_address[1]}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
