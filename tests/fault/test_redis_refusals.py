"""A Redis that refuses, in each way that it has: what needs it is 503, no session suffers, and the next request is
answered as ever. The words are those of Redis 7."""

import json
import unittest

from fault_proxy import FaultProxy
from program import wait_until_after
from redis_server import Redis
from redis_sidecar import PERIODS, Sidecar

REFUSALS = (
    "LOADING Redis is loading the dataset in memory",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    "CLUSTERDOWN The cluster is down",
    "READONLY You can't write against a read only replica.",
    "NOREPLICAS Not enough good replicas to write.",
    "OOM command not allowed when used memory > 'maxmemory'.",
)
WRITES = ("SET", "DEL", "ZADD", "ZREM", "ZREMRANGEBYSCORE", "PEXPIREAT")
UNAVAILABLE = ("unavailable", False)

# The near-cache is off, so that each question reaches the store; a busy machine has more time than usual.
SETTINGS = PERIODS | {"store.near_cache": "false", "store.deadline": "500ms"}


class RefusalsTest(unittest.TestCase):
    def setUp(self):
        self.redis = self.enterContext(Redis())
        self.proxy = self.enterContext(FaultProxy(self.redis.port))
        self.sidecar = self.enterContext(Sidecar(self.proxy.url, SETTINGS))
        self.sidecar.wait_until_store_answers()

    def refuse(self, refusal, *commands):
        """From now on, until the proxy is healed."""
        self.proxy.refusal, self.proxy.refused_commands = refusal, commands

    def test_a_read_that_is_refused_is_503_and_the_next_one_is_answered(self):
        live, ended = self.sidecar.sign_in(), self.sidecar.sign_in()
        self.assertEqual(self.sidecar.revoke(ended), 204)
        for refusal in REFUSALS:
            with self.subTest(refusal):
                self.refuse(refusal, "GET")
                for session in (live, ended):
                    self.assertEqual(self.sidecar.ask(session["token"]), UNAVAILABLE)
                self.proxy.heal()
                self.assertEqual(self.sidecar.ask(live["token"])[0], "allow")
                self.assertEqual(self.sidecar.ask(ended["token"])[0], "deny")

                # What was not found is asked for again, and only that is refused.
                self.refuse(refusal, "ECHO")
                self.assertEqual(self.sidecar.ask(ended["token"]), UNAVAILABLE)
                self.proxy.heal()
                self.assertEqual(self.sidecar.ask(ended["token"])[0], "deny")

    def assert_not_written(self, refusal, session):
        self.assertEqual(self.sidecar.ask(session["token"]), ("allow", False))
        status, headers, body = self.sidecar.create()
        self.assertEqual(status, 503, body)
        self.assertEqual(json.loads(body)["code"] == "store_full", refusal.startswith("OOM"), body)
        self.assertIn("retry-after", {name.lower() for name, _ in headers})

    def test_a_write_that_is_refused_leaves_sessions_as_they_are_and_the_next_one_is_done(self):
        sessions = [self.sidecar.sign_in() for _ in REFUSALS]
        wait_until_after(sessions[-1]["activePeriodExpiresAt"])
        for refusal, session in zip(REFUSALS, sessions):
            with self.subTest(refusal):
                self.refuse(refusal, "WATCH")
                self.assert_not_written(refusal, session)
                self.refuse(refusal, *WRITES)
                self.assert_not_written(refusal, session)
                self.assertEqual(self.sidecar.revoke(session), 503)
                self.assertEqual(self.sidecar.ask(session["token"]), ("allow", False))
                self.proxy.heal()
                self.assertEqual(self.sidecar.ask(session["token"]), ("allow", True))
                self.assertEqual(self.sidecar.create()[0], 201)
                self.assertEqual(self.sidecar.revoke(session), 204)
                self.assertEqual(self.sidecar.ask(session["token"])[0], "deny")


if __name__ == "__main__":
    unittest.main()
