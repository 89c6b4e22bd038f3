"""Lucia 2.7 with its Redis adapter 2.1.2, as published, and the program beside it on the same sessions."""

import json
import os
import sys
import unittest

import lucia as npm
from lucia import ACTIVE_MS, IDLE_MS, Beside, Lucia, LuciaError
from program import now_ms
from redis_server import Redis
from redis_sidecar import until

ATTRIBUTES = {"created_ip": "10.0.0.1", "visits": 9007199254740991, "tags": ["a", 1.5, None]}
ROUNDS = int(os.environ.get("SESSGATE_LUCIA_ROUNDS", "200"))


class LuciaCase(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.redis = cls.enterClassContext(Redis())
        cls.lucia = cls.enterClassContext(Lucia(cls.redis))
        cls.beside = cls.enterClassContext(Beside(cls.redis, cls.settings))

    def setUp(self):
        self.redis.ask("FLUSHALL")
        self.tokens = set()

    def tearDown(self):
        for token in self.tokens:
            self.assertNotIn(token, self.beside.log())

    def signed_in_with_lucia(self, **periods):
        """The id, which is the token, of a session of Lucia's with these ends of its periods."""
        session = self.lucia.createSession({"userId": "ada", "attributes": ATTRIBUTES})
        self.tokens.add(session["sessionId"])
        if periods:
            self.lucia.call("adapter.updateSession", session["sessionId"], periods)
        return session["sessionId"]

    def signed_in_with_sessgate(self):
        status, body = self.beside.control_call("POST", "/sessions", {"userId": "ada", "attributes": {"plan": "pro"}})
        self.assertEqual(status, 201)
        return body["session"]

    def record(self, token):
        text = self.redis.ask("GET", f"session:{token}")
        return json.loads(text) if text else None

    def members(self):
        return set(self.redis.ask("SMEMBERS", "user_sessions:ada"))


class LuciaMadeIt(LuciaCase):
    def test_an_active_session_is_good_and_nothing_is_written(self):
        token = self.signed_in_with_lucia()
        before = self.redis.ask("GET", f"session:{token}")
        answer = self.beside.ask(token)
        self.assertEqual(answer["session"]["userId"], "ada")
        self.assertEqual(answer["session"]["state"], "active")
        self.assertEqual(answer["session"]["attributes"], ATTRIBUTES)
        self.assertEqual(answer["session"]["idlePeriodExpiresAt"], json.loads(before)["idle_expires"])
        self.assertEqual(answer["setCookie"], [])
        self.assertEqual(self.redis.ask("GET", f"session:{token}"), before)

    def test_an_idle_session_is_renewed_in_lucias_form_with_the_cookie_that_lucia_forgets(self):
        token = self.signed_in_with_lucia(active_expires=now_ms() - 1)
        answer = self.beside.ask(token)
        self.assertTrue(answer["session"]["fresh"])
        record = self.record(token)
        self.assertEqual(record["idle_expires"] - record["active_expires"], IDLE_MS)
        self.assertAlmostEqual(record["active_expires"], now_ms() + ACTIVE_MS, delta=10_000)
        self.assertEqual({name: record[name] for name in ATTRIBUTES}, ATTRIBUTES)
        self.assertEqual(self.lucia.validateSession(token)["state"], "active")

        parts = dict(part.partition("=")[::2] for part in answer["setCookie"][0].split("; "))
        theirs = dict(part.partition("=")[::2] for part in self.lucia.cookie(token).split("; "))
        self.assertEqual(parts, theirs)

    def test_a_dead_session_is_expired_however_long_its_key_lives(self):
        token = self.signed_in_with_lucia(active_expires=now_ms() - 2, idle_expires=now_ms() + 60_000)
        self.assertIsNotNone(self.beside.ask(token)["session"])
        token = self.signed_in_with_lucia()
        record = self.record(token) | {"active_expires": now_ms() - 2, "idle_expires": now_ms() - 1}
        self.redis.ask("SET", f"session:{token}", json.dumps(record), "EX", "1796736990")
        answer = self.beside.ask(token)
        self.assertEqual((answer["session"], answer["reason"]), (None, "expired"))
        with self.assertRaisesRegex(LuciaError, "AUTH_INVALID_SESSION_ID"):
            self.lucia.validateSession(token)

    def test_a_key_of_adapter_2_1_1_gets_an_expiry_that_makes_sense(self):
        token = self.signed_in_with_lucia(active_expires=now_ms() - 1)
        self.redis.ask("EXPIRE", f"session:{token}", "1796736990")
        self.assertTrue(self.beside.ask(token)["session"]["fresh"])
        left = self.redis.ask("PTTL", f"session:{token}")
        self.assertLess(left, ACTIVE_MS + IDLE_MS + 11 * 60_000)

    def test_listed_and_revoked_by_an_id_that_is_not_the_secret(self):
        tokens = {self.signed_in_with_lucia() for _ in range(3)}
        status, body = self.beside.control_call("GET", "/users/ada/sessions")
        shown = [session["sessionId"] for session in body["sessions"]]
        self.assertEqual((status, len(shown)), (200, 3))
        self.assertFalse(tokens & set(shown))
        self.assertNotIn(next(iter(tokens)), json.dumps(body))

        self.assertEqual(self.beside.control_call("DELETE", f"/sessions/{shown[0]}")[0], 204)
        left = {token for token in tokens if self.record(token)}
        self.assertEqual(len(left), 2)
        self.assertEqual(self.members(), left)
        (gone,) = tokens - left
        with self.assertRaisesRegex(LuciaError, "AUTH_INVALID_SESSION_ID"):
            self.lucia.validateSession(gone)

        self.assertEqual(self.beside.control_call("DELETE", "/users/ada/sessions"), (200, {"revoked": 2}))
        self.assertEqual(self.lucia.getAllUserSessions("ada"), [])

    def test_the_user_is_there_with_what_was_put_of_it(self):
        token = self.signed_in_with_lucia()
        self.assertEqual(self.beside.ask(token, "/session-user")["user"], {"userId": "ada", "attributes": {}})
        self.beside.control_call("PUT", "/users/ada", {"attributes": {"name": "Ada"}})
        self.assertEqual(self.beside.ask(token, "/session-user")["user"]["attributes"], {"name": "Ada"})
        self.assertNotIn("name", self.record(token))

    def test_what_lucia_does_is_seen_at_once(self):
        token = self.signed_in_with_lucia()
        for _ in range(3):
            self.assertIsNotNone(self.beside.ask(token)["session"])
        self.lucia.invalidateSession(token)
        until(lambda: self.beside.ask(token)["session"] is None)
        self.assertEqual(self.beside.ask(token)["reason"], "unknown")

    def test_a_changed_attribute_leaves_the_others_as_they_were(self):
        token = self.signed_in_with_lucia()
        record = self.record(token)
        text = json.dumps(record | {"big": 0})[:-2] + "12345678901234567890, \"exact\": 1.10}"
        self.redis.ask("SET", f"session:{token}", text, "KEEPTTL")
        shown = self.beside.ask(token)["session"]["sessionId"]
        self.assertEqual(self.beside.control_call("PATCH", f"/sessions/{shown}", {"attributes": {"plan": "pro"}})[0], 200)
        stored = self.record(token)
        self.assertEqual(stored, record | {"plan": "pro", "big": 12345678901234567890, "exact": 1.10})
        self.assertIsInstance(stored["big"], int)


class SessgateMadeIt(LuciaCase):
    def test_lucia_validates_renews_lists_and_ends_it(self):
        token = self.signed_in_with_sessgate()["token"]
        self.assertRegex(token, "^[a-z0-9]{40}$")
        session = self.lucia.validateSession(token)
        self.assertEqual((session["user"]["userId"], session["state"], session["plan"]), ("ada", "active", "pro"))
        self.assertEqual([each["sessionId"] for each in self.lucia.getAllUserSessions("ada")], [token])

        self.lucia.call("adapter.updateSession", token, {"active_expires": now_ms() - 1})
        self.assertTrue(self.lucia.validateSession(token)["fresh"])
        until(lambda: self.beside.ask(token)["session"]["state"] == "active")
        self.assertEqual(self.beside.ask(token)["session"]["attributes"], {"plan": "pro"})

        self.lucia.invalidateSession(token)
        until(lambda: self.beside.ask(token)["session"] is None)

    def test_its_idle_end_is_the_end_of_it_for_both_however_long_its_key_lives(self):
        token = self.signed_in_with_sessgate()["token"]
        until_end = {"active_expires": now_ms() - 2, "idle_expires": now_ms() + 60_000}
        self.redis.ask("SET", f"session:{token}", json.dumps(self.record(token) | until_end), "EX", "1796736990")
        self.assertTrue(self.lucia.validateSession(token)["fresh"])
        self.redis.ask("SET", f"session:{token}", json.dumps(self.record(token) | until_end | {"idle_expires": now_ms() - 1}),
                       "EX", "1796736990")
        until(lambda: self.beside.ask(token)["session"] is None)
        self.assertEqual(self.beside.ask(token)["reason"], "expired")
        with self.assertRaisesRegex(LuciaError, "AUTH_INVALID_SESSION_ID"):
            self.lucia.validateSession(token)

    def test_lucia_refuses_it_once_it_is_revoked(self):
        session = self.signed_in_with_sessgate()
        self.assertEqual(self.beside.control_call("DELETE", f"/sessions/{session['sessionId']}")[0], 204)
        with self.assertRaisesRegex(LuciaError, "AUTH_INVALID_SESSION_ID"):
            self.lucia.validateSession(session["token"])
        self.assertEqual(self.members(), set())

    def test_a_new_token_is_a_new_session_in_the_old_ones_place(self):
        session = self.signed_in_with_sessgate()
        status, body = self.beside.control_call("POST", f"/sessions/{session['sessionId']}/rotate")
        self.assertEqual(status, 200)
        self.assertEqual(self.beside.ask(session["token"])["reason"], "unknown")
        self.assertEqual(self.lucia.validateSession(body["session"]["token"])["plan"], "pro")
        self.assertEqual(self.members(), {body["session"]["token"]})

    def test_a_sign_in_takes_what_is_gone_out_of_the_set(self):
        gone = self.signed_in_with_lucia()
        self.redis.ask("DEL", f"session:{gone}")
        live = self.signed_in_with_lucia()
        token = self.signed_in_with_sessgate()["token"]
        self.assertEqual(self.members(), {live, token})

    def test_an_attribute_may_not_be_called_like_a_member_of_the_record(self):
        wanted = {"userId": "ada", "attributes": {"user_id": "eve"}}
        self.assertEqual(self.beside.control_call("POST", "/sessions", wanted)[0], 422)


class Shape(LuciaCase):
    settings = {"http.session_shape": "lucia-2"}

    def test_a_session_has_lucias_names_and_dates(self):
        token = self.signed_in_with_lucia()
        self.beside.control_call("PUT", "/users/ada", {"attributes": {"name": "Ada"}})
        ours = self.beside.ask(token, "/session-user")
        theirs = self.lucia.validateSession(token)
        self.assertEqual(ours["user"], {"userId": "ada", "name": "Ada"})
        self.assertEqual(ours["session"] | {"sessionId": token, "user": theirs["user"]}, theirs)


class AtOnce(unittest.TestCase):
    def race(self, call, beside):
        outcomes = call({"rounds": ROUNDS, "data": f"http://{beside.listen}", "control": f"http://{beside.control}",
                         "controlToken": npm.TOKEN})
        print(outcomes, file=sys.stderr)
        self.assertEqual(sum(outcomes.values()), ROUNDS)
        self.assertFalse({"brought back by sessgate", "answered from memory"} & set(outcomes), beside.log())
        self.assertLess(outcomes.get("unacknowledged", 0), ROUNDS // 10)
        self.assertGreater(outcomes["ended"], ROUNDS // 4)

    def test_no_session_comes_back_that_lucia_did_not_write(self):
        # Another idle period than sessgate's, so that a record tells who wrote it.
        with Redis() as redis, Lucia(redis, idle_ms=IDLE_MS + 1) as lucia, Beside(redis) as beside:
            self.race(lucia.race, beside)

    def test_no_session_of_the_recipe_comes_back_that_the_recipe_did_not_write(self):
        # Sessgate's renewals last 31 days, the recipe's 30.
        settings = {"store.layout": "lucia-recipe", "session.active_period": "15d", "session.idle_period": "16d"}
        with Redis() as redis, Lucia(redis) as lucia, Beside(redis, settings) as beside:
            self.race(lucia.recipeRace, beside)


if __name__ == "__main__":
    if not npm.install():
        print("Lucia's packages cannot be had: skipped", file=sys.stderr)
        sys.exit(77)
    unittest.main()
