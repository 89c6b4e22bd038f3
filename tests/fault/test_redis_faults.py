"""Each failure of Redis that people meet, through the built program: right answers or 503, in time, and back at once."""

import json
import re
import statistics
import time
import unittest

from fault_proxy import FaultProxy
from program import wait_until_after
from redis_server import Client, Redis
from redis_sidecar import BACK_SECONDS, PERIODS, Sidecar, at_once, question, token_handed_out, until
from stored_records import json_of, key_of

SECRET_LENGTH = 43


def strings_in(text):
    """The whole, all runs of a token's characters, and of longer runs each part that has a secret's length."""
    yield text
    for run in re.findall(r"[\w-]+", text, re.ASCII):
        yield run
        yield from (run[start:start + SECRET_LENGTH] for start in range(len(run) - SECRET_LENGTH + 1))


def cookies_in(texts, ids):
    """Each string in `texts`, as it is and as the secret of each session; 32 bytes can end in 16 characters."""
    strings = {string for text in texts for string in strings_in(text)}
    strings |= {string[:-1] + last for string in strings if len(string) == SECRET_LENGTH for last in "AEIMQUYcgkosw048"}
    return {behind + string for string in strings for behind in ("", *(f"{each}." for each in ids))}


class RedisAwayTest(unittest.TestCase):
    def test_it_starts_without_redis_and_is_ready_within_a_second_of_its_start(self):
        redis = Redis()
        with Sidecar(redis.url) as sidecar:
            self.assertEqual((sidecar.alive(), sidecar.ready()), (200, 503))
            self.assertEqual(sidecar.ask("aaaaaaaaaaaaaaaaaaaa." + "A" * 43), ("unavailable", False))

            with redis:
                took = sidecar.wait_until_store_answers()

            print(f"ready {took * 1000:.0f} ms after redis was")
            self.assertLess(took, BACK_SECONDS)

    def test_a_server_that_is_killed_is_503_and_service_is_back_with_it(self):
        with Redis({"appendonly": "yes", "appendfsync": "always"}) as redis, Sidecar(redis.url) as sidecar:
            sidecar.wait_until_store_answers()
            token = sidecar.sign_in()["token"]
            times = []
            for _ in range(5):
                redis.kill()
                until(lambda: sidecar.ask(token)[0] == "unavailable")
                self.assertEqual(sidecar.ready(), 503)
                redis.start()
                times.append(until(lambda: sidecar.ask(token)[0] == "allow"))
            print(f"back: median {statistics.median(times) * 1000:.0f} ms, worst {max(times) * 1000:.0f} ms")
            self.assertLess(max(times), BACK_SECONDS)
            self.assertLess(sidecar.log().count("redis_unreachable"), 10)

    def test_a_server_that_stands_still_is_503_in_time_and_back_when_it_goes_on(self):
        with Redis() as redis, Sidecar(redis.url) as sidecar:
            sidecar.wait_until_store_answers()
            token = sidecar.sign_in()["token"]
            redis.pause()
            until(lambda: sidecar.ask(token)[0] == "unavailable")
            for _ in range(20):
                self.assertEqual(sidecar.ask(token), ("unavailable", False))
            redis.resume()
            took = until(lambda: sidecar.ask(token)[0] == "allow")
            print(f"back after {took * 1000:.0f} ms")
            self.assertLess(took, BACK_SECONDS)

    def test_a_server_whose_writes_are_paused_is_read_and_renewal_waits(self):
        with Redis() as redis, Sidecar(redis.url, PERIODS) as sidecar:
            sidecar.wait_until_store_answers()
            session = sidecar.sign_in()
            wait_until_after(session["activePeriodExpiresAt"])
            redis.ask("CLIENT", "PAUSE", 600, "WRITE")

            self.assertEqual(sidecar.ask(session["token"]), ("allow", False))

            until(lambda: sidecar.ask(session["token"]) == ("allow", True))


class RefusalsTest(unittest.TestCase):
    def test_a_replica_is_read_and_not_written_and_not_ready(self):
        with Redis() as redis, Sidecar(redis.url, PERIODS) as sidecar:
            sidecar.wait_until_store_answers()
            session = sidecar.sign_in()
            # As a replica that has lost its primary for good it keeps what it has.
            redis.ask("REPLICAOF", "127.0.0.1", 1)
            until(lambda: sidecar.ready() == 503)
            wait_until_after(session["activePeriodExpiresAt"])

            self.assertEqual(sidecar.ask(session["token"]), ("allow", False))
            self.assertEqual(sidecar.create()[0], 503)
            self.assertEqual(sidecar.revoke(session), 503)

            redis.ask("REPLICAOF", "NO", "ONE")
            self.assertLess(sidecar.wait_until_store_answers(), BACK_SECONDS)
            self.assertEqual(sidecar.ask(session["token"]), ("allow", True))

    def test_a_full_server_is_read_and_revokes_and_is_ready_but_creates_nothing(self):
        with Redis() as redis, Sidecar(redis.url, PERIODS) as sidecar:
            sidecar.wait_until_store_answers()
            first, second = sidecar.sign_in(), sidecar.sign_in()
            redis.ask("CONFIG", "SET", "maxmemory", "1")

            status, _, body = sidecar.create()
            self.assertEqual((status, json.loads(body)["code"]), (503, "store_full"))
            self.assertEqual(sidecar.ready(), 200)
            wait_until_after(second["activePeriodExpiresAt"])
            self.assertEqual(sidecar.ask(second["token"]), ("allow", False))
            self.assertEqual(sidecar.revoke(first), 204)
            self.assertEqual(sidecar.ask(first["token"])[0], "deny")

            redis.ask("CONFIG", "SET", "maxmemory", "0")
            self.assertEqual(sidecar.ask(second["token"]), ("allow", True))

    def test_a_server_without_enough_replicas_is_read_and_not_written(self):
        with Redis() as redis, Sidecar(redis.url, PERIODS) as sidecar:
            sidecar.wait_until_store_answers()
            session = sidecar.sign_in()
            redis.ask("CONFIG", "SET", "min-replicas-to-write", 1)
            wait_until_after(session["activePeriodExpiresAt"])

            self.assertEqual(sidecar.ask(session["token"]), ("allow", False))
            self.assertEqual((sidecar.create()[0], sidecar.ready()), (503, 503))

    def test_a_password_that_is_changed_is_read_from_its_file_again(self):
        with Redis({"requirepass": "first"}) as redis:
            file = redis.folder / "password"
            file.touch(0o600)
            file.write_text("first\n")
            with Sidecar(redis.url, {"store.password_file": file}) as sidecar:
                sidecar.wait_until_store_answers()
                session = sidecar.sign_in()

                admin = Client(redis.port)
                self.addCleanup(admin.close)
                admin("AUTH", "first")
                admin("CONFIG", "SET", "requirepass", "second")
                admin("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                until(lambda: sidecar.ready() == 503)
                file.write_text("second\n")

                self.assertLess(sidecar.wait_until_store_answers(), BACK_SECONDS)
                until(lambda: sidecar.ask(session["token"])[0] == "allow")

    def test_a_wrong_password_is_503_and_told_once(self):
        with Redis({"requirepass": "right"}) as redis:
            for url in (redis.url, redis.url.replace("redis://", "redis://:wrong@")):
                with Sidecar(url) as sidecar:
                    for _ in range(20):
                        self.assertEqual(sidecar.ready(), 503)
                        self.assertEqual(sidecar.ask("aaaaaaaaaaaaaaaaaaaa." + "A" * 43)[0], "unavailable")
                        time.sleep(0.02)
                    self.assertEqual(sidecar.log().count("redis_unreachable"), 1)
                    self.assertNotIn("wrong@", sidecar.log())

    def test_rights_that_are_taken_away_are_503_and_never_a_deny(self):
        with Redis() as redis:
            redis.ask("ACL", "SETUSER", "app", "on", ">app-password", "~*", "&*", "+@all")
            with Sidecar(redis.url.replace("redis://", "redis://app:app-password@")) as sidecar:
                sidecar.wait_until_store_answers()
                token = sidecar.sign_in()["token"]
                redis.ask("ACL", "SETUSER", "app", "-get")
                self.assertEqual((sidecar.ask(token)[0], sidecar.ready()), ("unavailable", 503))
                redis.ask("ACL", "SETUSER", "app", "+get")
                self.assertEqual((sidecar.ask(token)[0], sidecar.ready()), ("allow", 200))


class ProxyFaultsTest(unittest.TestCase):
    """The near-cache is off, so that each question reaches the store."""

    def setUp(self):
        self.redis = self.enterContext(Redis())
        self.proxy = self.enterContext(FaultProxy(self.redis.port))
        self.sidecar = self.enterContext(Sidecar(self.proxy.url, {"store.near_cache": "false"}))
        self.sidecar.wait_until_store_answers()
        self.live = self.sidecar.sign_in()["token"]
        ended = self.sidecar.sign_in()
        self.assertEqual(self.sidecar.revoke(ended), 204)
        self.ended = ended["token"]

    def assert_right_or_503(self, times):
        """How often it was 503."""
        unavailable = 0
        for _ in range(times):
            for token, right in ((self.live, "allow"), (self.ended, "deny")):
                verdict, _ = self.sidecar.ask(token)
                self.assertIn(verdict, (right, "unavailable"))
                unavailable += verdict == "unavailable"
        return unavailable

    def assert_back(self):
        """On every shard, each of which has a connection of its own: what is asked goes to them in turn."""
        self.proxy.heal()
        took = until(lambda: self.assert_right_or_503(4) == 0)
        print(f"back after {took * 1000:.0f} ms")
        self.assertLess(took, BACK_SECONDS)

    def test_answers_that_come_too_late_are_503(self):
        self.proxy.delay = 0.3
        self.assertGreater(self.assert_right_or_503(5), 0)
        self.assert_back()

    def test_answers_that_never_come_are_503(self):
        self.proxy.drop = True
        self.assertEqual(self.assert_right_or_503(5), 10)
        self.assert_back()

    def test_a_half_open_connection_is_503(self):
        self.proxy.stall = True
        self.assertEqual(self.assert_right_or_503(5), 10)
        self.assert_back()

    def test_answers_in_small_pieces_are_answers(self):
        self.proxy.slice = 1
        self.assertEqual(self.assert_right_or_503(20), 0)

    def test_answers_that_are_cut_short_are_asked_again_or_503(self):
        for length in (3, 60, 200, 333, 700):
            self.proxy.cut = length
            self.proxy.break_all()
            self.assert_right_or_503(8)
        self.assertGreater(self.proxy.faults, 0)
        self.assert_back()

    def test_garbled_answers_are_never_believed(self):
        self.proxy.garble = 0.002
        unavailable = self.assert_right_or_503(300)
        print(f"{self.proxy.faults} bits changed, {unavailable} of 600 answers were 503")
        self.assertGreater(self.proxy.faults, 50)
        self.assert_back()

    def test_answers_that_change_places_are_never_believed(self):
        self.proxy.swap = 0.3
        connections = [self.sidecar.connection() for _ in range(8)]
        for connection in connections:
            self.addCleanup(connection.close)
        for _ in range(60):
            tokens = [self.live, self.ended] * 4
            answers = at_once([question(*asked) for asked in zip(connections, tokens)])
            for token, (status, _, body) in zip(tokens, answers):
                if status != 503:
                    self.assertEqual(json.loads(body)["session"] is not None, token != self.ended, body)
        print(f"{self.proxy.faults} pairs changed places")
        self.assertGreater(self.proxy.faults, 20)
        self.assert_back()

    def test_a_connection_that_is_broken_all_the_time_is_made_again_without_a_storm(self):
        self.proxy.refuse = True
        self.proxy.break_all()
        until(lambda: self.sidecar.ask(self.live)[0] == "unavailable")
        for _ in range(20):
            self.assertEqual(self.sidecar.ask(self.live)[0], "unavailable")
            time.sleep(0.02)
        self.assertLess(self.sidecar.log().count("\n"), 20)
        self.assert_back()


class DamagedRecordsTest(unittest.TestCase):
    def test_a_record_that_was_altered_or_moved_is_503_and_never_a_session(self):
        with Redis() as redis, Sidecar(redis.url, {"store.near_cache": "false"}) as sidecar:
            sidecar.wait_until_store_answers()
            mine, other = sidecar.sign_in(), sidecar.sign_in()
            key = f"sessgate:s:{{{mine['sessionId'][:3]}}}:{mine['sessionId']}"
            record = redis.ask("GET", key)
            for damaged in (record.replace("ada", "eve"), record[:-1], record + " ", "",
                            redis.ask("GET", key.replace(mine["sessionId"], other["sessionId"]))):
                redis.ask("SET", key, damaged)
                self.assertEqual(sidecar.ask(mine["token"]), ("unavailable", False), damaged)
                self.assertEqual(sidecar.ask(other["token"])[0], "allow")
            redis.ask("DEL", key)
            redis.ask("LPUSH", key, "x")
            self.assertEqual(sidecar.ask(mine["token"])[0], "unavailable")
            redis.ask("DEL", key)
            redis.ask("SET", key, record)
            self.assertEqual(sidecar.ask(mine["token"])[0], "allow")


class DumpTest(unittest.TestCase):
    """With a session that waits for its new token to be used, and the same one after that."""

    def setUp(self):
        self.redis = self.enterContext(Redis())
        self.sidecar = self.enterContext(Sidecar(self.redis.url, PERIODS | {"store.deadline": "1s"}))
        self.sidecar.wait_until_store_answers()
        attributes = {"attributes": {"name": "Ada", "device": "laptop"}}
        self.assertEqual(self.sidecar.request("PUT", "/users/ada", body=attributes, port="control")[0], 200)
        self.session, *others = (self.sidecar.sign_in(user) for user in ("ada", "ada", "eve"))
        self.ids = [each["sessionId"] for each in (self.session, *others)]
        self.seen = set()

    def dump(self):
        """Every key and every value, of all kinds."""
        for key in self.redis.ask("KEYS", "*"):
            is_text = self.redis.ask("TYPE", key) == "string"
            yield key
            yield from [self.redis.ask("GET", key)] if is_text else self.redis.ask("ZRANGE", key, 0, -1, "WITHSCORES")

    def new_token(self, token):
        """What an allow hands out."""
        _, headers, body = self.sidecar.request("GET", "/session", {"Cookie": f"__Host-session={token}"})
        self.assertEqual(json.loads(body)["session"]["sessionId"], self.session["sessionId"])
        return token_handed_out(headers)

    def assert_none_is_a_cookie(self):
        self.seen.update(text for text in self.dump() if text)
        kinds = {text.split(":")[1] for text in self.seen if text.startswith("sessgate:")}
        self.assertLessEqual({"s", "u", "i"}, kinds)
        cookies = cookies_in(self.seen, self.ids)
        for cookie in cookies:
            self.assertEqual(self.sidecar.ask(cookie), ("deny", False), cookie)
        return len(cookies)

    def test_no_string_of_a_dump_is_a_cookie(self):
        self.assertIn(self.session["token"], cookies_in([f'"{self.session["token"]}x"'], self.ids), "it finds nothing")
        wait_until_after(self.session["activePeriodExpiresAt"])
        successor = self.new_token(self.session["token"])
        record = self.redis.ask("GET", key_of(self.session))
        self.assertLessEqual({"salt", "hash"}, json.loads(json_of(record))["next"].keys())
        tried = [self.assert_none_is_a_cookie()]

        self.new_token(successor)
        record = self.redis.ask("GET", key_of(self.session))
        self.assertLessEqual({"salt", "hash"}, json.loads(json_of(record))["previous"].keys())
        tried.append(self.assert_none_is_a_cookie())

        print(f"{tried[0]} and {tried[1]} cookies were tried")
        self.assertEqual(self.sidecar.ask(successor)[0], "allow")


if __name__ == "__main__":
    unittest.main()
