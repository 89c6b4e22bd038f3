"""The third-party test data, and a client that sends bytes as they are. SESSGATE_CORPORA names the folder."""

import base64
import json
import os
import pathlib
import socket
import sys

CTEST_SKIP = 77
QUIET_SECONDS = 1.5  # the suites' own idea of "no answer comes"


def load(name):
    """The entries of one corpus. Where it is missing the whole file counts as skipped, visibly."""
    path = pathlib.Path(os.environ.get("SESSGATE_CORPORA", "")) / name
    if not path.is_file():
        print(f"skipped: there is no {path}")
        sys.exit(CTEST_SKIP)
    text = path.read_text()
    return [json.loads(line) for line in text.splitlines()] if name.endswith(".jsonl") else json.loads(text)


def payload_of(text, port):
    """The bytes of a base64 text, with our port where the suite wrote its own."""
    return base64.b64decode(text).replace(b"localhost:8080", b"localhost:%d" % port)


class Answer:
    """One response: status, fields (lower-case name to list of values), body."""

    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def field(self, name):
        return self.fields.get(name, [None])[0]


class Wire:
    """One connection: sends bytes, reads answers one by one, and knows how it ended."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=QUIET_SECONDS)
        self.buffer = b""
        self.closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends what the other side takes: a server that refuses a message may close before its end."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def receive(self, seconds=QUIET_SECONDS):
        """More bytes into the buffer. False at the end of the stream and after so much silence."""
        self.socket.settimeout(seconds)
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return False
        except ConnectionResetError:
            data = b""
        self.closed = not data
        self.buffer += data
        return bool(data)

    def answer(self, is_head=False, seconds=QUIET_SECONDS):
        """The next response, or None when none comes. Fails on one that is cut short or is not HTTP."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.receive(seconds):
                assert not self.buffer, f"half an answer: {self.buffer[:200]!r}"
                return None
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        status_line, *lines = head.decode("latin-1").split("\r\n")
        assert status_line.startswith("HTTP/1.1 "), status_line
        status = int(status_line[9:12])
        fields = {}
        for line in lines:
            name, value = line.split(":", 1)
            fields.setdefault(name.lower(), []).append(value.strip())
        has_body = not is_head and status >= 200 and status not in (204, 304)
        return Answer(status, fields, self._body(int(fields["content-length"][0])) if has_body else b"")

    def _body(self, size):
        while len(self.buffer) < size:
            assert self.receive(), "half a body"
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return body

    def all_answers(self, is_head=False, seconds=QUIET_SECONDS):
        """Every response until the end of the stream or so much silence."""
        answers = []
        while (answer := self.answer(is_head, seconds)) is not None:
            answers.append(answer)
        return answers
