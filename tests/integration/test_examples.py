"""Runs the README's examples for Python and Node: against the program, and against servers that cannot tell."""

import http.server
import importlib.util
import json
import pathlib
import shutil
import socket
import subprocess
import threading
import unittest

from program import Program, wait_until_after

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"

# Short periods, so that a test can see a renewal; a session is active for five graces at least.
SETTINGS = {"cookie.secure": False, "session.rotation_grace": "100ms", "session.active_period": "500ms"}

NODE_CALLER = """
const [example, sessgate, method, headers] = process.argv.slice(1);
const { getSession } = await import(example);
const lines = [];
const response = { appendHeader: (name, value) => lines.push([name, value]) };
try {
  const session = await getSession({ method, headers: JSON.parse(headers) }, response, sessgate);
  console.log(JSON.stringify({ session, lines }));
} catch (error) {
  console.log(JSON.stringify({ error: error.message, lines }));
}
"""


def call_python(address, headers):
    """What the example says about a GET with these headers: {"session", "lines"} or {"error", "lines"}."""
    found = importlib.util.spec_from_file_location("session_example", EXAMPLES / "session.py")
    example = importlib.util.module_from_spec(found)
    found.loader.exec_module(example)
    lines = []
    try:
        session = example.get_session("GET", headers, lambda *line: lines.append(list(line)), sessgate=address)
    except OSError as error:  # ConnectionError and time-outs
        return {"error": str(error), "lines": lines}
    return {"session": session, "lines": lines}


def call_node(address, headers):
    """The same for Node, whose requests name their headers in lower case."""
    lowered = {name.lower(): value for name, value in headers.items()}
    ran = subprocess.run(["node", "--input-type=module", "-e", NODE_CALLER, "--", str(EXAMPLES / "node.mjs"),
                          f"http://{address}", "GET", json.dumps(lowered)],
                         capture_output=True, text=True, timeout=30, check=True)
    return json.loads(ran.stdout)


class ExampleTests:
    """What every example must do; `call` runs it."""

    def test_an_active_session_is_given_without_a_cookie_to_pass_on(self):
        with Program("memory:", SETTINGS | {"session.active_period": "1h"}) as program:
            created = create_session(program)

            said = self.call(program.listen, {"Cookie": f"session={created['token']}", "Accept": "text/html"})

        self.assertEqual((said["session"]["userId"], said["session"]["state"]), ("anna", "active"))
        self.assertEqual(said["lines"], [])

    def test_no_cookie_is_no_session(self):
        with Program("memory:", SETTINGS) as program:
            said = self.call(program.listen, {"Accept": "text/html"})

        self.assertEqual(said, {"session": None, "lines": []})

    def test_a_renewed_cookie_is_passed_on(self):
        with Program("memory:", SETTINGS) as program:
            created = create_session(program)
            wait_until_after(created["activePeriodExpiresAt"])

            said = self.call(program.listen, {"Cookie": f"session={created['token']}"})

        self.assertNotIn("error", said)
        self.assertTrue(said["session"]["fresh"])
        self.assertEqual([name for name, _ in said["lines"]], ["Set-Cookie"])
        self.assertRegex(said["lines"][0][1], rf"^session={created['sessionId']}\.")

    def test_unavailable_is_never_no_session(self):
        with AnsweringServer(503, b'{"code":"store_timeout","status":503}') as address:
            said = self.call(address, {"Cookie": "session=x"})

        self.assertIn("503", said.get("error", "no error"))
        self.assertEqual(said["lines"], [])

    def test_a_server_that_never_answers_is_never_no_session(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            said = self.call("127.0.0.1:%d" % silent.getsockname()[1], {"Cookie": "session=x"})

        self.assertNotIn("session", said)

    def test_nobody_there_is_never_no_session(self):
        with socket.socket() as bound:  # bound, and not listening
            bound.bind(("127.0.0.1", 0))
            said = self.call("127.0.0.1:%d" % bound.getsockname()[1], {"Cookie": "session=x"})

        self.assertNotIn("session", said)


class PythonExampleTest(ExampleTests, unittest.TestCase):
    call = staticmethod(call_python)


@unittest.skipUnless(shutil.which("node"), "there is no node command")
class NodeExampleTest(ExampleTests, unittest.TestCase):
    call = staticmethod(call_node)


def create_session(program):
    status, _, body = program.request("POST", "/sessions", body={"userId": "anna"}, port="control")
    assert status == 201, body
    return json.loads(body)["session"]


class AnsweringServer:
    """Gives one answer to every GET; the `with` block gets its address."""

    def __init__(self, status, body):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return "127.0.0.1:%d" % self.server.server_port

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main()
