"""A server that is measured: its processes, its port, and its start and end."""

import contextlib
import http.client
import socket
import subprocess
import time

START_SECONDS = 20


class NotHere(Exception):
    """This machine cannot run the subject; the text says what it lacks."""


class Subject(contextlib.ExitStack):
    """While the `with` block runs, `port` answers GET /session; the processes in `pids` are what its CPU time is.

    name: one word for the tables. note: what it does, for those who read them.
    """

    name = note = ""
    pids = ()
    port = 0

    def run(self, *command, **more):
        """Starts a process that ends with the subject."""
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more)
        self.callback(process.wait)
        self.callback(process.terminate)
        return process

    def wait_until_it_answers(self, cookie):
        """Waits until the session of this cookie is answered: the answer's body."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                answer = ask(self.port, cookie)
            except OSError:
                answer = 0, b""
            if answer[0] == 200 and b'"sessionId"' in answer[1]:
                return answer[1]
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name} does not answer with a session: {answer}")
            time.sleep(0.02)


def ask(port, cookie):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/session", headers={"Cookie": cookie})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
