"""Three times more than sessgate, or its store, can do: what is accepted is answered in time, the rest at once with 503
or 429, and memory does not grow.

How long answers take on this machine just now, whoever else is at work on it, is told by a second sessgate on the same
store, which has hardly anything to do and is asked at the same time. Overload may add P99_SECONDS_MAX to that.
"""

import json
import multiprocessing
import os
import pathlib
import signal
import unittest

from fault_proxy import FaultProxy
from program import Program
from redis_server import Redis
from redis_sidecar import Sidecar
from steady_load import AT_ONCE, SteadyLoad, only_sessions, session_request, sessions_or_busy

P99_SECONDS_MAX = 0.05
GROWTH_BYTES_MAX = 4 * 1024 * 1024
PACE = 0.002  # what the store needs for each answer
WAIT_SECONDS_MAX = 0.025  # in the queue to the store, by the number of places that it has
CALLERS = 100
TIMES_MIN = 2.5  # the capacity; three times are tried
CALM_CALLERS, CALM_RATE = 4, 100


class SlowStore:
    """A Redis behind a gate that is a process of its own, since callers here would take its time. url: the gate's."""

    def __init__(self, redis):
        self.gate = FaultProxy(redis.port)
        self.gate.pace = PACE
        self.url = self.gate.url

    def __enter__(self):
        self.process = multiprocessing.get_context("fork").Process(target=self.run, daemon=True)
        self.process.start()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()
        self.gate.listener.close()

    def run(self):
        with self.gate:
            signal.pause()

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

    def overload(self, program, calm, requests, capacity):
        """Three times `capacity` a second for `program`, or says that the machine is too busy to ask so much, and a
        load that nobody minds for `calm`."""
        calm_requests = CALM_CALLERS * [session_request(self.sign_in(calm, "ada"))]
        calm_load = SteadyLoad(calm.listen, calm_requests, only_sessions, CALM_RATE)
        rate = int(3 * capacity)
        with calm_load, SteadyLoad(program.listen, requests, sessions_or_busy, rate) as load:
            load.wait_for(rate)
            before = resident_bytes(program)
            asked = load.wait_for(3 * rate) / capacity
            grown = resident_bytes(program) - before
        self.assertEqual(load.failures + calm_load.failures, [])
        usual, times = calm_load.percentile("session", 0.99), load.percentile("session", 0.99)
        print(f"asked {asked:.1f} times {capacity:.0f} a second; {len(load.times('session'))} accepted, p99 "
              f"{times * 1000:.1f} ms, without overload {usual * 1000:.1f} ms; {len(load.times('busy'))} refused, p99 "
              f"{load.percentile('busy', 0.99) * 1000:.1f} ms; memory {grown / 1024:+.0f} KiB", flush=True)
        self.assertLess(grown, GROWTH_BYTES_MAX)
        if usual >= P99_SECONDS_MAX:
            self.skipTest("nothing failed, but the machine is too busy for answers in time without any overload")
        self.assertLess(times, usual + P99_SECONDS_MAX)
        if asked < TIMES_MIN:
            self.skipTest("all was well, but the machine was too busy to ask three times as much")
        return load

    def capacity_of(self, program, requests):
        """Answers a second to callers who never wait."""
        with SteadyLoad(program.listen, requests, sessions_or_busy, AT_ONCE) as load:
            load.wait_for(len(requests))
            return load.wait_for(20 * len(requests))

    def test_a_store_that_is_asked_too_much_has_a_short_queue(self):
        settings = {"threads": 1, "store.near_cache": "false"}
        with Redis() as redis, SlowStore(redis) as store:
            calm = self.enterContext(Sidecar(store.url, settings | {"store.deadline": "60s"}))
            calm.wait_until_store_answers()
            requests = [session_request(token) for token in self.tokens(calm, CALLERS)]
            capacity = self.capacity_of(calm, requests[:CALLERS // 10])
            queue = max(1, int(capacity * WAIT_SECONDS_MAX))
            with Sidecar(store.url, settings | {"store.queue_max": queue}) as sidecar:
                sidecar.wait_until_store_answers()
                load = self.overload(sidecar, calm, requests, capacity)
                self.assertGreater(len(load.times("busy")), len(load.times("session")))
                # The state once, and the requests it cost as one line for each second, however many they are.
                self.assertEqual(sidecar.log().count(" error store_busy "), 1, sidecar.log())
                self.assertLess(sidecar.log().count("reason=store_busy"), 20, sidecar.log())

    def test_more_callers_than_connections_leave_the_others_unharmed(self):
        with Program(settings={"http.connections_max": 8}) as program, Program() as calm:
            requests = 24 * [session_request(self.sign_in(program, "ada"))]
            self.overload(program, calm, requests, 1000 / 3)

    def test_a_caller_that_asks_three_times_as_often_as_it_may_gets_its_share(self):
        with Program(settings={"http.rate_max": 500}) as program, Program() as calm:
            requests = 15 * [session_request(self.sign_in(program, "ada"))]
            load = self.overload(program, calm, requests, 500)
            self.assertGreater(len(load.times("busy")), len(load.times("session")) // 2)


if __name__ == "__main__":
    unittest.main()
