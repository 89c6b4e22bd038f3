"""A few seconds of `make soak`: on the embedded store it passes, and descriptors that grow are noticed."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent


class SoakTest(unittest.TestCase):
    def soak(self, *kinds, seconds):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sessgate-soak-")))
        done = subprocess.run([sys.executable, HERE / "soak.py", "--folder", self.folder, *kinds], capture_output=True,
                              text=True, env=os.environ | {"SESSGATE_SOAK_SECONDS": str(seconds)})
        print(done.stdout, done.stderr, flush=True)
        return done

    def test_every_answer_is_right_while_the_program_is_killed_and_halted(self):
        done = self.soak("lmdb", seconds=10)

        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r" 0 wrong, ")
        seen = json.loads((self.folder / "lmdb.json").read_text())
        self.assertGreater(seen["counts"]["answered"], 300)
        self.assertEqual(seen["faults"][0][1], "kill")
        self.assertIn("<svg ", (self.folder / "lmdb.svg").read_text())

    def test_descriptors_that_grow_are_noticed(self):
        done = self.soak("hoard", seconds=5)

        self.assertEqual(done.returncode, 1)
        self.assertIn("hoard: descriptors grow: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
