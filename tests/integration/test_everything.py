"""The end of all sessions, and keeping all of them: revoke --everybody, backup and restore."""

import unittest

from program import Program
from redis_server import Redis
from redis_sidecar import Sidecar, until
from sessions import ask, sign_in

SEEN_ELSEWHERE_SECONDS = 0.5  # what is promised; a millisecond as a rule


class EverybodyTest(unittest.TestCase):
    def assert_ends(self, program, others):
        """All sessions end with one command, and every other sidecar knows it at once."""
        sessions = [sign_in(program, f"user-{number % 9}") for number in range(150)]
        for each in (program, *others):
            for _ in range(2):
                self.assertIsNotNone(ask(each, sessions[0])["session"])
        done = program.command("session", "revoke", "--everybody")
        self.assertEqual((done.returncode, done.stdout), (0, "revoked 150\n"), done.stderr)
        for other in others:
            until(lambda: ask(other, sessions[0])["session"] is None, SEEN_ELSEWHERE_SECONDS)
        for each in (program, *others):
            for session in sessions[::7]:
                self.assertEqual(ask(each, session)["reason"], "unknown")
        self.assertIsNotNone(ask(program, sign_in(program, "user-0"))["session"])
        self.assertEqual(program.command("session", "revoke", "--everybody").stdout, "revoked 1\n")

    def test_everybodys_sessions_end_in_memory(self):
        with Program() as program:
            self.assert_ends(program, [])

    def test_everybodys_sessions_end_on_disk_and_stay_so(self):
        with Program("lmdb", {"store.deadline": "60s"}) as program:
            self.assert_ends(program, [])
            program.stop()
            program.start()
            self.assertEqual(program.command("session", "revoke", "--everybody").stdout, "revoked 0\n")

    def test_everybodys_sessions_end_on_all_sidecars_with_redis(self):
        deadline = {"store.deadline": "60s"}
        with Redis() as redis, Sidecar(redis.url, deadline) as one, Sidecar(redis.url, deadline) as other:
            one.wait_until_store_answers()
            other.wait_until_store_answers()
            self.assert_ends(one, [other])

    def test_nobody_does_it_by_leaving_something_out(self):
        with Program() as program:
            session = sign_in(program, "ada")
            for path in ("/sessions", "/sessions/", "/sessions?of=", "/sessions?of=everybody&x=1"):
                self.assertIn(program.request("DELETE", path, port="control")[0], (400, 404))
            self.assertNotEqual(program.command("session", "revoke").returncode, 0)
            self.assertIsNotNone(ask(program, session)["session"])


class BackupTest(unittest.TestCase):
    def test_a_copy_made_while_it_runs_brings_everything_back(self):
        with Program("lmdb", {"store.deadline": "60s"}) as program:
            sessions = [sign_in(program, "ada") for _ in range(40)]
            copy = program.folder / "copy"
            store = f"--store-url=lmdb:{program.data_folder}"
            done = program.command("backup", store, str(copy))
            self.assertEqual(done.returncode, 0, done.stderr)
            later = sign_in(program, "ada")
            self.assertEqual(program.command("backup", store, str(copy)).returncode, 1)  # never over another copy
            self.assertEqual(program.command("restore", store, str(copy)).returncode, 1)  # nor over data
            self.assertIsNotNone(ask(program, sessions[0])["session"])

            program.stop()
            (program.data_folder / "data.mdb").rename(program.folder / "lost.mdb")
            done = program.command("restore", store, str(copy))
            self.assertEqual(done.returncode, 0, done.stderr)
            program.start()
            for session in sessions:
                self.assertIsNotNone(ask(program, session)["session"])
            self.assertEqual(ask(program, later)["reason"], "unknown")

    def test_there_is_nothing_to_copy(self):
        with Program() as program:
            done = program.command("backup", f"--store-url=lmdb:{program.folder / 'none'}", "copy")
            self.assertEqual(done.returncode, 1)
            self.assertFalse((program.folder / "copy").exists())


if __name__ == "__main__":
    unittest.main()
