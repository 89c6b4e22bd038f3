"""A session is given a new token, or other attributes, while others use it: nothing old stays good, nothing is lost."""

import json
import threading
import unittest

from program import Program, send, wait_until_after

# Short periods, so that a test can see a rotation; a session is active for five graces at least.
SETTINGS = {"session.rotation_grace": "40ms", "session.active_period": "200ms", "store.deadline": "60s"}
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
UNKNOWN = "/sessions/" + "a" * 20


class Caller(unittest.TestCase):
    """Each test has users of its own, so that one program serves them all."""

    @classmethod
    def setUpClass(cls):
        cls.program = cls.enterClassContext(Program("lmdb", SETTINGS))

    def call(self, method, path, body=None, headers=None, status=200):
        code, fields, text = self.program.request(method, path, headers, body, port="control")
        self.assertEqual(code, status, text)
        return json.loads(text) if text else None

    def create(self, user, **more):
        return self.call("POST", "/sessions", {"userId": user} | more, status=201)["session"]

    def ask(self, token):
        _, fields, text = self.program.request("GET", "/session", {"Cookie": f"__Host-session={token}"})
        return json.loads(text)

    def rotate(self, session):
        return self.call("POST", f"/sessions/{session['sessionId']}/rotate")


class RotateTest(Caller):
    def test_rotate_gives_a_new_token_at_once_and_the_old_one_is_dead(self):
        old = self.create("anna", attributes={"a": 1})
        answer = self.rotate(old)
        new = answer["session"]

        self.assertNotEqual(new["token"], old["token"])
        self.assertEqual(new["sessionId"], old["sessionId"])
        self.assertEqual((new["state"], new["fresh"], new["attributes"]), ("active", True, {"a": 1}))
        self.assertEqual(len(answer["setCookie"]), 1)
        self.assertTrue(answer["setCookie"][0].startswith(f"__Host-session={new['token']};"))
        self.assertEqual(self.ask(new["token"])["session"]["sessionId"], old["sessionId"])
        self.assertEqual(self.ask(old["token"]), {"session": None, "reason": "unknown", "setCookie": []})

    def test_a_pending_successor_and_a_previous_token_are_dead_after_rotate(self):
        first = self.create("berta", activePeriod="200ms")
        wait_until_after(first["activePeriodExpiresAt"])
        successor = self.ask(first["token"])["setCookie"][0].split("=")[1].split(";")[0]
        self.rotate(first)
        for token in (first["token"], successor):
            self.assertEqual(self.ask(token)["reason"], "unknown")

        second = self.create("berta", activePeriod="200ms")
        wait_until_after(second["activePeriodExpiresAt"])
        successor = self.ask(second["token"])["setCookie"][0].split("=")[1].split(";")[0]
        self.assertIsNotNone(self.ask(successor)["session"], "promoted")
        new = self.rotate(second)["session"]
        for token in (second["token"], successor):
            self.assertEqual(self.ask(token)["reason"], "unknown")
        self.assertIsNotNone(self.ask(new["token"])["session"])

    def test_rotate_begins_the_periods_anew_and_leaves_the_absolute_end(self):
        old = self.create("carla", activePeriod="200ms", absoluteLifetime="1h")
        wait_until_after(old["activePeriodExpiresAt"])
        new = self.rotate(old)["session"]

        self.assertGreater(new["activePeriodExpiresAt"], old["activePeriodExpiresAt"])
        self.assertEqual(new["absoluteExpiresAt"], old["absoluteExpiresAt"])
        self.assertEqual(new["createdAt"], old["createdAt"])

    def test_a_session_that_is_dead_or_never_was_cannot_be_rotated_or_patched(self):
        dead = self.create("dora", activePeriod="200ms", idlePeriod="1ms")
        wait_until_after(dead["idlePeriodExpiresAt"])
        for path in (f"/sessions/{dead['sessionId']}", UNKNOWN, "/sessions/x"):
            self.call("POST", path + "/rotate", status=404)
            self.call("PATCH", path, {"attributes": {}}, status=404)

    def test_of_rotations_at_the_same_time_one_token_is_left(self):
        session = self.create("emma")
        tokens, lock = [], threading.Lock()

        def rotate():
            connection = self.program.connection("control")
            for _ in range(5):
                status, _, text = send(connection, "POST", f"/sessions/{session['sessionId']}/rotate")
                with lock:
                    tokens.append((status, json.loads(text).get("session", {}).get("token")))
            connection.close()

        run_together(rotate, 6)
        self.assertEqual({status for status, _ in tokens}, {200})
        good = [token for _, token in tokens if self.ask(token)["session"]]
        self.assertEqual(len(good), 1)


class PatchTest(Caller):
    def patch(self, session, attributes, **more):
        return self.call("PATCH", f"/sessions/{session['sessionId']}", {"attributes": attributes}, **more)

    def test_a_patch_is_merged_as_rfc_7396_has_it(self):
        # RFC 7396, appendix A, as far as both sides are objects.
        for before, patch, after in [
                ({"a": "b"}, {"a": "c"}, {"a": "c"}), ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
                ({"a": "b"}, {"a": None}, {}), ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
                ({"a": ["b"]}, {"a": "c"}, {"a": "c"}), ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
                ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
                ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}), ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
                ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}), ({"a": 1}, {}, {"a": 1}), ({"a": 1}, None, {})]:
            with self.subTest(before=before, patch=patch):
                session = self.create("frida", attributes=before)
                self.assertEqual(self.patch(session, patch)["session"]["attributes"], after)
                self.assertEqual(self.ask(session["token"])["session"]["attributes"], after)

    def test_a_patch_may_come_as_merge_patch_or_as_json_and_as_nothing_else(self):
        session = self.create("gerda")
        path = f"/sessions/{session['sessionId']}"
        for media_type in ("application/merge-patch+json", "application/json", "application/json; charset=utf-8"):
            answer = self.call("PATCH", path, '{"attributes":{"n":1}}', {"Content-Type": media_type})
            self.assertEqual(answer["session"]["attributes"], {"n": 1})
        for media_type in ("application/json-patch+json", "text/plain"):
            status, fields, _ = self.program.request("PATCH", path, {"Content-Type": media_type}, "{}", port="control")
            self.assertEqual((status, dict(fields)["Accept-Patch"]), (415, "application/merge-patch+json"))

    def test_numbers_and_letters_that_the_patch_does_not_name_stay_as_they_were(self):
        kept = '{"big":18446744073709551615,"neg":-9223372036854775808,"pi":3.141592653589793,"text":"\\u0001ä\\"😀"}'
        session = self.create("hanna", attributes=json.loads(kept))
        self.patch(session, {"new": 1})
        _, _, text = self.program.request("GET", "/session", {"Cookie": f"__Host-session={session['token']}"})
        self.assertIn(b'"big":18446744073709551615', text)
        self.assertIn(b'"neg":-9223372036854775808', text)
        self.assertEqual(json.loads(text)["session"]["attributes"], json.loads(kept) | {"new": 1})

    def test_what_is_no_patch_of_attributes_changes_nothing(self):
        session = self.create("ida", attributes={"a": 1})
        path = f"/sessions/{session['sessionId']}"
        for body in ({"userId": "eve"}, {"attributes": {}, "token": "x"}, {"attributes": 5}, {"attributes": [1]}):
            self.assertEqual(self.call("PATCH", path, body, status=422)["code"], "body_invalid")
        for body in ("[]", "{", '{"attributes":{"a":1,"a":2}}'):
            self.assertEqual(self.call("PATCH", path, body, MERGE_PATCH, status=400)["code"], "body_malformed")
        self.assertEqual(self.ask(session["token"])["session"]["attributes"], {"a": 1})

    def test_the_limit_is_on_what_comes_of_a_patch(self):
        session = self.create("jana", attributes={"a": "x" * 2000})
        self.assertEqual(self.patch(session, {"b": "x" * 1100}, status=422)["code"], "attributes_too_large")
        self.assertEqual(self.ask(session["token"])["session"]["attributes"], {"a": "x" * 2000})
        full = {"a": None, "b": "x" * (3072 - 8)}  # {"b":"…"} around it
        self.assertEqual(len(self.patch(session, full)["session"]["attributes"]["b"]), 3064)

    def test_no_patch_is_lost_among_others_and_among_renewals(self):
        session = self.create("karla", activePeriod="200ms")
        answers, lock = [], threading.Lock()

        def patch(number):
            connection = self.program.connection("control")
            for step in range(20):
                body = {"attributes": {f"n{number}-{step}": step}}
                status, _, _ = send(connection, "PATCH", f"/sessions/{session['sessionId']}", body=body)
                with lock:
                    answers.append(status)
            connection.close()

        def use():
            for _ in range(40):
                self.ask(session["token"])

        run_together(patch, 8, with_number=True, beside=use)
        self.assertEqual(set(answers), {200})
        attributes = self.call("GET", f"/sessions/{session['sessionId']}")["session"]["attributes"]
        self.assertEqual(attributes, {f"n{number}-{step}": step for number in range(8) for step in range(20)})


def run_together(work, count, with_number=False, beside=None):
    threads = [threading.Thread(target=work, args=(number,) if with_number else ()) for number in range(count)]
    if beside:
        threads.append(threading.Thread(target=beside))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    unittest.main()
