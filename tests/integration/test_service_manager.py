"""What passes between the program and a service manager: READY and STOPPING, and sockets that it is given."""

import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

import secrets_in_logs
from program import Program, clean_environment, flags_of, run_program
from service_manager import Activated, Notifications, address_of, hand_on, tcp_socket, unix_socket

BINARY = os.environ["SESSGATE_BINARY"]
BODY = b'{"session": null}'


class FolderTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sessgate-")))

    def tcp(self):
        return self.enterContext(tcp_socket())

    def unix(self, name):
        return self.enterContext(unix_socket(self.folder / name))


class NotifyTest(FolderTest):
    def notifications(self, name=None):
        return self.enterContext(Notifications(name or self.folder / "notify"))

    def serve(self, manager, **settings):
        settings = {name.replace("__", "."): value for name, value in settings.items()}
        return self.enterContext(Program(settings=settings, environment={"NOTIFY_SOCKET": manager.name}))

    def test_the_manager_hears_that_it_is_ready_and_that_it_stops(self):
        for name in (self.folder / "notify", f"@sessgate-test-{os.getpid()}"):
            with self.subTest(name=name):
                manager = self.notifications(name)
                program = self.serve(manager)
                self.assertEqual(manager.next(), "READY=1")
                self.assertTrue(manager.is_silent())

                program.stop()

                self.assertEqual(manager.next(), "STOPPING=1")
                self.assertTrue(manager.is_silent())

    def test_when_it_says_that_it_is_ready_it_answers(self):
        manager = self.notifications()
        program = Program(environment={"NOTIFY_SOCKET": manager.name})
        program.settings["listen"] = f"unix:{self.folder}/data.sock"
        self.addCleanup(program.remove)
        self.addCleanup(program.kill)
        program.spawn()
        self.assertEqual(manager.next(), "READY=1")

        program.listen = program.settings["listen"]
        self.assertEqual(program.request("GET", "/session")[0], 200)

    def test_it_says_that_it_stops_before_the_requests_under_way_are_done(self):
        manager = self.notifications()
        program = self.serve(manager, drain__timeout="1m")
        self.assertEqual(manager.next(), "READY=1")
        slow = program.connection()
        self.addCleanup(slow.close)
        slow.putrequest("POST", "/set-session")
        slow.putheader("Content-Type", "application/json")
        slow.putheader("Content-Length", str(len(BODY)))
        slow.endheaders(BODY[:5])

        program.process.send_signal(signal.SIGTERM)
        self.assertEqual(manager.next(), "STOPPING=1")

        slow.send(BODY[5:])
        self.assertEqual(slow.getresponse().status, 200)
        program.wait_for_end()

    def test_a_start_that_fails_tells_nothing(self):
        manager = self.notifications()
        taken = self.tcp()
        flags = flags_of({"store.url": "memory:", "listen": address_of(taken), "control.listen": "unix:c.sock"})

        done = run_program(["serve", *flags], cwd=self.folder, timeout=20, env=clean_environment(NOTIFY_SOCKET=manager.name))

        self.assertEqual(done.returncode, 1)
        self.assertTrue(manager.is_silent())

    def test_a_manager_that_cannot_be_told_does_no_harm(self):
        for name in (f"{self.folder}/nobody", "@", "/" + "x" * 200, "nonsense"):
            with self.subTest(name=name), Program(environment={"NOTIFY_SOCKET": name}) as program:
                self.assertEqual(program.request("GET", "/session")[0], 200)


class Asking(threading.Thread):
    """Asks on new connections, one after the other, until told to end; each must be answered."""

    def __init__(self, program):
        super().__init__()
        self.program, self.answered, self.failure = program, 0, None
        self.ending = threading.Event()

    def run(self):
        try:
            while not self.ending.is_set():
                status = self.program.request("GET", "/session")[0]
                assert status == 200, status
                self.answered += 1
        except (http.client.HTTPException, OSError, AssertionError) as failure:
            self.failure = failure


class ActivationTest(FolderTest):
    def assert_refused(self, sockets, *words, settings=None, **more):
        settings = {"store.url": "memory:", "listen": "unix:d.sock", "control.listen": "unix:c.sock"} | (settings or {})
        started = hand_on([BINARY, "serve", *flags_of(settings)], sockets, cwd=self.folder, stderr=subprocess.PIPE,
                          text=True, **more)
        said = started.communicate(timeout=20)[1]
        secrets_in_logs.check(said)
        self.assertEqual((started.returncode, len(said.splitlines())), (1, 1), said)
        for word in words:
            self.assertIn(word, said)

    def test_both_ports_are_served_on_the_sockets_that_it_is_given(self):
        sockets = {"control": self.unix("given-c.sock"), "listen": self.tcp()}
        with Activated(sockets) as program:
            self.assertEqual(program.listen, address_of(sockets["listen"]))
            self.assertEqual(program.control, address_of(sockets["control"]))
            self.assertEqual(program.request("GET", "/session")[0], 200)
            self.assertEqual(program.request("GET", "/readyz", port="control")[0], 200)
            self.assertFalse((program.data_folder / "control.sock").exists())

    def test_one_socket_may_be_given_and_the_other_port_is_opened_as_set(self):
        with Activated({"listen": self.unix("given.sock")}) as program:
            self.assertEqual(program.listen, f"unix:{self.folder}/given.sock")
            self.assertEqual(program.request("GET", "/session")[0], 200)
            self.assertEqual(program.control, f"unix:{program.data_folder}/control.sock")

    def test_the_file_of_a_given_socket_stays_and_clients_wait_for_the_next_start(self):
        given = self.unix("given.sock")
        with Activated({"listen": given}) as program:
            program.stop()
            self.assertTrue((self.folder / "given.sock").is_socket())
            waiting = program.connection()
            self.addCleanup(waiting.close)
            waiting.request("GET", "/session")

            program.start()

            self.assertEqual(waiting.getresponse().status, 200)
            waiting.close()

    def test_restarts_under_load_refuse_no_connection(self):
        with Activated({"listen": self.tcp()}) as program:
            callers = [Asking(program) for _ in range(4)]
            for caller in callers:
                caller.start()
            for _ in range(10):
                program.stop()
                program.start()
            for caller in callers:
                caller.ending.set()
                caller.join(20)
                self.assertIsNone(caller.failure)
                self.assertGreater(caller.answered, 10)

    def test_sockets_for_another_process_are_left_alone(self):
        given = self.tcp()
        with Activated({"listen": given}, environment={"PID_OFFSET": "1"}) as program:
            self.assertNotEqual(program.listen, address_of(given))
            self.assertEqual(program.request("GET", "/session")[0], 200)

    def test_a_socket_of_another_name_is_refused(self):
        self.assert_refused({"sessgate.socket": self.tcp()}, "'sessgate.socket'", "'listen'", "'control'")
        self.assert_refused({"listen": self.tcp()}, "''", names="")

    def test_two_sockets_of_one_name_are_refused(self):
        self.assert_refused({"listen": self.tcp(), "other": self.tcp()}, "two", "'listen'", names="listen:listen")

    def test_what_is_no_listening_stream_socket_is_refused(self):
        for broken in (socket.socket(), socket.socket(type=socket.SOCK_DGRAM), open(self.folder / "file", "w")):
            with broken:
                self.assert_refused({"listen": broken}, "file descriptor 3", "listens")

    def test_a_control_socket_on_tcp_needs_tokens(self):
        self.assert_refused({"control": self.tcp()}, "control.token_file")
        tokens = self.folder / "tokens"
        tokens.touch(mode=0o600)
        tokens.write_text("token-of-16-characters\n")
        with Activated({"control": self.tcp()}, {"control.token_file": tokens}) as program:
            self.assertEqual(program.request("GET", "/users/ada", port="control")[0], 401)
            bearer = {"Authorization": "Bearer token-of-16-characters"}
            self.assertEqual(program.request("GET", "/users/ada", bearer, port="control")[0], 404)

    @unittest.skipUnless(shutil.which("systemd-socket-activate"), "systemd-socket-activate is not installed")
    def test_systemds_own_tool_starts_it_with_the_first_connection(self):
        program = Program()
        program.listen, program.control = f"unix:{self.folder}/d.sock", f"unix:{self.folder}/c.sock"
        flags = flags_of({"store.url": "memory:", "control.listen": program.control})
        manager = subprocess.Popen(
            ["systemd-socket-activate", f"--listen={self.folder}/d.sock", f"--listen={self.folder}/c.sock",
             "--fdname=listen:control", BINARY, "serve", *flags], cwd=self.folder, env=clean_environment(),
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(manager.stderr.close)
        self.addCleanup(program.remove)
        try:
            while "Listening on" not in manager.stderr.readline() or "c.sock" not in manager.stderr.readline():
                self.assertIsNone(manager.poll())
            self.assertEqual(program.request("GET", "/session")[0], 200)
            self.assertEqual(program.request("GET", "/readyz", port="control")[0], 200)
        finally:
            manager.terminate()
            secrets_in_logs.check(manager.communicate(timeout=20)[1])


if __name__ == "__main__":
    unittest.main()
