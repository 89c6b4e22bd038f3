"""The status page in a real browser: it shows what happens, lists a user's sessions and ends them, and loads nothing
from elsewhere. With SESSGATE_SCREENSHOTS set to a folder, pictures for the docs are left there.
"""

import base64
import os
import pathlib
import re
import shutil
import tempfile
import threading
import unittest

from browser import Chromedriver
from program import Program, connect, send

TOKEN = "control-token-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
EXPECTED_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                               "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
WIDTH = 1240


class Load:
    """Requests of several kinds, one after the other, until the `with` block ends."""

    def __init__(self, program, tokens):
        self.program, self.tokens, self.ends = program, tokens, threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()

    def _run(self):
        connection = connect(self.program.listen)
        number = 0
        while not self.ends.wait(0.001):
            number += 1
            token = self.tokens[number // 2 % len(self.tokens)] if number % 7 else "nonsense"
            path = "/authz/nginx" if number % 2 else "/session"
            scope = {"X-Request-Id": f"{number // 2:032x}"}
            send(connection, "GET", path, {"Cookie": f"__Host-session={token}"} | scope)
        connection.close()


@unittest.skipUnless(shutil.which("chromedriver"), "Debian's package chromium-driver drives the browser")
class StatusPageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sessgate-")))
        tokens = folder / "tokens"
        tokens.touch(mode=0o600)
        tokens.write_text(TOKEN + "\n")
        cls.program = cls.enterClassContext(Program("lmdb", {"control.listen": "127.0.0.1:0", "threads": 2,
                                                             "control.token_file": tokens, "store.deadline": "10s"}))
        cls.browser = cls.enterClassContext(Chromedriver()).browser("status")
        cls.url = f"http://{cls.program.control}/status"

    def sign_in(self, user):
        status, _, body = self.program.request("POST", "/sessions", BEARER, {"userId": user}, port="control")
        self.assertEqual(status, 201, body)
        return re.search(rb'"token":"([^"]+)"', body)[1].decode()

    def until(self, script, what, seconds=20):
        """Waits in the page for a condition, looking each time it changes."""
        came = self.browser.run(f"""
            const is_so = () => {{ {script} }};
            return await new Promise((done) => {{
                const look = () => is_so() && done(true);
                new MutationObserver(look).observe(document, {{subtree: true, childList: true, characterData: true,
                                                               attributes: true}});
                setTimeout(() => done(false), {1000 * seconds});
                look();
            }});""")
        self.assertIs(came, True, what)

    def show_sessions_of(self, user):
        self.browser.type("#user", user)
        self.browser.type("#token", TOKEN)
        self.browser.click("#find button")

    def rows(self, count):
        self.until(f"return document.querySelectorAll('#sessions tbody tr').length === {count}"
                   " && document.getElementById('found').textContent !== ''", f"{count} sessions are listed")

    def test_the_page_and_its_parts_carry_a_policy_that_lets_nothing_else_in(self):
        for path in ("/status", "/status.css", "/status.js"):
            status, headers, body = self.program.request("GET", path, port="control")
            self.assertEqual(status, 200)
            self.assertEqual({name: dict(headers).get(name) for name in EXPECTED_HEADERS}, EXPECTED_HEADERS)
            self.assertNotRegex(body, rb"https?://(?!www\.w3\.org/2000/svg)")

    def test_rates_latencies_and_shares_are_live(self):
        tokens = [self.sign_in(f"live-{number}") for number in range(10)]
        with Load(self.program, tokens):
            self.browser.go(self.url)
            self.until("return document.getElementById('health').textContent === 'serving'", "it serves")
            self.until("return Number(document.getElementById('rate').textContent.replace(',', '')) > 1",
                       "requests each second are shown")
            self.until("return / (µs|ms)$/.test(document.getElementById('p99').textContent)", "latency is shown")
            self.until("return /%$/.test(document.getElementById('hits').textContent)", "hits are shown")
            self.until("return document.querySelectorAll('#answers path').length === 3", "the chart is drawn")
            text = self.browser.text("main")
            for shown in ("GET /session", "/authz/nginx", "malformed", "shard 0", "shard 1", "lmdb", "near-cache hits"):
                self.assertIn(shown, text)
            self.photograph("status")
        self.assertEqual(self.browser.run("return performance.getEntriesByType('resource').map((each) => each.name)"
                                          f".filter((name) => !name.startsWith('http://{self.program.control}/'))"), [])

    def photograph(self, name):
        folder = os.environ.get("SESSGATE_SCREENSHOTS")
        if not folder:
            return
        self.browser.call("POST", "/window/rect", {"width": WIDTH, "height": WIDTH})
        self.browser.call("POST", "/timeouts", {"script": 130_000})
        self.until("return moments.length >= 45", "the charts have a past", 120)
        height = self.browser.run("return document.documentElement.scrollHeight")
        for scheme in ("light", "dark"):
            self.devtools("Emulation.setEmulatedMedia",
                          {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            picture = self.devtools("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": {
                "x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}})
            (pathlib.Path(folder) / f"{name}-{scheme}.png").write_bytes(base64.b64decode(picture["data"]))

    def devtools(self, command, parameters):
        return self.browser.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def test_a_user_s_sessions_are_listed_and_one_is_revoked_at_the_second_press(self):
        tokens = [self.sign_in("ada") for _ in range(3)]
        kept, ended = (token.split(".")[0] for token in tokens[:2])
        self.browser.go(self.url)
        self.show_sessions_of("ada")
        self.rows(3)

        self.browser.click(f"tr[data-session='{ended}'] button")
        self.assertEqual(self.browser.text(f"tr[data-session='{ended}'] button"), "Really?")
        self.assertEqual(self.program.request("GET", f"/sessions/{ended}", BEARER, port="control")[0], 200)
        self.browser.click(f"tr[data-session='{ended}'] button")
        self.rows(2)

        self.assertEqual(self.program.request("GET", f"/sessions/{ended}", BEARER, port="control")[0], 404)
        self.assertEqual(self.program.request("GET", f"/sessions/{kept}", BEARER, port="control")[0], 200)
        self.assertIn(f"Revoked {ended}. 2 sessions.", self.browser.text("#found"))

    def test_all_sessions_of_a_user_are_revoked_and_no_other_s(self):
        for _ in range(2):
            self.sign_in("grace")
        other = self.sign_in("eve").split(".")[0]
        self.browser.go(self.url)
        self.show_sessions_of("grace")
        self.rows(2)

        self.browser.click("#revoke-all")
        self.browser.click("#revoke-all")
        self.rows(0)

        self.assertIn("Revoked 2.", self.browser.text("#found"))
        self.assertEqual(self.program.request("GET", f"/sessions/{other}", BEARER, port="control")[0], 200)

    def test_without_the_token_no_session_is_shown_and_it_says_what_is_missing(self):
        self.sign_in("linus")
        self.browser.go(self.url)
        self.browser.type("#user", "linus")
        self.browser.click("#find button")
        self.until("return document.getElementById('found').textContent.includes('control.token_file')",
                   "it says what is missing")
        self.rows(0)

    def test_a_user_id_is_text_and_never_markup(self):
        self.browser.go(self.url)
        self.show_sessions_of("<img-src=x-onerror=document.title='broken'>")
        self.rows(0)
        self.assertEqual(self.browser.run("return document.title"), "sessgate")


if __name__ == "__main__":
    unittest.main()
