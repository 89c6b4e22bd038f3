"""A service manager as systemd is one to the program: it opens sockets and hands them on, and is told what happens."""

import os
import select
import socket
import subprocess
import sys

from program import Program, clean_environment, flags_of

WAIT_SECONDS = 10

# Becomes the program with the given descriptors from 3 on: LISTEN_PID has to be the number of the process that it is.
HAND_ON = """
import fcntl, os, sys
first, count = 100, int(sys.argv[1])
for i in range(count): fcntl.fcntl(int(sys.argv[2 + i]), fcntl.F_DUPFD, first + i)
for i in range(count): os.dup2(first + i, 3 + i); os.close(first + i)
os.environ["LISTEN_PID"] = str(os.getpid() + int(os.environ.pop("PID_OFFSET", "0")))
os.execv(sys.argv[2 + count], sys.argv[2 + count:])
"""


def unix_socket(path):
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.listen()
    return listening


def tcp_socket():
    return socket.create_server(("127.0.0.1", 0))


def address_of(listening):
    """The address as settings write it."""
    name = listening.getsockname()
    return f"unix:{name}" if listening.family == socket.AF_UNIX else f"{name[0]}:{name[1]}"


def hand_on(command, sockets, names=None, environment=None, **more):
    """Starts `command` with `sockets`, {"name": socket}, as sd_listen_fds(3) wants it; `more` is for Popen."""
    descriptors = [listening.fileno() for listening in sockets.values()]
    names = ":".join(sockets) if names is None else names
    environment = clean_environment(LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES=names) | (environment or {})
    launcher = [sys.executable, "-c", HAND_ON, str(len(descriptors)), *map(str, descriptors)]
    return subprocess.Popen([*launcher, *command], env=environment, pass_fds=descriptors, **more)


class Notifications:
    """Where NOTIFY_SOCKET points: what the program tells, in its order. `name`: a path, or @ and a name."""

    def __init__(self, name):
        self.name = str(name)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.name.replace("@", "\0", 1))
        self.socket.settimeout(WAIT_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def next(self):
        return self.socket.recv(1000).decode()

    def is_silent(self):
        """Whether nothing is waiting to be read."""
        return not select.select([self.socket], [], [], 0)[0]


class Activated(Program):
    """A program that is given its sockets, {"listen": socket, "control": socket} or one of them."""

    def __init__(self, sockets, settings=None, environment=None):
        super().__init__(settings=settings, environment=environment)
        self.sockets = sockets

    def spawn(self):
        self.ports_file.unlink(missing_ok=True)
        given = {name: self.environment[name] for name in self.environment if name not in os.environ}
        with open(self.log_file, "ab") as log:
            self.process = hand_on([self.binary, "serve", *flags_of(self.settings)], self.sockets, environment=given,
                                   cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
