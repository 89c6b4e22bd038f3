"""Thousands of slow clients beside honest ones, under the real program with its real deadlines: every honest request is
answered, and its p99 is at most twice of what it is without them. Such a crowd keeps a machine busy, and all of it is on
this one: in the rounds without it, it is at another sessgate's door."""

import json
import os
import pathlib
import re
import resource
import socket
import statistics
import subprocess
import sys
import time
import unittest

from program import Program
from steady_load import Caller, only_sessions, session_request

ROUNDS = int(os.environ.get("SESSGATE_SLOW_ROUNDS", 3))
SECONDS = float(os.environ.get("SESSGATE_SLOW_SECONDS", 2))  # of each measurement
CLIENTS = 10_000
OWN_DESCRIPTORS = 500  # of the crowd and of the program
KEPT, PAUSE_SECONDS, NEW_EVERY = 8, 0.001, 10
RATIO_MAX = 2
PATIENCE_SECONDS = 60
GATHERING_SECONDS_MAX = 15


class Crowd:
    """`count` slow clients while the `with` block runs, from when all of them are there, or as many as there can be.

    held: how many, the last time it said so; at the end also closed and refused.
    """

    def __init__(self, address, count, token, modes):
        script = pathlib.Path(__file__).resolve().parents[1] / "support" / "slow_clients.py"
        host, port = address.rsplit(":", 1)
        self.process = subprocess.Popen([sys.executable, script, host, port, str(count), token, *modes],
                                        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.count, self.held = count, 0

    def __enter__(self):
        deadline = time.monotonic() + GATHERING_SECONDS_MAX
        # Some are always on their way out and in again.
        while self.look() < 0.95 * self.count and time.monotonic() < deadline:
            pass
        return self

    def look(self):
        figures = json.loads(self.process.stdout.readline())
        self.held, self.closed, self.refused = (figures[key] for key in ("held", "closed", "refused"))
        return self.held

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait(PATIENCE_SECONDS)


class Honest:
    """Asks one question after the other, mostly on kept connections; every answer must be the session."""

    def __init__(self, address, token):
        host, port = address.rsplit(":", 1)
        self.address, self.request = (host, int(port)), session_request(token)
        self.kept = [self.connect() for _ in range(KEPT)]

    def connect(self):
        stream = socket.create_connection(self.address, timeout=PATIENCE_SECONDS)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream

    def ask(self, number):
        if number % NEW_EVERY == 0:
            with self.connect() as stream:
                return self.ask_on(stream)
        return self.ask_on(self.kept[number % KEPT])

    def ask_on(self, stream):
        stream.sendall(self.request)
        answer = Caller.receive(stream)
        assert only_sessions(answer), answer

    def p99(self):
        times, end = [], time.monotonic() + SECONDS
        while (begun := time.monotonic()) < end:
            self.ask(len(times))
            times.append(time.monotonic() - begun)
            time.sleep(PAUSE_SECONDS)
        return sorted(times)[int(0.99 * len(times))]

    def close(self):
        for stream in self.kept:
            stream.close()


def clients_possible():
    """10,000, or as many as there are descriptors for."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    possible = min(CLIENTS, limit - OWN_DESCRIPTORS)
    if possible < CLIENTS:
        print(f"{possible} clients instead of {CLIENTS}: the limit of descriptors is {limit}", flush=True)
    return possible


def milliseconds(times):
    return ", ".join(f"{1000 * each:.2f}" for each in times)


class SlowClientsTest(unittest.TestCase):
    def sign_in(self, program, attributes):
        status, _, body = program.request("POST", "/sessions", None, {"userId": "ada", "attributes": attributes}, "control")
        self.assertEqual(status, 201, body)
        return json.loads(body)["session"]["token"]

    def check(self, *modes):
        """Rounds with and without the crowd take turns, so that whatever else this machine does meets both."""
        count = clients_possible()
        program, other = (self.enterContext(Program(settings={"http.connections_max": count + OWN_DESCRIPTORS // 2}))
                          for _ in range(2))
        honest = Honest(program.listen, self.sign_in(program, {}))
        self.addCleanup(honest.close)
        large = {each: self.sign_in(each, {"note": "x" * 2900}) for each in (program, other)}
        p99s, held, closed = {program: [], other: []}, [], 0
        alone = honest.p99()
        for besieged in ROUNDS * [other, program]:
            with Crowd(besieged.listen, count, large[besieged], modes) as crowd:
                p99s[besieged].append(honest.p99())
                held.append(self.connections(besieged))
            closed += crowd.closed
            self.assertEqual(crowd.refused, 0)
            self.wait_until_alone(besieged)
        without, beside = p99s[other], p99s[program]
        ratio = statistics.median(beside) / statistics.median(without)
        print(f"{min(held)} slow clients ({', '.join(modes)}), {closed} closed for it; p99 in ms alone: "
              f"{milliseconds([alone])}; while they are at another: {milliseconds(without)}; beside them: "
              f"{milliseconds(beside)}; ratio of the medians {ratio:.2f}", flush=True)
        self.judge(ratio, without, min(held), count)

    @staticmethod
    def connections(program):
        """What the program itself counts."""
        _, _, body = program.request("GET", "/metrics", port="control")
        return int(re.search(rb'^sessgate_connections{port="data"} (\d+)$', body, re.M)[1])

    def wait_until_alone(self, program):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.connections(program) > KEPT:
            self.assertLess(time.monotonic(), deadline, "slow clients are still there")
            time.sleep(0.05)

    def judge(self, ratio, without, held, count):
        """A machine that cannot keep so many, or on which rounds without them differ by more than what is to be told,
        cannot tell."""
        if held < 0.8 * count:
            self.skipTest(f"too busy to judge: only {held} of {count} slow clients could be kept")
        if max(without) > RATIO_MAX * min(without):
            self.skipTest(f"too busy to judge: p99 without slow clients is {milliseconds(without)} ms")
        self.assertLessEqual(ratio, RATIO_MAX)

    def test_ten_thousand_slow_heads_bodies_and_readers_at_most_double_the_p99_of_honest_clients(self):
        self.check("head", "body", "read")

    @unittest.skipUnless(ROUNDS > 3, "one after the other in the long form")
    def test_each_kind_of_slow_client_alone_at_most_doubles_the_p99_of_honest_clients(self):
        for mode in ("head", "body", "read"):
            with self.subTest(mode=mode):
                self.check(mode)


if __name__ == "__main__":
    unittest.main()
