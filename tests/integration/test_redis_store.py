"""The built program on Redis by each way that there is: TCP, TLS, a unix socket, sentinels and a cluster."""

import json
import socket
import ssl
import subprocess
import unittest

from program import clean_environment, flags_of, run_program, wait_until_after
from redis_groups import Cluster, SentinelGroup
from redis_server import Redis, free_ports
from redis_sidecar import PERIODS, Sidecar, until


def certificate(folder, name="IP:127.0.0.1"):
    """A self-signed certificate for that name, and its key."""
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=redis", "-addext", f"subjectAltName={name}",
                    "-keyout", files[1], "-out", files[0]], check=True, capture_output=True)
    return files


class WaysTest(unittest.TestCase):
    def assert_lives(self, url, settings=None):
        """The store's contract as callers see it: sessions and users from their beginning to their end."""
        with Sidecar(url, PERIODS | (settings or {})) as sidecar:
            sidecar.wait_until_store_answers()
            self.assert_session_lives(sidecar)
            self.assert_user_lives(sidecar)
            return sidecar.log()

    def assert_session_lives(self, sidecar):
        session = sidecar.sign_in()
        path = f"/sessions/{session['sessionId']}"
        self.assertEqual(sidecar.ask(session["token"]), ("allow", False))
        self.assertEqual(self.call(sidecar, "PATCH", path, {"attributes": {"a": 1}})["session"]["attributes"],
                         {"a": 1})
        wait_until_after(session["activePeriodExpiresAt"])
        self.assertEqual(sidecar.ask(session["token"]), ("allow", True))
        rotated = self.call(sidecar, "POST", path + "/rotate")["session"]
        self.assertEqual([sidecar.ask(each["token"])[0] for each in (session, rotated)], ["deny", "allow"])
        self.assertEqual(self.call(sidecar, "GET", path)["session"]["attributes"], {"a": 1})
        self.assertEqual(sidecar.revoke(session), 204)
        self.assertEqual(sidecar.revoke(session), 404)
        self.assertEqual(sidecar.ask(rotated["token"])[0], "deny")

    def assert_user_lives(self, sidecar):
        """With enough users that all servers of a cluster have some."""
        for user in (f"user-{number}" for number in range(12)):
            self.call(sidecar, "PUT", f"/users/{user}", {"attributes": {"name": "Eve"}})
            sessions = [sidecar.sign_in(user) for _ in range(3)]
            self.call(sidecar, "PUT", f"/users/{user}", {"attributes": {"name": user}})
            seen = sidecar.request("GET", "/session-user", {"Cookie": f"__Host-session={sessions[0]['token']}"})[2]
            self.assertEqual(json.loads(seen)["user"]["attributes"], {"name": user})

            ids = sorted(each["sessionId"] for each in sessions)
            listed = self.call(sidecar, "GET", f"/users/{user}/sessions")["sessions"]
            self.assertEqual([each["sessionId"] for each in listed], ids)
            kept = self.call(sidecar, "DELETE", f"/users/{user}/sessions?except={sessions[1]['sessionId']}")
            self.assertEqual(kept, {"revoked": 2})
            self.assertEqual([sidecar.ask(each["token"])[0] for each in sessions], ["deny", "allow", "deny"])
            self.assertIsNone(self.call(sidecar, "DELETE", f"/users/{user}"))
            self.assertEqual(sidecar.ask(sessions[1]["token"])[0], "deny")

    def call(self, sidecar, method, path, body=None):
        status, _, text = sidecar.request(method, path, body=body, port="control")
        self.assertIn(status, (200, 201, 204), text)
        return json.loads(text) if text else None

    def test_a_session_lives_over_tcp_and_over_a_unix_socket_each_in_its_database(self):
        with Redis() as redis:
            for url, database in ((redis.url + "/2", "db2:"),
                                  (f"redis+unix://{redis.folder}/redis.sock?database=5", "db5:")):
                self.assert_lives(url)
                with Sidecar(url, PERIODS) as sidecar:
                    sidecar.wait_until_store_answers()
                    sidecar.sign_in()
                    self.assertIn(database, redis.ask("INFO", "keyspace"))

    def test_a_session_lives_with_the_few_rights_of_the_docs_and_a_password_from_a_file(self):
        with Redis() as redis:
            redis.admit("a b:c@d")
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

    def test_a_session_lives_with_few_rights_where_sentinels_watch(self):
        with SentinelGroup() as group:
            for server in group.servers:
                server.admit()
            log = self.assert_lives(group.url_as("sessgate:open-sesame@"))
            self.assertNotIn("refused", log)
            self.assertGreater(group.primary().calls("wait"), 0)

    def test_a_session_lives_with_few_rights_in_a_cluster(self):
        with Cluster() as cluster:
            for server in cluster.servers:
                server.admit()
            log = self.assert_lives(cluster.url_as("sessgate:open-sesame@"))
            self.assertNotIn("refused", log)
            for server in cluster.servers[:3]:
                self.assertGreater(server.calls("exec"), 0)
            self.assertGreater(sum(server.calls("wait") for server in cluster.servers), 0)

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

    def test_the_servers_certificate_must_be_of_the_name_in_the_url_and_of_no_other(self):
        redis = Redis()
        pem, key = certificate(redis.folder, "DNS:localhost")
        (port,) = free_ports(1)
        redis.options |= {"tls-port": port, "tls-cert-file": pem, "tls-key-file": key, "tls-ca-cert-file": pem,
                          "tls-auth-clients": "no"}
        trust = {"store.tls_ca_file": pem}
        with redis:
            self.assert_lives(f"rediss://localhost:{port}", trust)
            with Sidecar(f"rediss://127.0.0.1:{port}", trust) as sidecar:
                self.assertEqual(sidecar.ready(), 503)
                until(lambda: "redis_unreachable" in sidecar.log())

    def test_a_server_is_told_by_which_name_it_is_meant_and_never_by_an_address(self):
        for host, name in (("localhost", "localhost"), ("127.0.0.1", None)):
            with self.subTest(host), socket.create_server(("127.0.0.1", 0)) as server:
                with Sidecar(f"rediss://{host}:{server.getsockname()[1]}"), server.accept()[0] as client:
                    self.assertEqual(self.name_asked_for(client), name)

    def name_asked_for(self, client):
        """What the greeting of a TLS client asks for; the handshake itself comes to nothing."""
        asked = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = lambda connection, name, _: asked.append(name)
        with self.assertRaises(OSError):  # there is no certificate
            context.wrap_socket(client, server_side=True)
        return asked[0]


class CheckTest(unittest.TestCase):
    def check(self, url, **settings):
        flags = flags_of({"store.url": url, "control.listen": "unix:c.sock"} | settings)
        return run_program(["check", "--connect", *flags], env=clean_environment(), timeout=30)

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
            self.assertIn("redis_refused", done.stderr)
            self.assertIn("READONLY", done.stderr)
        with Redis({"min-replicas-to-write": 1}) as lonely:
            done = self.check(lonely.url)
            self.assertEqual(done.returncode, 1)
            self.assertIn("NOREPLICAS", done.stderr)

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
