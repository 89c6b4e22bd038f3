"""A fail-over that sentinels decide, through the built program."""

import threading
import time
import unittest

from program import wait_until_after
from redis_groups import SentinelGroup, wait_for
from redis_sidecar import PERIODS, Sidecar, until


class SentinelTest(unittest.TestCase):
    def test_it_follows_the_primary_and_is_never_wrong_on_the_way(self):
        with SentinelGroup() as group, Sidecar(group.url, PERIODS) as sidecar:
            took = sidecar.wait_until_store_answers()
            print(f"ready after {took * 1000:.0f} ms")
            live, ended = sidecar.sign_in(), sidecar.sign_in()
            self.assertEqual(sidecar.revoke(ended), 204)
            # All replicas have it, so that whichever is chosen knows of the revocation.
            group.primary().wait_for_replicas(2)

            stop, wrong = threading.Event(), []

            def watch():
                while not stop.is_set():
                    for session, right in ((live, "allow"), (ended, "deny")):
                        verdict, _ = sidecar.ask(session["token"])
                        if verdict not in (right, "unavailable"):
                            wrong.append((right, verdict))

            watcher = threading.Thread(target=watch)
            watcher.start()
            try:
                old, elected = group.fail_over()
                took = until(lambda: sidecar.ask(live["token"])[0] == "allow", 10)
                print(f"another primary after {elected * 1000:.0f} ms, service back {took * 1000:.0f} ms later")
                self.assertLess(took, 1)
                self.assertLess(sidecar.wait_until_store_answers(), 1)
                self.assertEqual(sidecar.create()[0], 201)

                old.start()
                wait_for(lambda: "role:slave" in old.ask("INFO", "replication"))
                self.assertEqual(sidecar.ask(live["token"])[0], "allow")
            finally:
                stop.set()
                watcher.join()
            self.assertEqual(wrong, [])

    def test_a_primary_that_is_demoted_is_left_at_once(self):
        with SentinelGroup() as group, Sidecar(group.url) as sidecar:
            sidecar.wait_until_store_answers()
            session = sidecar.sign_in()
            group.primary().wait_for_replicas(2)
            old = group.primary()

            group.sentinels[0].ask("SENTINEL", "FAILOVER", "main")
            wait_for(lambda: group.primary() is not old)

            took = until(lambda: sidecar.create()[0] == 201)
            print(f"writes again {took * 1000:.0f} ms after another primary was named")
            self.assertLess(took, 1)
            self.assertEqual(sidecar.ask(session["token"])[0], "allow")

    def test_a_server_that_says_that_it_is_a_replica_is_not_believed_even_where_no_sentinel_knows_of_it(self):
        with SentinelGroup() as group, Sidecar(group.url) as sidecar:
            sidecar.wait_until_store_answers()
            session = sidecar.sign_in()
            old, other, _ = group.servers
            old.wait_for_replicas(2)
            for sentinel in group.sentinels:
                sentinel.kill()

            other.ask("REPLICAOF", "NO", "ONE")
            old.ask("REPLICAOF", "127.0.0.1", other.port)

            until(lambda: sidecar.ask(session["token"])[0] == "unavailable", 10)
            for _ in range(50):
                self.assertEqual(sidecar.ask(session["token"]), ("unavailable", False))
            self.assertEqual(sidecar.ready(), 503)

    def test_a_successor_is_handed_out_once_a_replica_has_it(self):
        settings = PERIODS | {"store.rotation_wait_replicas": "1"}
        with SentinelGroup() as group, Sidecar(group.url, settings) as sidecar:
            sidecar.wait_until_store_answers()
            session = sidecar.sign_in()
            primary = group.primary()
            primary.wait_for_replicas(2)
            for server in group.servers:
                if server is not primary:
                    server.pause()
            wait_until_after(session["activePeriodExpiresAt"])
            # The second time it is there to be read, and no safer.
            for _ in range(3):
                self.assertEqual(sidecar.ask(session["token"]), ("allow", False))

            for server in group.servers:
                server.resume()
            until(lambda: sidecar.ask(session["token"]) == ("allow", True))


if __name__ == "__main__":
    unittest.main()
