"""Renewals and revocations on a way to Redis that is slow, cut or in disorder: a token that was handed out works, and
what was acknowledged holds."""

import json
import unittest

from fault_proxy import FaultProxy
from program import wait_until_after
from redis_server import Redis
from redis_sidecar import PERIODS, Sidecar, at_once, question, token_handed_out, until

# Idle again by nearly every request. The near-cache is off, so that each of them reaches the store.
SETTINGS = PERIODS | {"session.active_period": "50ms", "store.near_cache": "false", "threads": 1}
STAYING, LEAVING = 6, 3


class Browser:
    """Keeps a token, and the newest one that it is given in its place. is_revoked: that was acknowledged; None: the
    answer was 503, so it may be."""

    def __init__(self, sidecar):
        self.session = sidecar.sign_in()
        self.token, self.given = self.session["token"], 0
        self.active_until = self.session["activePeriodExpiresAt"]
        self.data, self.control = sidecar.connection(), sidecar.connection("control")
        self.is_revoked = False

    def question(self):
        return question(self.data, self.token)

    def revocation(self):
        return self.control, "DELETE", f"/sessions/{self.session['sessionId']}", {}

    def take(self, answer):
        """Whether it is an allow; None: 503."""
        status, headers, body = answer
        token = token_handed_out(headers)
        if status == 503:
            assert token is None and "Retry-After" in dict(headers), (headers, body)
            return None
        assert status == 200, (status, body)
        session = json.loads(body)["session"]
        if session is None:
            return False
        self.active_until = session["activePeriodExpiresAt"]
        if token is not None:
            self.token = token
            self.given += 1
        return True

    def take_end(self, answer):
        status, headers, body = answer
        assert status in (204, 503), (status, body)
        self.is_revoked = True if status == 204 else None

    def close(self):
        self.data.close()
        self.control.close()


class ChangesThroughFaultsTest(unittest.TestCase):
    def setUp(self):
        self.redis = self.enterContext(Redis())
        self.proxy = self.enterContext(FaultProxy(self.redis.port))
        self.sidecar = self.enterContext(Sidecar(self.proxy.url, SETTINGS))
        self.sidecar.wait_until_store_answers()

    def browsers(self, count):
        made = [Browser(self.sidecar) for _ in range(count)]
        for each in made:
            self.addCleanup(each.close)
        return made

    def ask(self, browsers):
        """How many were answered."""
        answers = [each.take(answer) for each, answer in zip(browsers, at_once([each.question() for each in browsers]))]
        for browser, is_allowed in zip(browsers, answers):
            if is_allowed is not None and browser.is_revoked is not None:
                self.assertEqual(is_allowed, not browser.is_revoked, "a wrong answer")
        return len(answers) - answers.count(None)

    def revoke(self, browsers):
        """While each of them is asked, and so renewed."""
        questions, ends = ([each.question() for each in browsers], [each.revocation() for each in browsers])
        answers = at_once([*questions, *ends])
        for browser, asked, ended in zip(browsers, answers, answers[len(browsers):]):
            browser.take(asked)
            browser.take_end(ended)

    def go_through(self, fault, values):
        """Each session is asked, renewed and its new token used while the proxy has the fault, with one value after the
        other; some are revoked meanwhile."""
        staying, leaving = self.browsers(STAYING), self.browsers(LEAVING * len(values))
        given = 0
        for number, value in enumerate(values):
            now = leaving[LEAVING * number:LEAVING * (number + 1)]
            wait_until_after(max(each.active_until for each in (*staying, *now)))
            setattr(self.proxy, fault, value)
            given -= sum(each.given for each in staying)
            self.ask(staying)
            self.revoke(now)
            self.ask([*staying, *now])
            given += sum(each.given for each in staying)
            self.proxy.heal()
            until(lambda: self.ask([*staying, *now]) == STAYING + LEAVING)
        self.assert_tried(given, leaving)
        self.assert_over(staying, leaving)

    def assert_tried(self, given, ended):
        """The faults were there, and not so many that they left nothing to show."""
        acknowledged = sum(each.is_revoked is True for each in ended)
        print(f"{self.proxy.faults} faults; {given} new tokens handed out; {acknowledged} of {len(ended)} revocations "
              "acknowledged", flush=True)
        self.assertGreater(self.proxy.faults, 0)
        self.assertGreater(given, 0)
        self.assertIn(acknowledged, range(1, len(ended)))

    def assert_over(self, staying, ended):
        for browser in staying:
            self.assertNotEqual(browser.token, browser.session["token"])
        for browser in ended:
            if browser.is_revoked is None:
                until(lambda: self.sidecar.revoke(browser.session) in (204, 404))
                browser.is_revoked = True
        until(lambda: self.ask([*staying, *ended]) == len(staying) + len(ended))

    def test_changes_whose_answers_are_late(self):
        self.go_through("delay", (0.01, 0.03, 0.05, 0.08, 0.3))

    def test_changes_whose_answers_are_cut_short(self):
        self.go_through("snap", [0.1, 0.3] * 8)

    def test_changes_whose_answers_change_places(self):
        self.go_through("swap", [0.05, 0.2] * 8)


if __name__ == "__main__":
    unittest.main()
