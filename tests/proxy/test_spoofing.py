"""No name that a client calls itself by reaches the application through any configuration in deploy/."""

import contextlib
import socket
import unittest

from application import Application
from matrix import COOKIE, PROXIES, Sessgate

IDENTITY = ("User", "Id", "State", "Expires", "Reason")
JOINTS = [("-", "-"), ("_", "_"), (".", "."), ("-", "_"), ("_", "-"), ("-", "."), (".", "-"), ("_", "."), (".", "_")]
NAMES = [f"X{first}Session{second}{name}" for first, second in JOINTS for name in IDENTITY]
SPELLINGS = [*NAMES, *(name.lower() for name in NAMES[:10]), *(name.upper() for name in NAMES[:10])]


def folded(name):
    """As CGI, WSGI and PHP read a header's name."""
    return name.lower().replace("_", "-").replace(".", "-")


def send_raw(port, path, lines):
    """Sends one GET with these header lines, as they are: the status."""
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        head = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *lines]
        sock.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        answer = b""
        while b"\r\n" not in answer and (more := sock.recv(4096)):
            answer += more
    return int(answer.split()[1])


class SpoofingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.sessgate = cls.stack.enter_context(Sessgate())
        cls.cookie = f"Cookie: {COOKIE}={cls.sessgate.token()}"
        cls.checking = [cls.start(proxy) for proxy in PROXIES]

    @classmethod
    def start(cls, proxy, path=None):
        """The proxy, running, and its application."""
        application = cls.stack.enter_context(Application())
        return cls.stack.enter_context(proxy(cls.sessgate.program.port, application.port, path)), application

    def through_each(self, step, running=None):
        """Calls step(proxy, application) for each proxy; `running` where they are others than those of all tests."""
        for proxy, application in running or self.checking:
            with self.subTest(proxy=proxy.name):
                application.seen.clear()
                step(proxy, application)

    def check(self, application, told):
        """Nothing of the client's reached the application, and what sessgate says did: `told` is the user, if any."""
        for seen in application.seen:
            fields = [(folded(name), value) for name, value in seen["headers"] if folded(name).startswith("x-session-")]
            self.assertNotIn("root", [value for _, value in fields], fields)
            self.assertIn([value for name, value in fields if name == "x-session-user"], told)

    def test_with_a_session_the_application_is_told_its_user_and_nothing_else(self):
        def step(proxy, application):
            for name in SPELLINGS:
                status = send_raw(proxy.port, "/page", [self.cookie, f"{name}: root"])
                self.assertIn(status, (200, 403), name)
            self.assertTrue(application.seen)
            self.check(application, told=[["ada"]])

        self.through_each(step)

    def test_without_one_and_on_public_pages_it_is_told_nobody(self):
        def step(proxy, application):
            for path in ("/page", "/login"):
                for name in NAMES:
                    if path == "/login" and "." in name and proxy.name == "envoy":
                        continue  # docs/proxies.md: Envoy has no way to take these away there
                    self.assertIn(send_raw(proxy.port, path, [f"{name}: root"]), (200, 403), name)
            self.assertTrue(application.seen)
            self.check(application, told=[[], [""]])

        self.through_each(step, [self.start(proxy, f"/authz/optional/{proxy.name}") for proxy in PROXIES])

    def test_connection_cannot_take_away_what_sessgate_says(self):
        def step(proxy, application):
            for options in ("X-Session-User", "close, x-session-user", "x-session-user, x-session-id, keep-alive"):
                lines = [self.cookie, f"Connection: {options}", "X-Session-User: root"]
                self.assertEqual(send_raw(proxy.port, "/page", lines), 200)
                listed = [value for name, value in application.seen[-1]["headers"] if name.lower() == "connection"]
                self.assertNotIn("x-session", " ".join(listed).lower())
            self.check(application, told=[["ada"]])

        self.through_each(step)

    def test_a_name_that_comes_twice_is_taken_away_twice(self):
        def step(proxy, application):
            send_raw(proxy.port, "/page", [self.cookie, "X-Session-User: root", "x-session-user: root"])
            self.check(application, told=[["ada"]])

        self.through_each(step)


if __name__ == "__main__":
    unittest.main()
