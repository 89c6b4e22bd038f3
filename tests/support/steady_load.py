"""Callers that ask at a steady rate, over kept connections, and take note of every answer."""

import collections
import re
import socket
import threading
import time

LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")

AT_ONCE = float("inf")  # requests a second: each caller as soon as it has its answer


class Lost(Exception):
    """A request was sent and its answer did not come."""


class Caller(threading.Thread):
    """Asks on its own connection, every `pause` seconds or as soon as it can; on a new one when that is closed.

    kind_of: names the kind of an answer, given its bytes; None: it is a failure. wrap: makes a connected socket one of
    TLS. seconds: how long each answer took, by kind. failures: what else came of it.
    """

    def __init__(self, address, request, kind_of, pause, wrap=None):
        super().__init__(daemon=True)
        self.host, self.port = address.rsplit(":", 1)
        self.wire = request
        self.kind_of, self.pause, self.wrap = kind_of, pause, wrap
        self.connections, self.failures, self.seconds = 0, [], collections.defaultdict(list)
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
            kind = self.kind_of(answer)
            if kind is None:
                self.failures.append(answer[:200])
            else:
                self.seconds[kind].append(time.monotonic() - begun)
            due = max(due + self.pause, time.monotonic() - self.pause)
            time.sleep(max(0, due - time.monotonic()))
            if b"\r\nConnection: close\r\n" in answer:
                return

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
    """One caller for each of `requests`, `rate` times a second together while the `with` block runs."""

    def __init__(self, address, requests, kind_of, rate, wrap=None):
        self.callers = [Caller(address, request, kind_of, len(requests) / rate, wrap) for request in requests]

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
        return sum(map(len, (times for caller in self.callers for times in list(caller.seconds.values()))))

    def times(self, kind):
        return sorted(each for caller in self.callers for each in caller.seconds[kind])

    @property
    def failures(self):
        return [failure for caller in self.callers for failure in caller.failures]

    @property
    def connections(self):
        return sum(caller.connections for caller in self.callers)

    def percentile(self, kind, part):
        """Of the times of answers of this kind, in seconds."""
        times = self.times(kind)
        return times[min(len(times) - 1, int(part * len(times)))]

    def wait_for(self, count, patience=30):
        """Until `count` more answers have come: how many came a second."""
        begun, before = time.monotonic(), self.answered
        while self.answered < before + count and not self.failures:
            assert time.monotonic() < begun + patience, f"only {self.answered - before} of {count} answers"
            time.sleep(0.002)
        return (self.answered - before) / (time.monotonic() - begun)


def session_request(token):
    return f"GET /session HTTP/1.1\r\nHost: a\r\nCookie: __Host-session={token}\r\n\r\n".encode()


def only_sessions(answer):
    """Every answer but a good session is a failure."""
    return "session" if answer.startswith(b"HTTP/1.1 200 ") and b'{"session":{' in answer else None


def sessions_or_busy(answer):
    """A refusal at once that says when to ask again is no failure."""
    is_busy = answer.startswith((b"HTTP/1.1 503 ", b"HTTP/1.1 429 ")) and b"\r\nRetry-After: " in answer
    return "busy" if is_busy else only_sessions(answer)
