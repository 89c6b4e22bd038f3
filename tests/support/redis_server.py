"""A redis-server of the test's own: on a free port, in memory, gone at the end; and a small client to ask it."""

import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_SECONDS = 30
ATTEMPTS_MAX = 5
BACKGROUND = {"client", "command", "config", "hello", "info", "ping", "subscribe"}  # by whom and where, not what
DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "redis.md"


def acl_command(password):
    """The command of the docs that makes the user with the fewest rights, `sessgate`, with this password."""
    line = re.search(r"^ACL SETUSER sessgate .*$", DOCS.read_text(), re.MULTILINE)[0]
    return [f">{password}" if part == ">PASSWORD" else part for part in line.split()]


def free_ports(count):
    """Ports that were free a moment ago; held together, so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class RedisError(Exception):
    """An error that the server answered with."""


class Client:
    """One connection that speaks RESP2."""

    def __init__(self, port, timeout=5):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.file = self.socket.makefile("rb")

    def __call__(self, *command):
        """The reply: str, int, None or a list of them."""
        self.send(*command)
        return self.reply()

    def send(self, *command):
        parts = [part if isinstance(part, bytes) else str(part).encode() for part in command]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(p), p) for p in parts))

    def reply(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("redis-server closed the connection")
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"+":
            return rest
        if kind == b"-":
            raise RedisError(rest)
        if kind == b":":
            return int(rest)
        if int(rest) < 0:
            return None
        if kind == b"$":
            return self.file.read(int(rest) + 2)[:-2].decode(errors="replace")
        return [self.reply() for _ in range(int(rest))]

    def close(self):
        self.file.close()
        self.socket.close()


class Redis:
    """redis-server while the `with` block runs. options: as in redis.conf, such as {"maxmemory": "2mb"}."""

    binary = "redis-server"

    def __init__(self, options=None, port=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sessgate-redis-"))
        self.port = port or free_ports(1)[0]
        self.options = {"port": self.port, "bind": "127.0.0.1", "save": "", "dir": self.folder,
                        "unixsocket": self.folder / "redis.sock"} | (options or {})
        self.process = None
        self.attempts_left = 0 if port else ATTEMPTS_MAX

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def arguments(self):
        return [part for name, value in self.options.items() for part in (f"--{name}", str(value))]

    def start(self):
        """Starts it, again if need be, and waits until it answers. The first time on another port, where somebody has
        taken this one since it was chosen."""
        self.spawn()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None and self.attempts_left:
                self.move()
                self.spawn()
            elif self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"redis did not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.005)
        self.attempts_left = 0
        return self

    def spawn(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([self.binary, *self.arguments()], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd=self.folder)

    def answers(self):
        """Whether it is there, and not somebody else's server on its port."""
        try:
            self.ask("PING")  # an error while it reads its files
            return f"\nprocess_id:{self.process.pid}\r" in self.ask("INFO", "server")
        except RedisError as error:
            return str(error).startswith("NOAUTH") and self.process.poll() is None
        except OSError:
            return False

    def move(self):
        self.attempts_left -= 1
        self.port = self.options["port"] = free_ports(1)[0]

    def ask(self, *command):
        client = Client(self.port)
        try:
            return client(*command)
        finally:
            client.close()

    def wait_for_replicas(self, count, patience_seconds=20):
        """Until so many replicas have all that was written before. WAIT counts from the connection's own last command,
        so as the first one of a connection it waits for nothing."""
        client = Client(self.port)
        try:
            client("PING")
            end = time.monotonic() + patience_seconds
            while (has_all := client("WAIT", count, 1000)) < count and time.monotonic() < end:
                pass
        finally:
            client.close()
        assert has_all >= count, f"{has_all} of {count} replicas have what was written"

    def admit(self, password="open-sesame"):
        self.ask(*acl_command(password))

    def kill(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def all_calls(self):
        """How often each command was called since the last CONFIG RESETSTAT."""
        counts = re.findall(r"^cmdstat_(.+?):calls=(\d+)", self.ask("INFO", "commandstats"), re.MULTILINE)
        return {name: int(count) for name, count in counts}

    def calls(self, command):
        return self.all_calls().get(command, 0)

    def calls_for_sessions(self):
        """As `all_calls`, but those in BACKGROUND."""
        return {name: count for name, count in self.all_calls().items() if name.split("|")[0] not in BACKGROUND}
