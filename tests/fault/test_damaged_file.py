"""The embedded store's file, damaged in every way that a seed chooses, under the real program: it refuses to start and
says why, or each answer is the right one or 503. It never crashes, hangs or brings a session back."""

import collections
import json
import os
import random
import struct
import time
import typing
import unittest

from damage import MIXED, damaged
from program import Program, send

FILES = int(os.environ.get("SESSGATE_DAMAGED_FILES", 120))
PATIENCE_SECONDS = 20
USERS, SESSIONS_EACH = 24, 5


PAGE, LAST_PAGE_AT = 4096, 136  # of LMDB's file; the number of its last page stands in its first two pages


class Version(typing.NamedTuple):
    contents: bytes
    live: frozenset


def used_bytes(contents):
    """The file has more room than it uses."""
    last = max(struct.unpack_from("<Q", contents, page * PAGE + LAST_PAGE_AT)[0] for page in (0, 1))
    return (last + 1) * PAGE


class DamagedFileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Two versions of one file, each with the tokens that were live when it was written; all are in `tokens`."""
        cls.program = Program("lmdb", {"store.deadline": "60s"})
        cls.addClassCleanup(cls.program.__exit__, None, None, None)
        cls.tokens, cls.live = {}, set()
        cls.old = cls.version_after(cls.sign_in_all)
        cls.new = cls.version_after(cls.change_much)

    @classmethod
    def version_after(cls, work):
        cls.program.start()
        work()
        cls.program.stop()
        contents = cls.file().read_bytes()
        return Version(contents[:used_bytes(contents)], frozenset(cls.live))

    @classmethod
    def file(cls):
        return cls.program.data_folder / "data.mdb"

    @classmethod
    def sign_in(cls, number):
        user = f"user{number}"
        attributes = {"note": "x" * (2900 if number % 6 == 0 else 40)}  # some need pages of their own
        _, _, body = cls.program.request("POST", "/sessions", None, {"userId": user, "attributes": attributes}, "control")
        session = json.loads(body)["session"]
        cls.tokens[session["token"]] = (session["sessionId"], user)
        cls.live.add(session["token"])

    @classmethod
    def sign_in_all(cls):
        for number in range(USERS):
            cls.program.request("PUT", f"/users/user{number}", None, {"attributes": {"name": f"n{number}"}}, "control")
            for _ in range(SESSIONS_EACH):
                cls.sign_in(number)

    @classmethod
    def change_much(cls):
        for token in list(cls.tokens)[::3]:
            cls.revoke(token)
        for number in range(USERS):
            cls.sign_in(number)
        cls.revoke(next(iter(cls.live)))  # the last thing that was done

    @classmethod
    def revoke(cls, token):
        status, _, body = cls.program.request("DELETE", f"/sessions/{cls.tokens[token][0]}", port="control")
        assert status == 204, body
        cls.live.discard(token)

    def put_in_place(self, contents):
        for path in self.program.data_folder.iterdir():
            path.unlink()
        self.file().write_bytes(contents)

    def start(self):
        """Whether it runs; or it has ended with an error that names the folder."""
        before = len(self.program.log())
        self.program.spawn()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.program.ports_file.exists():
            if self.program.process.poll() is not None:
                self.assertEqual(self.program.process.returncode, 1, self.program.log()[before:])
                self.assertIn(f"cannot use the data in {self.program.data_folder}: ", self.program.log()[before:])
                self.program.process = None
                return False
            self.assertLess(time.monotonic(), deadline, "it neither starts nor ends")
            time.sleep(0.002)
        self.program.wait_until_ready()
        return True

    def check_answers(self, versions):
        """Whether all were answers; those that were not are 503, and the others are those of one of the versions."""
        connection = self.program.connection()
        allowed, unknown = set(), set()
        for token, (session_id, user) in self.tokens.items():
            status, _, body = send(connection, "GET", "/session", {"Cookie": f"__Host-session={token}"})
            self.assertIn(status, (200, 503), body)
            session = json.loads(body).get("session")
            if session:
                self.assertEqual((session["sessionId"], session["userId"]), (session_id, user))
                allowed.add(token)
            elif status == 503:
                unknown.add(token)
        connection.close()
        wrong = min((allowed ^ (version.live - unknown) for version in versions), key=len)
        self.assertEqual(wrong, set(), "allowed or denied wrongly")
        return not unknown

    def end_all_of(self, user, versions):
        """Revoke-all, if it is acknowledged, leaves none."""
        status, _, _ = self.program.request("DELETE", f"/users/{user}/sessions", port="control")
        if status == 200:
            self.check_answers([Version(v.contents, {t for t in v.live if self.tokens[t][1] != user})
                                for v in versions])

    def outcome_with(self, contents, versions, user):
        self.put_in_place(contents)
        if not self.start():
            return "refused"
        try:
            are_all_known = self.check_answers(versions)
            self.end_all_of(user, versions)
            self.assertIsNone(self.program.process.poll(), self.program.log()[-2000:])
            return "all right" if are_all_known else "some unavailable"
        finally:
            self.program.kill()

    def test_a_damaged_file_is_refused_or_answers_rightly_or_not_at_all(self):
        seed = os.environ.get("DAMAGE_SEED") or str(random.SystemRandom().randrange(1 << 32))
        print(f"to choose the same again: DAMAGE_SEED={seed}", flush=True)
        choices, outcomes = random.Random(seed), collections.Counter()
        for number in range(FILES):
            kind, contents = damaged(self.new.contents, self.old.contents, choices)
            user = f"user{choices.randrange(USERS)}"
            with self.subTest(number=number, kind=kind.__name__, seed=seed):
                versions = [self.new, self.old] if kind in MIXED else [self.new]
                outcomes[self.outcome_with(contents, versions, user)] += 1
        print(f"{FILES} damaged files: {dict(outcomes)}", flush=True)
        # So that it cannot pass by refusing, or noticing, nothing.
        for outcome in ("refused", "some unavailable", "all right"):
            self.assertGreater(outcomes[outcome], FILES // 50, outcome)

    def test_an_older_copy_that_is_put_back_is_as_it_was_then(self):
        self.assertEqual(self.outcome_with(self.old.contents, [self.old], "user1"), "all right")


if __name__ == "__main__":
    unittest.main()
