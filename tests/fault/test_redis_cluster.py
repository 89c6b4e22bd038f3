"""A cluster whose slots move and whose nodes are lost, through the built program."""

import collections
import statistics
import threading
import time
import unittest
from contextlib import contextmanager

from redis_groups import SLOTS, Cluster
from redis_server import Redis
from redis_sidecar import BACK_SECONDS, Sidecar


class Watch:
    """Asks for all sessions over and over in a thread of its own, and holds each answer to what it must be.

    right: by token, "allow" or "deny".
    """

    def __init__(self, sidecar, right):
        self.sidecar, self.right = sidecar, dict(right)
        self.wrong, self.counts = [], collections.Counter()
        self.stopped = threading.Event()

    @contextmanager
    def running(self):
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            thread.join()

    def run(self):
        while not self.stopped.is_set():
            for token, right in self.right.items():
                verdict, _ = self.sidecar.ask(token)
                self.counts[verdict] += 1
                if verdict not in (right, "unavailable"):
                    self.wrong.append((right, verdict))


class ClusterTest(unittest.TestCase):
    def setUp(self):
        self.cluster = self.enterContext(Cluster())
        self.sidecar = self.enterContext(Sidecar(self.cluster.url))
        self.sidecar.wait_until_store_answers()
        self.live = [self.sidecar.sign_in(f"user-{i}") for i in range(30)]
        ended = [self.sidecar.sign_in(f"user-{i}") for i in range(30)]
        for session in ended:
            self.assertEqual(self.sidecar.revoke(session), 204)
        self.watch = Watch(self.sidecar, {each["token"]: "allow" for each in self.live}
                           | {each["token"]: "deny" for each in ended})

    def slots(self):
        return sorted({self.cluster.servers[0].ask("CLUSTER", "KEYSLOT", each["sessionId"][:3]) for each in self.live})

    def wait_until_all_are_allowed(self):
        """How long it took."""
        start = time.monotonic()
        while not all(self.sidecar.ask(each["token"])[0] == "allow" for each in self.live):
            self.assertLess(time.monotonic() - start, 10)
        return time.monotonic() - start

    def test_slots_move_and_no_answer_is_wrong_or_503(self):
        leaving = self.live[:10]
        for session in leaving:
            del self.watch.right[session["token"]]
        with self.watch.running():
            for slot in self.slots()[:12]:
                self.cluster.move_slot(slot, 0.01)
            # Sessions in moved slots can be ended, and new ones made there.
            for session in leaving:
                self.assertEqual(self.sidecar.revoke(session), 204)
                self.assertEqual(self.sidecar.ask(session["token"])[0], "deny")
            for i in range(10):
                self.sidecar.sign_in(f"user-{i}")
        print(dict(self.watch.counts))
        self.assertEqual((self.watch.wrong, self.watch.counts["unavailable"]), ([], 0))
        self.assertGreater(self.watch.counts["allow"], 20)

    def test_primaries_are_lost_one_after_the_other_and_service_is_back_with_their_replicas(self):
        ways = [(Redis.kill, Redis.start), (Redis.pause, Redis.resume), (Redis.kill, Redis.start)]
        times = []
        with self.watch.running():
            for number, (lose, bring_back) in enumerate(ways):
                lost = self.cluster.owner(SLOTS * number // Cluster.PRIMARIES)
                lose(lost)
                self.cluster.wait_until_replaced(lost)
                times.append(self.wait_until_all_are_allowed())
                self.assertLess(self.sidecar.wait_until_store_answers(), BACK_SECONDS)
                self.assertEqual(self.sidecar.create()[0], 201)
                bring_back(lost)
                self.cluster.wait_until_whole()
        print(f"back after another primary was known everywhere: median {statistics.median(times) * 1000:.0f} ms, "
              f"worst {max(times) * 1000:.0f} ms; {dict(self.watch.counts)}")
        self.assertEqual(self.watch.wrong, [])
        self.assertLess(max(times), BACK_SECONDS)


if __name__ == "__main__":
    unittest.main()
