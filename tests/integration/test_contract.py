"""Every path, method and status of openapi.yaml is provoked on the built program, and each answer is what it says."""

import http.client
import json
import pathlib
import resource
import signal
import socket
import tempfile
import unittest

try:
    from openapi import Contract
except ImportError as missing:
    raise SystemExit(77) from missing  # without Debian's python3-jsonschema and python3-yaml there is no judge

from program import Program, connect, receive, send, wait_until_after

TOKEN = "control-token-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NO_SESSION = "a" * 20
JSON = {"Content-Type": "application/json"}
# Documented answers that the built program cannot be made to give, with the reason.
CANNOT = {("POST", "/reload", 503): "a disk would have to hang for nine seconds"}


def file_in(folder, name, text):
    path = pathlib.Path(folder) / name
    path.touch(mode=0o600)
    path.write_text(text)
    return path


class Walk(unittest.TestCase):
    """Calls that the contract judges."""

    contract = Contract()

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sessgate-"))
        tokens = file_in(cls.folder, "tokens", TOKEN + "\n")
        # A busy disk is to be no reason for a 503.
        cls.tcp = {"control.listen": "127.0.0.1:0", "control.token_file": tokens, "store.deadline": "60s"}

    def call(self, program, method, path, status, body=None, headers=None, token=True, **parameters):
        """One call of the operation at `path`, in which {…} stands for a parameter; a query is given as `query`."""
        port = self.contract.port(path)
        target = path.format(**parameters) + parameters.get("query", "")
        fields = dict(headers or {}) | (BEARER if port == "control" and token else {})
        code, answered, text = program.request(method, target, fields, body, port=port)
        self.contract.check(method, path, code, answered, text)
        self.assertEqual(code, status, f"{method} {target}: {text}")
        if status < 300:
            self.contract.check_request(method, path, headers, body)
        return json.loads(text) if text.startswith(b"{") else None

    def create(self, program, user_id, /, **more):
        return self.call(program, "POST", "/sessions", 201, {"userId": user_id} | more)["session"]

    def raw(self, address, bytes_):
        """A connection on which `bytes_` were sent."""
        connection = connect(address)
        connection.connect()
        connection.sock.sendall(bytes_)
        return connection

    def answer(self, connection, method):
        answer = http.client.HTTPResponse(connection.sock, method=method)
        answer.begin()
        try:
            return receive(answer)
        finally:
            connection.close()

    def address(self, program, path):
        return program.control if self.contract.port(path) == "control" else program.listen

    @staticmethod
    def target(path):
        return path.format(sessionId=NO_SESSION, userId="nobody", tail="orders/7")


class SuccessTest(Walk):
    """Answers to what is right, to what is not there, and to what is wrong in a body, a query or a path."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.enterClassContext(Program(settings=cls.tcp | {"session.rotation_grace": "10ms"}))

    def test_calls_for_sessions_and_users_answer_as_documented(self):
        call, program = self.call, self.program
        first = self.create(program, "anna", attributes={"a": 1}, user={"attributes": {"name": "Anna"}},
                            activePeriod="50ms", idlePeriod="1h", absoluteLifetime="1d")
        one = {"sessionId": first["sessionId"]}
        for method in ("GET", "HEAD"):
            call(program, method, "/sessions/{sessionId}", 200, **one)
            call(program, method, "/sessions/{sessionId}", 404, sessionId=NO_SESSION)
            call(program, method, "/users/{userId}", 200, userId="anna")
            call(program, method, "/users/{userId}", 404, userId="nobody")
            call(program, method, "/users/{userId}", 422, userId="a%20b")
            call(program, method, "/users/{userId}/sessions", 200, userId="anna", query="?limit=1")
            call(program, method, "/users/{userId}/sessions", 422, userId="a%20b")
            for path in ("/livez", "/readyz", "/metrics", "/status", "/status.css", "/status.js", "/openapi.yaml"):
                call(program, method, path, 200, token=False)
        for media_type in ("application/merge-patch+json", "application/json"):
            call(program, "PATCH", "/sessions/{sessionId}", 200, '{"attributes": {"a": null, "b": [1]}}',
                 {"Content-Type": media_type}, **one)
        call(program, "PATCH", "/sessions/{sessionId}", 404, {"attributes": {}}, sessionId=NO_SESSION)
        call(program, "PATCH", "/sessions/{sessionId}", 422, {"attributes": 5}, **one)
        call(program, "POST", "/sessions/{sessionId}/rotate", 200, **one)
        call(program, "POST", "/sessions/{sessionId}/rotate", 404, sessionId=NO_SESSION)
        for token in ("nonsense", NO_SESSION + "." + "A" * 43, first["token"]):
            call(program, "POST", "/explain", 200, {"token": token})
        call(program, "POST", "/explain", 422, {"tokens": 1})
        call(program, "POST", "/reload", 200)
        call(program, "PUT", "/users/{userId}", 200, {"attributes": {"role": "admin"}}, userId="anna")
        call(program, "PUT", "/users/{userId}", 422, {"attributes": 5}, userId="anna")
        call(program, "POST", "/sessions", 422, {"userId": "a b"})
        self.create(program, "anna")
        call(program, "DELETE", "/users/{userId}/sessions", 200, userId="anna", query=f"?except={one['sessionId']}")
        call(program, "DELETE", "/users/{userId}/sessions", 422, userId="a%20b")
        call(program, "DELETE", "/sessions/{sessionId}", 204, **one)
        call(program, "DELETE", "/sessions/{sessionId}", 404, **one)
        call(program, "DELETE", "/users/{userId}", 204, userId="anna")
        call(program, "DELETE", "/users/{userId}", 404, userId="anna")
        call(program, "DELETE", "/users/{userId}", 422, userId="a%20b")
        call(program, "DELETE", "/sessions", 200, query="?of=everybody")

    def test_each_verdict_of_the_data_port_is_documented(self):
        program = self.program
        first = self.create(program, "berta", user={"attributes": {}}, activePeriod="50ms")
        second = self.create(program, "carla")
        dead = self.create(program, "dora", activePeriod="50ms", idlePeriod="1ms")
        wait_until_after(max(first["activePeriodExpiresAt"], dead["idlePeriodExpiresAt"]))
        unsafe = {"X-Forwarded-Method": "POST", "Sec-Fetch-Site": "cross-site"}
        cookie = [{"Cookie": "__Host-session=" + value} for value in
                  (first["token"], second["token"], dead["token"], "nonsense", NO_SESSION + "." + "A" * 43,
                   f"{first['token']}; __Host-session={second['token']}")]
        reasons = set()
        for path in ("/session", "/session-user"):
            for method in ("GET", "HEAD"):
                for fields in [{}, unsafe, *cookie, {"Authorization": f"Bearer {first['token']}"},
                               {"X-Request-Id": "8f14e45fceea167a5a36dedd4bea2543"}]:
                    answer = self.call(program, method, path, 200, headers=fields)
                    reasons.add((answer or {}).get("reason"))
        self.assertLessEqual({"no_cookie", "malformed", "unknown", "expired", "ambiguous_cookie", "user_missing",
                              "untrusted_origin"}, reasons)
        for body in ({"token": second["token"]}, {"session": {"token": second["token"]}}, {"session": None},
                     {"session": None, "revoke": True}):
            self.call(program, "POST", "/set-session", 200, body)
        self.call(program, "POST", "/set-session", 422, {"token": "nonsense"})

    def test_a_reload_of_mistaken_settings_is_refused_as_documented(self):
        settings_file = file_in(self.folder, "sessgate.toml", "cookie.path = '/'\n")
        with Program(settings=self.tcp, environment={"SESSGATE_CONFIG": str(settings_file)}) as program:
            settings_file.write_text("cookie.path = 'app'\n")
            self.call(program, "POST", "/reload", 422)

    def test_callers_without_a_token_and_callers_that_ask_too_often_are_refused_as_documented(self):
        token_file = file_in(self.folder, "caller-tokens", TOKEN + "\n")
        for setting, status in (({"http.token_file": token_file}, 401), ({"http.rate_max": 1}, 429)):
            with Program(settings=self.tcp | setting) as program:
                for method, path in self.contract.operations():
                    if self.contract.port(path) == "data" and "/optional/" not in path:
                        refused = 503 if path.startswith("/authz/") else status
                        while program.request(method, self.target(path))[0] != refused:
                            pass  # one each second is let through
                        self.call(program, method, path, refused, tail="orders/7")

    def test_other_media_types_bodies_and_queries_are_refused_as_documented(self):
        for method, path in self.contract.operations():
            documented = self.contract.operation(method, path)["responses"]
            known = {"sessionId": NO_SESSION, "userId": "nobody"}
            if "415" in documented:
                self.call(self.program, method, path, 415, "{}", {"Content-Type": "text/plain"}, **known)
                self.call(self.program, method, path, 400, "[", JSON, **known)
        for path, query in [("/session", "?renew=maybe"), ("/session-user", "?renew="),
                            ("/users/{userId}/sessions", "?limit=0"), ("/users/{userId}/sessions", "?after=x")]:
            for method in ("GET", "HEAD"):
                self.call(self.program, method, path, 400, query=query, userId="nobody")
        self.call(self.program, "DELETE", "/users/{userId}/sessions", 400, query="?excpet=x", userId="nobody")
        self.call(self.program, "DELETE", "/sessions", 400)


class RefusalTest(Walk):
    """What every operation answers to a message that it does not take."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        limits = {"http.head_limit": "1KiB", "http.body_limit": "1KiB"}
        cls.program = cls.enterClassContext(Program(settings=cls.tcp | limits))

    def refuse(self, method, path, status, bytes_):
        code, headers, body = self.answer(self.raw(self.address(self.program, path), bytes_.encode()), method)
        self.contract.check(method, path, code, headers, body)
        self.assertEqual(code, status, f"{method} {path}: {body}")

    def test_broken_large_and_foreign_messages_are_refused_as_documented(self):
        for method, path in self.contract.operations():
            start = f"{method} {self.target(path)} HTTP/1.1\r\nHost: a\r\n"
            self.refuse(method, path, 400, start + "Bad Field: x\r\n\r\n")
            self.refuse(method, path, 431, start + f"X: {'x' * 1100}\r\n\r\n")
            self.refuse(method, path, 413, start + "Content-Length: 1025\r\n\r\n")
            self.refuse(method, path, 501, start + "Transfer-Encoding: gzip\r\n\r\n")
            self.refuse(method, path, 505, start.replace("1.1", "1.2") + "\r\n")

    def test_a_control_port_on_tcp_asks_for_its_token(self):
        for method, path in self.contract.operations():
            wants_token = self.contract.port(path) == "control"
            if wants_token and "401" in self.contract.operation(method, path)["responses"]:
                self.call(self.program, method, path, 401, token=False, sessionId=NO_SESSION, userId="nobody")

    def test_other_methods_are_405_and_paths_of_the_other_port_404(self):
        for path in self.contract.paths:
            if path.startswith("/authz/"):
                continue  # these take any method: see the next test
            known = {method for method, other in self.contract.operations() if other == path}
            some = sorted(known)[0]
            for method in ("DELETE", "GET", "PATCH", "POST", "PUT", "OPTIONS", "TRACE"):
                if method in known:
                    continue
                status, headers, body = self.program.request(method, self.target(path), BEARER,
                                                             port=self.contract.port(path))
                self.assertEqual(status, 405, f"{method} {path}")
                self.assertEqual(set(dict(headers)["Allow"].split(", ")), known)
                self.contract.check(some if some != "HEAD" else "GET", path, status, headers, body)
            other_port = "data" if self.contract.port(path) == "control" else "control"
            self.assertEqual(self.program.request("GET", self.target(path), BEARER, port=other_port)[0], 404, path)

    def test_the_endpoints_of_proxies_take_any_method_and_are_on_the_data_port_only(self):
        for path in self.contract.paths:
            if not path.startswith("/authz/"):
                continue
            for method in ("DELETE", "PATCH", "POST", "PUT", "OPTIONS", "TRACE", "PROPFIND", "M-SEARCH"):
                status, headers, body = self.program.request(method, self.target(path),
                                                             {"Sec-Fetch-Site": "same-origin"})
                self.assertEqual(status, 200 if "/optional/" in path else 401, f"{method} {path}")
                self.contract.check("GET", path, status, headers, body)
            self.assertEqual(self.program.request("GET", self.target(path), BEARER, port="control")[0], 404, path)

    def test_heads_that_do_not_come_in_time_are_408(self):
        with Program(settings=self.tcp | {"http.head_timeout": "100ms"}) as program:
            waiting = [(method, path, self.raw(self.address(program, path),
                                               f"{method} {self.target(path)} HTTP/1.1\r\nHost:".encode()))
                       for method, path in self.contract.operations()]
            for method, path, connection in waiting:
                status, headers, body = self.answer(connection, "GET")
                self.assertEqual(status, 408, path)
                self.contract.check(method, path, status, headers, b"" if method == "HEAD" else body)


class ProxyTest(Walk):
    """What the endpoints of proxies answer, by method, URL and Accept as each proxy tells them."""

    NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html",
                  "X-Forwarded-Proto": "https", "X-Forwarded-Host": "app.example", "X-Forwarded-Uri": "/orders"}

    def test_each_verdict_is_documented(self):
        settings = self.tcp | {"authz.login_url": "/sign-in", "origin.allow": "https://app.example"}
        with Program(settings=settings) as program:
            token = self.create(program, "anna", user={"attributes": {}})["token"]
            for method, path in self.contract.operations():
                if path.startswith("/authz/"):
                    self.walk(program, method, path, {"Cookie": f"__Host-session={token}"})

    def walk(self, program, method, path, cookie):
        def ask(status, headers):
            self.call(program, method, path, status, headers=headers, tail="orders/7")

        denies = "/optional/" not in path
        redirects = "302" in self.contract.operation(method, path)["responses"]
        told = {"X-Forwarded-Method": "POST", "X-Original-Method": "POST", "X-Original-URI": "/", "X-Session-Method": "POST"}
        ask(200, cookie)
        ask(403, cookie | {"X-Session_User": "root"})
        ask(401 if denies else 200, {})
        if redirects:
            ask(302, self.NAVIGATION | {"X-Forwarded-Method": "GET"})
            ask(303, self.NAVIGATION | {"X-Forwarded-Method": "POST", "Sec-Fetch-Site": "same-origin"})
        if denies and "envoy" not in path:
            ask(403, cookie | told | {"Sec-Fetch-Site": "cross-site"})


class UnavailableTest(Walk):
    """503 where the store's records make no sense, where nothing can be written, and while the program stops."""

    def test_records_of_another_key_are_unavailable_and_never_a_deny(self):
        keys = [file_in(self.folder, f"key-{letter}", letter * 64 + "\n") for letter in "ab"]
        with Program("lmdb", self.tcp | {"store.record_keys_file": keys[0]}) as program:
            session = self.create(program, "anna", user={"attributes": {}})
            known = {"sessionId": session["sessionId"], "userId": "anna"}
            cookie = {"Cookie": f"__Host-session={session['token']}"}
            program.stop()
            program.settings["store.record_keys_file"] = keys[1]
            program.start()
            for method in ("GET", "HEAD"):
                for path in ("/session", "/session-user", "/sessions/{sessionId}", "/users/{userId}",
                             "/users/{userId}/sessions"):
                    self.call(program, method, path, 503, headers=cookie, **known)
            for method, path in self.contract.operations():
                if "503" in self.contract.operation(method, path)["responses"] and path.startswith("/authz/"):
                    self.call(program, method, path, 503, headers=cookie, tail="orders/7")
            self.call(program, "POST", "/set-session", 503, {"token": session["token"]})
            self.call(program, "POST", "/sessions", 503, {"userId": "anna"})
            self.call(program, "PATCH", "/sessions/{sessionId}", 503, {"attributes": {}}, **known)
            self.call(program, "POST", "/sessions/{sessionId}/rotate", 503, **known)
            self.call(program, "POST", "/explain", 503, {"token": session["token"]})
            self.call(program, "PUT", "/users/{userId}", 503, {"attributes": {}}, **known)

    def test_what_cannot_be_written_is_unavailable(self):
        with Program("lmdb", self.tcp) as program:
            # Without this a write beyond the limit below would end the program, and not fail as on a broken disk.
            program.stop()
            starter = file_in(self.folder, "starter", f"#!/bin/sh\ntrap '' XFSZ\nexec {program.binary} \"$@\"\n")
            starter.chmod(0o700)
            program.binary = str(starter)
            program.start()
            session = self.create(program, "anna", user={"attributes": {}})
            known = {"sessionId": session["sessionId"], "userId": "anna"}

            unlimited = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            for path in ("/sessions/{sessionId}", "/users/{userId}/sessions", "/users/{userId}"):
                self.call(program, "DELETE", path, 503, **known)
            self.call(program, "DELETE", "/sessions", 503, query="?of=everybody")
            resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, unlimited)

    def test_a_program_that_stops_is_not_ready(self):
        with Program(settings=self.tcp | {"drain.delay": "1h"}) as program:
            connection = program.connection("control")
            send(connection, "GET", "/livez")
            program.process.send_signal(signal.SIGTERM)
            status = 200
            while status == 200:
                status, headers, body = send(connection, "GET", "/readyz")
            self.contract.check("GET", "/readyz", status, headers, body)
            self.call(program, "HEAD", "/readyz", 503)
            self.assertEqual(status, 503)
            connection.close()
            program.process.send_signal(signal.SIGTERM)  # which skips the wait
            program.wait_for_end()


class ZzzNothingLeftTest(Walk):
    """Runs last: unittest goes by the names of classes."""

    def test_every_documented_answer_was_seen(self):
        self.assertEqual(sorted(self.contract.statuses() - self.contract.seen - set(CANNOT)), [])

    def test_every_answer_that_is_said_to_be_impossible_is_documented_and_was_not_seen(self):
        self.assertEqual(set(CANNOT) - self.contract.statuses(), set())
        self.assertEqual(set(CANNOT) & self.contract.seen, set())


class JudgeTest(unittest.TestCase):
    """The judge finds what it is there to find."""

    def judge(self, status=200, headers=(), body=b'{"session":null,"reason":"no_cookie","setCookie":[]}'):
        fields = {"Cache-Control": "no-store", "Date": "x", "Content-Type": "application/json",
                  "X-Session-State": "none"} | dict(headers)
        Contract().check("GET", "/session", status, [(name, value) for name, value in fields.items() if value], body)

    def test_a_good_answer_passes(self):
        self.judge()

    def test_each_kind_of_wrong_answer_is_found(self):
        for wrong in ({"status": 500}, {"status": 409}, {"headers": {"X-Session-State": "maybe"}},
                      {"headers": {"X-Session-State": None}}, {"headers": {"Content-Type": "text/plain"}},
                      {"headers": {"Cache-Control": None}}, {"headers": {"Keep-Alive": "timeout"}},
                      {"body": b'{"session":null,"reason":"tired","setCookie":[]}'},
                      {"body": b'{"session":null,"setCookie":[]}'},
                      {"body": b'{"session":null,"reason":"no_cookie","setCookie":[],"more":1}'},
                      {"status": 503, "body": b'{"status":503,"code":"a","detail":"b"}',
                       "headers": {"Content-Type": "application/problem+json"}}):
            with self.subTest(wrong=wrong), self.assertRaises(Exception):
                self.judge(**wrong)


if __name__ == "__main__":
    unittest.main()
