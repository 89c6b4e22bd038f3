"""With record keys, whoever can write to Redis, or change what it says, makes nobody a session and changes none."""

import json
import unittest

from fault_proxy import FaultProxy
from redis_server import Redis
from redis_sidecar import Sidecar, at_once, question, until
from stored_records import json_of, key_of, sealed

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
# All on one connection to the store, where their answers stand beside each other; a busy machine has time.
SETTINGS = {"store.near_cache": "false", "threads": 1, "store.deadline": "1s"}


class RecordKeysTest(unittest.TestCase):
    def setUp(self):
        self.redis = self.enterContext(Redis())
        self.proxy = self.enterContext(FaultProxy(self.redis.port))
        keys = self.redis.folder / "record-keys"
        keys.touch(0o600)
        keys.write_text(KEY.hex() + "\n")
        self.sidecar = self.enterContext(Sidecar(self.proxy.url, SETTINGS | {"store.record_keys_file": keys}))
        self.sidecar.wait_until_store_answers()
        self.mine, self.other = self.sidecar.sign_in("ada"), self.sidecar.sign_in("eve")
        self.records = {key: self.redis.ask("GET", key) for key in (key_of(self.mine), key_of(self.other))}

    def assert_both_are_good(self):
        for session in (self.mine, self.other):
            self.assertEqual(self.sidecar.ask(session["token"]), ("allow", False))

    def assert_refused(self, session, record):
        """In the place of the session's own; then that is put back."""
        key = key_of(session)
        self.assert_both_are_good()
        self.redis.ask("SET", key, record)
        for _ in range(2):
            self.assertEqual(self.sidecar.ask(session["token"]), ("unavailable", False), record)
        self.redis.ask("SET", key, self.records[key])
        self.assert_both_are_good()

    def test_a_record_that_was_altered_and_sealed_without_the_key_is_503(self):
        """Each forgery would do without keys, and with the right one: so it is its tag alone that it is refused for."""
        key = key_of(self.mine)
        text = json_of(self.records[key])
        forged = text.replace('"attributes":{}', '"attributes":{"role":"admin"}')
        self.assertNotEqual(forged, text)
        for record in (sealed(key, forged), sealed(key, forged, OTHER_KEY), sealed(key, text)):
            self.assert_refused(self.mine, record)

        self.redis.ask("SET", key, sealed(key, forged, KEY))
        self.assertEqual(self.sidecar.ask(self.mine["token"]), ("allow", False))
        self.redis.ask("SET", key, sealed(key, forged))
        with Sidecar(self.redis.url, SETTINGS) as without_keys:
            without_keys.wait_until_store_answers()
            self.assertEqual(without_keys.ask(self.mine["token"]), ("allow", False))

    def test_a_record_that_was_moved_to_another_sessions_key_is_503(self):
        """Also with the id written anew, which needs a new tag."""
        mine, other = key_of(self.mine), key_of(self.other)
        self.assert_refused(self.other, self.records[mine])
        renamed = json_of(self.records[mine]).replace(self.mine["sessionId"], self.other["sessionId"])
        self.assert_refused(self.other, sealed(other, renamed))
        tag = self.records[mine].split(".")[1]
        self.assert_refused(self.other, f"sg1.{tag}.{renamed}")

    def test_records_that_change_places_on_their_way_are_never_another_ones_session(self):
        sessions = [self.mine, self.other, *(self.sidecar.sign_in(f"user-{number}") for number in range(6))]
        connections = [self.sidecar.connection() for _ in sessions]
        for connection in connections:
            self.addCleanup(connection.close)
        self.assert_both_are_good()
        self.proxy.swap = 0.5
        refused = 0
        for _ in range(40):
            questions = [question(connection, each["token"]) for connection, each in zip(connections, sessions)]
            for session, (status, _, body) in zip(sessions, at_once(questions)):
                refused += status == 503
                if status != 503:
                    self.assertEqual((status, json.loads(body)["session"]["sessionId"]), (200, session["sessionId"]))
        print(f"{self.proxy.faults} pairs changed places, {refused} answers were 503")
        self.assertGreater(self.proxy.faults, 20)
        self.assertGreater(refused, 20)
        self.proxy.heal()
        until(lambda: all(self.sidecar.ask(each["token"])[0] == "allow" for each in sessions))


if __name__ == "__main__":
    unittest.main()
