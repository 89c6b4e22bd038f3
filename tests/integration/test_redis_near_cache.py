"""Sidecars that share a Redis: what they cost it, and how soon each knows what another one has done."""

import http.cookies
import json
import pathlib
import socket
import statistics
import threading
import time
import unittest
import uuid

from fault_proxy import FaultProxy
from program import Program, send, wait_until_after
from redis_server import Redis

PERIODS = {"session.active_period": "400ms", "session.idle_period": "1h", "session.rotation_grace": "10ms"}
BUCKET_LENGTH = 3  # of a session's id
REVOCATIONS = 400  # so that p99 is not the worst of them
DENIED_SECONDS_MAX = 0.005
CALM_SECONDS_MAX = 0.0025  # by then others have the processors for long enough to decide the rest


def percentile(values, percent):
    return statistics.quantiles(values, n=100)[percent - 1]


def milliseconds(seconds):
    return f"{seconds * 1000:.2f} ms"


def headers_of(token):
    return {"Cookie": f"__Host-session={token}"}


class Sidecar(Program):
    def wait_until_ready(self):
        super().wait_until_ready()
        end = time.monotonic() + 10
        while self.request("GET", "/readyz", port="control")[0] != 200:
            assert time.monotonic() < end, self.log()
            time.sleep(0.005)
        return self

    def sign_in(self, user="ada"):
        body = {"userId": user, "user": {"attributes": {"name": "Ada"}}}
        return json.loads(self.request("POST", "/sessions", body=body, port="control")[2])["session"]

    def session_of(self, token, connection, path="/session", more=None):
        """The session, or the status when there is no answer. more: other headers."""
        status, _, body = send(connection, "GET", path, headers_of(token) | (more or {}))
        return json.loads(body)["session"] if status == 200 else status

    def warm(self, redis, token, connection):
        """Asks until the answer comes from memory."""
        end = time.monotonic() + 30
        while True:
            before = redis.calls("get")
            answer = self.session_of(token, connection)
            assert answer is not None, "a live session was denied"
            if isinstance(answer, dict) and redis.calls("get") == before:
                return
            assert time.monotonic() < end, "nothing is kept"
            time.sleep(0.02)


class NearCacheTest(unittest.TestCase):
    def setUp(self):
        self.redis = self.enterContext(Redis())

    def sidecar(self, url=None, settings=None):
        # So much time that a busy machine changes no count.
        return self.enterContext(Sidecar(url or self.redis.url, {"store.deadline": "5s"} | (settings or {})))

    def connection(self, sidecar, port="data"):
        connection = sidecar.connection(port)
        self.addCleanup(connection.close)
        return connection

    def test_session_and_session_user_cost_one_read_and_then_none(self):
        # A shard that is asked nothing here may be about to find out which server it is connected to.
        first, second = self.sidecar(), self.sidecar(settings={"threads": 1})
        connection = self.connection(second)
        second.warm(self.redis, first.sign_in("warm")["token"], connection)
        tokens = [first.sign_in(f"user-{i}")["token"] for i in range(20)]
        self.redis.ask("CONFIG", "RESETSTAT")

        for token in tokens:
            self.assertTrue(second.session_of(token, connection, "/session-user"))
        self.assertEqual(self.redis.calls_for_sessions(), {"get": len(tokens)})
        for token in tokens * 5:
            for path in ("/session", "/session-user"):
                self.assertTrue(second.session_of(token, connection, path))
        self.assertEqual(self.redis.calls_for_sessions(), {"get": len(tokens)})

    def test_without_a_near_cache_each_question_costs_one_read(self):
        sidecar = self.sidecar(settings={"store.near_cache": "false"})
        connection = self.connection(sidecar)
        token = sidecar.sign_in()["token"]
        self.redis.ask("CONFIG", "RESETSTAT")

        for path in ("/session", "/session-user") * 5:
            self.assertTrue(sidecar.session_of(token, connection, path))

        self.assertEqual((self.redis.calls_for_sessions(), self.redis.calls("subscribe")), ({"get": 10}, 0))

    def test_without_a_near_cache_all_questions_of_a_scope_cost_one_read(self):
        sidecar = self.sidecar(settings={"store.near_cache": "false"})
        connection = self.connection(sidecar)
        token = sidecar.sign_in()["token"]
        self.redis.ask("CONFIG", "RESETSTAT")

        for count, paths in enumerate((("/session", "/session-user"), ("/session-user", "/session")) * 5, 1):
            scope = {"X-Request-Id": uuid.uuid4().hex}
            for path in paths * 2:
                self.assertTrue(sidecar.session_of(token, connection, path, scope))
                self.assertEqual(self.redis.calls_for_sessions(), {"get": count})

    def test_several_sessions_in_one_request_are_read_in_one_round_trip(self):
        proxy = self.enterContext(FaultProxy(self.redis.port))
        sidecar = self.sidecar(proxy.url, {"store.near_cache": "false", "store.deadline": "2s"})
        live, *ended = (sidecar.sign_in(f"user-{i}") for i in range(4))
        for session in ended:
            sidecar.request("DELETE", f"/sessions/{session['sessionId']}", port="control")
        self.redis.ask("CONFIG", "RESETSTAT")

        # One round trip for all, and one more because nothing found is asked again; each by itself takes seven.
        proxy.delay = 0.3
        cookies = "; ".join(f"__Host-session={each['token']}" for each in (*ended, live))
        status, _, body = sidecar.request("GET", "/session", {"Cookie": cookies})

        self.assertEqual((status, json.loads(body)["session"]["sessionId"]), (200, live["sessionId"]))
        self.assertEqual(self.redis.calls("get"), 7)

    def test_1000_requests_at_once_for_one_session_that_is_not_kept_cost_one_read(self):
        for settings in ({"store.near_cache": "false"}, {}):
            with self.subTest(settings), FaultProxy(self.redis.port) as proxy:
                sidecar = self.sidecar(proxy.url, settings | {"store.deadline": "10s"})
                token = sidecar.sign_in()["token"]
                self.redis.ask("CONFIG", "RESETSTAT")
                request = f"GET /session HTTP/1.1\r\nHost: x\r\nCookie: __Host-session={token}\r\n\r\n".encode()
                clients = [socket.create_connection(("127.0.0.1", sidecar.port)) for _ in range(1000)]
                # All are asked before the first answer of Redis comes through.
                proxy.stall = True
                for client in clients:
                    client.sendall(request)
                self.wait_until_read(sidecar, clients)
                proxy.stall = False
                for client in clients:
                    with client, client.makefile("rb") as answer:
                        self.assertEqual(answer.readline(), b"HTTP/1.1 200 OK\r\n")
                self.assertEqual(self.redis.calls("get"), 1)

    def wait_until_read(self, sidecar, clients):
        """Waits until the sidecar has taken every byte that the clients sent."""
        ours = {client.getsockname()[1] for client in clients}
        while True:
            taken = 0
            for line in pathlib.Path(f"/proc/{sidecar.process.pid}/net/tcp").read_text().splitlines()[1:]:
                fields = line.split()
                local, remote = (int(fields[i].split(":")[1], 16) for i in (1, 2))
                taken += local == sidecar.port and remote in ours and fields[4].endswith(":00000000")
            if taken == len(clients):
                return
            time.sleep(0.01)

    def sessions_in_memory(self, first, second, connection):
        """Of users in different buckets, so that the end of one leaves the others in the second sidecar's memory."""
        made = [first.sign_in(f"user-{number}") for number in range(REVOCATIONS)]
        sessions = list({session["sessionId"][:BUCKET_LENGTH]: session for session in made}.values())
        end = time.monotonic() + 30
        calls = None
        while self.redis.calls("get") != calls:
            self.assertLess(time.monotonic(), end, "nothing is kept")
            calls = self.redis.calls("get")
            for session in sessions:
                self.assertTrue(second.session_of(session["token"], connection))
        return sessions

    def seconds_until_denied(self, first, second):
        """From when the first sidecar has acknowledged a revocation until the second one denies, of many; and of as
        many denials that no revocation came just before."""
        data, control = self.connection(second), self.connection(first, "control")
        after_revocation, usually = [], []
        for session in self.sessions_in_memory(first, second, data):
            status, _, _ = send(control, "DELETE", f"/sessions/{session['sessionId']}")
            acknowledged = time.monotonic()
            self.assertEqual(status, 204)
            while second.session_of(session["token"], data):
                pass
            denied = time.monotonic()
            self.assertIsNone(second.session_of(session["token"], data))
            after_revocation.append(denied - acknowledged)
            usually.append(time.monotonic() - denied)
        return after_revocation, usually

    def test_a_revocation_is_known_to_another_sidecar_within_milliseconds(self):
        """How long a denial takes on this machine just now, whoever else is at work on it, is told by the next one.
        What is not so in each of three rounds is the machine's doing; and where that denial alone is over
        CALM_SECONDS_MAX nothing is shown about times: the test says so and is skipped, if nothing failed."""
        first, second = self.sidecar(), self.sidecar()
        was_calm = True
        for _ in range(3):
            times, usually = self.seconds_until_denied(first, second)
            p50, p99, usual = percentile(times, 50), percentile(times, 99), percentile(usually, 99)
            print(f"first denial elsewhere: p50 {milliseconds(p50)}, p99 {milliseconds(p99)}, worst "
                  f"{milliseconds(max(times))}; p99 of a denial {milliseconds(usual)}", flush=True)
            self.assertLess(p50, DENIED_SECONDS_MAX)
            self.assertLess(max(times), 0.5)
            if p99 < DENIED_SECONDS_MAX:
                return
            was_calm &= usual < CALM_SECONDS_MAX
        if not was_calm:
            self.skipTest("nothing failed, but the machine is too busy for answers in time without any revocation")
        self.fail(f"p99 is {milliseconds(p99)}")

    def test_a_revocation_is_known_to_the_same_sidecar_at_once(self):
        sidecar = self.sidecar()
        data, control = self.connection(sidecar), self.connection(sidecar, "control")
        for i in range(50):
            session = sidecar.sign_in()
            if i % 2:
                sidecar.warm(self.redis, session["token"], data)
            self.assertTrue(sidecar.session_of(session["token"], data))
            self.assertEqual(send(control, "DELETE", f"/sessions/{session['sessionId']}")[0], 204)
            self.assertIsNone(sidecar.session_of(session["token"], data))

    def test_a_silent_invalidation_link_ends_what_memory_answers_within_600_ms(self):
        proxy = self.enterContext(FaultProxy(self.redis.port))
        first, second = self.sidecar(), self.sidecar(proxy.url, {"store.deadline": "150ms"})
        data, control = self.connection(second), self.connection(first, "control")
        times = []
        for _ in range(5):
            session = first.sign_in()
            second.warm(self.redis, session["token"], data)
            proxy.stall = True
            self.assertEqual(send(control, "DELETE", f"/sessions/{session['sessionId']}")[0], 204)
            # By when it was asked, so that a machine that is slow to answer does not count.
            acknowledged = asked = last_allow = time.monotonic()
            while isinstance(second.session_of(session["token"], data), dict):
                last_allow, asked = asked, time.monotonic()
            times.append(last_allow - acknowledged)
            proxy.heal()
            proxy.break_all()
        print("last allow with a silent link: " + ", ".join(f"{each * 1000:.0f} ms" for each in times))
        self.assertLess(max(times), 0.6)

    def test_what_changed_while_the_link_was_down_is_not_answered_from_memory(self):
        proxy = self.enterContext(FaultProxy(self.redis.port))
        first, second = self.sidecar(), self.sidecar(proxy.url)
        data = self.connection(second)
        for _ in range(10):
            session = first.sign_in()
            second.warm(self.redis, session["token"], data)
            proxy.refuse = True
            proxy.break_all()
            first.request("DELETE", f"/sessions/{session['sessionId']}", port="control")
            proxy.heal()
            end = time.monotonic() + 5
            while isinstance(found := second.session_of(session["token"], data), int):
                self.assertLess(time.monotonic(), end)
            self.assertIsNone(found)

    def test_flushing_the_server_empties_all_memories(self):
        first, second = self.sidecar(), self.sidecar()
        data = self.connection(second)
        session = first.sign_in()
        second.warm(self.redis, session["token"], data)

        self.redis.ask("FLUSHALL")

        end = time.monotonic() + 1
        while second.session_of(session["token"], data):
            self.assertLess(time.monotonic(), end)

    def near_cache(self, sidecar):
        status, _, body = sidecar.request("GET", "/readyz", port="control")
        self.assertEqual(status, 200, body)
        return json.loads(body)["nearCache"]

    def wait_for_near_cache(self, sidecar, state):
        end = time.monotonic() + 10
        while self.near_cache(sidecar) != state:
            self.assertLess(time.monotonic(), end, sidecar.log())
            time.sleep(0.01)

    def test_readiness_tells_whether_the_invalidation_link_is_there_and_does_not_depend_on_it(self):
        self.redis.ask("ACL", "SETUSER", "app", "on", ">app-password", "~*", "&*", "+@all")
        url = self.redis.url.replace("redis://", "redis://app:app-password@")
        sidecar = self.sidecar(url)
        self.wait_for_near_cache(sidecar, "on")

        self.redis.ask("ACL", "SETUSER", "app", "-client|tracking")
        self.redis.ask("CLIENT", "KILL", "TYPE", "pubsub")
        self.wait_for_near_cache(sidecar, "paused")
        self.assertTrue(sidecar.session_of(sidecar.sign_in()["token"], self.connection(sidecar)))

        self.assertEqual(self.near_cache(self.sidecar(url, {"store.near_cache": "false"})), "off")

    def test_a_record_in_memory_is_read_again_when_it_has_its_highest_age(self):
        sidecar = self.sidecar(settings={"store.near_cache_max_age": "1s"})
        connection = self.connection(sidecar)
        token = sidecar.sign_in()["token"]
        sidecar.warm(self.redis, token, connection)
        self.redis.ask("CONFIG", "RESETSTAT")

        end = time.monotonic() + 2.5
        while time.monotonic() < end:
            self.assertTrue(sidecar.session_of(token, connection))
        self.assertIn(self.redis.calls("get"), range(2, 10))

    def test_a_server_that_may_not_tell_of_changes_is_asked_each_time_and_told_once(self):
        self.redis.ask("ACL", "SETUSER", "app", "on", ">app-password", "~*", "&*", "+@all", "-client|tracking")
        sidecar = self.sidecar(self.redis.url.replace("redis://", "redis://app:app-password@"))
        connection = self.connection(sidecar)
        token = sidecar.sign_in()["token"]
        self.redis.ask("CONFIG", "RESETSTAT")
        for _ in range(10):
            self.assertTrue(sidecar.session_of(token, connection))
            time.sleep(0.05)
        self.assertEqual(self.redis.calls("get"), 10)
        self.assertEqual(sidecar.log().count("redis_tracking_refused"), 1)


class RaceTest(unittest.TestCase):
    def test_two_sidecars_and_64_requests_with_one_idle_token_write_once_and_give_one_successor(self):
        settings = PERIODS | {"store.deadline": "10s"}
        with Redis() as redis, Sidecar(redis.url, settings) as first, Sidecar(redis.url, settings) as second:
            session = first.sign_in()
            wait_until_after(session["activePeriodExpiresAt"])
            redis.ask("CONFIG", "RESETSTAT")
            connections = [each.connection() for each in (first, second) for _ in range(32)]
            barrier, successors, failures = threading.Barrier(len(connections)), [], []

            def ask(connection):
                barrier.wait()
                status, headers, body = send(connection, "GET", "/session", headers_of(session["token"]))
                if status != 200 or not json.loads(body)["session"]:
                    failures.append((status, body))
                lines = [value for name, value in headers if name.lower() == "set-cookie"]
                successors.extend(http.cookies.SimpleCookie(line)["__Host-session"].value for line in lines)

            threads = [threading.Thread(target=ask, args=(each,)) for each in connections]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for connection in connections:
                connection.close()

            self.assertEqual(failures, [])
            self.assertEqual(len(set(successors)), 1)
            self.assertEqual(redis.calls("zadd"), 1)


if __name__ == "__main__":
    unittest.main()
