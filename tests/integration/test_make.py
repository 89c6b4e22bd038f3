"""The front door as a newcomer meets it: `make help`, and packages that are missing."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOBODY = 65534

# Answers `dpkg-query -W -f '${db:Status-Status} ${Package}\n' NAME…`: all installed, but those in MISSING.
FAKE_DPKG_QUERY = """#!/bin/sh
shift 3
for name; do
    case " $MISSING " in
        *" $name "*) echo "dpkg-query: no packages found matching $name" >&2; code=1 ;;
        *) echo "installed $name" ;;
    esac
done
exit ${code:-0}
"""

# Stands for every command that must not run, and leaves a trace if it does.
FORBIDDEN = """#!/bin/sh
echo "$0 $*" >>"$TRACE"
exit 1
"""


def make(*arguments):
    """What make prints when a person calls it: this test may itself be run by make, which tells those below it so."""
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
                          check=True).stdout


class HelpTest(unittest.TestCase):
    def test_help_lists_each_target_with_a_sentence(self):
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

        helped = make("help")

        told = dict(re.match(r"make (\S+) +(.+)", line).groups() for line in helped.splitlines())
        self.assertEqual(set(told), set(targets))
        for target, sentence in told.items():
            self.assertRegex(sentence, "^[A-Z]", target)

    def test_make_alone_does_nothing_but_help(self):
        alone = make()

        self.assertIn("make run", alone)


class InstallPackagesTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sessgate-make-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o777)
        self.trace = self.folder / "trace"
        self.trace.touch()
        self.trace.chmod(0o666)
        self.script = self.folder / "install-packages"
        shutil.copy(ROOT / "scripts" / "install-packages", self.script)  # where anyone may read it
        self.put("dpkg-query", FAKE_DPKG_QUERY)
        for name in ("apt-get", "sudo"):
            self.put(name, FORBIDDEN)

    def put(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)

    def install(self, *sets, missing=""):
        """Runs the script as a user who is not root and has no password-less sudo."""
        environment = {"PATH": f"{self.folder}:/usr/bin:/bin", "MISSING": missing, "TRACE": str(self.trace)}
        as_nobody = ["setpriv", f"--reuid={NOBODY}", "--clear-groups"] if os.getuid() == 0 else []
        return subprocess.run(as_nobody + ["bash", str(self.script), *sets], cwd="/", env=environment,
                              capture_output=True, text=True, timeout=60)

    def ran(self):
        """The forbidden commands that ran; asking whether sudo needs a password is no harm."""
        return [line for line in self.trace.read_text().splitlines() if not line.endswith("sudo -n true")]

    def test_one_apt_line_and_a_stop_without_root(self):
        done = self.install("run", missing="liblmdb-dev libcli11-dev")

        self.assertEqual(done.returncode, 1)
        apt_lines = [line for line in (done.stdout + done.stderr).splitlines() if "apt-get" in line]
        self.assertEqual(apt_lines, ["sudo apt-get install --no-install-recommends libcli11-dev liblmdb-dev"])
        self.assertEqual(self.ran(), [])

    def test_nothing_is_said_or_run_when_nothing_is_missing(self):
        done = self.install("run", "test", "proof", "bench")

        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.ran(), [])

    def test_each_set_asks_for_its_own_packages(self):
        for name, package in {"test": "doctest-dev", "proof": "clang-tidy-19", "bench": "wrk"}.items():
            with self.subTest(set=name):
                done = self.install(name, missing="doctest-dev clang-tidy-19 wrk")

                self.assertIn(package, done.stderr)

    def test_a_run_asks_for_no_test_package(self):
        self.assertEqual(self.install("run", missing="doctest-dev clang-19 wrk nginx-light").returncode, 0)

    def test_node_is_asked_for_only_where_the_command_is_missing(self):
        self.put("node", FORBIDDEN)

        self.assertEqual(self.install("test", missing="nodejs").returncode, 0)

    def test_a_set_that_does_not_exist_is_named(self):
        done = self.install("rnu")

        self.assertEqual(done.returncode, 2)
        self.assertIn("'rnu'", done.stderr)


if __name__ == "__main__":
    unittest.main()
