"""What surrounds the built program's process: who reads its log, and how many files it may have open."""

import json
import pathlib
import resource
import subprocess
import unittest
from contextlib import ExitStack

from program import Program, flags_of, now_ms, wait_until_after


class Started(Program):
    """A program whose process is started as `options` of subprocess.Popen say."""

    def __init__(self, settings=None, **options):
        super().__init__(settings=settings)
        self.options = options

    def spawn(self):
        self.process = subprocess.Popen([self.binary, "serve", *flags_of(self.settings)], cwd=self.folder,
                                        env=self.environment, stdin=subprocess.DEVNULL, **self.options)


def limit_descriptors(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class ProcessTest(unittest.TestCase):
    def ask(self, program, token):
        return json.loads(program.request("GET", "/session", {"Authorization": f"Bearer {token}"})[2])

    def test_it_goes_on_when_nobody_reads_its_log_any_more(self):
        settings = {"session.active_period": "50ms", "session.rotation_grace": "1ms", "session.rotation_grace_max": "2ms"}
        with Started(settings, stderr=subprocess.PIPE) as program:
            program.process.stderr.close()
            _, _, body = program.request("POST", "/sessions", body={"userId": "ada"}, port="control")
            first = json.loads(body)["session"]
            wait_until_after(first["activePeriodExpiresAt"])
            successor = self.ask(program, first["token"])["token"]
            self.ask(program, successor)
            wait_until_after(now_ms() + 2)

            # A retired token is what a stranger can make the program log.
            self.assertEqual(self.ask(program, first["token"])["reason"], "superseded")
            self.assertEqual(self.ask(program, successor)["session"]["userId"], "ada")

    def test_more_connections_than_descriptors_do_not_shut_out_the_control_port(self):
        with Started(preexec_fn=limit_descriptors(64, 256), stderr=subprocess.PIPE) as program, ExitStack() as crowd:
            crowd.callback(program.process.stderr.close)
            for _ in range(300):
                connection = program.connection()
                connection.connect()
                crowd.callback(connection.close)

            self.assertEqual(program.request("GET", "/readyz", port="control")[0], 200)
            self.assertIn(b"connections_limited connections_max=10000 possible=192", program.process.stderr.readline())

    def test_a_crash_leaves_no_memory_in_a_file(self):
        with Program() as program:
            limits = pathlib.Path(f"/proc/{program.process.pid}/limits").read_text()
            self.assertRegex(limits, r"Max core file size +0 +0 ")
            # Not dumpable: the kernel gives such a process's files in /proc to root (prctl(2), PR_SET_DUMPABLE).
            self.assertEqual(pathlib.Path(f"/proc/{program.process.pid}/environ").stat().st_uid, 0)


if __name__ == "__main__":
    unittest.main()
