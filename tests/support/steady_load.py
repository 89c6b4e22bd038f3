"""Callers that ask for one session at a steady rate, over kept connections, and take note of every answer."""

import re
import socket
import threading
import time

LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")


class Lost(Exception):
    """A request was sent and its answer did not come."""


class Caller(threading.Thread):
    """Asks on its own connection, every `pause` seconds or as soon as it can; on a new one when that is closed.

    is_good: what tells a good answer, given its bytes. wrap: makes a connected socket one of TLS.
    answered, failures, seconds: how many good answers came, what else, and how long each good one took.
    """

    def __init__(self, address, request, is_good, pause, wrap=None):
        super().__init__(daemon=True)
        self.host, self.port = address.rsplit(":", 1)
        self.wire = request
        self.is_good, self.pause, self.wrap = is_good, pause, wrap
        self.answered, self.connections, self.failures, self.seconds = 0, 0, [], []
        self.may_end = threading.Event()

    def run(self):
        while not self.may_end.is_set():
            try:
                stream = socket.create_connection((self.host, int(self.port)), timeout=30)
            except ConnectionRefusedError:
                return
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            try:
                with self.wrap(stream) if self.wrap else stream as connection:
                    self.ask_until_closed(connection)
            except (OSError, Lost) as failure:
                self.failures.append(repr(failure))
                return

    def ask_until_closed(self, connection):
        due = time.monotonic()
        while not self.may_end.is_set():
            begun = time.monotonic()
            connection.sendall(self.wire)
            answer = self.receive(connection)
            if self.is_good(answer):
                self.answered += 1
                self.seconds.append(time.monotonic() - begun)
            else:
                self.failures.append(answer[:200])
            if b"\r\nConnection: close\r\n" in answer:
                return
            due = max(due + self.pause, time.monotonic() - self.pause)
            time.sleep(max(0, due - time.monotonic()))

    @staticmethod
    def receive(connection):
        answer, end = b"", None
        while end is None or len(answer) < end:
            piece = connection.recv(65536)
            if not piece:
                raise Lost(answer)
            answer += piece
            head = answer.find(b"\r\n\r\n")
            if head >= 0:
                end = head + 4 + int(LENGTH.search(answer)[1])
        return answer


class SteadyLoad:
    """`callers` that ask `rate` times a second together while the `with` block runs."""

    def __init__(self, address, request, is_good, rate, callers=16, wrap=None):
        self.callers = [Caller(address, request, is_good, callers / rate, wrap) for _ in range(callers)]

    def __enter__(self):
        self.begun = time.monotonic()
        for caller in self.callers:
            caller.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for caller in self.callers:
            caller.may_end.set()
        self.join()

    def join(self):
        for caller in self.callers:
            caller.join(30)
        self.seconds = time.monotonic() - self.begun

    @property
    def answered(self):
        return sum(caller.answered for caller in self.callers)

    @property
    def failures(self):
        return [failure for caller in self.callers for failure in caller.failures]

    @property
    def connections(self):
        return sum(caller.connections for caller in self.callers)

    def percentile(self, part):
        """Of the good answers' times, in seconds."""
        times = sorted(each for caller in self.callers for each in caller.seconds)
        return times[min(len(times) - 1, int(part * len(times)))]

    def wait_for(self, count, patience=30):
        """Until `count` more answers have come."""
        goal, deadline = self.answered + count, time.monotonic() + patience
        while self.answered < goal and not self.failures:
            assert time.monotonic() < deadline, f"only {self.answered} of {goal} answers"
            time.sleep(0.002)


def session_request(token):
    return f"GET /session HTTP/1.1\r\nHost: a\r\nCookie: __Host-session={token}\r\n\r\n".encode()


def is_session(answer):
    return answer.startswith(b"HTTP/1.1 200 ") and b'{"session":{' in answer
