"""Three times more than sessgate, or its store, can do: what is accepted is answered in time, the rest at once with 503
or 429, and memory does not grow."""

import json
import os
import pathlib
import unittest

from fault_proxy import FaultProxy
from redis_server import Redis
from redis_sidecar import Sidecar
from steady_load import SteadyLoad, session_request, sessions_or_busy

P99_SECONDS_MAX = 0.05
GROWTH_BYTES_MAX = 4 * 1024 * 1024
PACE = 0.001  # what the store needs for each answer
QUEUE = 20

# The address sanitizer keeps what was freed, which looks like growth.
os.environ.setdefault("ASAN_OPTIONS", "quarantine_size_mb=1")


def resident_bytes(program):
    """Of the process, as it is now."""
    pages = int(pathlib.Path(f"/proc/{program.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


class OverloadTest(unittest.TestCase):
    def tokens(self, program, count):
        return [self.sign_in(program, f"user{number}") for number in range(count)]

    def sign_in(self, program, user):
        status, _, body = program.request("POST", "/sessions", None, {"userId": user}, port="control")
        self.assertEqual(status, 201, body)
        return json.loads(body)["session"]["token"]

    def overload(self, program, requests, rate):
        """A load of which most is refused; (the load, how much memory grew after its beginning)."""
        with SteadyLoad(program.listen, requests, sessions_or_busy, rate) as load:
            load.wait_for(rate)
            before = resident_bytes(program)
            load.wait_for(3 * rate)
            grown = resident_bytes(program) - before
        self.assertEqual(load.failures, [])
        accepted, refused = len(load.times("session")), len(load.times("busy"))
        print(f"{accepted} accepted, p99 {load.percentile('session', 0.99) * 1000:.1f} ms; {refused} refused, "
              f"p99 {load.percentile('busy', 0.99) * 1000:.1f} ms; {load.seconds:.1f} s; memory {grown / 1024:+.0f} KiB",
              flush=True)
        self.assertLess(grown, GROWTH_BYTES_MAX)
        self.assertGreater(accepted, 0)
        # A machine that does other things beside this says nothing about times.
        if os.getloadavg()[0] < os.cpu_count():
            self.assertLess(load.percentile("session", 0.99), P99_SECONDS_MAX)
        return accepted, refused

    def test_a_store_that_is_asked_too_much_has_a_short_queue(self):
        settings = {"threads": 1, "store.queue_max": QUEUE, "store.near_cache": "false"}
        with Redis() as redis, FaultProxy(redis.port) as gate, Sidecar(gate.url, settings) as sidecar:
            sidecar.wait_until_store_answers()
            requests = [session_request(token) for token in self.tokens(sidecar, 5 * QUEUE)]
            gate.pace = PACE
            accepted, refused = self.overload(sidecar, requests, int(3 / PACE))
            self.assertGreater(refused, accepted)
            gate.heal()
            # The state once, and the requests it cost as one line for each second, however many they are.
            self.assertEqual(sidecar.log().count(" error store_busy "), 1, sidecar.log())
            self.assertLess(sidecar.log().count("reason=store_busy"), 20, sidecar.log())

    def test_more_callers_than_connections_leave_the_others_unharmed(self):
        with Sidecar("memory:", {"http.connections_max": 8}) as sidecar:
            requests = 24 * [session_request(self.sign_in(sidecar, "ada"))]
            self.overload(sidecar, requests, 1000)

    def test_a_caller_that_asks_three_times_as_often_as_it_may_gets_its_share(self):
        with Sidecar("memory:", {"http.rate_max": 500}) as sidecar:
            requests = 15 * [session_request(self.sign_in(sidecar, "ada"))]
            accepted, refused = self.overload(sidecar, requests, 1500)
            self.assertGreater(refused, accepted // 2)


if __name__ == "__main__":
    unittest.main()
