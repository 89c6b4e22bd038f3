"""TLS on both ports, with the clients that people use: who gets in, what is spoken, and new certificates while it runs."""

import contextlib
import http.client
import json
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import unittest

from certificates import authority, client_context, serial_of, signed
from program import Program, receive, send

TOKEN = "control-token-0123456789"
PATIENCE_SECONDS = 20


class TlsCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sessgate-")))
        cls.authority = authority(cls.folder)
        cls.stranger = authority(cls.folder, "stranger")
        cls.server = signed(cls.folder, "server", cls.authority)
        cls.client = signed(cls.folder, "client", cls.authority)
        cls.tokens = cls.folder / "tokens"
        cls.tokens.touch(mode=0o600)
        cls.tokens.write_text(TOKEN + "\n")

    def serve(self, settings=None, **more):
        return self.enterContext(Program(settings=settings, **more))

    def data_tls(self, pair=None, **more):
        pair = pair or self.server
        return {"tls.certificate_file": pair.certificate, "tls.key_file": pair.key} | more

    def control_tls(self, **more):
        return {"control.listen": "127.0.0.1:0", "control.tls_certificate_file": self.server.certificate,
                "control.tls_key_file": self.server.key} | more

    def connect(self, address, shows=None, context=None):
        host, port = address.rsplit(":", 1)
        context = context or client_context(self.authority, shows)
        connection = http.client.HTTPSConnection(host, int(port), timeout=PATIENCE_SECONDS, context=context)
        self.addCleanup(connection.close)
        return connection

    def ask(self, address, path="/session", method="GET", headers=None, body=None, shows=None):
        connection = self.connect(address, shows)
        try:
            return send(connection, method, path, headers, body)
        finally:
            connection.close()


class DataPortTest(TlsCase):
    def test_requests_pipelined_and_in_small_records_are_answered_in_order(self):
        program = self.serve(self.data_tls())
        connection = self.connect(program.listen)
        connection.connect()
        requests = "".join(f"GET /session?renew={value} HTTP/1.1\r\nHost: a\r\n\r\n" for value in ("true", "no", "false"))
        for start in range(0, len(requests), 7):
            connection.sock.sendall(requests[start:start + 7].encode())
        self.assertEqual([self.read_status(connection.sock) for _ in range(3)], [200, 400, 200])

    @staticmethod
    def read_status(stream):
        """The next answer's status; takes no byte of the one behind it."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += stream.recv(1)
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        while length:
            length -= len(stream.recv(length))
        return int(head.split()[1])

    def test_a_body_of_many_records_and_a_large_answer_arrive_whole(self):
        program = self.serve(self.data_tls() | {"http.body_limit": "1MiB"})
        connection = self.connect(program.listen)
        body = json.dumps({"session": None, "padding": "x" * 500_000})
        status, _, _ = send(connection, "POST", "/set-session", {"Content-Type": "application/json"}, body)
        self.assertIn(status, (200, 422))
        self.assertEqual(send(connection, "GET", "/session")[0], 200)

    def test_what_tls_has_deciphered_already_is_not_waited_for(self):
        """A record of 16 KiB behind a head: more than the room that is left, so that its end stays with OpenSSL."""
        program = self.serve(self.data_tls() | {"http.body_timeout": "3s"})
        host, port = program.listen.rsplit(":", 1)
        body = b'{"session":null}'.ljust(16_384)
        head = (f"POST /set-session HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n").encode()
        with socket.create_connection((host, int(port)), timeout=10) as plain, \
                client_context(self.authority).wrap_socket(plain, server_hostname=host) as stream:
            for _ in range(20):
                stream.sendall(head)
                self.assertEqual(stream.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
                stream.sendall(body)
                self.assertEqual(self.read_status(stream), 200)

    def test_versions_before_1_2_are_refused_and_later_ones_taken(self):
        program = self.serve(self.data_tls())
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = client_context(self.authority)
            context.minimum_version = context.maximum_version = version
            self.assertEqual(send(self.connect(program.listen, context=context), "GET", "/session")[0], 200)
        told = subprocess.run(["openssl", "s_client", "-connect", program.listen, "-tls1_1", "-cipher",
                               "ALL:@SECLEVEL=0"], input="", capture_output=True, text=True)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("alert protocol version", told.stderr)

    def test_http_1_1_is_what_the_handshake_agrees_on_and_nothing_else(self):
        program = self.serve(self.data_tls())
        host, port = program.listen.rsplit(":", 1)
        for offered, agreed in ((["h2", "http/1.1"], "http/1.1"), (["h2"], None)):
            context = client_context(self.authority)
            context.set_alpn_protocols(offered)
            with socket.create_connection((host, int(port))) as plain:
                if agreed:
                    with context.wrap_socket(plain, server_hostname=host) as stream:
                        self.assertEqual(stream.selected_alpn_protocol(), agreed)
                else:
                    self.assertRaises(ssl.SSLError, context.wrap_socket, plain, server_hostname=host)

    def test_curl_gets_its_answer_and_the_end_of_the_connection_is_told(self):
        program = self.serve(self.data_tls())
        told = subprocess.run(["curl", "-sS", "-v", "--cacert", self.authority.certificate, "-H", "Connection: close",
                               f"https://{program.listen}/session"], capture_output=True, text=True)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual(json.loads(told.stdout)["reason"], "no_cookie")
        context = client_context(self.authority)
        host, port = program.listen.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as plain:
            # Without the goodbye of TLS this would raise: somebody could have cut the answer short.
            with context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False) as stream:
                stream.sendall(b"GET /session HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                while stream.recv(4096):
                    pass

    def test_a_client_that_stalls_in_the_handshake_or_speaks_plain_http_is_let_go(self):
        program = self.serve(self.data_tls() | {"http.head_timeout": "200ms", "http.idle_timeout": "1h"})
        host, port = program.listen.rsplit(":", 1)
        for first in (b"", b"\x16\x03\x01", b"GET /session HTTP/1.1\r\nHost: a\r\n\r\n"):
            with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as stalled:
                stalled.sendall(first)
                while stalled.recv(4096):
                    pass
        self.assertEqual(self.ask(program.listen)[0], 200)

    def test_callers_must_show_a_certificate_of_the_authority_where_one_is_named(self):
        program = self.serve(self.data_tls() | {"tls.client_ca_file": self.authority.certificate})
        self.assertEqual(self.ask(program.listen, shows=self.client)[0], 200)
        for shows in (None, self.stranger):
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                self.ask(program.listen, shows=shows)

    def test_a_certificate_counts_also_for_a_connection_that_resumes_an_earlier_one(self):
        program = self.serve(self.data_tls() | {"tls.client_ca_file": self.authority.certificate})
        host, port = program.listen.rsplit(":", 1)
        context = client_context(self.authority, self.client)
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # whose ticket is there when the handshake is over
        sessions, reused = [None], []
        for _ in range(2):
            with socket.create_connection((host, int(port))) as plain:
                with context.wrap_socket(plain, server_hostname=host, session=sessions[-1]) as stream:
                    stream.sendall(b"GET /session HTTP/1.1\r\nHost: a\r\n\r\n")
                    self.assertTrue(stream.recv(4096).startswith(b"HTTP/1.1 200"))
                    sessions.append(stream.session)
                    reused.append(stream.session_reused)
        self.assertEqual(reused, [False, True])

    def test_connections_over_the_limit_are_told_so_inside_tls(self):
        program = self.serve(self.data_tls() | {"http.connections_max": 1})
        kept = self.connect(program.listen)
        self.assertEqual(send(kept, "GET", "/session")[0], 200)
        status, headers, body = self.ask(program.listen)
        self.assertEqual((status, json.loads(body)["code"]), (503, "too_many_connections"))
        self.assertIn("Retry-After", dict(headers))


class ControlPortTest(TlsCase):
    def test_the_commands_talk_to_it_and_to_nobody_who_shows_another_certificate(self):
        settings = self.control_tls(**{"control.token_file": self.tokens})
        program = self.serve(settings)
        flags = [f"--control-tls-certificate-file={self.server.certificate}", f"--control-token-file={self.tokens}"]
        made = program.command("session", "create", "ada", *flags)
        self.assertEqual((made.returncode, len(made.stdout)), (0, 65), made.stderr)
        self.assertEqual(program.command("healthcheck", flags[0]).returncode, 0)
        self.assertEqual(program.command("reload", *flags).returncode, 0)

        other = [f"--control-tls-certificate-file={self.client.certificate}", flags[1]]
        refused = program.command("session", "create", "ada", *other)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("shows another certificate", refused.stderr)

    def test_client_certificates_are_asked_for_of_all_but_probes(self):
        settings = self.control_tls(**{"control.tls_client_ca_file": self.authority.certificate})
        program = self.serve(settings)
        for path in ("/livez", "/readyz", "/openapi.yaml"):
            self.assertEqual(self.ask(program.control, path)[0], 200)
        status, headers, body = self.ask(program.control, "/sessions", "POST", None, {"userId": "ada"})
        self.assertEqual((status, json.loads(body)["code"]), (401, "certificate_required"))
        self.assertIn("WWW-Authenticate", dict(headers))
        self.assertEqual(self.ask(program.control, "/sessions", "POST", None, {"userId": "ada"}, self.client)[0], 201)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.ask(program.control, "/livez", shows=self.stranger)

        flags = [f"--control-tls-certificate-file={self.server.certificate}"]
        shown = [f"--control-client-certificate-file={self.client.certificate}",
                 f"--control-client-key-file={self.client.key}"]
        self.assertEqual(program.command("healthcheck", *flags).returncode, 0)
        self.assertEqual(program.command("session", "list", "ada", *flags).returncode, 1)
        self.assertEqual(program.command("session", "list", "ada", *flags, *shown).returncode, 0)

    def test_with_tokens_too_both_are_needed(self):
        settings = self.control_tls(**{"control.tls_client_ca_file": self.authority.certificate,
                                       "control.token_file": self.tokens})
        program = self.serve(settings)
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        answers = [self.ask(program.control, "/users/ada", "GET", headers, shows=shows)[0]
                   for headers in (None, bearer) for shows in (None, self.client)]
        self.assertEqual(answers, [401, 401, 401, 404])


class ReloadTest(TlsCase):
    def copy(self, pair, name):
        """A pair of files that the test can write over, as a tool that renews certificates does."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        key.touch(mode=0o600)
        self.put(pair, certificate, key)
        return certificate, key

    @staticmethod
    def put(pair, certificate, key):
        certificate.write_bytes(pair.certificate.read_bytes())
        key.write_bytes(pair.key.read_bytes())

    def shown_by(self, program):
        connection = self.connect(program.listen)
        connection.connect()
        with contextlib.closing(connection):
            return connection.sock.getpeercert()["serialNumber"]

    def reload(self, program):
        status, _, body = program.request("POST", "/reload", port="control")
        return status, json.loads(body)

    def test_a_new_certificate_counts_for_new_connections_and_no_connection_is_dropped(self):
        certificate, key = self.copy(self.server, "renewed")
        program = self.serve({"tls.certificate_file": certificate, "tls.key_file": key})
        kept = self.connect(program.listen)
        self.assertEqual(send(kept, "GET", "/session")[0], 200)
        first, socket_of_first = self.shown_by(program), kept.sock
        half = self.connect(program.listen)
        half.putrequest("GET", "/session")
        half.endheaders()

        renewed = signed(self.folder, "server2", self.authority)
        self.put(renewed, certificate, key)
        self.assertEqual(self.reload(program), (200, {"needRestart": []}))

        self.assertEqual((first, self.shown_by(program)), (serial_of(self.server), serial_of(renewed)))
        self.assertEqual(receive(half.getresponse())[0], 200)
        self.assertEqual(send(kept, "GET", "/session")[0], 200)
        self.assertIs(kept.sock, socket_of_first)

    def test_files_that_do_not_fit_or_cannot_be_used_change_nothing_and_say_why(self):
        certificate, key = self.copy(self.server, "broken")
        program = self.serve({"tls.certificate_file": certificate, "tls.key_file": key,
                              "tls.client_ca_file": self.authority.certificate})
        for path, text, named in [(key, self.client.key.read_text(), "tls.key_file"),
                                  (key, "", "tls.key_file"),
                                  (certificate, "no PEM", "tls.certificate_file")]:
            good = path.read_text()
            path.write_text(text)
            status, body = self.reload(program)
            path.write_text(good)
            self.assertEqual((status, len(body["mistakes"])), (422, 1), body)
            self.assertIn(named, body["mistakes"][0])
            self.assertEqual(self.ask(program.listen, shows=self.client)[0], 200)
        key.chmod(0o644)
        self.assertIn("may be read by everybody", self.reload(program)[1]["mistakes"][0])

    def test_an_authority_that_was_taken_away_lets_nobody_in_any_more_nor_by_an_old_ticket(self):
        authorities = self.folder / "authorities.pem"
        authorities.write_bytes(self.authority.certificate.read_bytes() + self.stranger.certificate.read_bytes())
        program = self.serve(self.data_tls() | {"tls.client_ca_file": authorities})
        host, port = program.listen.rsplit(":", 1)
        guest = signed(self.folder, "guest", self.stranger)
        context = client_context(self.authority, guest)
        context.maximum_version = ssl.TLSVersion.TLSv1_2

        def connect(session=None):
            plain = self.enterContext(socket.create_connection((host, int(port))))
            return self.enterContext(context.wrap_socket(plain, server_hostname=host, session=session))

        ticket = connect().session
        self.assertTrue(connect(ticket).session_reused)
        authorities.write_bytes(self.authority.certificate.read_bytes())
        self.assertEqual(self.reload(program)[0], 200)
        self.assertRaises((ssl.SSLError, ConnectionError), connect, ticket)


class MistakeTest(TlsCase):
    def test_settings_that_do_not_go_together_stop_the_start(self):
        pair = self.data_tls()
        for settings, told in [
                ({"tls.certificate_file": self.server.certificate}, "needs its key in tls.key_file"),
                ({"tls.key_file": self.server.key}, "needs a tls.certificate_file"),
                ({"tls.client_ca_file": self.authority.certificate}, "needs a tls.certificate_file"),
                (pair | {"listen": "unix:data.sock"}, "is for TCP, and listen is a unix socket"),
                (pair | {"tls.key_file": self.client.key}, "tls.key_file"),
                (pair | {"tls.client_ca_file": self.server.key}, "tls.client_ca_file"),
                ({"control.listen": "127.0.0.1:0"}, "needs a control.token_file, or control.tls_client_ca_file")]:
            with self.subTest(settings=settings):
                program = Program(settings=settings)
                self.addCleanup(program.remove)
                program.spawn()
                self.assertEqual(program.process.wait(PATIENCE_SECONDS), 2)
                self.assertIn(told, program.log())


if __name__ == "__main__":
    unittest.main()
