"""The Debian package in a chroot: installed with what it depends on, started by hand, upgraded, removed, purged."""

import json
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

import chroots
from debian_package import CONFFILE, newer, package
from program import Program

OURS = "# ours\n"

# Whoever hands the package on puts an address of theirs in; and Debian's list of bugs is not where it came from.
ACCEPTED = ("bogus-mail-host", "bogus-mail-host-in-debian-changelog", "initial-upload-closes-no-bugs")


class ByHand(Program):
    """The installed program in its chroot, as its own user; its folder is the data folder that the package made."""

    def __init__(self, root):
        super().__init__()
        shutil.rmtree(self.folder)
        self.root, self.folder = root, root / "var/lib/sessgate"
        self.ports_file, self.log_file = self.folder / "ports.json", self.root / "var/log/by-hand"

    def spawn(self):
        self.ports_file.unlink(missing_ok=True)
        command = ["/usr/bin/sessgate", "serve", "--config", "/" + CONFFILE, "--listen=127.0.0.1:0",
                   "--ports-file=/var/lib/sessgate/ports.json"]
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(["chroot", "--userspec=sessgate:sessgate", self.root, *command],
                                            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_until_ready(self):
        super().wait_until_ready()
        self.control = f"unix:{self.folder}/control.sock"
        return self

    def remove(self):
        self.ports_file.unlink(missing_ok=True)


class DebianTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sessgate-")))
        self.root = self.enterContext(chroots.unpacked(chroots.base("adduser")))

    def apt(self, *arguments):
        return chroots.chroot(self.root, "apt-get", "-q", "-y", *arguments)

    def install(self, deb, *options):
        shutil.copy(deb, self.root / "tmp/sessgate.deb")
        return self.apt("install", "--no-install-recommends", *options, "/tmp/sessgate.deb")

    def version(self):
        return chroots.chroot(self.root, "dpkg-query", "-W", "-f", "${Version}", "sessgate").stdout

    def exists(self, path):
        return (self.root / path).exists()

    def check_what_is_installed(self):
        self.assertEqual(chroots.chroot(self.root, "dpkg", "--verify", "sessgate").stdout, "")
        for path in ("usr/bin/sessgate", "lib/systemd/system/sessgate.service", "usr/share/man/man1/sessgate.1.gz",
                     "usr/share/bash-completion/completions/sessgate", "usr/share/zsh/vendor-completions/_sessgate",
                     "usr/share/fish/vendor_completions.d/sessgate.fish", CONFFILE):
            self.assertTrue(self.exists(path), path)
        account = chroots.chroot(self.root, "getent", "passwd", "sessgate").stdout.strip().split(":")
        self.assertEqual(account[5:], ["/var/lib/sessgate", "/usr/sbin/nologin"])
        data = (self.root / "var/lib/sessgate").stat()
        self.assertEqual((str(data.st_uid), stat.S_IMODE(data.st_mode)), (account[2], 0o700))
        conffiles = chroots.chroot(self.root, "dpkg-query", "-W", "-f", "${Conffiles}", "sessgate").stdout
        self.assertEqual(conffiles.split()[0::2], ["/" + CONFFILE])

    def session_of(self, program, token):
        return json.loads(program.request("GET", "/session", {"Authorization": f"Bearer {token}"})[2])["session"]

    def test_it_is_installed_started_by_hand_upgraded_removed_and_purged(self):
        self.apt("update")
        self.install(package())
        self.check_what_is_installed()

        with ByHand(self.root) as program:
            created = program.request("POST", "/sessions", body={"userId": "ada"}, port="control")
            self.assertEqual(created[0], 201)
            token = json.loads(created[2])["session"]["token"]
            self.assertEqual(self.session_of(program, token)["userId"], "ada")

        before = self.version()
        with open(self.root / CONFFILE, "a") as settings:
            settings.write(OURS)
        self.install(newer(self.folder), "-o", "Dpkg::Options::=--force-confold")
        self.assertEqual(self.version(), before + "+newer")
        self.assertIn(OURS, (self.root / CONFFILE).read_text())
        self.assertIn("newer", (self.root / (CONFFILE + ".dpkg-dist")).read_text())
        with ByHand(self.root) as program:
            self.assertEqual(self.session_of(program, token)["userId"], "ada")

        self.apt("remove", "sessgate")
        self.assertFalse(self.exists("usr/bin/sessgate") or self.exists("lib/systemd/system/sessgate.service"))
        self.assertTrue(self.exists(CONFFILE) and self.exists("var/lib/sessgate/data.mdb"))

        self.apt("purge", "sessgate")
        self.assertFalse(self.exists("etc/sessgate") or self.exists("var/lib/sessgate"))

    def test_lintian_finds_nothing(self):
        judged = subprocess.run(["lintian", "--allow-root", f"--suppress-tags={','.join(ACCEPTED)}", package()],
                                capture_output=True, text=True, timeout=300)
        self.assertEqual((judged.returncode, judged.stdout), (0, ""), judged.stderr)


if __name__ == "__main__":
    unittest.main()
