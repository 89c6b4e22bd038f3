"""`sessgate session explain`: in words what /session would answer to a token, and why; nothing is changed by it."""

import json
import unittest

from program import Program, wait_until_after

SETTINGS = {"session.rotation_grace": "40ms", "session.active_period": "200ms"}
ACTIVE = "GET /session would answer: the session, active now."


class ExplainTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = cls.enterClassContext(Program(settings=SETTINGS))

    def create(self, **more):
        _, _, text = self.program.request("POST", "/sessions", body={"userId": "anna"} | more, port="control")
        return json.loads(text)["session"]

    def use(self, token, query=""):
        _, _, text = self.program.request("GET", "/session" + query, {"Cookie": f"__Host-session={token}"})
        return json.loads(text)

    def successor_of(self, session):
        """The token that a renewal of the idle session hands out."""
        wait_until_after(session["activePeriodExpiresAt"])
        return self.use(session["token"])["setCookie"][0].split("=")[1].split(";")[0]

    def told(self, token, *parts):
        """The words, which hold each of `parts` and neither the token nor its secret."""
        done = self.program.command("session", "explain", input=token + "\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        if len(token) == 64:
            self.assertNotIn(token[21:], done.stdout)
        for part in parts:
            self.assertIn(part, done.stdout)
        return done.stdout

    def facts(self, token):
        done = self.program.command("session", "explain", "--json", input=token + "\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)["explanation"]

    def test_a_good_token_is_the_current_one_and_nothing_is_written(self):
        session = self.create(activePeriod="1h")
        self.told(session["token"], ACTIVE, "it is the current one", f"Session {session['sessionId']} of user anna",
                  "It would write nothing.", "user_missing")
        self.assertEqual(self.facts(session["token"])["writes"], [])

    def test_an_idle_token_would_be_renewed_and_replaced_and_is_not(self):
        session = self.create()
        wait_until_after(session["activePeriodExpiresAt"])
        self.told(session["token"], "the session, idle now.", "renew its periods, prepare a new token", "Set-Cookie")
        self.assertEqual(self.facts(session["token"])["writes"], ["renewal", "rotation"])
        after = self.use(session["token"], "?renew=false")["session"]
        self.assertEqual((after["state"], after["idlePeriodExpiresAt"]), ("idle", session["idlePeriodExpiresAt"]))

    def test_each_token_of_a_rotation_is_told_apart(self):
        session = self.create(activePeriod="1s")
        successor = self.successor_of(session)
        self.told(session["token"], "it is the current one", "Set-Cookie")
        self.told(successor, "it is the successor", "make this token the current one")
        self.assertEqual(self.facts(successor)["role"], "successor", "asking did not promote it")

        self.use(successor)
        self.told(session["token"], "it is the previous one", "Set-Cookie")
        self.told(successor, "it is the current one")

    def test_a_retired_token_is_told_with_what_it_may_mean(self):
        session = self.create(activePeriod="200ms")
        successor = self.successor_of(session)
        while self.use(session["token"]).get("reason") != "superseded":
            self.use(successor)
        self.told(session["token"], "no session, reason superseded.", "a stolen one", "it is a retired one")

    def test_dead_unknown_wrong_and_malformed_tokens_are_told_apart(self):
        dead = self.create(activePeriod="200ms", idlePeriod="1ms")
        wait_until_after(dead["idlePeriodExpiresAt"])
        self.told(dead["token"], "no session, reason expired.", "is dead")

        session = self.create(activePeriod="1h")
        wrong = session["token"][:30] + ("A" if session["token"][30] != "A" else "B") + session["token"][31:]
        self.told(wrong, "no session, reason unknown.", "this secret is none", session["sessionId"])
        self.told("a" * 20 + "." + "A" * 43, "no session, reason unknown.", "No such session is stored")
        self.told("pass-phrase", "no session, reason malformed.", "64 characters")

    def test_what_cannot_be_a_token_is_sent_nowhere(self):
        done = self.program.command("session", "explain", "--json", input="pass-phrase\n")
        self.assertEqual(json.loads(done.stdout)["explanation"]["reason"], "malformed")
        status, _, text = self.program.request("POST", "/explain", body={"token": "pass-phrase"}, port="control")
        self.assertEqual((status, json.loads(text)), (200, json.loads(done.stdout)), "and both say the same")

    def test_without_a_token_it_is_a_mistake(self):
        done = self.program.command("session", "explain", input="")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "sessgate: there is no token on standard input\n")

    def test_a_body_of_another_shape_is_refused(self):
        for body in ({}, {"token": 5}, {"token": "a", "more": 1}, {"tokens": "a"}):
            self.assertEqual(self.program.request("POST", "/explain", body=body, port="control")[0], 422)

    def test_no_session_is_ended_by_asking_about_a_reused_token(self):
        with Program(settings=SETTINGS | {"session.on_reuse": "revoke"}) as program:
            _, _, text = program.request("POST", "/sessions", body={"userId": "anna"}, port="control")
            session = json.loads(text)["session"]

            def use(token):
                return json.loads(program.request("GET", "/session", {"Cookie": f"__Host-session={token}"})[2])

            wait_until_after(session["activePeriodExpiresAt"])
            successor = use(session["token"])["setCookie"][0].split("=")[1].split(";")[0]
            use(successor)
            done = program.command("session", "explain", "--json", input=session["token"])
            while json.loads(done.stdout)["explanation"]["role"] != "retired":
                use(successor)
                done = program.command("session", "explain", "--json", input=session["token"])

            self.assertEqual(json.loads(done.stdout)["explanation"]["writes"], ["revocation"])
            self.assertIsNotNone(use(successor).get("session"), "the session is still there")
            self.assertNotIn("superseded", program.log())


class RotateCommandTest(unittest.TestCase):
    def test_rotate_prints_the_new_token_alone(self):
        with Program() as program:
            old = program.command("session", "create", "anna").stdout.strip()
            done = program.command("session", "rotate", old[:20])
            self.assertEqual(done.returncode, 0, done.stderr)
            new = done.stdout.strip()
            self.assertRegex(new, rf"^{old[:20]}\.[A-Za-z0-9_-]{{43}}$")
            self.assertNotEqual(new, old)
            answer = json.loads(program.command("session", "rotate", old[:20], "--json").stdout)
            self.assertEqual(answer["session"]["sessionId"], old[:20])

            self.assertEqual(program.command("session", "rotate", "a" * 20).returncode, 3)
            refused = program.command("session", "rotate", new)
            self.assertEqual(refused.returncode, 2)
            self.assertNotIn(new[21:], refused.stderr)


if __name__ == "__main__":
    unittest.main()
