"""scripts/run-demo as a person starts it: it says where it is, works at once, and leaves nothing running."""

import http.client
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest
import urllib.parse

from program import clean_environment, send
from proxies import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]


class RunDemoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sessgate-run-demo-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.port = free_port()
        self.environment = clean_environment(DEMO_PORT=str(self.port), SESSGATE_DATA=str(self.folder / "data"),
                                             SESSGATE_BINARY=os.environ["SESSGATE_BINARY"], TMPDIR=str(self.folder))

    def start(self):
        process = subprocess.Popen([ROOT / "scripts/run-demo"], env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True, start_new_session=True)
        self.addCleanup(self.end, process)
        for line in process.stdout:
            if f"http://localhost:{self.port}/" in line:
                return process
        self.fail(f"the demo ended with {process.wait()}")

    def end(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        process.stdout.close()

    def ask(self, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            return send(connection, method, path, headers, body)
        finally:
            connection.close()

    def test_it_signs_in_remembers_over_a_restart_and_ends_all_that_it_started(self):
        process = self.start()
        status, headers, _ = self.ask("GET", "/", {"Accept": "text/html"})
        self.assertEqual((status, dict(headers)["Location"]), (302, "/login?return_to=/"))
        form = urllib.parse.urlencode({"name": "Ada <b>", "return_to": "//evil.example/"})
        status, headers, _ = self.ask("POST", "/login", {"Content-Type": "application/x-www-form-urlencoded"}, form)
        self.assertEqual((status, dict(headers)["Location"]), (303, "/"))
        cookie = {"Cookie": dict(headers)["Set-Cookie"].split(";")[0]}
        status, _, body = self.ask("GET", "/", cookie)
        self.assertEqual(status, 200)
        self.assertIn(b"Hello, Ada &lt;b&gt;", body)

        self.end(process)
        with self.assertRaises(ConnectionError):
            self.ask("GET", "/")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["data"])
        self.start()
        self.assertEqual(self.ask("GET", "/api/session", cookie)[0], 200)
        self.assertEqual(self.ask("POST", "/sign-out", cookie)[0], 403)
        status, headers, _ = self.ask("POST", "/sign-out", cookie | {"Sec-Fetch-Site": "same-origin"})
        self.assertEqual(status, 303)
        self.assertEqual(self.ask("GET", "/api/session", cookie)[0], 401)


if __name__ == "__main__":
    unittest.main()
