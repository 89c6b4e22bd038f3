"""What is asked of many keys while slots of a cluster are on their way, also to a primary that had none before."""

import json
import threading
import unittest

from redis_groups import Cluster
from redis_sidecar import Sidecar, until


class MovesTest(unittest.TestCase):
    def setUp(self):
        self.cluster = self.enterContext(Cluster())
        self.sidecar = self.enterContext(Sidecar(self.cluster.url, {"store.deadline": "1s"}))
        self.sidecar.wait_until_store_answers()

    def slot_of(self, session):
        return self.cluster.servers[0].ask("CLUSTER", "KEYSLOT", session["sessionId"][:3])

    def control(self, method, path, body=None):
        status, _, answer = self.sidecar.request(method, path, body=body, port="control")
        return status, json.loads(answer) if answer else None

    def begin_move_of(self, sessions, target=None):
        """The slot of one user's sessions is on its way, with every second session at its new place already."""
        move = self.cluster.begin_move(self.slot_of(sessions[0]), target)
        ids = sorted(each["sessionId"] for each in sessions)
        for key in move.keys():
            if any(key.endswith(each) for each in ids[::2]):
                move.take(key)
        self.assertGreater(len(move.keys()), len(ids) // 2)
        return move

    def role_of(self, session):
        _, _, body = self.sidecar.request("GET", "/session-user", {"Cookie": f"__Host-session={session['token']}"})
        return json.loads(body).get("user", {}).get("attributes", {}).get("role")

    def test_a_user_whose_slot_is_half_moved_is_seen_and_changed_whole(self):
        sessions = [self.sidecar.sign_in("ada") for _ in range(6)]
        self.assertEqual(self.control("PUT", "/users/ada", {"attributes": {"role": "admin"}})[0], 200)
        self.assertEqual({self.role_of(each) for each in sessions}, {"admin"})
        move = self.begin_move_of(sessions)

        status, listed = self.control("GET", "/users/ada/sessions")
        self.assertEqual(status, 200)
        self.assertEqual({each["sessionId"] for each in listed["sessions"]}, {each["sessionId"] for each in sessions})
        status, _ = self.control("PUT", "/users/ada", {"attributes": {"role": "guest"}})
        self.assertIn(status, (200, 503))
        if status == 200:
            self.assertEqual({self.role_of(each) for each in sessions}, {"guest"})
        move.end()
        self.assertEqual(self.control("PUT", "/users/ada", {"attributes": {"role": "guest"}})[0], 200)
        self.assertEqual({self.role_of(each) for each in sessions}, {"guest"})

    def test_all_sessions_of_a_user_end_while_its_slot_is_half_moved_or_the_caller_is_told_that_they_may_not_have(self):
        sessions = [self.sidecar.sign_in("ada") for _ in range(6)]
        move = self.begin_move_of(sessions)
        status, _ = self.control("DELETE", "/users/ada/sessions")
        if status != 200:
            self.assertEqual(status, 503)
            move.end()
            until(lambda: self.control("DELETE", "/users/ada/sessions")[0] == 200)
        self.assertEqual({self.sidecar.ask(each["token"])[0] for each in sessions}, {"deny"})

    def test_the_first_slot_of_a_new_primary_is_followed_there(self):
        sessions = [self.sidecar.sign_in("ada") for _ in range(6)]
        new = self.cluster.add_empty()
        until(lambda: f":{new.port}" in self.sidecar.log())
        self.assertEqual(self.sidecar.ready(), 200)
        self.begin_move_of(sessions, new)
        self.assertEqual({self.sidecar.ask(each["token"])[0] for each in sessions}, {"allow"})
        for each in sessions:
            self.assertEqual(self.sidecar.revoke(each), 204)
        self.assertEqual({self.sidecar.ask(each["token"])[0] for each in sessions}, {"deny"})

    def test_everybodys_sessions_end_whatever_moves_meanwhile(self):
        sessions = [self.sidecar.sign_in(f"user-{number}") for number in range(60)]
        half_moved = [self.sidecar.sign_in("ada") for _ in range(6)]
        self.begin_move_of(half_moved)
        slots = sorted({self.slot_of(each) for each in sessions} - {self.slot_of(half_moved[0])})
        stopped = threading.Event()

        def move_all():
            while not stopped.is_set():
                for slot in slots[:20]:
                    self.cluster.move_slot(slot)

        thread = threading.Thread(target=move_all)
        thread.start()
        try:
            until(lambda: self.control("DELETE", "/sessions?of=everybody")[0] == 200, 30)
        finally:
            stopped.set()
            thread.join()
        self.assertEqual({self.sidecar.ask(each["token"])[0] for each in sessions + half_moved}, {"deny"})


if __name__ == "__main__":
    unittest.main()
