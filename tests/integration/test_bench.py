"""sessgate bench: what it measures, what it sends, and how it says that it cannot."""

import json
import os
import pty
import re
import socket
import subprocess
import tempfile
import time
import unittest

import secrets_in_logs
from program import Program, clean_environment
from scripted_server import ScriptedServer

BINARY = os.environ["SESSGATE_BINARY"]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSED = ["--duration=1s", "--warmup=100ms"]
# Asks a hundred times, also on a machine that stands still for a while.
STEADY = ["--rate=100", "--duration=1s", "--warmup=0"]
NO_ERRORS = {"connect": 0, "closed": 0, "malformed": 0, "unanswered": 0}


def bench(*arguments, code=0, **more):
    done = subprocess.run([BINARY, "bench", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          env=clean_environment(), **more)
    secrets_in_logs.check(done.stdout + done.stderr)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done


def measured(*arguments, **more):
    return json.loads(bench(*arguments, "--json", **more).stdout)


def url(server):
    return f"http://127.0.0.1:{server.port}"


class MeasuringTest(unittest.TestCase):
    def test_sessions_that_it_creates_are_asked_for_and_are_live(self):
        with Program() as program:
            done = bench(f"http://{program.listen}", "--create=20", f"--control-listen={program.control}", *CLOSED,
                         "--json")
            result = json.loads(done.stdout)
            listed = program.command("session", "list", "bench-19", "--json")

        self.assertEqual((done.stderr, result["errors"], list(result["statuses"])), ("", NO_ERRORS, ["200"]))
        self.assertGreater(result["requests"], 100)
        self.assertEqual(result["requests"], sum(count for _, count in result["histogram"]))
        self.assertAlmostEqual(result["rate"], result["requests"], delta=1)
        (session,) = json.loads(listed.stdout)["sessions"]
        self.assertEqual(session["absoluteExpiresAt"] - session["createdAt"], 3_600_000)

    def test_a_unix_socket_threads_and_pipelining(self):
        with tempfile.TemporaryDirectory(prefix="sessgate-") as folder:
            with Program(settings={"listen": f"unix:{folder}/data.sock"}) as program:
                result = measured(f"{program.listen}:/session-user", "--threads=2", "--pipeline=8", *CLOSED)

        self.assertEqual((result["errors"], list(result["statuses"])), (NO_ERRORS, ["200"]))

    def test_it_reads_as_many_answers_as_the_program_counts(self):
        with Program() as program:
            result = measured(f"http://{program.listen}", *STEADY)
            metrics = program.request("GET", "/metrics", port="control")[2].decode()

        name = r'sessgate_requests_total\{endpoint="GET /session",outcome="no_cookie"\}'
        (counted,) = re.findall(rf"(?m)^{name} (\d+)", metrics)
        self.assertEqual((result["requests"], int(counted)), (100, 101))  # and the first, which is a try

    def test_the_result_for_a_person_has_quantiles_and_a_drawing(self):
        with Program() as program:
            shown = bench(f"http://{program.listen}", *STEADY).stdout

        self.assertRegex(shown, r"(?m)^rate +[\d,]+/s of 100/s$")
        self.assertRegex(shown, r"(?m)^latency +p50 .+ p90 .+ p99 .+ p99\.9 .+ max .+$")
        self.assertRegex(shown, r"(?m)^ +\S+ (µs|ms) +\d+\.\d\d % +[\d,]+  #+$")


class WaitingTest(unittest.TestCase):
    """A server that does nothing for 200 ms once. Whoever only asks when it was answered hardly notices."""

    def measured(self, *arguments):
        def reply(_):
            if len(server.heads) == 60:
                time.sleep(0.2)
            return OK

        with ScriptedServer(reply) as server:
            return measured(url(server), "--connections=4", "--duration=1s", "--warmup=0", *arguments)

    def test_in_an_open_loop_each_request_that_was_due_meanwhile_counts_from_then(self):
        result = self.measured("--rate=300")

        self.assertEqual((result["requests"], result["errors"]), (300, NO_ERRORS))
        late = sum(count for end, count in result["histogram"] if end > 20_000)
        self.assertGreaterEqual(late, 300 * 0.18 * 0.9)
        self.assertGreater(result["latencyUs"]["p99"], 150_000)

    def test_in_a_closed_loop_only_those_under_way_have_waited(self):
        result = self.measured()

        late = sum(count for end, count in result["histogram"] if end > 150_000)
        self.assertLessEqual(late, 4)
        self.assertGreater(result["latencyUs"]["max"], 190_000)

    def test_requests_without_an_answer_count_with_their_waiting(self):
        with ScriptedServer(lambda _: OK if len(server.heads) == 1 else b"") as server:
            done = bench(url(server), "--rate=100", "--connections=4", "--duration=200ms", "--warmup=0", "--json",
                         code=1)

        result = json.loads(done.stdout)
        self.assertEqual((result["requests"], result["errors"]["unanswered"]), (0, 20))
        self.assertGreater(result["latencyUs"]["min"], 900_000)
        self.assertEqual(done.stderr, "sessgate: nothing was answered\n")


class SendingTest(unittest.TestCase):
    def heads(self, *arguments):
        with ScriptedServer(lambda _: OK) as server:
            measured(url(server) + "/whose?x=1", "--connections=1", *STEADY, *arguments)
            return server.heads

    def test_each_request_carries_another_token_of_the_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".tokens") as file:
            file.write("first\nsecond\nthird\n")
            file.flush()
            heads = self.heads(f"--tokens={file.name}", "--cookie-name=sid", "--cookie=a=b", "-H", "Accept: text/html",
                               "-H", "X-Two: 2")

        wanted = ("GET /whose?x=1 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: text/html\r\nX-Two: 2\r\n"
                  "Cookie: a=b; sid={}\r\n\r\n")
        port = re.search(rb"Host: \S+:(\d+)", heads[0])[1].decode()
        self.assertEqual([head.decode() for head in heads[1:5]],
                         [wanted.format(port, token) for token in ("first", "second", "third", "first")])

    def test_without_a_cookie_there_is_no_field_for_it(self):
        self.assertNotIn(b"Cookie", self.heads()[0])


class ConnectionsTest(unittest.TestCase):
    def test_a_server_that_closes_in_good_order_is_connected_to_anew(self):
        closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        with ScriptedServer(lambda _: closing) as server:
            result = measured(url(server), "--connections=2", *STEADY)

        self.assertEqual(result["errors"], NO_ERRORS)
        self.assertGreater(result["requests"], 10)
        self.assertGreaterEqual(result["reconnects"], result["requests"])

    def test_a_server_that_closes_without_an_answer_loses_requests(self):
        with ScriptedServer(lambda _: None if len(server.heads) % 10 == 0 else OK) as server:
            result = measured(url(server), "--connections=2", *STEADY)

        self.assertGreater(result["errors"]["closed"], 0)
        self.assertGreater(result["requests"], result["errors"]["closed"])

    def test_chunked_answers_are_read(self):
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
        with ScriptedServer(lambda _: chunked) as server:
            result = measured(url(server), *STEADY)

        self.assertEqual((result["errors"], result["bytes"]), (NO_ERRORS, result["requests"] * len(chunked)))


class RefusingTest(unittest.TestCase):
    def test_nobody_listens(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            where = "127.0.0.1:%d" % unused.getsockname()[1]

            self.assertEqual(bench(f"http://{where}", code=1).stderr, f"sessgate: nobody listens at {where}\n")
        self.assertIn("nobody listens at unix:", bench("unix:/nowhere.sock", code=1).stderr)

    def test_what_listens_is_no_session_service(self):
        for answer, said in [(b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"),
                             (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "is a session service listening"),
                             (None, "takes a request and does not answer it")]:
            with self.subTest(said=said), ScriptedServer(lambda _, answer=answer: answer) as server:
                self.assertIn(said, bench(url(server), code=1).stderr)

    def test_a_denial_is_measured_and_told(self):
        with Program() as program:
            done = bench(f"http://{program.listen}", "--cookie=__Host-session=none", *STEADY)

        self.assertIn("note: the first answer says that there is no session", done.stderr)

    def test_mistakes_on_the_command_line_are_told_before_anything_is_sent(self):
        for arguments in (["http://127.0.0.1:99999"], ["ftp://127.0.0.1:80"], ["127.0.0.1:8080"], ["unix:"],
                          ["http://127.0.0.1:1/a b"], ["https://127.0.0.1:1"], ["http://127.0.0.1:1", "-H", "no-colon"],
                          ["http://127.0.0.1:1", "--duration=0"], ["http://127.0.0.1:1", "--duration=soon"],
                          ["http://127.0.0.1:1", "--cookie=a\r\nb"], ["http://127.0.0.1:1", "--connections=0"],
                          ["http://127.0.0.1:1", "--rate=-1"],
                          ["http://127.0.0.1:1", "--connections=1", "--threads=2"]):
            with self.subTest(arguments=arguments):
                done = bench(*arguments, code=2)
                self.assertRegex(done.stderr, r"^sessgate: .+\n$")
                self.assertEqual(done.stdout, "")

    def test_a_file_without_tokens_and_a_control_port_without_a_program(self):
        with ScriptedServer(lambda _: OK) as server:
            self.assertIn("there is no token to read", bench(url(server), "--tokens=/dev/null", code=1).stderr)
            refused = bench(url(server), "--create=3", "--control-listen=unix:/nowhere.sock", code=1)
            self.assertEqual(server.heads, [])
        self.assertIn("sessgate is not running at unix:/nowhere.sock", refused.stderr)


class ProgressTest(unittest.TestCase):
    def shown_on_a_terminal(self, *arguments):
        outer, inner = pty.openpty()
        with subprocess.Popen([BINARY, "bench", *arguments], stdout=subprocess.DEVNULL, stderr=inner,
                              env=clean_environment()) as process:
            os.close(inner)
            shown = b""
            try:
                while piece := os.read(outer, 65536):
                    shown += piece
            except OSError:  # the terminal's other end is closed
                pass
            os.close(outer)
        self.assertEqual(process.returncode, 0, shown)
        secrets_in_logs.check(shown.decode())
        return shown.decode()

    def test_a_terminal_shows_bars_and_the_rate_so_far(self):
        with Program() as program:
            shown = self.shown_on_a_terminal(f"http://{program.listen}", "--create=3",
                                             f"--control-listen={program.control}", "--duration=1s", "--warmup=300ms")

        self.assertRegex(shown, r"\r\[#{40}\] 3 sessions")
        self.assertRegex(shown, r"\r\[#* +\] 0\.\d of 1\.3 s \(warm-up\)")
        self.assertRegex(shown, r"\r\[#{9,} *\] (0\.[3-9]|1\.\d) of 1\.3 s  [\d,]+ requests/s")
        self.assertTrue(shown.endswith("\n"))


if __name__ == "__main__":
    unittest.main()
