"""The program is killed (SIGKILL) in the middle of its work, again and again: what it acknowledged is there."""

import collections
import os
import random
import statistics
import threading
import time
import unittest

from ledger import check_session, check_user
from load import Worker
from program import Program, connect, send

CYCLES = 200
WORKERS = 4
ANSWERS_MAX = 60  # in one cycle, before the kill
WRITE_SECONDS = 0.004  # about what a write to the disk takes: the kill comes anywhere within
START_SECONDS = 0.03  # the same for a start
PATIENCE_SECONDS = 60

SETTINGS = {
    "session.active_period": "10ms",
    "session.idle_period": "30d",
    "session.rotation_grace": "2ms",
    "store.deadline": "60s",
}


def wait_for_first_answer(program):
    """Returns when /session is answered on the data port, of which only the address is known yet."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and program.process.poll() is None:
        connection = connect(program.settings["listen"], timeout=PATIENCE_SECONDS)
        try:
            return send(connection, "GET", "/session")[0]
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(0.0005)
        finally:
            connection.close()
    raise AssertionError(f"sessgate did not come back:\n{program.log()[-4000:]}")


class Crashes:
    """One data folder, its clients, and what they were told. Raises ledger.Damaged when something does not hold."""

    def __init__(self, program, seed):
        self.program, self.choices = program, random.Random(seed)
        self.acknowledged = threading.Semaphore(0)
        self.workers = [Worker(f"worker-{number}", self.acknowledged) for number in range(WORKERS)]
        self.start_seconds = []

    def cycle(self):
        self.work_and_kill()
        if self.choices.random() < 0.2:
            self.kill_while_starting()
        self.restart()
        for worker in self.workers:
            self.check(worker.touched)
            worker.touched.clear()

    def work_and_kill(self):
        may_lose = threading.Event()
        for worker in self.workers:
            worker.start(self.program, random.Random(self.choices.randbytes(16)), may_lose)
        for _ in range(self.choices.randrange(ANSWERS_MAX)):
            assert self.acknowledged.acquire(timeout=PATIENCE_SECONDS), "the program stopped answering"
            if any(worker.failure for worker in self.workers):
                break
        time.sleep(self.choices.uniform(0, WRITE_SECONDS))
        ended = self.program.process.poll()
        may_lose.set()
        self.program.kill()
        for worker in self.workers:
            worker.thread.join()
        assert ended is None, f"sessgate ended by itself with {ended}:\n{self.program.log()[-4000:]}"
        for worker in self.workers:
            if worker.failure:
                raise worker.failure

    def kill_while_starting(self):
        self.program.spawn()
        time.sleep(self.choices.uniform(0, START_SECONDS))
        self.program.kill()

    def restart(self):
        started = time.perf_counter()
        self.program.spawn()
        status = wait_for_first_answer(self.program)
        self.start_seconds.append(time.perf_counter() - started)
        assert status == 200, f"the first answer is {status}"
        self.program.wait_until_ready()

    def check(self, users):
        data, control = self.program.connection("data", 60), self.program.connection("control", 60)
        for user in sorted(users, key=lambda user: user.name):
            for session in user.sessions:
                check_session(data, session)
            check_user(control, user)
        data.close()
        control.close()

    def check_all(self):
        self.check([user for worker in self.workers for user in worker.users])

    def counts(self):
        return sum((worker.counts for worker in self.workers), start=collections.Counter())


class CrashTest(unittest.TestCase):
    def test_what_was_acknowledged_outlives_200_kills(self):
        seed = os.environ.get("CRASH_SEED") or str(random.SystemRandom().randrange(1 << 32))
        print(f"to choose the same again: CRASH_SEED={seed}", flush=True)
        program = Program("lmdb", SETTINGS)
        program.settings["listen"] = f"unix:{program.folder}/data.sock"
        with program:
            crashes = Crashes(program, seed)
            for _ in range(CYCLES):
                crashes.cycle()
            crashes.check_all()
            program.stop()
            crashes.restart()
            crashes.check_all()

        median, worst = statistics.median(crashes.start_seconds), max(crashes.start_seconds)
        counts = crashes.counts()
        print(f"from start to first answer: median {median * 1000:.1f} ms, worst {worst * 1000:.1f} ms; "
              f"acknowledged: {dict(counts)}", flush=True)
        self.assertLess(median, 1)
        # So that the test cannot pass by having done nothing.
        for work in ("POST sessions", "DELETE sessions", "PUT users", "DELETE users", "renewals", "rotations",
                     "superseded"):
            self.assertGreater(counts[work], 20, work)


if __name__ == "__main__":
    unittest.main()
