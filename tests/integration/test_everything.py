"""The end of all sessions, and moving and keeping all of them: revoke --everybody, migrate, backup and restore."""

import json
import unittest

from program import Program
from redis_server import Redis
from redis_sidecar import Sidecar

PERIODS = {"session.active_period": "1h", "session.rotation_grace": "1s", "store.deadline": "10s"}


def sign_in(program, user, /, **more):
    status, _, body = program.request("POST", "/sessions", body={"userId": user} | more, port="control")
    assert status == 201, body
    return json.loads(body)["session"]


def ask(program, session, path="/session"):
    status, _, body = program.request("GET", path, {"Cookie": f"__Host-session={session['token']}"})
    assert status == 200, body
    return json.loads(body)


class EverybodyTest(unittest.TestCase):
    def assert_ends(self, program, others):
        """All sessions end with one command, and every other sidecar knows it at once."""
        sessions = [sign_in(program, f"user-{number % 9}") for number in range(150)]
        for each in (program, *others):
            for _ in range(2):
                self.assertIsNotNone(ask(each, sessions[0])["session"])
        done = program.command("session", "revoke", "--everybody")
        self.assertEqual((done.returncode, done.stdout), (0, "revoked 150\n"), done.stderr)
        for each in (program, *others):
            for session in sessions[::7]:
                self.assertEqual(ask(each, session)["reason"], "unknown")
        self.assertIsNotNone(ask(program, sign_in(program, "user-0"))["session"])
        self.assertEqual(program.command("session", "revoke", "--everybody").stdout, "revoked 1\n")

    def test_everybodys_sessions_end_in_memory(self):
        with Program() as program:
            self.assert_ends(program, [])

    def test_everybodys_sessions_end_on_disk_and_stay_so(self):
        with Program("lmdb", {"store.deadline": "10s"}) as program:
            self.assert_ends(program, [])
            program.stop()
            program.start()
            self.assertEqual(program.command("session", "revoke", "--everybody").stdout, "revoked 0\n")

    def test_everybodys_sessions_end_on_all_sidecars_with_redis(self):
        deadline = {"store.deadline": "5s"}
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


class MigrateTest(unittest.TestCase):
    def migrate(self, program, *arguments):
        return program.command("migrate", "--control-listen=unix:control.sock", *arguments)

    def test_there_and_back_with_nobody_logged_out(self):
        with Redis() as redis, Program("lmdb", PERIODS) as program:
            sessions = [sign_in(program, f"user-{number % 40}", attributes={"n": number}) for number in range(300)]
            known = sign_in(program, "ada", user={"attributes": {"name": "Ada"}})
            program.stop()
            folder = f"lmdb:{program.data_folder}"

            counted = self.migrate(program, "--from", folder, "--to", redis.url, "--dry-run")
            self.assertEqual(counted.stdout, "302 users and sessions would be copied\n", counted.stderr)
            self.assertEqual(redis.ask("DBSIZE"), 0)
            done = self.migrate(program, "--from", folder, "--to", redis.url)
            self.assertEqual(done.stdout, "copied 302, there already 0\n", done.stderr)
            again = self.migrate(program, "--from", folder, "--to", redis.url)
            self.assertEqual(again.stdout, "copied 0, there already 302\n", again.stderr)

            with Sidecar(redis.url, PERIODS | {"store.deadline": "5s"}) as sidecar:
                sidecar.wait_until_store_answers()
                for session in sessions[::11]:
                    self.assertEqual(ask(sidecar, session)["session"]["attributes"], session["attributes"])
                self.assertEqual(ask(sidecar, known, "/session-user")["user"]["attributes"], {"name": "Ada"})
                self.assertEqual(sidecar.command("session", "list", "user-0").stdout.count("\n"), 1 + 8)

            back = f"lmdb:{program.folder / 'back'}"
            done = self.migrate(program, "--from", redis.url, "--to", back)
            self.assertRegex(done.stdout, "^copied 302, ", done.stderr)
            program.settings["store.url"] = back
            program.start()
            for session in sessions[::11]:
                self.assertEqual(ask(program, session)["session"]["attributes"], session["attributes"])

    def test_a_migration_that_was_cut_off_goes_on(self):
        with Redis() as redis, Program("lmdb", PERIODS) as program:
            sessions = [sign_in(program, "ada") for _ in range(50)]
            program.stop()
            folder = f"lmdb:{program.data_folder}"
            self.migrate(program, "--from", folder, "--to", redis.url)
            for session in sessions[:20]:
                (key,) = redis.ask("KEYS", f"sessgate:s:*{session['sessionId']}")
                redis.ask("DEL", key)
            done = self.migrate(program, "--from", folder, "--to", redis.url)
            self.assertEqual(done.stdout, "copied 20, there already 30\n", done.stderr)

    def test_what_cannot_be_reached_is_said(self):
        with Program() as program:
            done = self.migrate(program, "--from", "redis://127.0.0.1:1", "--to", f"lmdb:{program.folder / 'new'}")
            self.assertEqual(done.returncode, 1)
            self.assertIn("--from: the store cannot be used", done.stderr)
            self.assertEqual(self.migrate(program, "--from", "nonsense").returncode, 1)


class BackupTest(unittest.TestCase):
    def test_a_copy_made_while_it_runs_brings_everything_back(self):
        with Program("lmdb", {"store.deadline": "10s"}) as program:
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
