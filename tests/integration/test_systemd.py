"""deploy/systemd by systemd's own judges, and each system call that the program makes against the unit's filter."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from program import Program, clean_environment, flags_of
from redis_server import Redis

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy/systemd").iterdir())
SERVICE = (ROOT / "deploy/systemd/sessgate.service").read_text()
EXPOSURE_MAX = 2.0  # of 10
WAIT_SECONDS = 10

# Refused with EPERM, which the program takes as an answer: the unit itself sets both limits (LimitNOFILE, LimitCORE).
REFUSED_WITHOUT_HARM = {"prlimit64", "setrlimit"}


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **more)


def values(name):
    return re.findall(rf"^{name}=(.*)$", SERVICE, re.MULTILINE)


class SettingsTest(unittest.TestCase):
    def test_the_settings_that_the_package_brings_are_good(self):
        checked = run(os.environ["SESSGATE_BINARY"], "check", "--config", ROOT / "deploy/debian/sessgate.toml",
                      env=clean_environment())
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        self.assertIn("control unix:/var/lib/sessgate/control.sock", checked.stdout)


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
class UnitTest(unittest.TestCase):
    def setUp(self):
        """A root folder with the units, the program and what of systemd the units refer to."""
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sessgate-")))
        units = self.root / "lib/systemd/system"
        units.mkdir(parents=True)
        shutil.copytree("/lib/systemd/system", units, dirs_exist_ok=True, symlinks=True,
                        ignore=lambda _, names: [name for name in names if not name.endswith((".target", ".slice"))])
        for unit in UNITS:
            shutil.copy(unit, units)
        program = self.root / "usr/bin/sessgate"
        program.parent.mkdir(parents=True)
        program.touch(mode=0o755)
        self.service = units / "sessgate.service"

    def verify(self):
        return run("systemd-analyze", "verify", "--man=no", f"--root={self.root}", *(unit.name for unit in UNITS))

    def exposure(self):
        judged = run("systemd-analyze", "security", "--no-pager", "--offline=true", f"--root={self.root}",
                     self.service.name)
        return float(re.search(r"Overall exposure level for \S+: (\S+)", judged.stdout)[1])

    def test_systemd_finds_no_mistake_in_the_units(self):
        verified = self.verify()
        self.assertEqual((verified.returncode, verified.stderr), (0, ""))

    def test_systemd_would_find_one(self):
        self.service.write_text(SERVICE.replace("ProtectSystem=strict", "ProtectSytem=strict"))
        self.assertIn("ProtectSytem", self.verify().stderr)

    def test_the_exposure_is_low_and_would_be_seen_to_rise(self):
        exposure = self.exposure()
        print(f"exposure {exposure} of 10")
        self.assertLess(exposure, EXPOSURE_MAX)
        self.service.write_text(re.sub(r"(?m)^(Protect|Private|Restrict|SystemCall)\w+=.*\n", "", SERVICE))
        self.assertGreater(self.exposure(), EXPOSURE_MAX)

    def test_the_stop_has_time_for_the_whole_drain(self):
        self.assertEqual(values("TimeoutStopSec"), ["30s"])  # drain.timeout is 10 s, the closing 2 s


class Traced(Program):
    """A program whose system calls are written down."""

    def spawn(self):
        self.trace = self.folder / "trace"
        # -D: the program is the process that is started here, and strace its child.
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                ["strace", "-D", "-f", "-q", "-o", self.trace, self.binary, "serve", *flags_of(self.settings)],
                cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def calls(self):
        """Their names; the program has ended. strace is done a moment later."""
        end = re.compile(rf"^{self.pid} +\+\+\+ exited with 0", re.MULTILINE)
        deadline = time.monotonic() + WAIT_SECONDS
        while not end.search(self.trace.read_text()):
            assert time.monotonic() < deadline, self.trace.read_text()[-1000:]
            time.sleep(0.01)
        return set(re.findall(r"^\d+ +(\w+)\(", self.trace.read_text(), re.MULTILINE))

    def stop(self):
        self.pid = self.process.pid
        super().stop()


@unittest.skipUnless(shutil.which("systemd-analyze") and shutil.which("strace"), "systemd-analyze or strace is missing")
class SystemCallTest(unittest.TestCase):
    def calls_of(self, group):
        """The system calls of a group of systemd's, such as @system-service."""
        listed = run("systemd-analyze", "syscall-filter", "--no-pager", group)
        calls = set()
        for line in (line.strip() for line in listed.stdout.splitlines()[1:]):
            if line.startswith("@"):
                calls |= self.calls_of(line)
            elif line and not line.startswith("#"):
                calls.add(line)
        return calls

    def allowed(self):
        allowed, taken = values("SystemCallFilter")
        self.assertTrue(taken.startswith("~"))
        return (set.union(*map(self.calls_of, allowed.split()))
                - set.union(*map(self.calls_of, taken.removeprefix("~").split())))

    def made_with(self, store):
        """The system calls of a life with sessions created, renewed, asked for, revoked, and a stop."""
        program = Traced(store, {"session.active_period": "50ms", "session.rotation_grace": "1ms"},
                         {"ASAN_OPTIONS": "detect_leaks=0"})  # which watches by ptrace as strace does
        with program:
            created = program.request("POST", "/sessions", body={"userId": "ada"}, port="control")
            self.assertEqual(created[0], 201)
            token = re.search(rb'"token":"([^"]+)"', created[2])[1].decode()
            self.assertEqual(program.request("GET", "/session", {"Authorization": f"Bearer {token}"})[0], 200)
            self.assertEqual(program.request("DELETE", "/users/ada/sessions", port="control")[0], 200)
            program.stop()
            return program.calls()

    def test_the_unit_allows_every_call_that_the_program_makes(self):
        allowed = self.allowed()
        self.assertIn("accept4", allowed)
        self.assertNotIn("mount", allowed)
        with Redis() as redis:
            for store in ("memory:", "lmdb", redis.url):
                with self.subTest(store=store):
                    made = self.made_with(store)
                    self.assertIn("epoll_wait", made)
                    self.assertEqual(made - allowed - REFUSED_WITHOUT_HARM, set())


if __name__ == "__main__":
    unittest.main()
