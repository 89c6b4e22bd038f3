"""When there is no room for more, creation says so, and reading and revoking go on: with a full map and a full disk."""

import contextlib
import json
import threading
import unittest

from mount import small_disk
from program import Program, send, wait_until_after

SETTINGS = {"store.deadline": "60s", "session.rotation_grace": "10ms", "session.active_period": "1h"}
ATTRIBUTES = {"text": "x" * 3000}  # of the 3 KiB that there may be
CLIENTS = 4
REVOCATIONS = 1000
CREATIONS_MAX = 20_000  # far more than fits
TRIES = 50


class Client:
    """Kept connections to both ports."""

    def __init__(self, program):
        self.data, self.control = program.connection("data", 60), program.connection("control", 60)

    def create(self, **body):
        """The token, or the answer when it is not 201: (status, headers, JSON)."""
        status, headers, text = send(self.control, "POST", "/sessions", body={"userId": "anna"} | body)
        answer = json.loads(text)
        return answer["session"]["token"] if status == 201 else (status, dict(headers), answer)

    def revoke(self, token):
        return send(self.control, "DELETE", f"/sessions/{token[:20]}")[0]

    def ask(self, token, path="/session"):
        status, headers, text = send(self.data, "GET", path, {"Cookie": f"__Host-session={token}"})
        return status, headers, json.loads(text)

    def fill(self, tokens, refusals):
        """Creates until it is refused; adds to the two lists."""
        for number in range(CREATIONS_MAX):
            created = self.create(userId=f"user-{number % 100}", attributes=ATTRIBUTES)
            if not isinstance(created, str):
                refusals.append(created)
                break
            tokens.append(created)
        self.close()

    def close(self):
        self.data.close()
        self.control.close()


class FullStoreTest(unittest.TestCase):
    def fill(self, program):
        """Creates over several connections until each is refused: the tokens."""
        tokens, refusals = [], []
        threads = [threading.Thread(target=Client(program).fill, args=(tokens, refusals)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(refusals), CLIENTS)
        for refusal in refusals:
            self.assert_full(refusal)
        return tokens

    def assert_full(self, answer):
        status, headers, body = answer
        self.assertEqual((status, body["status"], body["code"]), (503, 503, "store_full"))
        self.assertEqual(headers["Content-Type"], "application/problem+json")
        self.assertRegex(headers["Retry-After"], r"^[1-9][0-9]*$")

    def assert_live(self, client, token):
        status, headers, body = client.ask(token)
        self.assertEqual(status, 200)
        self.assertEqual((body["session"]["sessionId"], body["session"]["attributes"]), (token[:20], ATTRIBUTES))

    def assert_readings_go_on_and_renewal_waits(self, client, token, idle):
        self.assert_live(client, token)
        self.assertEqual(client.ask(token, "/session-user")[2]["reason"], "user_missing")
        self.assertEqual(send(client.control, "GET", "/readyz")[0], 200)
        status, headers, body = client.ask(idle)
        self.assertEqual((status, body["session"]["state"], body["session"]["fresh"]), (200, "idle", False))
        self.assertEqual(body["setCookie"], [])

    def assert_there_is_room_again(self, client, idle):
        """What revocations freed can be used by the transaction after the next."""
        for _ in range(TRIES):
            created = client.create(attributes=ATTRIBUTES)
            if isinstance(created, str):
                self.assert_live(client, created)
                self.assertTrue(client.ask(idle)[2]["session"]["fresh"])
                return
            self.assert_full(created)
        self.fail(f"after {REVOCATIONS} revocations {TRIES} creations were refused")

    def assert_a_full_store_still_revokes(self, program, fill=None):
        # Closed before the program is stopped, which would wait for it.
        with contextlib.closing(Client(program)) as client:
            self.assert_revokes(program, client, fill or self.fill)

    def assert_revokes(self, program, client, fill):
        idle = client.create(activePeriod="50ms")
        wait_until_after(client.ask(idle, "/session?renew=false")[2]["session"]["activePeriodExpiresAt"])

        tokens = fill(program)
        self.assertGreaterEqual(len(tokens), REVOCATIONS)
        self.assert_readings_go_on_and_renewal_waits(client, tokens[0], idle)

        revoked, kept = tokens[:REVOCATIONS], tokens[REVOCATIONS:]
        self.assertEqual([client.revoke(token) for token in revoked], [204] * REVOCATIONS)
        for token in revoked:
            self.assertEqual(client.ask(token)[2]["reason"], "unknown")
        self.assert_there_is_room_again(client, idle)
        for token in kept:
            self.assert_live(client, token)

    def test_a_full_map_refuses_creation_and_nothing_else(self):
        with Program("lmdb", SETTINGS | {"store.lmdb_map_size": "8MiB"}) as program:
            self.assert_a_full_store_still_revokes(program)

    def test_a_map_can_be_filled_and_emptied_again_and_again(self):
        with Program("lmdb", SETTINGS | {"store.lmdb_map_size": "2MiB"}) as program:
            for _ in range(4):
                tokens = self.fill(program)
                self.assertGreater(len(tokens), 50)
                with contextlib.closing(Client(program)) as client:
                    self.assertEqual([client.revoke(token) for token in tokens], [204] * len(tokens))

    def test_a_full_disk_refuses_creation_and_nothing_else(self):
        with small_disk("20m") as disk, Program(f"lmdb:{disk}/data", SETTINGS) as program:
            self.assert_a_full_store_still_revokes(program)

    def test_a_disk_that_others_filled_refuses_creation_and_nothing_else(self):
        def fill(program):
            with contextlib.closing(Client(program)) as client:
                tokens = [client.create(attributes=ATTRIBUTES) for _ in range(REVOCATIONS)]
            fill_disk(disk)
            return tokens + self.fill(program)

        with small_disk("64m") as disk, Program(f"lmdb:{disk}/data", SETTINGS) as program:
            self.assert_a_full_store_still_revokes(program, fill)

    def test_a_program_that_finds_its_disk_full_at_the_start_reads_and_revokes(self):
        with small_disk("20m") as disk, Program(f"lmdb:{disk}/data", SETTINGS) as program:
            tokens = self.fill(program)
            program.stop()
            fill_disk(disk)
            program.start()

            with contextlib.closing(Client(program)) as client:
                self.assert_full(client.create(attributes=ATTRIBUTES))
                self.assert_live(client, tokens[-1])
                self.assertEqual([client.revoke(token) for token in tokens[:REVOCATIONS]], [204] * REVOCATIONS)


def fill_disk(disk):
    """Writes a file of its own until not one more byte has room."""
    with open(disk / "filler", "wb", buffering=0) as filler:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while filler.write(b"x" * size):
                    pass
            except OSError:
                continue


if __name__ == "__main__":
    unittest.main()
