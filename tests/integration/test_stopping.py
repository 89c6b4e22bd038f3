"""How the built program stops: not ready first, then nothing new, then done, and no answer lost on the way.

Waits that a test must not reach are a minute long; a test that ends in time shows that nothing waited for them.
"""

import http.client
import json
import signal
import threading
import time
import unittest

from program import Program, receive, send

PATIENCE_SECONDS = 20
BODY = json.dumps({"session": None}).encode()


def is_closing(headers):
    return ("Connection", "close") in headers


class Caller(threading.Thread):
    """Asks without a pause on a kept connection, on a new one where the answer closed it, until none is accepted."""

    def __init__(self, program):
        super().__init__()
        self.program = program
        self.answered = 0
        self.failure = None

    def run(self):
        try:
            while self.ask_on_one_connection():
                pass
        except (http.client.HTTPException, OSError, AssertionError) as failure:
            self.failure = failure

    def ask_on_one_connection(self):
        connection = self.program.connection()
        try:
            connection.connect()
        except ConnectionRefusedError:
            return False
        closing = False
        while not closing:
            status, headers, _ = send(connection, "GET", "/session")
            assert status == 200, status
            self.answered += 1
            closing = is_closing(headers)
        connection.close()
        return True


class StoppingTest(unittest.TestCase):
    def serve(self, observer=(), **drain):
        settings = {f"drain.{name}": value for name, value in drain.items()}
        return self.enterContext(Program(settings=settings, observer=observer))

    def connect(self, program, port="data"):
        connection = program.connection(port)
        self.addCleanup(connection.close)
        return connection

    def wait_until(self, holds, what):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            self.assertLess(time.monotonic(), deadline, f"this never came: {what}")
            time.sleep(0.005)

    def ask_to_stop(self, program, name=signal.SIGTERM):
        program.process.send_signal(name)
        self.wait_until(lambda: "stopping" in program.log(), "the log says that it stops")

    def test_requests_that_were_sent_before_the_signal_are_answered_even_on_connections_not_yet_accepted(self):
        for _ in range(20):
            program = self.serve(timeout="1m")
            connections = [self.connect(program) for _ in range(20)]
            for connection in connections:
                connection.request("GET", "/session")
            program.process.send_signal(signal.SIGTERM)
            for connection in connections:
                answer = connection.getresponse()
                self.assertEqual(answer.status, 200)
                answer.read()
                connection.close()
            program.wait_for_end()

    def test_fifty_stops_under_load_fail_no_request(self):
        for number in range(50):
            program = self.serve(timeout="1m")
            callers = [Caller(program) for _ in range(6)]
            for caller in callers:
                caller.start()
            self.wait_until(lambda: all(caller.answered > 5 + number % 7 for caller in callers), "all are served")
            program.process.send_signal(signal.SIGTERM)
            for caller in callers:
                caller.join(PATIENCE_SECONDS)
                self.assertIsNone(caller.failure)
            program.wait_for_end()

    def test_a_caller_that_comes_while_the_socket_closes_is_refused_and_not_reset(self):
        """strace holds up each close, so that callers come between the last connection that was taken and the end."""
        slow = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=close", "-e",
                "inject=close:delay_enter=30000"]
        for _ in range(2):
            program = self.serve(slow, timeout="1m")
            callers = [Caller(program) for _ in range(6)]
            for caller in callers:
                caller.start()
            self.wait_until(lambda: all(caller.answered > 5 for caller in callers), "all are served")
            program.process.send_signal(signal.SIGTERM)
            for caller in callers:
                caller.join(PATIENCE_SECONDS)
                self.assertIsNone(caller.failure)
            program.wait_for_end()

    def wait_until_closed(self, program):
        """Until no new connection is taken: the drain has begun."""
        def is_refused():
            connection = program.connection()
            try:
                connection.connect()
            except ConnectionRefusedError:
                return True
            finally:
                connection.close()
            return False

        self.wait_until(is_refused, "new connections are refused")

    def test_each_stop_signal_ends_a_program_without_connections_at_once(self):
        for name in (signal.SIGTERM, signal.SIGINT):
            program = self.serve(timeout="1m")
            program.process.send_signal(name)
            program.wait_for_end()
            self.assertIn("stopped", program.log())

    def test_during_the_drain_delay_it_is_not_ready_and_serves_on(self):
        program = self.serve(delay="1m", timeout="1m")
        kept = self.connect(program)
        self.assertEqual(send(kept, "GET", "/session")[0], 200)
        self.assertEqual(program.request("GET", "/readyz", port="control")[0], 200)

        self.ask_to_stop(program)
        status, headers, body = program.request("GET", "/readyz", port="control")
        self.assertEqual((status, json.loads(body)["code"]), (503, "stopping"))
        self.assertIn("Retry-After", dict(headers))
        self.assertEqual(program.request("GET", "/livez", port="control")[0], 200)
        self.assertEqual(program.request("GET", "/session")[0], 200)
        status, headers, _ = send(kept, "GET", "/session")
        self.assertEqual((status, is_closing(headers)), (200, False))
        kept.close()

        program.process.send_signal(signal.SIGTERM)
        program.wait_for_end()

    def test_a_kept_connection_is_told_to_close_with_its_next_answer(self):
        program = self.serve(timeout="1m")
        kept = self.connect(program)
        self.assertFalse(is_closing(send(kept, "GET", "/session")[1]))

        self.ask_to_stop(program)
        self.wait_until_closed(program)
        status, headers, _ = send(kept, "GET", "/session")
        self.assertEqual((status, is_closing(headers)), (200, True))
        self.assertNotIn("Keep-Alive", dict(headers))

        program.wait_for_end()

    def test_a_request_under_way_is_answered(self):
        program = self.serve(timeout="1m")
        slow = self.connect(program)
        slow.putrequest("POST", "/set-session")
        slow.putheader("Content-Type", "application/json")
        slow.putheader("Content-Length", str(len(BODY)))
        slow.putheader("Expect", "100-continue")
        slow.endheaders()
        self.assertEqual(slow.sock.recv(1000), b"HTTP/1.1 100 Continue\r\n\r\n")
        slow.send(BODY[:5])

        self.ask_to_stop(program)
        self.wait_until_closed(program)
        self.assertIsNone(program.process.poll())
        slow.send(BODY[5:])

        status, headers, body = receive(slow.getresponse())
        self.assertEqual((status, json.loads(body)["session"], is_closing(headers)), (200, None, True))
        program.wait_for_end()

    def test_a_connection_that_stays_idle_holds_the_stop_up_for_the_drain_timeout_only(self):
        program = self.serve(timeout="500ms")
        kept = self.connect(program)
        send(kept, "GET", "/session")

        program.process.send_signal(signal.SIGTERM)
        program.wait_for_end()

        self.assertEqual(kept.sock.recv(1), b"")

    def test_a_second_signal_ends_the_waiting_for_requests(self):
        program = self.serve(timeout="1m")
        kept = self.connect(program)
        send(kept, "GET", "/session")

        self.ask_to_stop(program)
        self.wait_until_closed(program)
        self.assertIsNone(program.process.poll())
        program.process.send_signal(signal.SIGTERM)
        program.wait_for_end()

        with self.assertRaises((http.client.HTTPException, OSError)):
            send(kept, "GET", "/session")


if __name__ == "__main__":
    unittest.main()
