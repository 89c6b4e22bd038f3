"""The demo in Chromium: signing in, renewal, parallel requests, tabs, profiles and the back button."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

from browser import Chromedriver
from program import Program, wait_until_after
from proxies import Nginx, command

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCREENSHOTS = pathlib.Path(os.environ.get("SESSGATE_BUILD_DIR", ROOT / "build")) / "screenshots"


class DemoApplication:
    """demo/application.py, while the `with` block runs."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "demo" / "application.py", "0", self.program.listen, self.program.control],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline().split()[-1])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


@unittest.skipUnless(command("chromium") and command("chromedriver"), "chromium and chromedriver are not installed")
class DemoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.program = cls.stack.enter_context(Program("lmdb", {
            "cookie.secure": False, "session.active_period": "1500ms", "session.rotation_grace": "200ms",
            "drain.timeout": "0s", "store.deadline": "5s"}))
        cls.application = cls.stack.enter_context(DemoApplication(cls.program))
        cls.nginx = cls.stack.enter_context(Nginx(cls.program.port, cls.application.port))
        cls.driver = cls.stack.enter_context(Chromedriver())
        cls.site = f"http://localhost:{cls.nginx.port}"
        cls.here, cls.there = cls.driver.browser("here"), cls.driver.browser("there")

    def setUp(self):
        for browser in (self.here, self.there):
            browser.forget_cookies(self.site)

    def sign_in(self, browser, name):
        browser.go(self.site + "/")
        self.assertEqual(browser.text("h1"), "Sign in")
        browser.type("#name", name)
        browser.follow("section button")
        self.assertEqual(browser.text("h1"), f"Hello, {name}")

    def session_of(self, browser):
        """The session behind the browser's page, as the control port shows it."""
        status, _, body = self.program.request("GET", f"/sessions/{browser.text('#session')}", port="control")
        self.assertEqual(status, 200)
        return json.loads(body)["session"]

    def wait_until_idle(self, browser):
        wait_until_after(self.session_of(browser)["activePeriodExpiresAt"])

    def assert_comes_to(self, browser, title):
        """A page out of the browser's memory first loads itself anew."""
        deadline = time.monotonic() + 10
        while browser.text("h1") != title and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(browser.text("h1"), title)

    def take(self, browser, name):
        browser.screenshot(SCREENSHOTS / f"{name}.png")

    def test_a_visitor_is_sent_to_sign_in_and_back_to_where_he_wanted(self):
        browser = self.here
        browser.go(self.site + "/?page=2&sort=name")
        self.assertIn("/login", browser.url())
        self.take(browser, "sign-in")
        browser.type("#name", "Grace")
        browser.follow("section button")
        self.assertEqual(browser.text("h1"), "Hello, Grace")
        self.assertTrue(browser.url().endswith("/?page=2&sort=name"), browser.url())
        self.assertIsNotNone(browser.cookie("session"))
        self.take(browser, "signed-in")
        browser.follow("#sign-out")
        self.assertEqual(browser.text("h1"), "Sign in")
        self.assertIsNone(browser.cookie("session"))
        browser.back()
        self.assert_comes_to(browser, "Sign in")
        self.take(browser, "back-after-sign-out")

    def test_a_reload_while_idle_rotates_the_cookie_and_the_next_ones_go_on_with_it(self):
        browser = self.here
        self.sign_in(browser, "Ada")
        first, session = browser.cookie("session"), browser.text("#session")
        browser.reload()
        self.assertEqual(browser.cookie("session"), first)
        self.wait_until_idle(browser)
        browser.reload()
        second = browser.cookie("session")
        self.assertNotEqual(second, first)
        self.assertEqual(second.split(".")[0], session)
        self.assertEqual(browser.text("#session"), session)
        browser.reload()
        self.assertEqual(browser.text("h1"), "Hello, Ada")

    def test_six_requests_at_the_moment_of_renewal_all_get_through_with_one_successor(self):
        browser = self.here
        self.sign_in(browser, "Barbara")
        before = browser.cookie("session")
        for _ in range(2):
            self.wait_until_idle(browser)
            answers = browser.run(
                "return Promise.all(Array.from({length: 6}, async () => {"
                "const answer = await fetch('/api/session');"
                "return [answer.status, (await answer.json()).session]; }));")
            self.assertEqual(answers, [[200, browser.text("#session")]] * 6)
            self.assertNotEqual(browser.cookie("session"), before)
        browser.click("#ask")
        self.assertIn("200, 200, 200, 200, 200, 200", self.answers_of(browser))
        self.take(browser, "six-at-once")
        browser.reload()
        self.assertEqual(browser.text("h1"), "Hello, Barbara")

    def answers_of(self, browser):
        deadline = time.monotonic() + 10
        while "Answers" not in (text := browser.text("#answers")) and time.monotonic() < deadline:
            time.sleep(0.02)
        return text

    def test_two_tabs_share_a_session_over_its_renewals(self):
        browser = self.here
        self.sign_in(browser, "Edsger")
        first, session = browser.windows()[0], browser.text("#session")
        for _ in range(2):
            self.wait_until_idle(browser)
            browser.open_tab()
            browser.go(self.site + "/")
            self.assertEqual(browser.text("#session"), session)
            browser.switch(first)
            browser.reload()
            self.assertEqual(browser.text("#session"), session)
        for handle in browser.windows():
            if handle != first:
                browser.switch(handle)
                browser.call("DELETE", "/window")
        browser.switch(first)

    def test_signing_out_everywhere_in_one_profile_signs_out_the_other(self):
        here, there = self.here, self.there
        self.sign_in(here, "Katherine")
        self.sign_in(there, "Katherine")
        here.reload()
        self.assertEqual(here.text("#sessions li:nth-child(2) .own"), "this one")
        self.take(here, "two-sessions")
        there.follow("#sign-out-everywhere")
        self.assertEqual(there.text("h1"), "Sign in")
        here.reload()
        self.assertEqual(here.text("h1"), "Sign in")
        self.assertIsNone(here.cookie("session"))
        self.take(here, "signed-out-from-elsewhere")
        here.back()
        self.assert_comes_to(here, "Sign in")

    def test_one_session_out_of_the_list_can_be_ended(self):
        here, there = self.here, self.there
        self.sign_in(there, "Margaret")
        self.sign_in(here, "Margaret")
        here.follow("#sessions button")
        self.assertEqual(here.text("#sessions li:only-child .own"), "this one")
        there.reload()
        self.assertEqual(there.text("h1"), "Sign in")

    def test_a_form_on_another_site_cannot_sign_anybody_out(self):
        browser = self.here
        self.sign_in(browser, "Joan")
        form = f"<form method=post action={self.site}/sign-out-everywhere><button>Win</button></form>"
        browser.go(f"data:text/html,{form}")
        browser.follow("button")
        self.assertIn("403", browser.text("h1"))
        browser.go(self.site + "/")
        self.assertEqual(browser.text("h1"), "Hello, Joan")


if __name__ == "__main__":
    unittest.main()
