"""The whole life of sessions in the built program, on both stores, by the real clock.

Tests wait only for instants that answers named. Active periods are short, so that they can be waited for; idle ones are
long, so that a slow machine misses nothing: whatever has to happen before a short instant is done again when it came
too late.
"""

import http.cookies
import json
import unittest

from program import Program, now_ms, wait_until_after

COOKIE = "__Host-session"
SETTINGS = {
    "session.active_period": "500ms",
    "session.idle_period": "1h",
    "session.rotation_grace": "100ms",
    "store.deadline": "10s",
}
TRIES = 20


class Answer:
    """What /session and its like say. session: None, or the object. cookies: the Set-Cookie lines."""

    def __init__(self, status, headers, body):
        self.status = status
        self.fields = {name.lower(): value for name, value in headers}
        self.cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        self.json = json.loads(body)
        self.session = self.json.get("session")


def token_in(cookie):
    """The token that a Set-Cookie line brings; empty in one that removes the cookie."""
    (morsel,) = http.cookies.SimpleCookie(cookie).values()
    assert morsel.key == COOKIE, cookie
    return morsel.value


class LifeTests:
    """`store` says where the sessions live. One program serves all tests of a class: each has users of its own."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.program = cls.enterClassContext(Program(cls.store, SETTINGS | cls.settings))

    def ask(self, token, path="/session", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer(*self.program.request("GET", path, {"Cookie": f"{COOKIE}={token}"} | named))

    def ask_as_bearer(self, token):
        return Answer(*self.program.request("GET", "/session", {"Authorization": f"Bearer {token}"}))

    def set_session(self, body, token=None):
        cookie = {"Cookie": f"{COOKIE}={token}"} if token else {}
        return Answer(*self.program.request("POST", "/set-session", cookie, body))

    def manage(self, method, path, body=None):
        """A call to the control port: (status, JSON or None)."""
        status, _, text = self.program.request(method, path, body=body, port="control")
        return status, json.loads(text) if text else None

    def create(self, **body):
        status, answer = self.manage("POST", "/sessions", {"userId": self.id()} | body)
        self.assertEqual(status, 201, answer)
        return answer["session"]

    def revoke(self, token):
        self.assertEqual(self.manage("DELETE", f"/sessions/{token[:20]}"), (204, None))

    def only_token(self, answer):
        self.assertEqual(len(answer.cookies), 1, answer.json)
        self.assertEqual(answer.json["setCookie"], answer.cookies)
        return token_in(answer.cookies[0])

    def assert_none(self, answer, reason):
        self.assertEqual(answer.status, 200)
        self.assertIsNone(answer.session)
        self.assertEqual(answer.json["reason"], reason)
        self.assertEqual(answer.fields["x-session-state"], "none")

    def assert_removes_cookie(self, answer):
        self.assertEqual(self.only_token(answer), "")
        self.assertIn("; Expires=Thu, 01 Jan 1970 00:00:00 GMT", answer.cookies[0])

    def active(self):
        """A new session, and an answer about it that was given within its active period."""
        for _ in range(TRIES):
            created = self.create()
            answer = self.ask(created["token"])
            if now_ms() <= created["activePeriodExpiresAt"]:
                return created, answer
        self.fail(f"not one of {TRIES} answers came within 500 ms")

    def renewed(self, **body):
        """A new session's token, and the answer to its first use after the active period."""
        created = self.create(**body)
        wait_until_after(created["activePeriodExpiresAt"])
        return created["token"], self.ask(created["token"])


class RotationTests(LifeTests):
    def test_a_session_lives_from_creation_over_renewal_and_promotion_to_revocation(self):
        created, active = self.active()
        first = created["token"]
        self.assertEqual(active.session, {name: value for name, value in created.items() if name != "token"}
                         | {"state": "active", "fresh": False})
        self.assertEqual((active.cookies, active.fields["x-session-state"]), ([], "active"))

        wait_until_after(created["activePeriodExpiresAt"])
        idle = self.ask(first, "/session?renew=false")
        self.assertEqual((idle.session["state"], idle.session["fresh"], idle.cookies), ("idle", False, []))
        self.assertEqual(idle.fields["x-session-state"], "idle")

        renewed = self.ask(first)
        self.assertEqual((renewed.session["state"], renewed.session["fresh"]), ("active", True))
        self.assertGreaterEqual(renewed.session["activePeriodExpiresAt"], created["activePeriodExpiresAt"] + 501)
        second = self.only_token(renewed)
        self.assertEqual(second[:20], first[:20])
        self.assertNotEqual(second, first)

        promoted = self.ask(second)
        self.assertEqual((promoted.session["sessionId"], promoted.cookies), (first[:20], []))
        # Good until the current token is used later than the grace, however late this call comes.
        previous = self.ask(first)
        self.assertEqual(previous.session["sessionId"], first[:20])
        self.assertEqual(self.only_token(previous), second)

        # Two active periods are more than the grace, whenever in the first one the promotion was.
        wait_until_after(promoted.session["activePeriodExpiresAt"])
        wait_until_after(self.ask(second).session["activePeriodExpiresAt"])
        self.assertIsNotNone(self.ask(second).session)
        superseded = self.ask(first)
        self.assert_none(superseded, "superseded")
        self.assertEqual(superseded.cookies, [])
        self.assertIsNotNone(self.ask(second).session)

        self.revoke(second)
        ended = self.ask(second)
        self.assert_none(ended, "unknown")
        self.assert_removes_cookie(ended)
        self.assertEqual(self.manage("GET", f"/sessions/{first[:20]}")[0], 404)
        self.assertEqual(self.manage("DELETE", f"/sessions/{first[:20]}")[0], 404)

    def test_a_lost_set_cookie_costs_nothing(self):
        first, renewed = self.renewed()
        second = self.only_token(renewed)

        self.assertEqual(self.only_token(self.ask(first)), second)
        wait_until_after(renewed.session["activePeriodExpiresAt"])
        self.assertEqual(self.only_token(self.ask(first)), second)
        self.assertIsNotNone(self.ask(second).session)

    def test_a_bearer_gets_its_successor_in_the_body_and_never_a_cookie(self):
        created = self.create()
        wait_until_after(created["activePeriodExpiresAt"])
        renewed = self.ask_as_bearer(created["token"])
        second = renewed.json["token"]
        promoted = self.ask_as_bearer(second)
        previous = self.ask_as_bearer(created["token"])

        self.assertTrue(renewed.session["fresh"])
        self.assertNotEqual(second, created["token"])
        self.assertEqual(promoted.session["sessionId"], created["sessionId"])
        self.assertNotIn("token", promoted.json)
        self.assertEqual(previous.json["token"], second)
        for answer in (renewed, promoted, previous):
            self.assertEqual((answer.cookies, answer.json["setCookie"]), ([], []))

    def test_an_expired_session_is_null_and_its_cookie_goes_with_navigations_only(self):
        created = self.create(idlePeriod="100ms")
        wait_until_after(created["idlePeriodExpiresAt"])

        poll = self.ask(created["token"], Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="cors")
        self.assert_none(poll, "expired")
        self.assertEqual(poll.cookies, [])
        for headers in ({}, {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "navigate"}):
            answer = self.ask(created["token"], **headers)
            self.assert_none(answer, "expired")
            self.assert_removes_cookie(answer)
        self.assertEqual(self.manage("GET", f"/sessions/{created['sessionId']}")[0], 404)

    def test_no_renewal_passes_the_absolute_end(self):
        for _ in range(TRIES):
            token, renewed = self.renewed(absoluteLifetime="800ms")
            if renewed.session:  # else this call came more than 300 ms late
                break
        end = renewed.session["absoluteExpiresAt"]

        self.assertEqual((renewed.session["activePeriodExpiresAt"], renewed.session["idlePeriodExpiresAt"]), (end, end))
        wait_until_after(end)
        self.assert_none(self.ask(token), "expired")

    def test_a_user_is_shown_once_it_was_put_and_as_it_was_put_last(self):
        token = self.create(idlePeriod="1h", activePeriod="1h")["token"]
        missing = self.ask(token, "/session-user")
        self.assert_none(missing, "user_missing")
        self.assertIsNone(missing.json["user"])
        self.assertEqual(missing.cookies, [])

        for attributes in ({"name": "Ä"}, {"name": "B", "roles": [1, None]}):
            self.assertEqual(self.manage("PUT", f"/users/{self.id()}", {"attributes": attributes})[0], 200)
            answer = self.ask(token, "/session-user")
            self.assertEqual(answer.session["sessionId"], token[:20])
            self.assertEqual(answer.json["user"], {"userId": self.id(), "attributes": attributes})

        self.assertEqual(self.manage("DELETE", f"/users/{self.id()}")[0], 204)
        gone = self.ask(token, "/session-user")
        self.assert_none(gone, "unknown")
        self.assertIsNone(gone.json["user"])

    def test_set_session_takes_a_live_token_in_both_forms(self):
        token = self.create(activePeriod="1h")["token"]
        for body in ({"token": token}, {"session": {"token": token}}):
            answer = self.set_session(body)
            self.assertEqual((answer.status, answer.session["sessionId"]), (200, token[:20]))
            self.assertTrue(answer.session["fresh"])
            self.assertEqual(self.only_token(answer), token)

    def test_set_session_refuses_the_token_of_a_revoked_session(self):
        token = self.create()["token"]
        self.revoke(token)

        answer = self.set_session({"token": token})
        self.assertEqual((answer.status, answer.json["code"], answer.cookies), (422, "session_invalid", []))

    def test_set_session_to_null_removes_the_cookie_and_ends_the_session_only_when_asked_to(self):
        token = self.create(activePeriod="1h")["token"]
        answer = self.set_session({"session": None}, token)
        self.assertEqual((answer.status, answer.session), (200, None))
        self.assert_removes_cookie(answer)
        self.assertIsNotNone(self.ask(token).session)

        self.assert_removes_cookie(self.set_session({"session": None, "revoke": True}, token))
        self.assert_none(self.ask(token), "unknown")


class ExtensionTests(LifeTests):
    settings = {"session.renewal": "extend", "session.absolute_lifetime": "none"}

    def test_extension_gives_new_periods_and_keeps_the_token(self):
        created = self.create()
        wait_until_after(created["activePeriodExpiresAt"])
        renewed = self.ask(created["token"])

        self.assertEqual((renewed.session["state"], renewed.session["fresh"]), ("active", True))
        self.assertIsNone(renewed.session["absoluteExpiresAt"])
        self.assertGreaterEqual(renewed.session["idlePeriodExpiresAt"], created["idlePeriodExpiresAt"] + 501)
        self.assertEqual(self.only_token(renewed), created["token"])
        self.assertIsNotNone(self.ask(created["token"]).session)


class MemoryRotation(RotationTests, unittest.TestCase):
    store = "memory:"


class MemoryExtension(ExtensionTests, unittest.TestCase):
    store = "memory:"


class LmdbExtension(ExtensionTests, unittest.TestCase):
    store = "lmdb"


class LmdbRotation(RotationTests, unittest.TestCase):
    store = "lmdb"

    def test_sessions_and_users_outlive_the_program(self):
        self.assertEqual(self.manage("PUT", f"/users/{self.id()}", {"attributes": {"n": 1}})[0], 200)
        first, renewed = self.renewed(attributes={"device": "laptop"})
        before = self.ask(first, "/session-user?renew=false")
        revoked = self.create()["token"]
        self.revoke(revoked)

        self.program.stop()
        self.program.start()

        after = self.ask(first, "/session-user?renew=false")
        # The active period may have ended between the two.
        self.assertEqual(after.session | {"state": None}, before.session | {"state": None})
        self.assertEqual(after.json["user"], {"userId": self.id(), "attributes": {"n": 1}})
        self.assertEqual(self.only_token(after), self.only_token(renewed))
        self.assert_none(self.ask(revoked), "unknown")


if __name__ == "__main__":
    unittest.main()
