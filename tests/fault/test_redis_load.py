"""Clients that know what each answer must be, while Redis is disturbed all the time; `make soak` does it for an hour."""

import os
import unittest

from checked_load import CheckedLoad
from redis_disturbances import DisturbedCluster, DisturbedRedis, DisturbedSentinels

SECONDS = float(os.environ.get("SESSGATE_LOAD_SECONDS", "10"))


class LoadTest(unittest.TestCase):
    def run_load(self, kind_of_redis):
        with CheckedLoad(kind_of_redis) as load:
            # While writes wait for a failover nothing is rotated, so the time alone says little.
            load.disturb_for(SECONDS, lambda: self.is_enough(load))
            load.stop()
            print(f"{dict(load.counts)} in {load.seconds:.0f} s, with {load.kinds_of_faults()}", flush=True)
            self.assertEqual(load.wrong, [])
            self.assertGreater(load.counts["answered"], 1000)
            self.assertGreater(load.counts["rotations"], 10)

    def is_enough(self, load):
        has_seen_each_fault = set(load.store.kinds) == set(load.kinds_of_faults())
        return has_seen_each_fault and load.counts["rotations"] > 10 and load.counts["answered"] > 1000

    def test_no_answer_is_wrong_while_one_server_comes_and_goes(self):
        self.run_load(DisturbedRedis)

    def test_no_answer_is_wrong_while_sentinels_fail_over(self):
        self.run_load(DisturbedSentinels)

    def test_no_answer_is_wrong_while_a_cluster_fails_over_and_moves_slots(self):
        self.run_load(DisturbedCluster)


if __name__ == "__main__":
    unittest.main()
