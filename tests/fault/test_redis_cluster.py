"""A cluster whose slots move and whose nodes are lost, through the built program."""

import threading
import unittest

from redis_groups import Cluster, wait_for
from redis_sidecar import Sidecar, until


class ClusterTest(unittest.TestCase):
    def test_slots_move_and_a_node_is_lost_and_no_answer_is_wrong(self):
        with Cluster() as cluster, Sidecar(cluster.url) as sidecar:
            print(f"ready after {sidecar.wait_until_store_answers() * 1000:.0f} ms")
            live = [sidecar.sign_in(f"user-{i}") for i in range(30)]
            ended = [sidecar.sign_in(f"user-{i}") for i in range(30)]
            for session in ended:
                self.assertEqual(sidecar.revoke(session), 204)
            slots = {cluster.servers[0].ask("CLUSTER", "KEYSLOT", session["sessionId"][:3]) for session in live}

            leaving = live[:10]
            stop, wrong, counts = threading.Event(), [], {"allow": 0, "deny": 0, "unavailable": 0}

            def watch():
                while not stop.is_set():
                    for session, right in [(each, "allow") for each in live] + [(each, "deny") for each in ended]:
                        verdict, _ = sidecar.ask(session["token"])
                        counts[verdict] += 1
                        if session not in leaving and verdict not in (right, "unavailable"):
                            wrong.append((right, verdict, session["sessionId"]))

            watcher = threading.Thread(target=watch)
            watcher.start()
            try:
                for slot in sorted(slots)[:12]:
                    cluster.move_slot(slot, 0.01)
                self.assertEqual(counts["unavailable"], 0, "moving slots is no reason for a 503")
                # Sessions in moved slots can be ended, and new ones made there.
                for session in leaving:
                    self.assertEqual(sidecar.revoke(session), 204)
                    self.assertEqual(sidecar.ask(session["token"])[0], "deny")
                live[:10] = []
                live.extend(sidecar.sign_in(f"user-{i}") for i in range(10))

                lost = cluster.owner(sorted(slots)[-1])
                lost.kill()
                others = [each for each in cluster.servers if each is not lost]
                took = wait_for(lambda: lost.port not in cluster.primaries(others[0])
                                and "cluster_state:ok" in others[0].ask("CLUSTER", "INFO"))
                back = until(lambda: all(sidecar.ask(each["token"])[0] == "allow" for each in live), 10)
                print(f"a replica took over after {took * 1000:.0f} ms, service was back {back * 1000:.0f} ms later")
                # Nodes that have not heard of it yet say CLUSTERDOWN for a while.
                self.assertLess(back, 3)
                self.assertLess(sidecar.wait_until_store_answers(), 2)
            finally:
                stop.set()
                watcher.join()
            print(counts)
            self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
