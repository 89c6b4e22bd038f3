"""The program on Redis, with every answer held to what all answers must be."""

import http.cookies
import json
import time

from program import Program, receive

DEADLINE = 0.15
MARGIN = 1.0  # for a machine that does other things beside this
BACK_SECONDS = 1.0
PERIODS = {"session.active_period": "400ms", "session.idle_period": "1h", "session.rotation_grace": "10ms"}


class Sidecar(Program):
    """The program with a session of its own; every answer is held to what all answers must be."""

    def __init__(self, url, settings=None):
        super().__init__(url, {"store.deadline": "150ms"} | (settings or {}))

    def wait_until_store_answers(self):
        """How long it took."""
        start = time.monotonic()
        while self.ready() != 200:
            assert time.monotonic() - start < 10, self.log()
            time.sleep(0.005)
        return time.monotonic() - start

    def ready(self):
        return self.request("GET", "/readyz", port="control")[0]

    def alive(self):
        return self.request("GET", "/livez", port="control")[0]

    def sign_in(self, user="ada"):
        """Again when a busy machine was too slow for the deadline: a session that nobody knows of does no harm."""
        end = time.monotonic() + 10
        while True:
            status, _, body = self.request("POST", "/sessions", body={"userId": user}, port="control")
            if status == 201:
                return json.loads(body)["session"]
            assert status == 503 and time.monotonic() < end, (status, body)

    def create(self):
        return self.request("POST", "/sessions", body={"userId": "eve"}, port="control")

    def revoke(self, session):
        return self.request("DELETE", f"/sessions/{session['sessionId']}", port="control")[0]

    def ask(self, token):
        """"allow", "deny" or "unavailable", and whether a cookie came with it."""
        start = time.monotonic()
        status, headers, body = self.request("GET", "/session", {"Cookie": f"__Host-session={token}"})
        took = time.monotonic() - start
        has_cookie = any(name.lower() == "set-cookie" for name, _ in headers)
        answer = json.loads(body)
        assert took < DEADLINE + MARGIN, f"an answer took {took:.3f} s"
        if status == 503:
            assert not has_cookie and "session" not in answer, (headers, body)
            assert any(name.lower() == "retry-after" for name, _ in headers), headers
            return "unavailable", False
        assert status == 200, (status, body)
        return ("allow" if answer["session"] else "deny"), has_cookie


def until(condition, seconds=5):
    """How long it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "it did not come"
        time.sleep(0.002)
    return time.monotonic() - start


def token_handed_out(headers):
    """In an answer's Set-Cookie; None: it has none."""
    for name, value in headers:
        if name.lower() == "set-cookie":
            return http.cookies.SimpleCookie(value)["__Host-session"].value
    return None


def question(connection, token):
    """For `at_once`."""
    return connection, "GET", "/session", {"Cookie": f"__Host-session={token}"}


def at_once(requests):
    """The answers, as `program.send` gives them. All are asked before the first answer is read, so that their commands
    share one write to the store and the replies stand beside each other. requests: connection, method, path, headers
    each."""
    for connection, method, path, headers in requests:
        connection.request(method, path, headers=headers)
    return [receive(connection.getresponse()) for connection, *_ in requests]
