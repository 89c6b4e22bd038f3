"""A server that is measured: its processes, its address, its sessions, and its start and end."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import load_tool
from program import connect

START_SECONDS = 300  # some of them make their sessions first


class NotHere(Exception):
    """This machine cannot run the subject; the text says what it lacks."""


class Subject(contextlib.ExitStack):
    """While the `with` block runs, `address` (host:port or unix:PATH) answers GET /session.

    name: one word for the tables. note: what it does, for those who read them. pids: the processes whose CPU time is
    the answer's cost. tokens_file: values of the cookie `cookie_name`, one a line. cores: how many it may use.
    redis_pids: the Redis that it asks for each request, whose CPU time is told beside its own.
    """

    name = note = address = cookie_name = ""
    tokens_file = None
    cores = 1
    pids = redis_pids = ()

    def new_folder(self):
        """A folder that is gone at the end."""
        folder = Path(tempfile.mkdtemp(prefix=f"sessgate-bench-{self.name}-"))
        self.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def run(self, *command, **more):
        """Starts a process that ends with the subject."""
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **{"stdout": subprocess.DEVNULL} | more)
        self.callback(process.wait)
        self.callback(process.terminate)
        return process

    def take_sessions_of(self, other):
        self.cookie_name, self.tokens_file = other.cookie_name, other.tokens_file

    def load(self, request, seconds, cores, rate=0, connections=load_tool.CONNECTIONS):
        """Puts the load on it, from these cores: what came of it. Another class may have a load tool of its own."""
        return load_tool.run(self, request, seconds, cores, rate, connections)

    def wait_until_it_answers(self, process, path="/session"):
        """Waits until the first session is answered: the answer's headers and body."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                status, headers, body = self.ask(path)
                break
            except (ConnectionRefusedError, FileNotFoundError) as error:
                if time.monotonic() > end or process.poll() is not None:
                    raise RuntimeError(f"{self.name} does not answer") from error
                time.sleep(0.02)
            except (ConnectionRefusedError, FileNotFoundError) as error:
                raise RuntimeError(f"{self.name} takes a connection and does not answer: {error}") from error
        if status not in (200, 204):
            raise RuntimeError(f"{self.name} does not answer with a session: {status} {body.decode()}")
        return headers, body

    def ask(self, path="/session", token=None):
        """GET with a session's cookie, the first one's when no token is given: status, headers and body."""
        if token is None:
            with open(self.tokens_file, encoding="utf-8") as tokens:
                token = tokens.readline().strip()
        connection = connect(self.address, timeout=5)
        try:
            connection.request("GET", path, headers={"Cookie": f"{self.cookie_name}={token}"})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


def begin(stack, subject):
    """Starts it; `stack` ends it, also what it had started when its own start fails."""
    stack.push(subject)
    return subject.__enter__()


def children(pid):
    """The process ids of a process's children, such as nginx's workers."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command(name):
    """Where the program is; servers are not always on the PATH."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    if not found:
        raise NotHere(f"there is no {name}")
    return found


def own_program(name, target):
    """One that the project builds for its measurements alone."""
    program = Path(os.environ.get("SESSGATE_BINARY", "sessgate")).resolve().parent / "bench" / name
    if not program.exists():
        raise NotHere(f"the target {target} is not built")
    return program


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
