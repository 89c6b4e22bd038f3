"""Lucia's sessions become the program's own while they are used, and nobody is logged out."""

import json
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

import lucia as npm
from lucia import Beside, Lucia, LuciaError
from program import now_ms
from redis_server import Redis
from terminal import OnTerminal

SETTINGS = {"store.layout": "sessgate", "store.migrate_from": "lucia-2"}


class MovingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.redis = cls.enterClassContext(Redis())
        cls.lucia = cls.enterClassContext(Lucia(cls.redis))
        cls.beside = cls.enterClassContext(Beside(cls.redis, SETTINGS))

    def setUp(self):
        self.redis.ask("FLUSHALL")

    def signed_in_with_lucia(self, is_idle=True):
        token = self.lucia.createSession({"userId": "ada", "attributes": {"from": "lucia"}})["sessionId"]
        if is_idle:
            self.lucia.call("adapter.updateSession", token, {"active_expires": now_ms() - 1})
        return token

    def moved(self, token):
        """The token that takes the place of `token`."""
        (cookie,) = self.beside.ask(token)["setCookie"]
        return cookie.removeprefix("auth_session=").partition(";")[0]

    def list(self):
        return self.beside.control_call("GET", "/users/ada/sessions")[1]["sessions"]

    def test_an_active_session_is_let_in_as_it_is(self):
        token = self.signed_in_with_lucia(is_idle=False)
        answer = self.beside.ask(token)
        self.assertEqual(answer["session"]["attributes"], {"from": "lucia"})
        self.assertEqual(answer["setCookie"], [])
        self.assertEqual(len(self.list()), 1)

    def test_at_its_renewal_it_becomes_ours_with_a_new_token(self):
        token = self.signed_in_with_lucia()
        answer = self.beside.ask(token, "/session-user")
        self.assertTrue(answer["session"]["fresh"])
        self.assertEqual(len(answer["session"]["sessionId"]), 20)
        self.assertEqual(answer["session"]["attributes"], {"from": "lucia"})
        self.assertEqual(answer["user"], {"userId": "ada", "attributes": {}})
        new = self.moved(token)
        self.assertRegex(new, r"^[a-z2-7]{20}\.[A-Za-z0-9_-]{43}$")
        self.assertEqual(self.beside.ask(new)["session"]["sessionId"], answer["session"]["sessionId"])
        self.assertEqual([session["sessionId"] for session in self.list()], [answer["session"]["sessionId"]])
        ours = self.redis.ask("KEYS", "sessgate:s:*")
        self.assertNotIn(token, self.redis.ask("GET", ours[0]))

    def test_lucias_own_id_ends_after_the_grace(self):
        token = self.signed_in_with_lucia()
        self.moved(token)
        record = json.loads(self.redis.ask("GET", f"session:{token}"))
        self.assertLessEqual(record["idle_expires"], now_ms() + 24 * 60 * 60 * 1000)
        record |= {"active_expires": now_ms() - 1, "idle_expires": now_ms() - 1}
        self.redis.ask("SET", f"session:{token}", json.dumps(record))
        self.assertEqual(self.beside.ask(token)["reason"], "expired")
        with self.assertRaises(LuciaError):
            self.lucia.validateSession(token)

    def test_all_who_come_at_once_are_given_the_same(self):
        token = self.signed_in_with_lucia()
        with ThreadPoolExecutor(8) as pool:
            given = set(pool.map(lambda _: self.moved(token), range(24)))
        self.assertEqual(len(given), 1)
        self.assertEqual(len(self.list()), 1)

    def test_signing_out_ends_both_whichever_is_named(self):
        for by_lucia in (True, False):
            token = self.signed_in_with_lucia()
            new = self.moved(token)
            status, _, _ = self.beside.request("POST", "/set-session", {
                "Cookie": f"auth_session={token if by_lucia else new}"}, {"session": None, "revoke": True})
            self.assertEqual(status, 200)
            for each in (token, new):
                self.assertEqual(self.beside.ask(each)["reason"], "unknown")
            self.assertEqual(self.list(), [])

    def test_the_end_of_all_of_a_users_sessions_is_that_of_both(self):
        tokens = [self.signed_in_with_lucia() for _ in range(2)]
        tokens += [self.moved(tokens[0]), self.signed_in_with_lucia(is_idle=False)]
        self.assertEqual(self.beside.control_call("DELETE", "/users/ada/sessions")[0], 200)
        for token in tokens:
            self.assertEqual(self.beside.ask(token)["reason"], "unknown")

    def migrate(self, *arguments):
        done = self.beside.command("migrate", *self.of_lucia(), *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def of_lucia(self):
        return ["--from", "lucia-2", f"--store-url={self.redis.url}", "--store-layout=sessgate",
                f"--store-record-keys-file={self.beside.settings['store.record_keys_file']}"]

    def test_all_of_them_move_with_one_command_that_can_be_run_again(self):
        tokens = [self.signed_in_with_lucia(is_idle=number % 2 == 0) for number in range(30)]
        dead = self.signed_in_with_lucia()
        self.lucia.call("adapter.updateSession", dead, {"idle_expires": now_ms() - 1})
        self.redis.ask("PERSIST", f"session:{dead}")
        text = json.dumps({"id": dead, "user_id": "ada", "active_expires": 1, "idle_expires": 2})
        self.redis.ask("SET", f"session:{dead}", text)

        self.assertEqual(self.migrate("--dry-run"), "would move 30, moved before 0, dead 1")
        self.assertEqual(self.redis.ask("KEYS", "sessgate:s:*"), [])
        self.moved(tokens[0])
        self.assertEqual(self.migrate(), "moved 29, moved before 1, dead 1")
        command = [self.beside.binary, "migrate", *self.of_lucia()]
        with OnTerminal(command, cwd=self.beside.folder, env=self.beside.environment) as terminal:
            self.assertEqual(terminal.end(), (0, "moved 0, moved before 30, dead 1\n"))
        self.assertEqual(terminal.frames()[-1][1], 31, terminal.seen)

        self.assertEqual(len(self.list()), 30)
        for token in tokens:
            answer = self.beside.ask(token)
            self.assertEqual((len(answer["session"]["sessionId"]), answer["session"]["attributes"]),
                             (20, {"from": "lucia"}))
            self.assertIsNotNone(self.beside.ask(self.moved(token))["session"])
        self.assertEqual(len(self.list()), 30)

    def test_a_sign_in_is_one_of_ours(self):
        session = self.beside.control_call("POST", "/sessions", {"userId": "ada"})[1]["session"]
        self.assertEqual(len(session["token"]), 64)


if __name__ == "__main__":
    if not npm.install():
        print("Lucia's packages cannot be had: skipped", file=sys.stderr)
        sys.exit(77)
    unittest.main()
