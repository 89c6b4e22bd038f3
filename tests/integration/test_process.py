"""What surrounds the built program's process: who reads its log, and how many files it may have open."""

import json
import pathlib
import socket
import subprocess
import threading
import unittest
from contextlib import ExitStack

from plain_clients import REQUEST, Started, address_of, limit_descriptors, status_of, stood_still
from program import Program, now_ms, wait_until_after
from scrape import Scrape

BEGINNING = b"HTTP/1.1 200 OK"
ROUNDS = 12  # in a quarter of them the deadlines come before the clients whose requests are there
CROWD = 150  # more than are told at once that there is something for them
PIPELINED = 60_000  # whose answers do not fit between two processes


class Answers:
    """Those that a client has got."""

    def __init__(self, client):
        self.client, self.count, self.rest = client, 0, b""

    def take(self, count):
        while self.count < count:
            self.add(self.client.recv(1 << 16))

    def take_what_is_there(self):
        try:
            while True:
                self.add(self.client.recv(1 << 16, socket.MSG_DONTWAIT))
        except BlockingIOError:
            pass

    def add(self, data):
        if not data:
            raise EOFError(f"the end after {self.count:,} answers")
        found = (self.rest + data).count(BEGINNING)
        self.count, self.rest = self.count + found, (self.rest + data)[1 - len(BEGINNING):]


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
                    clients = [stack.enter_context(socket.create_connection(address_of(program))) for _ in range(CROWD)]
                    for client in clients:
                        self.assertEqual(status_of(client, REQUEST), 200)
                    idle_until = now_ms() + 200
                    with stood_still(program):
                        for client in clients:
                            client.sendall(REQUEST)
                        wait_until_after(idle_until + 20)

                    self.assertEqual({status_of(client) for client in clients}, {200})

    def test_the_rest_of_a_request_that_came_in_time_is_read_however_late_the_process_comes_to_it(self):
        body = b"POST /set-session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
        for setting, first, rest in (("http.head_timeout", REQUEST[:-2], REQUEST[-2:]),
                                     ("http.body_timeout", body, b'{"session":null}')):
            with self.subTest(setting), Program(settings={setting: "200ms", "threads": 1}) as program:
                for _ in range(ROUNDS):
                    with socket.create_connection(address_of(program)) as client:
                        self.assertEqual(status_of(client, REQUEST), 200)
                        begun = now_ms()
                        client.sendall(first)
                        wait_until_after(begun + 50)
                        with stood_still(program):
                            client.sendall(rest)
                            wait_until_after(begun + 320)

                        self.assertEqual(status_of(client), 200)

    def test_room_for_answers_that_came_in_time_is_used_however_late_the_process_comes_to_it(self):
        with Program(settings={"http.write_timeout": "300ms", "threads": 1}) as program:
            for _ in range(4):
                with socket.create_connection(address_of(program)) as client:
                    sender = threading.Thread(target=client.sendall, args=(PIPELINED * REQUEST,))
                    sender.start()
                    self.wait_until_stuck(program)
                    stuck = now_ms()
                    answers = Answers(client)
                    with stood_still(program):
                        answers.take_what_is_there()
                        wait_until_after(stuck + 400)
                    answers.take(PIPELINED)
                    sender.join()

    def wait_until_stuck(self, program):
        """Until it has answered something, and nothing more for a while."""
        answered, since = 0, now_ms()
        while answered == 0 or now_ms() < since + 50:
            count = Scrape(program).of("sessgate_requests_total", endpoint="GET /session")
            if count != answered:
                answered, since = count, now_ms()

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
