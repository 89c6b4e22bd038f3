"""`make run`: the script starts the program on the store that STORE names, with a session to try. Building it is left
out: it is built."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

from program import clean_environment
from redis_server import Redis

ROOT = pathlib.Path(__file__).resolve().parents[2]


class RunTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sessgate-run-"))
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(ROOT / "scripts", self.folder / "scripts")
        (self.folder / "build" / "release").mkdir(parents=True)
        (self.folder / "build" / "release" / "sessgate").symlink_to(os.environ["SESSGATE_BINARY"])
        for nothing in ("scripts/install-packages", "cmake"):
            (self.folder / nothing).write_text("#!/bin/sh\n")
            (self.folder / nothing).chmod(0o755)

    def run_on(self, store):
        """Starts it, waits for the lines to try, tries one of them, and stops it: all that it printed."""
        environment = clean_environment(PATH=f"{self.folder}:{os.environ['PATH']}", SESSGATE_LISTEN="127.0.0.1:0",
                                        TMPDIR=str(self.folder), **({"STORE": store} if store else {}))
        run = subprocess.Popen([self.folder / "scripts" / "run"], env=environment, stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        printed, tried = [], None
        try:
            for line in run.stdout:
                printed.append(line)
                if tried is None and line.lstrip().startswith("curl") and "/session" in line:
                    tried = subprocess.run(["bash", "-c", line], cwd=self.folder, capture_output=True, text=True,
                                           timeout=10).stdout
                    run.send_signal(signal.SIGTERM)
        finally:
            run.kill()
            run.wait()
            run.stdout.close()
        self.assertIn('"userId":"demo"', tried or "", "".join(printed))
        return "".join(printed)

    def test_store_names_the_redis_that_it_runs_on(self):
        with Redis() as redis:
            self.run_on(redis.url)

            self.assertEqual(len(redis.ask("KEYS", "sessgate:s:*")), 1)
            self.assertEqual(len(redis.ask("KEYS", "sessgate:u:*")), 1)

    def test_without_store_it_runs_on_a_folder_beside_it(self):
        self.run_on(None)

        self.assertTrue((self.folder / "sessgate-data" / "data.mdb").exists())


if __name__ == "__main__":
    unittest.main()
