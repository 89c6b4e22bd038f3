"""What surrounds the built program's process: who reads its log, and how many files it may have open."""

import json
import pathlib
import resource
import signal
import socket
import subprocess
import unittest
from contextlib import ExitStack, contextmanager

from program import Program, flags_of, now_ms, wait_until_after


class Started(Program):
    """A program whose process is started as `options` of subprocess.Popen say."""

    def __init__(self, settings=None, **options):
        super().__init__(settings=settings)
        self.options = options

    def spawn(self):
        self.process = subprocess.Popen([self.binary, "serve", *flags_of(self.settings)], cwd=self.folder,
                                        env=self.environment, stdin=subprocess.DEVNULL, **self.options)


ROUNDS = 12  # in a quarter of them the deadlines come before the clients whose requests are there
REQUEST = b"GET /session HTTP/1.1\r\nHost: a\r\n\r\n"


def address_of(program):
    host, port = program.listen.rsplit(":", 1)
    return host, int(port)


def status_of(client, request=b""):
    """Of the answer to `request`, or to what was sent before."""
    client.sendall(request)
    head = client.recv(4096)
    return int(head.split()[1]) if head else None


@contextmanager
def stood_still(program):
    """Whatever is sent meanwhile is there when the process goes on."""
    program.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        program.process.send_signal(signal.SIGCONT)


def limit_descriptors(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class ProcessTest(unittest.TestCase):
    def ask(self, program, token):
        return json.loads(program.request("GET", "/session", {"Authorization": f"Bearer {token}"})[2])

    def test_it_goes_on_when_nobody_reads_its_log_any_more(self):
        settings = {"session.active_period": "50ms", "session.rotation_grace": "1ms", "session.rotation_grace_max": "2ms"}
        with Started(settings, stderr=subprocess.PIPE) as program:
            program.process.stderr.close()
            _, _, body = program.request("POST", "/sessions", body={"userId": "ada"}, port="control")
            first = json.loads(body)["session"]
            wait_until_after(first["activePeriodExpiresAt"])
            successor = self.ask(program, first["token"])["token"]
            self.ask(program, successor)
            wait_until_after(now_ms() + 2)

            # A retired token is what a stranger can make the program log.
            self.assertEqual(self.ask(program, first["token"])["reason"], "superseded")
            self.assertEqual(self.ask(program, successor)["session"]["userId"], "ada")

    def test_more_connections_than_descriptors_do_not_shut_out_the_control_port(self):
        for shards, possible in ((2, 184), (16, 128)):
            with self.subTest(shards=shards):
                self.assert_control_port_is_open(shards, possible)

    def assert_control_port_is_open(self, shards, possible):
        with Started({"threads": shards}, preexec_fn=limit_descriptors(64, 256), stderr=subprocess.PIPE) as program, \
             ExitStack() as crowd:
            crowd.callback(program.process.stderr.close)
            for _ in range(300):
                connection = program.connection()
                connection.connect()
                crowd.callback(connection.close)

            self.assertEqual(program.request("GET", "/readyz", port="control")[0], 200)
            self.assertIn(f"connections_limited connections_max=10000 possible={possible}".encode(),
                          program.process.stderr.readline())

    def test_a_request_that_came_in_time_is_answered_however_late_the_process_comes_to_it(self):
        with Program(settings={"http.idle_timeout": "200ms", "threads": 1}) as program:
            for _ in range(ROUNDS):
                with ExitStack() as stack:
                    clients = [stack.enter_context(socket.create_connection(address_of(program))) for _ in range(20)]
                    for client in clients:
                        self.assertEqual(status_of(client, REQUEST), 200)
                    idle_until = now_ms() + 200
                    with stood_still(program):
                        for client in clients:
                            client.sendall(REQUEST)
                        wait_until_after(idle_until + 20)

                    self.assertEqual({status_of(client) for client in clients}, {200})

    def test_what_stands_behind_an_urgent_mark_is_read_as_well(self):
        with Program(settings={"http.head_timeout": "10s"}) as program, ExitStack() as stack:
            client = stack.enter_context(socket.create_connection(address_of(program)))
            self.assertEqual(status_of(client, REQUEST), 200)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.settimeout(5)
            with stood_still(program):
                client.sendall(REQUEST[:-2])
                client.send(b"!", socket.MSG_OOB)
                client.sendall(REQUEST[-2:])

            self.assertEqual(status_of(client), 200)

    def test_a_crash_leaves_no_memory_in_a_file(self):
        with Program() as program:
            limits = pathlib.Path(f"/proc/{program.process.pid}/limits").read_text()
            self.assertRegex(limits, r"Max core file size +0 +0 ")
            # Not dumpable: the kernel gives such a process's files in /proc to root (prctl(2), PR_SET_DUMPABLE).
            self.assertEqual(pathlib.Path(f"/proc/{program.process.pid}/environ").stat().st_uid, 0)


if __name__ == "__main__":
    unittest.main()
