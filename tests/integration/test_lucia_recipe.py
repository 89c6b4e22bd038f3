"""The program beside code that keeps sessions as Lucia's documentation of 2024 and 2025 told people to."""

import base64
import hashlib
import json
import os
import sys
import unittest

import lucia as npm
from lucia import Beside, Lucia
from program import now_ms
from redis_server import Redis

DAY_S = 24 * 60 * 60
RECIPE = {"store.layout": "lucia-recipe", "session.active_period": "15d", "session.idle_period": "15d"}


def new_token():
    return base64.b32encode(os.urandom(20)).decode().lower()


def id_of(token):
    return hashlib.sha256(token.encode()).hexdigest()


class RecipeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.redis = cls.enterClassContext(Redis())
        cls.lucia = cls.enterClassContext(Lucia(cls.redis))
        cls.beside = cls.enterClassContext(Beside(cls.redis, RECIPE))

    def setUp(self):
        self.redis.ask("FLUSHALL")

    def signed_in(self, seconds_left=30 * DAY_S):
        token = new_token()
        session = self.lucia.recipeCreate(token, 7)
        session["expires_at"] = now_ms() // 1000 + seconds_left
        self.redis.ask("SET", f"user_session:{session['id']}", json.dumps(session), "EX", "1796736990")
        return token

    def record(self, token):
        return json.loads(self.redis.ask("GET", f"user_session:{id_of(token)}"))

    def test_a_session_is_good_in_its_first_half_and_shown_by_its_hash(self):
        token = self.signed_in()
        session = self.beside.ask(token)["session"]
        self.assertEqual((session["sessionId"], session["userId"], session["state"]), (id_of(token), "7", "active"))
        self.assertEqual(session["idlePeriodExpiresAt"], self.record(token)["expires_at"] * 1000 - 1)

    def test_in_its_second_half_it_is_renewed_as_the_recipe_does(self):
        token = self.signed_in(15 * DAY_S - 1)
        self.assertTrue(self.beside.ask(token)["session"]["fresh"])
        record = self.record(token)
        self.assertEqual((record["id"], record["user_id"]), (id_of(token), 7))
        self.assertAlmostEqual(record["expires_at"], now_ms() / 1000 + 30 * DAY_S, delta=10)
        self.assertEqual(self.lucia.recipeValidate(token), record)

    def test_its_end_is_its_end_for_both(self):
        token = self.signed_in(0)
        self.assertEqual(self.beside.ask(token)["reason"], "expired")
        self.assertIsNone(self.lucia.recipeValidate(token))

    def test_listed_and_revoked(self):
        token, other = self.signed_in(), self.signed_in()
        listed = self.beside.control_call("GET", "/users/7/sessions")[1]["sessions"]
        self.assertEqual({session["sessionId"] for session in listed}, {id_of(token), id_of(other)})
        self.assertEqual(self.beside.control_call("DELETE", f"/sessions/{id_of(token)}")[0], 204)
        self.assertIsNone(self.lucia.recipeValidate(token))
        self.assertEqual(self.redis.ask("SMEMBERS", "user_sessions:7"), [id_of(other)])

    def test_made_by_sessgate_it_is_good_there_until_it_is_ended_there(self):
        session = self.beside.control_call("POST", "/sessions", {"userId": "7"})[1]["session"]
        self.assertEqual(self.lucia.recipeValidate(session["token"])["user_id"], 7)
        self.lucia.recipeInvalidate(session["sessionId"], 7)
        self.assertEqual(self.beside.ask(session["token"])["reason"], "unknown")


if __name__ == "__main__":
    if not npm.install():
        print("Lucia's packages cannot be had: skipped", file=sys.stderr)
        sys.exit(77)
    unittest.main()
