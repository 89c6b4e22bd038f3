"""Clients that know what each answer must be, while Redis is disturbed all the time.

SESSGATE_LOAD_SECONDS: how long for each kind of Redis. SESSGATE_LOAD_REQUESTS, in its place: how many requests are to
be answered by all kinds together (`make soak` asks for a million).
"""

import collections
import os
import random
import time
import unittest

from checked_client import CheckedClient, WriteGate
from redis_disturbances import DisturbedCluster, DisturbedRedis, DisturbedSentinels
from redis_sidecar import Sidecar

SECONDS = float(os.environ.get("SESSGATE_LOAD_SECONDS", "10"))
REQUESTS = int(os.environ.get("SESSGATE_LOAD_REQUESTS", "0"))
KINDS_OF_REDIS = 3
CLIENTS = 6
QUIET_SECONDS = 0.5  # between two disturbances
SETTINGS = {"session.active_period": "500ms", "session.idle_period": "1h", "session.rotation_grace": "10ms",
            "session.rotation_grace_max": "1h"}


class LoadTest(unittest.TestCase):
    def run_load(self, kind_of_redis):
        gate = WriteGate()
        with kind_of_redis(gate) as redis:
            sidecars = [self.enterContext(Sidecar(url, SETTINGS | redis.settings)) for url in redis.urls]
            for sidecar in sidecars:
                sidecar.wait_until_store_answers()
            clients = [CheckedClient(sidecars, gate, seed) for seed in range(CLIENTS)]
            start = time.monotonic()
            for client in clients:
                client.start()
            try:
                kinds = self.disturb_until_enough(redis, clients)
            finally:
                for client in clients:
                    client.stopped.set()
                for client in clients:
                    client.join()
            self.judge(clients, kinds, time.monotonic() - start)

    def disturb_until_enough(self, redis, clients):
        choices, done = random.Random(7), collections.Counter()
        end = time.monotonic() + SECONDS

        def is_enough():
            if any(client.wrong for client in clients):
                return True
            if REQUESTS:
                return sum(client.counts["answered"] for client in clients) * KINDS_OF_REDIS >= REQUESTS
            return time.monotonic() >= end

        while not is_enough():
            time.sleep(QUIET_SECONDS)
            kind = choices.choice(redis.kinds)
            redis.disturb(kind, choices)
            done[kind] += 1
        return done

    def judge(self, clients, kinds, seconds):
        counts = sum((client.counts for client in clients), collections.Counter())
        print(f"{dict(counts)} in {seconds:.0f} s, with {dict(kinds)}", flush=True)
        self.assertEqual([wrong for client in clients for wrong in client.wrong], [])
        self.assertGreater(counts["answered"], 1000)
        self.assertGreater(counts["rotations"], 10)

    def test_no_answer_is_wrong_while_one_server_comes_and_goes(self):
        self.run_load(DisturbedRedis)

    def test_no_answer_is_wrong_while_sentinels_fail_over(self):
        self.run_load(DisturbedSentinels)

    def test_no_answer_is_wrong_while_a_cluster_fails_over_and_moves_slots(self):
        self.run_load(DisturbedCluster)


if __name__ == "__main__":
    unittest.main()
