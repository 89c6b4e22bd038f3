"""Moving everything into another store: sessgate migrate, there and back, cut off and gone on with."""

import re
import unittest

from fault_proxy import FaultProxy
from program import Program
from redis_server import Redis
from redis_sidecar import Sidecar, until
from sessions import ask, sign_in
from terminal import OnTerminal

# A busy disk is to be no reason for a 503.
PERIODS = {"session.active_period": "1h", "session.rotation_grace": "1s", "store.deadline": "60s"}
PACE = 0.002  # what a slow Redis needs for each answer
COUNT = 300
BAR_WIDTH = 40


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

            with Sidecar(redis.url, PERIODS) as sidecar:
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

    def on_terminal(self, program, *arguments):
        command = [program.binary, "migrate", "--control-listen=unix:control.sock", *arguments]
        return OnTerminal(command, cwd=program.folder, env=program.environment)

    def signed_in(self, program):
        """Sessions of as many users."""
        return [sign_in(program, f"user-{number}") for number in range(COUNT)]

    def assert_goes_on(self, program, *arguments):
        """Some were copied before it was cut off, and the rest is now."""
        done = self.migrate(program, *arguments)
        copied, there_already = map(int, re.fullmatch(r"copied (\d+), there already (\d+)\n", done.stdout).groups())
        self.assertGreater(copied, 0)
        self.assertGreater(there_already, 0)
        return copied + there_already

    def test_a_terminal_sees_a_bar_that_fills(self):
        with Program("lmdb", PERIODS) as program:
            self.signed_in(program)
            program.stop()
            there = f"lmdb:{program.folder / 'there'}"
            with self.on_terminal(program, "--from", f"lmdb:{program.data_folder}", "--to", there) as terminal:
                ended = terminal.end()
        self.assertEqual(ended, (0, f"copied {COUNT}, there already 0\n"), terminal.seen)
        frames = terminal.frames()
        self.assertGreater(len(frames), 2, terminal.seen)
        for filled, done, total in frames:
            self.assertEqual((filled, total), (BAR_WIDTH * done // COUNT, COUNT))
        self.assertEqual([done for _, done, _ in frames], sorted(done for _, done, _ in frames))
        self.assertTrue(0 < frames[-2][1] < COUNT, frames)
        self.assertEqual(frames[-1], (BAR_WIDTH, COUNT, COUNT))
        self.assertEqual(terminal.seen.count("\r["), len(frames))  # each in the place of the one before
        self.assertTrue(terminal.seen.endswith("\r\n"))

    def test_one_that_is_killed_on_the_way_to_redis_goes_on(self):
        with Redis() as redis, FaultProxy(redis.port) as gate, Program("lmdb", PERIODS) as program:
            self.signed_in(program)
            program.stop()
            gate.pace = PACE
            way = ("--from", f"lmdb:{program.data_folder}", "--to")
            with self.on_terminal(program, *way, gate.url):
                until(lambda: len(redis.ask("KEYS", "sessgate:s:*")) > COUNT // 10, 30)
            self.assertEqual(self.assert_goes_on(program, *way, redis.url), COUNT)
            self.assertEqual(len(redis.ask("KEYS", "sessgate:s:*")), COUNT)

    def test_one_that_is_killed_on_the_way_from_redis_goes_on(self):
        with Redis() as redis, FaultProxy(redis.port) as gate, Sidecar(redis.url, PERIODS) as sidecar:
            sidecar.wait_until_store_answers()
            sessions = self.signed_in(sidecar)
            sidecar.stop()
            gate.pace = PACE
            there = f"lmdb:{sidecar.folder / 'there'}"
            with self.on_terminal(sidecar, "--from", gate.url, "--to", there) as terminal:
                while not any(done > 0 for _, done, _ in terminal.frames()):
                    self.assertTrue(terminal.watch(), terminal.seen)
            # What Redis is asked to go through may come twice.
            self.assertGreaterEqual(self.assert_goes_on(sidecar, "--from", redis.url, "--to", there), COUNT)
            sidecar.settings["store.url"] = there
            sidecar.start()
            for session in sessions[::11]:
                self.assertIsNotNone(ask(sidecar, session)["session"])

    def test_what_cannot_be_reached_is_said(self):
        with Program() as program:
            done = self.migrate(program, "--from", "redis://127.0.0.1:1", "--to", f"lmdb:{program.folder / 'new'}")
            self.assertEqual(done.returncode, 1)
            self.assertIn("--from: the store cannot be used", done.stderr)
            self.assertEqual(self.migrate(program, "--from", "nonsense").returncode, 1)

    def test_lucias_sessions_cannot_be_moved_within_a_cluster(self):
        with Program() as program:
            done = self.migrate(program, "--from", "lucia-2", "--store-url=redis+cluster://127.0.0.1:1")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("keep Lucia's sessions in one Redis", done.stderr)


if __name__ == "__main__":
    unittest.main()
