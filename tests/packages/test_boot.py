"""The Debian package where systemd is process 1: the unit with all its hardening, as it is on a machine."""

import json
import pathlib
import re
import shutil
import tempfile
import unittest

import chroots
from debian_package import CONFFILE, newer, package

SETTINGS = ("--config", "/" + CONFFILE)


class BootTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A root with the package, installed before systemd runs, as images are made."""
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sessgate-")))
        cls.root = cls.enterClassContext(chroots.unpacked(chroots.machine()))
        shutil.copy(package(), cls.root / "sessgate.deb")
        shutil.copy(newer(cls.folder), cls.root / "newer.deb")
        chroots.chroot(cls.root, "apt-get", "-q", "update")
        chroots.chroot(cls.root, "apt-get", "-q", "-y", "install", "--no-install-recommends", "/sessgate.deb")
        chroots.chroot(cls.root, "addgroup", "--system", "sessgate-control")

    def setUp(self):
        self.machine = self.enterContext(chroots.Booted(self.root))

    def do(self, *command):
        done = self.machine.command(*command)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}{done.stderr}{self.journal()}")
        return done.stdout

    def journal(self):
        return self.machine.command("journalctl", "--no-pager", "-u", "sessgate").stdout

    def property(self, name, unit="sessgate.service"):
        return self.do("systemctl", "show", "--value", "-p", name, unit).strip()

    def ask(self, token, *where):
        answer = self.do("curl", "-sS", "-H", f"Authorization: Bearer {token}", *(where or ["http://127.0.0.1:8080/session"]))
        return json.loads(answer)["session"]

    def sign_in(self):
        return self.do("sessgate", "session", "create", "ada", *SETTINGS).strip()

    def test_it_runs_from_the_start_with_nothing_that_it_does_not_need(self):
        self.assertEqual(self.property("ActiveState"), "active")
        status = self.do("cat", f"/proc/{self.property('MainPID')}/status")
        account = self.do("id", "-u", "sessgate").strip()
        for wanted in (r"NoNewPrivs:\t1", r"Seccomp:\t2", r"CapEff:\t0+$", r"CapBnd:\t0+$", rf"Uid:\t{account}\t"):
            self.assertRegex(status, re.compile(rf"^{wanted}", re.MULTILINE))
        self.assertEqual(self.ask(self.sign_in())["userId"], "ada")
        self.assertNotRegex(self.journal(), "warning|error")

    def test_sessions_outlive_restarts_and_crashes(self):
        token = self.sign_in()
        self.do("systemctl", "restart", "sessgate")
        self.assertEqual(self.ask(token)["userId"], "ada")

        crashed = self.property("MainPID")
        self.do("systemctl", "kill", "--signal=KILL", "sessgate")
        self.machine.wait_for(lambda: self.property("ActiveState") == "active"
                              and self.property("MainPID") not in ("0", crashed), "the restart")
        self.assertEqual(self.ask(token)["userId"], "ada")

    def test_a_mistake_in_the_settings_is_said_once(self):
        settings = self.root / CONFFILE
        text = settings.read_text()
        self.addCleanup(settings.write_text, text)
        settings.write_text(text.replace('"127.0.0.1:8080"', '"everywhere"'))

        self.assertNotEqual(self.machine.command("systemctl", "restart", "sessgate").returncode, 0)

        self.assertEqual(self.property("Result"), "exit-code")
        self.assertEqual(self.property("NRestarts"), "0")
        self.assertIn("everywhere", self.journal())

    def test_its_sockets_start_it_and_keep_callers_waiting_while_it_is_restarted(self):
        token = self.sign_in()
        self.do("systemctl", "stop", "sessgate")
        self.do("systemctl", "start", "sessgate.socket", "sessgate-control.socket")
        self.assertEqual(self.property("ActiveState"), "inactive")
        data = ("--unix-socket", "/run/sessgate/listen.sock", "http://localhost/session")

        self.assertEqual(self.ask(token, *data)["userId"], "ada")
        self.assertEqual(self.property("ActiveState"), "active")
        control = self.do("curl", "-sS", "--unix-socket", "/run/sessgate/control.sock", "http://localhost/readyz")
        self.assertEqual(json.loads(control)["status"], "ready")
        self.assertEqual(self.do("stat", "-c", "%a %U %G", "/run/sessgate/listen.sock", "/run/sessgate/control.sock"),
                         "660 sessgate sessgate\n660 sessgate sessgate-control\n")

        for _ in range(5):
            self.do("systemctl", "restart", "--no-block", "sessgate")
            self.assertEqual(self.ask(token, *data)["userId"], "ada")

    def test_an_upgrade_starts_it_again_and_a_removal_ends_it(self):
        token = self.sign_in()
        before = self.property("MainPID")
        self.do("dpkg", "-i", "--force-confold", "/newer.deb")
        self.assertNotEqual(self.property("MainPID"), before)
        self.assertEqual(self.ask(token)["userId"], "ada")

        self.do("dpkg", "-r", "sessgate")
        self.assertEqual(self.property("ActiveState"), "inactive")

        self.do("dpkg", "-i", "--force-confold", "/sessgate.deb")
        self.assertEqual(self.property("ActiveState"), "active")
        self.assertEqual(self.ask(token)["userId"], "ada")


if __name__ == "__main__":
    unittest.main()
