"""Fifty stops and fifty reloads under a steady load: no request that was sent is lost, refused or answered wrongly.

A machine too busy for the load shows less than it should: then the test says so and is skipped, if nothing failed.
"""

import json
import pathlib
import signal
import statistics
import tempfile
import time
import unittest

from certificates import authority, client_context, signed
from program import Program
from steady_load import SteadyLoad, only_sessions, session_request

RATE = 2000  # requests a second
RATE_MIN = 0.9 * RATE
CALLERS = 16
TIMES = 50
DRAIN_SECONDS_MAX = 2
KEYS = ["a" * 64 + "\n", "b" * 64 + "\n"]


class UnderLoadTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sessgate-")))

    def file(self, name, text):
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def sign_in(self, program):
        status, _, body = program.request("POST", "/sessions", None, {"userId": "ada"}, port="control")
        self.assertEqual(status, 201, body)
        return json.loads(body)["session"]["token"]

    def judge(self, load):
        """After its end."""
        self.assertEqual(load.failures, [])
        print(f"{load.answered} answers in {load.seconds:.1f} s, {load.answered / load.seconds:.0f} a second, "
              f"p99 {load.percentile('session', 0.99) * 1000:.1f} ms", flush=True)
        self.assertEqual(load.connections, len(load.callers))
        self.skip_unless_reached(load.answered / load.seconds)

    def skip_unless_reached(self, rate):
        if rate < RATE_MIN:
            self.skipTest(f"nothing failed, but the machine was too busy for {RATE} requests a second: {rate:.0f}")

    def reload(self, program):
        status, _, body = program.request("POST", "/reload", port="control")
        self.assertEqual(status, 200, body)

    def test_reloads_of_cookies_proxies_and_keys_fail_no_request_and_close_no_connection(self):
        settings_file, keys = self.file("sessgate.toml", ""), self.file("keys", KEYS[0])
        settings = {"store.record_keys_file": keys, "store.deadline": "60s", "threads": 2}
        program = self.enterContext(Program("lmdb", settings, {"SESSGATE_CONFIG": str(settings_file)}))
        requests = CALLERS * [session_request(self.sign_in(program))]
        with SteadyLoad(program.listen, requests, only_sessions, RATE) as load:
            for number in range(TIMES):
                load.wait_for(RATE // 20)
                settings_file.write_text(f"origin.allow = ['https://a{number}.example']\n"
                                         f"proxies.trusted = ['127.0.0.{number}', 'unix']\n")
                keys.write_text("".join(KEYS if number % 2 else KEYS[::-1]))
                if number % 5:
                    self.reload(program)
                else:
                    program.process.send_signal(signal.SIGHUP)
        self.judge(load)

    def test_reloads_of_certificates_fail_no_request_and_close_no_connection(self):
        ours = authority(self.folder)
        pairs = [signed(self.folder, f"server{number}", ours) for number in range(2)]
        certificate, key = self.file("certificate", pairs[0].certificate.read_text()), self.file("key", pairs[0].key.read_text())
        program = self.enterContext(Program(settings={"tls.certificate_file": certificate, "tls.key_file": key}))
        requests, context = CALLERS * [session_request(self.sign_in(program))], client_context(ours)
        wrap = lambda stream: context.wrap_socket(stream, server_hostname="127.0.0.1")
        with SteadyLoad(program.listen, requests, only_sessions, RATE, wrap=wrap) as load:
            for number in range(TIMES):
                load.wait_for(RATE // 20)
                certificate.write_bytes(pairs[number % 2].certificate.read_bytes())
                key.write_bytes(pairs[number % 2].key.read_bytes())
                self.reload(program)
        self.judge(load)

    def test_stops_fail_no_request_and_drain_in_time(self):
        slowest, rates = 0, []
        for number in range(TIMES):
            program = self.enterContext(Program(settings={"threads": 2}))
            requests = CALLERS * [session_request(self.sign_in(program))]
            with SteadyLoad(program.listen, requests, only_sessions, RATE) as load:
                load.wait_for(CALLERS)  # they all begin at once
                rates.append(load.wait_for(RATE // 20 + number))
                begun = time.monotonic()
                program.process.send_signal(signal.SIGTERM)
                program.wait_for_end()
                slowest = max(slowest, time.monotonic() - begun)
                load.join()
            self.assertEqual(load.failures, [])
        rate = statistics.median(rates)
        print(f"slowest drain: {slowest:.2f} s, at {rate:.0f} requests a second", flush=True)
        self.skip_unless_reached(rate)
        self.assertLess(slowest, DRAIN_SECONDS_MAX)


if __name__ == "__main__":
    unittest.main()
