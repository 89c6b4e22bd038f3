"""The failure drills of docs/operations.md: their commands as they stand there, on a machine with the package and Redis."""

import json
import re
import shutil
import unittest

import chroots
from debian_package import CONFFILE, package

OPERATIONS = (chroots.ROOT / "docs/operations.md").read_text()
REDIS = 'url = "redis://127.0.0.1:6379/0"'
LMDB = 'url = "lmdb:/var/lib/sessgate"'
CREATE = f"sessgate session create anna --config /{CONFFILE}"


def drill(title):
    """The lines of the first block under a heading."""
    section = OPERATIONS[OPERATIONS.index(f"### {title}\n"):]
    return re.search(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[1].splitlines()


class DrillsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = cls.enterClassContext(chroots.unpacked(chroots.machine()))
        shutil.copy(package(), cls.root / "sessgate.deb")
        chroots.chroot(cls.root, "apt-get", "-q", "update")
        chroots.chroot(cls.root, "apt-get", "-q", "-y", "install", "--no-install-recommends", "/sessgate.deb")

    def setUp(self):
        self.machine = self.enterContext(chroots.Booted(self.root))

    def use(self, store):
        settings = self.root / CONFFILE
        text, count = re.subn(r"(?m)^url = .*$", store, settings.read_text())
        self.assertEqual(count, 1)
        settings.write_text(text)
        self.do("systemctl restart sessgate")

    def do(self, line, fails=False):
        """A line as a person types it; what it prints."""
        done = self.machine.command("bash", "-c", line)
        self.assertEqual(done.returncode != 0, fails, f"{line}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def answer(self, line, token):
        return self.do(line.replace("__Host-session=…", f"__Host-session={token}"))

    def test_the_store_goes_away(self):
        self.use(REDIS)
        stop, ask, ready, alive, start = drill("The store goes away")
        token = self.do(CREATE).strip()

        self.do(stop)
        said = self.answer(ask, token)
        self.assertIn("503 Service Unavailable", said)
        self.assertIn("Retry-After", said)
        self.assertNotIn("Set-Cookie", said)
        self.assertIn(" 503 ", self.do(ready))
        self.assertIn(" 200 ", self.do(alive))

        self.do(start)
        self.machine.wait_for(lambda: " 200 " in self.do(ready), "readiness")
        self.assertIn(" 200 ", self.answer(ask, token))

    def test_sessgate_is_killed(self):
        self.use(LMDB)
        kill, status = drill("sessgate is killed")
        token = self.do(CREATE).strip()

        self.do(kill)
        self.machine.wait_for(lambda: "active (running)" in self.machine.command("bash", "-c", status).stdout, "it")
        said = self.do(f"curl -s http://127.0.0.1:8080/session -H 'Cookie: __Host-session={token}'")
        self.assertEqual(json.loads(said)["session"]["userId"], "anna")

    def test_redis_is_full(self):
        self.use(REDIS)
        fill, create, revoke, widen = drill("The disk is full, or Redis is")
        self.do(CREATE)
        self.do(fill)
        self.assertIn("full", self.do(create, fails=True))
        self.do(revoke)
        self.do(widen)
        self.do(create)

    def test_a_session_has_to_end_now(self):
        self.use(LMDB)
        show, revoke, revoke_all = drill("A session has to end now")
        token = self.do(CREATE).strip()
        session_id = token.split(".")[0]
        self.assertIn(session_id, self.do(show))

        self.do(revoke.replace("SESSION_ID", session_id))
        self.assertNotIn(session_id, self.do(show))
        self.do(revoke_all)

    def test_somebody_says_that_they_were_signed_out(self):
        self.use(LMDB)
        explain, = drill("Somebody says that they were signed out")
        self.do(f"{CREATE} >token.txt")
        self.assertIn("current", self.do(explain))

    def test_a_mistake_in_the_settings(self):
        check, connect, journal = drill("A mistake in the settings")
        self.assertIn("OK", self.do(check))
        self.use(REDIS)
        self.do(connect)
        self.assertIn("ready", self.do(journal))

    def test_a_backup_brings_its_sessions_back(self):
        self.use(LMDB)
        lines = [line for line in drill("A backup of the embedded store, and its return") if line]
        token = self.do(CREATE).strip()
        for line in lines[:3]:
            self.do(line)
        self.do(f"sessgate session revoke {token.split('.')[0]} --config /{CONFFILE}")
        for line in lines[3:]:
            self.do(line)
        said = self.do(f"curl -s http://127.0.0.1:8080/session -H 'Cookie: __Host-session={token}'")
        self.assertEqual(json.loads(said)["session"]["userId"], "anna")


if __name__ == "__main__":
    unittest.main()
