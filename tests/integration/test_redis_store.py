"""The built program on Redis by each way that there is: TCP, TLS and a unix socket, with few rights or all."""

import json
import os
import pathlib
import re
import subprocess
import unittest

from program import clean_environment, flags_of, wait_until_after
from redis_server import Redis, free_ports
from redis_sidecar import PERIODS, Sidecar

ROOT = pathlib.Path(__file__).resolve().parents[2]


def acl_line():
    return re.search(r"^ACL SETUSER sessgate .*$", (ROOT / "docs" / "redis.md").read_text(), re.MULTILINE)[0]


def certificate(folder):
    """A self-signed certificate for 127.0.0.1, and its key."""
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", files[1], "-out", files[0]], check=True, capture_output=True)
    return files


class WaysTest(unittest.TestCase):
    def assert_lives(self, url, settings=None):
        """A session from its creation to its end, with a renewal and its successor."""
        with Sidecar(url, PERIODS | (settings or {})) as sidecar:
            sidecar.wait_until_store_answers()
            session = sidecar.sign_in()
            self.assertEqual(sidecar.ask(session["token"]), ("allow", False))
            wait_until_after(session["activePeriodExpiresAt"])
            self.assertEqual(sidecar.ask(session["token"]), ("allow", True))
            listed = json.loads(sidecar.request("GET", "/users/ada/sessions", port="control")[2])["sessions"]
            self.assertEqual([each["sessionId"] for each in listed], [session["sessionId"]])
            self.assertEqual(sidecar.revoke(session), 204)
            self.assertEqual(sidecar.revoke(session), 404)
            self.assertEqual(sidecar.ask(session["token"])[0], "deny")
            return sidecar.log()

    def test_a_session_lives_over_tcp_and_over_a_unix_socket_each_in_its_database(self):
        with Redis() as redis:
            self.assert_lives(redis.url + "/2")
            self.assert_lives(f"redis+unix://{redis.folder}/redis.sock?database=5")
            self.assertIn("db2:", redis.ask("INFO", "keyspace"))
            self.assertIn("db5:", redis.ask("INFO", "keyspace"))

    def test_a_session_lives_with_the_few_rights_of_the_docs_and_a_password_from_a_file(self):
        with Redis() as redis:
            redis.ask(*(">a b:c@d" if part == ">PASSWORD" else part for part in acl_line().split()))
            password = redis.folder / "password"
            password.write_text("a b:c@d\n")
            password.chmod(0o600)
            url = redis.url.replace("redis://", "redis://sessgate@")
            log = self.assert_lives(url, {"store.password_file": password})
            self.assertNotIn("refused", log)
            self.assert_lives(redis.url.replace("redis://", "redis://sessgate:a%20b%3Ac%40d@"))
            # INFO is asked for, and done without.
            refused = {dict(zip(each[::2], each[1::2]))["object"] for each in redis.ask("ACL", "LOG")}
            self.assertEqual(refused, {"info"})

    def test_a_session_lives_over_tls_with_certificates_on_both_sides(self):
        redis = Redis()
        pem, key = certificate(redis.folder)
        (port,) = free_ports(1)
        redis.options |= {"tls-port": port, "tls-cert-file": pem, "tls-key-file": key, "tls-ca-cert-file": pem,
                          "tls-auth-clients": "yes"}
        with redis:
            url = f"rediss://127.0.0.1:{port}"
            ours = {"store.tls_certificate_file": pem, "store.tls_key_file": key}
            self.assert_lives(url, {"store.tls_ca_file": pem} | ours)
            with Sidecar(url, ours) as sidecar:  # of the system's authorities none made that certificate
                self.assertEqual(sidecar.ready(), 503)


class CheckTest(unittest.TestCase):
    def check(self, url, **settings):
        flags = flags_of({"store.url": url, "control.listen": "unix:c.sock"} | settings)
        return subprocess.run([os.environ["SESSGATE_BINARY"], "check", "--connect", *flags], capture_output=True,
                              env=clean_environment(), text=True, timeout=30)

    def test_check_says_that_a_store_can_be_used(self):
        with Redis() as redis:
            done = self.check(redis.url)
            self.assertEqual((done.returncode, done.stdout.splitlines()[-1]),
                             (0, "OK: the store answers, and takes writes; near-cache on"))

    def test_check_says_why_a_store_cannot_be_used(self):
        redis = Redis({"requirepass": "x"})
        done = self.check(redis.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Connection refused", done.stderr)
        with redis:
            done = self.check(redis.url)
            self.assertEqual(done.returncode, 1)
            self.assertIn("NOAUTH", done.stderr)
            self.assertIn("the store cannot be used", done.stderr)
        with Redis({"replicaof": "127.0.0.1 1"}) as replica:
            done = self.check(replica.url)
            self.assertEqual(done.returncode, 1)
            self.assertIn("a primary", done.stderr)

    def test_a_policy_that_takes_sessions_away_is_warned_about_once(self):
        with Redis({"maxmemory-policy": "volatile-lru"}) as redis:
            self.assertIn("redis_may_evict_sessions", self.check(redis.url).stderr)
            with Sidecar(redis.url) as sidecar:
                sidecar.wait_until_store_answers()
                sidecar.sign_in()
                self.assertEqual(sidecar.log().count("redis_may_evict_sessions"), 1)
        with Redis() as redis:
            self.assertNotIn("evict", self.check(redis.url).stderr)

    def test_mistakes_in_the_settings_are_told_without_the_password(self):
        for url in ("redis://ada:secret@", "redis://ada:secret@host:x"):
            done = self.check(url)
            self.assertEqual(done.returncode, 2)
            self.assertIn("store.url (value not shown)", done.stderr)
            self.assertNotIn("secret", done.stderr)
        done = self.check("redis://host", **{"store.tls_ca_file": "/none"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("rediss://", done.stderr)
        done = self.check("rediss://host", **{"store.tls_ca_file": "/none"})
        self.assertEqual(done.returncode, 1)
        self.assertIn("/none", done.stderr)


if __name__ == "__main__":
    unittest.main()
