"""A load of creations, renewals and revocations that writes down in a ledger what was acknowledged."""

import collections
import http.client
import json
import threading

from ledger import Session, User, ask, expect, periods_of, token_set_by
from program import send

SESSIONS_PER_USER = 8
USERS_IN_USE = 4


class Worker:
    """One client with a kept connection to each port, and with users of its own. `run` is its thread.

    acknowledged: a semaphore, released for each answer. may_lose: an event; once set, a lost connection is no failure.
    touched: users of which anything was asked since the last look. counts: answers, by what was asked.
    """

    def __init__(self, name, acknowledged):
        self.name, self.acknowledged = name, acknowledged
        self.users, self.touched = [], set()
        self.counts = collections.Counter()
        self.failure = None

    def start(self, program, choices, may_lose):
        self.choices, self.may_lose = choices, may_lose
        self.data, self.control = program.connection("data", 60), program.connection("control", 60)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            while not self.may_lose.is_set():
                self.step()
                self.acknowledged.release()
        except Exception as failure:
            lost = isinstance(failure, (OSError, http.client.HTTPException))
            self.failure = None if lost and self.may_lose.is_set() else failure
        finally:
            self.data.close()
            self.control.close()

    def step(self):
        user = self.some_user()
        live = user.live()
        if not live or self.choices.random() < 0.2:
            return self.create(user)
        steps = {self.use: 60, self.use_older: 15, self.revoke: 15, self.put: 7, self.revoke_all: 3}
        (step,) = self.choices.choices(list(steps), steps.values())
        step(user if step in (self.put, self.revoke_all) else self.choices.choice(live))

    def some_user(self):
        if not self.users or len(self.users[-1].sessions) >= SESSIONS_PER_USER:
            self.users.append(User(f"{self.name}-{len(self.users)}"))
        user = self.choices.choice(self.users[-USERS_IN_USE:])
        self.touched.add(user)
        return user

    def manage(self, status, method, path, body=None):
        answered, _, text = send(self.control, method, path, body=body)
        expect(answered == status, "another answer", method, path, answered, text)
        self.counts[f"{method} {path.split('/')[1]}"] += 1
        return json.loads(text) if text else None

    def create(self, user):
        body = {"userId": user.name, "attributes": {"number": self.choices.randrange(1 << 50)}}
        answer = self.manage(201, "POST", "/sessions", body)["session"]
        expect(answer["attributes"] == body["attributes"], "other attributes", answer)
        user.sessions.append(Session(user, answer))

    def use(self, session):
        session.may_be_renewed = True
        headers, answer = ask(self.data, "/session", session.tokens[-1])
        found = answer["session"]
        expect(found is not None, "a session is lost", session.id, answer)
        session.may_be_renewed = False
        session.periods = periods_of(found)
        token = token_set_by(headers)
        if token:
            # A successor is prepared only once the token before the current one is retired.
            session.tokens.append(token)
            session.dead_tokens = session.tokens[:-2]
        self.counts["renewals"] += found["fresh"]
        self.counts["rotations"] += token is not None

    def use_older(self, session):
        """What a browser does whose Set-Cookie was lost, or a thief."""
        if len(session.tokens) < 2:
            return self.use(session)
        token = self.choices.choice(session.tokens[:-1])
        session.may_be_renewed = True
        headers, answer = ask(self.data, "/session", token)
        session.may_be_renewed = False
        if answer["session"] is None:
            return self.note_dead(session, token, answer["reason"])
        expect(token not in session.dead_tokens, "a superseded token is back", session.id)
        session.periods = periods_of(answer["session"])
        expect(token_set_by(headers) == session.tokens[-1], "another successor", session.id)

    def note_dead(self, session, token, reason):
        """Of retired tokens only the last one is still known to have been one."""
        forgotten = reason == "unknown" and token in session.dead_tokens
        expect(reason == "superseded" or forgotten, "a session is lost", session.id, reason)
        if token not in session.dead_tokens:
            session.dead_tokens.append(token)
        self.counts["superseded"] += reason == "superseded"

    def revoke(self, session):
        session.may_be_revoked = True
        self.manage(204, "DELETE", f"/sessions/{session.id}")
        session.is_revoked, session.may_be_revoked = True, False

    def put(self, user):
        attributes = {"number": self.choices.randrange(1 << 50)}
        user.doubts.append(attributes)
        self.manage(200, "PUT", f"/users/{user.name}", {"attributes": attributes})
        user.attributes, user.doubts = attributes, []

    def revoke_all(self, user):
        live = user.live()
        for session in live:
            session.may_be_revoked = True
        answer = self.manage(200, "DELETE", f"/users/{user.name}/sessions")
        # More, when a creation that got no answer was made all the same.
        expect(answer["revoked"] >= len(live), "too few sessions were revoked", user.name, answer)
        for session in live:
            session.is_revoked, session.may_be_revoked = True, False
