"""Several session cookies, and cookies of the application's own that go with them: cookie.more and cookie.clear."""

import json
import pathlib
import tempfile
import unittest

from program import Program, clean_environment, run_program, wait_until_after

SETTINGS = {"session.renewal": "extend", "cookie.name": "__Secure-sid",
            "cookie.more": "__Secure-sid; Domain=example.org, legacy; Path=/old",
            "cookie.clear": "theme, csrf; domain=example.org; path=/app"}
PLACES = ["__Secure-sid={}; Path=/;", "__Secure-sid={}; Path=/; Domain=example.org;", "legacy={}; Path=/old;"]


class SeveralCookiesTest(unittest.TestCase):
    def lines(self, headers):
        return [value for name, value in headers if name == "Set-Cookie"]

    def check_places(self, lines, places):
        self.assertEqual(len(lines), len(places), lines)
        for line, place in zip(lines, places):
            self.assertTrue(line.startswith(place + " "), f"{line} is not at {place}")

    def create(self, program, **more):
        _, _, text = program.request("POST", "/sessions", body={"userId": "anna"} | more, port="control")
        return json.loads(text)

    def test_each_session_cookie_is_set_and_any_of_them_is_read(self):
        with Program(settings=SETTINGS) as program:
            created = self.create(program)
            token = created["session"]["token"]
            self.check_places(created["setCookie"], [place.format(token) for place in PLACES])

            status, headers, _ = program.request("POST", "/set-session", body={"token": token})
            self.assertEqual(status, 200)
            self.check_places(self.lines(headers), [place.format(token) for place in PLACES])

            for name in ("__Secure-sid", "legacy"):
                _, _, text = program.request("GET", "/session", {"Cookie": f"{name}={token}"})
                self.assertEqual(json.loads(text)["session"]["userId"], "anna", name)
            _, _, text = program.request("GET", "/session", {"Cookie": f"__Secure-sid={token}; legacy={token}"})
            self.assertEqual(json.loads(text)["session"]["userId"], "anna")

    def test_different_sessions_in_two_of_the_cookies_are_ambiguous(self):
        with Program(settings=SETTINGS) as program:
            first, second = (self.create(program)["session"]["token"] for _ in range(2))
            _, _, text = program.request("GET", "/session", {"Cookie": f"__Secure-sid={first}; legacy={second}"})
            self.assertEqual(json.loads(text)["reason"], "ambiguous_cookie")

    def test_null_removes_every_session_cookie_and_every_one_to_clear_and_the_session_lives_on(self):
        with Program(settings=SETTINGS) as program:
            token = self.create(program)["session"]["token"]
            _, headers, text = program.request("POST", "/set-session", {"Cookie": f"legacy={token}"}, {"session": None})
            lines = self.lines(headers)
            self.check_places(lines, [place.format("") for place in PLACES]
                              + ["theme=; Path=/;", "csrf=; Path=/app; Domain=example.org;"])
            self.assertTrue(all("Expires=Thu, 01 Jan 1970" in line for line in lines))
            self.assertEqual(json.loads(text)["setCookie"], lines)

            _, _, text = program.request("GET", "/session", {"Cookie": f"legacy={token}"})
            self.assertIsNotNone(json.loads(text)["session"])

    def test_a_dead_session_takes_its_own_cookies_and_leaves_the_applications(self):
        with Program(settings=SETTINGS | {"session.active_period": "10ms"}) as program:
            session = self.create(program, idlePeriod="1ms")["session"]
            wait_until_after(session["idlePeriodExpiresAt"])
            _, headers, _ = program.request("GET", "/session", {"Cookie": f"legacy={session['token']}"})
            self.check_places(self.lines(headers), [place.format("") for place in PLACES])

    def test_one_session_cookie_may_rotate_beside_cookies_to_clear(self):
        with Program(settings={"cookie.clear": "theme"}) as program:
            _, headers, _ = program.request("POST", "/set-session", body={"session": None})
            self.check_places(self.lines(headers), ["__Host-session=; Path=/;", "theme=; Path=/;"])


class MistakesTest(unittest.TestCase):
    def check(self, *flags, **environment):
        with tempfile.TemporaryDirectory() as folder:
            return run_program(["check", *flags], cwd=folder, env=clean_environment(**environment), timeout=20)

    def assert_refused(self, done, *parts):
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_several_session_cookies_take_extend_and_nothing_else(self):
        self.assert_refused(self.check("--cookie-more=sid"), "session.renewal = \"rotate\"", "must be extend",
                            "cookie.more = \"sid\"")
        self.assertEqual(self.check("--cookie-more=sid", "--session-renewal=extend").returncode, 0)

    def test_what_is_no_cookie_is_told_with_what_would_be_one(self):
        for flag in ("--cookie-more", "--cookie-clear"):
            for value in ("a b", "a; Secure", "a; Path=x", "a; Domain=.example.org", "a, a", "=", "a,,b",
                          "a; Path=/; Max-Age=5"):
                with self.subTest(flag=flag, value=value):
                    self.assert_refused(self.check(f"{flag}={value}", "--session-renewal=extend"),
                                        "must be cookies such as sid or sid; Domain=example.org; Path=/app")

    def test_a_cookie_that_stands_in_two_lists_is_a_mistake(self):
        self.assert_refused(self.check("--cookie-more=__Host-session", "--session-renewal=extend"), "cookie.more",
                            "a session cookie already")
        self.assert_refused(self.check("--cookie-clear=__Host-session"), "cookie.clear", "a session cookie already")

    def test_a_prefix_that_its_attributes_contradict_is_a_mistake(self):
        self.assert_refused(self.check("--cookie-clear=__Host-a; Path=/x"), "cookie.clear", "contradicts")
        self.assert_refused(self.check("--cookie-clear=__Secure-a", "--cookie-secure=false"), "cookie.clear",
                            "contradicts")

    def test_all_three_spellings_mean_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "sessgate.toml"
            file.write_text('[session]\nrenewal = "extend"\n[cookie]\nmore = ["sid", "old; Path=/x; Path=no"]\n')
            by_file = self.check(f"--config={file}").stderr
            extend = "--session-renewal=extend"
            by_flag = self.check(extend, "--cookie-more=sid", "--cookie-more=old; Path=/x; Path=no").stderr
            by_environment = self.check(extend, SESSGATE_COOKIE_MORE="sid, old; Path=/x; Path=no").stderr
        for told in (by_file, by_flag, by_environment):
            self.assertIn('cookie.more = "sid, old; Path=/x; Path=no" (', told)


if __name__ == "__main__":
    unittest.main()
