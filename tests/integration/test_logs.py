"""What is logged, in both formats; and that the search for secrets, which every test's log goes through, finds them."""

import json
import pathlib
import tempfile
import unittest

import secrets_in_logs
from program import Program, clean_environment, run_program
from redis_server import Redis
from redis_sidecar import Sidecar

REQUEST_ID = "0123456789abcdef"
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT_ID = "00f067aa0ba902b7"
MARKS = {"X-Request-Id": REQUEST_ID, "Traceparent": f"00-{TRACE_ID}-{PARENT_ID}-01"}


class LogsTest(unittest.TestCase):
    def events(self, program):
        return [json.loads(line) for line in program.log().splitlines()]

    def test_each_line_of_json_is_an_object_with_time_level_and_event(self):
        with Program(settings={"log.format": "json", "log.access_every": 1}) as program:
            program.request("GET", "/session", MARKS)
            events = self.events(program)
        for event in events:
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(event["level"], ("debug", "info", "warning", "error"))
        self.assertEqual([event["event"] for event in events], ["ready", "request"])
        request = events[-1]
        self.assertIsInstance(request["elapsed_us"], int)
        self.assertEqual({name: request[name] for name in request if name not in ("time", "elapsed_us")},
                         {"level": "info", "event": "request", "endpoint": "GET /session", "status": 200,
                          "outcome": "no_cookie", "request_id": REQUEST_ID, "trace_id": TRACE_ID,
                          "parent_id": PARENT_ID})

    def test_a_failure_is_logged_with_request_id_reason_and_the_state_of_the_store(self):
        with Redis() as redis, Sidecar(redis.url, {"log.format": "json"}) as sidecar:
            sidecar.wait_until_store_answers()
            token = sidecar.sign_in()["token"]
            redis.kill()
            status, _, _ = sidecar.request("GET", "/authz/nginx", {"Cookie": f"__Host-session={token}"} | MARKS)
            self.assertEqual(status, 503)
            failed = next(event for event in self.events(sidecar) if event["event"] == "request_unavailable")
        self.assertEqual(failed["endpoint"], "/authz/nginx")
        self.assertRegex(failed["reason"], "^store_")
        self.assertGreaterEqual(failed["store_failing_ms"], 0)
        self.assertEqual((failed["count"], failed["request_id"], failed["trace_id"]), (1, REQUEST_ID, TRACE_ID))

    def test_text_is_an_event_with_fields(self):
        with Program(settings={"log.access_every": 1}) as program:
            program.request("GET", "/session")
            last = program.log().splitlines()[-1]
        self.assertRegex(last, r'^\S+Z info request endpoint="GET /session" status=200 outcome=no_cookie '
                               r'elapsed_us=\d+$')


class SecretsTest(unittest.TestCase):
    SECRET = "A" * 43

    def test_a_secret_in_any_program_s_log_fails_the_test_that_drove_it(self):
        with self.assertRaisesRegex(AssertionError, "the log holds a secret"):
            with Program() as program:
                with open(program.log_file, "a") as log:
                    log.write(f"value=aaaaaaaaaaaaaaaaaaaa.{self.SECRET}\n")

    def test_a_secret_in_what_a_command_says_fails_the_test_that_ran_it(self):
        with self.assertRaisesRegex(AssertionError, "holds a secret"):
            run_program(["check", f"--cookie-name={self.SECRET}/"], env=clean_environment())

    def test_the_search_finds_tokens_and_what_stands_in_secret_files_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            tokens = pathlib.Path(folder) / "tokens"
            tokens.write_text("control-token-0123456789\n")
            settings = {"http.token_file": tokens, "store.url": "redis://sessgate:open-sesame@127.0.0.1"}
            self.assertEqual(secrets_in_logs.found_in("tried open-sesame", settings), "open-sesame")
            self.assertEqual(secrets_in_logs.found_in(f"x={self.SECRET} y", settings), self.SECRET)
            self.assertEqual(secrets_in_logs.found_in('"Bearer control-token-0123456789"', settings),
                             "control-token-0123456789")
            self.assertIsNone(secrets_in_logs.found_in(
                f"ready listen=127.0.0.1:1 session_id={'a' * 20} trace_id={TRACE_ID} x={self.SECRET}A", settings))


if __name__ == "__main__":
    unittest.main()
