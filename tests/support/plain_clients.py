"""Clients that send bytes as they are, and a program that stands still meanwhile or has few descriptors."""

import resource
import signal
import subprocess
from contextlib import contextmanager

from program import Program, flags_of

REQUEST = b"GET /session HTTP/1.1\r\nHost: a\r\n\r\n"


class Started(Program):
    """A program whose process is started as `options` of subprocess.Popen say."""

    def __init__(self, settings=None, **options):
        super().__init__(settings=settings)
        self.options = options

    def spawn(self):
        self.process = subprocess.Popen([self.binary, "serve", *flags_of(self.settings)], cwd=self.folder,
                                        env=self.environment, stdin=subprocess.DEVNULL, **self.options)


def limit_descriptors(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def address_of(program):
    host, port = program.listen.rsplit(":", 1)
    return host, int(port)


def status_of(client, request=b""):
    """Of the answer to `request`, or to what was sent before; None: the connection was closed."""
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
