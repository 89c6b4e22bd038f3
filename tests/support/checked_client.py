"""Clients that know what each answer must be: they create, ask, renew and revoke, and remember."""

import collections
import http.client
import http.cookies
import json
import random
import threading
import time
from contextlib import contextmanager

from program import send
from redis_sidecar import DEADLINE, MARGIN

# How long another sidecar may go on after a revocation was acknowledged (docs/redis.md), and a margin for the machine.
ELSEWHERE_SECONDS = 0.5 + 0.1


class WriteGate:
    """Creations and revocations go through it. While it is closed none is under way.

    Replication is asynchronous, so a primary that is lost takes its last writes with it, acknowledged or not. Who wants
    to know what must be there afterwards closes the gate, waits for the replicas, and then lets the primary go.
    """

    def __init__(self):
        self.condition = threading.Condition()
        self.writers, self.is_closed = 0, False

    @contextmanager
    def write(self):
        with self.condition:
            self.condition.wait_for(lambda: not self.is_closed)
            self.writers += 1
        try:
            yield
        finally:
            with self.condition:
                self.writers -= 1
                self.condition.notify_all()

    @contextmanager
    def closed(self):
        with self.condition:
            self.is_closed = True
            self.condition.wait_for(lambda: self.writers == 0)
        try:
            yield
        finally:
            with self.condition:
                self.is_closed = False
                self.condition.notify_all()


class Known:
    """A session as its client knows it.

    in_doubt: it was asked to end and nobody said that it did. ended_at, ended_by: when that was acknowledged, and by
    which sidecar.
    """

    def __init__(self, answer):
        self.id, self.token = answer["sessionId"], answer["token"]
        self.in_doubt, self.ended_at, self.ended_by = False, None, None

    @property
    def is_ended(self):
        return self.ended_at is not None

    def may_be_allowed(self, asked_at, sidecar):
        """Whether `sidecar` may allow it to whoever asked at that instant."""
        return not self.is_ended or (sidecar != self.ended_by and asked_at < self.ended_at + ELSEWHERE_SECONDS)


class CheckedClient(threading.Thread):
    """Asks all sidecars, each time another one, until `stopped` is set. wrong: answers that must not be.

    may_lose_answers: whether a connection that breaks, or cannot be made, is no more than an answer that did not come.
    """

    def __init__(self, sidecars, gate, seed, may_lose_answers=False):
        super().__init__()
        self.may_lose_answers = may_lose_answers
        self.sidecars, self.gate, self.choices = sidecars, gate, random.Random(seed)
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

    def step(self):
        live = [each for each in self.sessions if not each.is_ended and not each.in_doubt]
        if len(live) < 5:
            return self.create()
        if len(live) > 15:  # so that what the program remembers of them does not grow by the hour
            return self.revoke(live[0])
        kind = self.choices.random()
        if kind < 0.02:
            return self.create()
        if kind < 0.04:
            return self.revoke(self.choices.choice(live))
        self.check(self.choices.choice(self.sessions))

    def ask(self, sidecar, method, path, headers=None, body=None, port="data"):
        """The status, the Set-Cookie lines and the body; 503 for an answer that did not come."""
        key = sidecar, port
        if key not in self.connections:
            self.connections[key] = self.sidecars[sidecar].connection(port)
        start = time.monotonic()
        try:
            status, fields, text = send(self.connections[key], method, path, headers, body)
        except (OSError, http.client.HTTPException):
            if not self.may_lose_answers:
                raise
            self.connections.pop(key).close()
            self.counts["lost"] += 1
            self.stopped.wait(0.01)
            return 503, [], None
        self.counts["slow"] += time.monotonic() - start > DEADLINE + MARGIN
        self.counts["503" if status == 503 else "answered"] += 1
        cookies = [value for name, value in fields if name.lower() == "set-cookie"]
        if status == 503 and cookies:
            self.wrong.append(("a cookie on 503", path))
        return status, cookies, json.loads(text) if text else None

    def any_sidecar(self):
        return self.choices.randrange(len(self.sidecars))

    def create(self):
        with self.gate.write():
            status, _, answer = self.ask(self.any_sidecar(), "POST", "/sessions", body={"userId": self.user},
                                         port="control")
        if status == 201:
            # Those that ended long ago have nothing new to tell.
            ended = [each for each in self.sessions if each.is_ended]
            self.sessions = [each for each in self.sessions if not each.is_ended] + ended[-8:] + [Known(answer["session"])]
        elif status != 503:
            self.wrong.append(("create", status, answer))

    def revoke(self, session):
        session.in_doubt = True
        sidecar = self.any_sidecar()
        with self.gate.write():
            status, _, answer = self.ask(sidecar, "DELETE", f"/sessions/{session.id}", port="control")
        if status in (204, 404):
            session.in_doubt, session.ended_at, session.ended_by = False, time.monotonic(), sidecar
        elif status != 503:
            self.wrong.append(("revoke", status, answer))

    def check(self, session):
        if session.in_doubt:
            return self.revoke(session)
        sidecar, asked_at = self.any_sidecar(), time.monotonic()
        status, cookies, answer = self.ask(sidecar, "GET", "/session", {"Cookie": f"__Host-session={session.token}"})
        if status == 503:
            return
        if answer["session"] is None:
            if not session.is_ended:
                self.wrong.append(("a live session was denied", session.id, sidecar, answer))
            return
        self.counts["allowed elsewhere, a moment after the end"] += session.is_ended
        if not session.may_be_allowed(asked_at, sidecar):
            self.wrong.append(("an ended session was allowed", session.id, sidecar, asked_at - session.ended_at))
        if answer["session"]["sessionId"] != session.id:
            self.wrong.append(("another session", answer))
        # A lost Set-Cookie is no reason for a denial either.
        if cookies and not session.is_ended and self.choices.random() < 0.7:
            session.token = http.cookies.SimpleCookie(cookies[0])["__Host-session"].value
            self.counts["rotations"] += 1
