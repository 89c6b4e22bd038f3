"""Clients that know what each answer must be, while Redis is killed, stopped and cut off every second or so.

SESSGATE_LOAD_SECONDS says how long (`make soak` asks for an hour).
"""

import collections
import http.cookies
import json
import os
import random
import threading
import time
import unittest

from fault_proxy import FaultProxy
from program import send
from redis_server import Redis
from redis_sidecar import Sidecar

SECONDS = float(os.environ.get("SESSGATE_LOAD_SECONDS", "15"))
WORKERS = 6
SETTINGS = {"session.active_period": "500ms", "session.idle_period": "1h", "session.rotation_grace": "10ms",
            "session.rotation_grace_max": "1h"}


class Known:
    """A session as its client knows it. in_doubt: it was asked to end and nobody said that it did."""

    def __init__(self, answer):
        self.id, self.token = answer["sessionId"], answer["token"]
        self.is_ended = self.in_doubt = False


class Client(threading.Thread):
    """Creates, asks, renews and revokes through all sidecars, each time through another one."""

    def __init__(self, sidecars, seed):
        super().__init__()
        self.sidecars, self.choices = sidecars, random.Random(seed)
        self.user, self.sessions = f"user-{seed}", []
        self.counts, self.wrong = collections.Counter(), []
        self.connections = {}
        self.stopped = threading.Event()

    def run(self):
        try:
            while not self.stopped.is_set():
                self.step()
        except Exception as failure:  # told by the test, which would else not see it
            self.wrong.append(repr(failure))
        finally:
            for connection in self.connections.values():
                connection.close()

    def ask(self, method, path, headers=None, body=None, port="data"):
        key = self.choices.randrange(len(self.sidecars)), port
        if key not in self.connections:
            self.connections[key] = self.sidecars[key[0]].connection(port)
        start = time.monotonic()
        status, fields, text = send(self.connections[key], method, path, headers, body)
        self.counts["slow"] += time.monotonic() - start > 1.15
        self.counts["503" if status == 503 else "answered"] += 1
        cookies = [value for name, value in fields if name.lower() == "set-cookie"]
        if status == 503 and cookies:
            self.wrong.append(("a cookie on 503", path))
        return status, cookies, json.loads(text) if text else None

    def step(self):
        live = [each for each in self.sessions if not each.is_ended and not each.in_doubt]
        if len(live) < 5:
            return self.create()
        kind = self.choices.random()
        if kind < 0.02:
            return self.create()
        if kind < 0.04:
            return self.revoke(self.choices.choice(live))
        self.check(self.choices.choice(self.sessions[-20:]))

    def create(self):
        status, _, answer = self.ask("POST", "/sessions", body={"userId": self.user}, port="control")
        if status == 201:
            self.sessions.append(Known(answer["session"]))
        elif status != 503:
            self.wrong.append(("create", status, answer))

    def revoke(self, session):
        session.in_doubt = True
        status, _, answer = self.ask("DELETE", f"/sessions/{session.id}", port="control")
        if status in (204, 404):
            session.is_ended, session.in_doubt = True, False
        elif status != 503:
            self.wrong.append(("revoke", status, answer))

    def check(self, session):
        if session.in_doubt:
            return self.revoke(session)
        status, cookies, answer = self.ask("GET", "/session", {"Cookie": f"__Host-session={session.token}"})
        if status == 503:
            return
        if (answer["session"] is not None) == session.is_ended:
            self.wrong.append(("ended" if session.is_ended else "live", answer))
        if answer["session"] and answer["session"]["sessionId"] != session.id:
            self.wrong.append(("another session", answer))
        # A lost Set-Cookie is no reason for a denial either.
        if cookies and not session.is_ended and self.choices.random() < 0.7:
            session.token = http.cookies.SimpleCookie(cookies[0])["__Host-session"].value
            self.counts["rotations"] += 1


class LoadTest(unittest.TestCase):
    def disturb(self, redis, proxy, choices):
        """One disturbance from its beginning to its end."""
        kind = choices.choice(["kill", "pause", "stall", "garble", "swap", "delay", "break", "cut"])
        if kind == "kill":
            redis.kill()
            time.sleep(0.2)
            redis.start()
        elif kind == "pause":
            redis.pause()
            time.sleep(0.4)
            redis.resume()
        elif kind == "break":
            proxy.break_all()
        else:
            value = {"stall": True, "garble": 0.0005, "swap": 0.1, "delay": 0.1, "cut": 2000}[kind]
            setattr(proxy, kind, value)
            time.sleep(0.5)
            proxy.heal()
        return kind

    def test_no_answer_is_wrong_while_redis_comes_and_goes(self):
        choices, kinds = random.Random(7), collections.Counter()
        with Redis({"appendonly": "yes", "appendfsync": "always"}) as redis, FaultProxy(redis.port) as proxy, \
                Sidecar(redis.url, SETTINGS) as direct, Sidecar(proxy.url, SETTINGS) as through:
            for sidecar in (direct, through):
                sidecar.wait_until_store_answers()
            clients = [Client([direct, through], seed) for seed in range(WORKERS)]
            for client in clients:
                client.start()
            try:
                end = time.monotonic() + SECONDS
                while time.monotonic() < end and not any(client.wrong for client in clients):
                    time.sleep(0.5)
                    kinds[self.disturb(redis, proxy, choices)] += 1
            finally:
                for client in clients:
                    client.stopped.set()
                for client in clients:
                    client.join()
            counts = sum((client.counts for client in clients), collections.Counter())
            print(dict(counts), dict(kinds))
            self.assertEqual([wrong for client in clients for wrong in client.wrong], [])
            self.assertGreater(counts["answered"], 1000)
            self.assertGreater(counts["rotations"], 10)


if __name__ == "__main__":
    unittest.main()
