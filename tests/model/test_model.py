"""Has Spin search every order of events of the protocols in *.pml, as runs.toml says, and prints the number of states.

    test_model.py [-v]              the small configurations
    SESSGATE_MODEL=full …           the full ones, which take minutes and gigabytes
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import unittest

HERE = pathlib.Path(__file__).resolve().parent
RUNS = tomllib.loads((HERE / "runs.toml").read_text())
IS_FULL = os.environ.get("SESSGATE_MODEL") == "full"
DEPTH_MAX = 2_000_000
MEMORY_MIB = 14_000 if IS_FULL else 2_000
HASH_BITS = 26 if IS_FULL else 20


states_seen = []


class Search:
    """One run of Spin: what it found, over how many states."""

    def __init__(self, model, defines, optimisation):
        with tempfile.TemporaryDirectory(prefix="sessgate-model-") as folder:
            started = time.monotonic()
            self.folder = folder
            self.call("spin", "-a", *defines.split(), str(HERE / f"{model}.pml"))
            compression = ["-DCOLLAPSE"] if IS_FULL else []
            self.call("gcc", optimisation, "-w", "-DSAFETY", "-DVECTORSZ=2048", f"-DMEMLIM={MEMORY_MIB}", *compression,
                      "-o", "pan", "pan.c")
            self.text = self.call("./pan", f"-m{DEPTH_MAX}", f"-w{HASH_BITS}")
            self.seconds = time.monotonic() - started
        found = re.search(r"^ *([\d.e+]+) states, stored", self.text, re.MULTILINE)
        self.states = int(float(found[1])) if found else 0
        incomplete = r"search not completed|max search depth too small|out of memory|MEMLIM"
        self.is_complete = not re.search(incomplete, self.text, re.IGNORECASE)
        violated = re.search(r"^pan:\d+: (.*?) \(at depth", self.text, re.MULTILINE)
        self.violation = violated[1] if violated else ""
        unreached = r'^\t\S+\.pml:\d+, state \d+, "(\w[^"]* = [^"]*)"'
        self.never_done = set(re.findall(unreached, self.text, re.MULTILINE))

    def call(self, *command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def report(self, model, defines):
        states_seen.append(self.states)
        print(f"  {model} {defines}: {self.states:,} states, {self.seconds:.1f} s", flush=True)


def holds(run):
    def test(self):
        defines = run["full"] if IS_FULL else run["small"]

        search = Search(run["model"], defines, "-O2" if IS_FULL else "-O1")

        search.report(run["model"], defines)
        self.assertEqual(search.violation, "")
        self.assertTrue(search.is_complete, search.text)
        self.assertIn("errors: 0", search.text)
        if not IS_FULL:  # what never happens is not shown to be harmless
            self.assertEqual(search.never_done, set(run.get("never_done", [])))
    return test


def breaks(run):
    def test(self):
        search = Search(run["model"], run["defines"], "-O0")

        search.report(run["model"], run["defines"])
        self.assertIn("assertion violated", search.violation)
        self.assertIn(run["violates"], search.violation)
    return test


def method_name(run):
    return "test_" + re.sub(r"\W+", "_", run["name"])


class ModelTest(unittest.TestCase):
    """One method for each run."""

    @classmethod
    def tearDownClass(cls):
        print(f"searched {sum(states_seen):,} states in {len(states_seen)} runs", flush=True)


for kind, method in (("holds", holds), ("broken", breaks)):
    for a_run in RUNS[kind]:
        if kind == "broken" or ("full" if IS_FULL else "small") in a_run:
            setattr(ModelTest, method_name(a_run), method(a_run))


if __name__ == "__main__":
    if not shutil.which("spin") or not shutil.which("gcc"):
        print("skipped: spin or gcc is not installed")
        sys.exit(77)
    unittest.main()
