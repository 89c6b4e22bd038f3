"""The built program as a test drives it: a folder of its own, ports of its own, gone at the end."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import secrets_in_logs
import set_cookie_grammar

START_SECONDS = 10
OBSERVED_START_SECONDS = 120
STOP_SECONDS = 20
CLIENTS = ("session", "user", "healthcheck", "reload")  # commands that ask a running program


class UnixConnection(http.client.HTTPConnection):
    """http.client over a unix socket."""

    def __init__(self, path, timeout=10):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connect(address, timeout=10):
    """A connection to `host:port`, `[v6]:port` or `unix:PATH`, as the ports file writes them."""
    if address.startswith("unix:"):
        return UnixConnection(address.removeprefix("unix:"), timeout)
    host, port = address.rsplit(":", 1)
    return http.client.HTTPConnection(host.strip("[]"), int(port), timeout=timeout)


def now_ms():
    """The wall clock as the program reads it: whole milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def wait_until_after(instant_ms):
    """Returns once `instant_ms`, an instant that an answer named, has passed."""
    while now_ms() <= instant_ms:
        time.sleep(max(0.001, (instant_ms + 1 - now_ms()) / 1000))


def check_cookies(headers, body):
    """Every Set-Cookie that any test sees goes through here: the fields, and those that the body repeats."""
    lines = [value for name, value in headers if name.lower() == "set-cookie"]
    if body.startswith(b"{") and b'"setCookie"' in body:
        lines += json.loads(body).get("setCookie", [])
    for line in lines:
        mistake = set_cookie_grammar.mistake(line)
        assert mistake is None, f"{mistake}: {line}"


def send(connection, method, path, headers=None, body=None):
    """One request on an http.client connection: (status, [(name, value)…], body bytes).

    headers: a dict, or a list of pairs where a name comes twice. body: bytes, str, or a value to send as JSON.
    """
    headers = list(headers.items() if isinstance(headers, dict) else headers or [])
    if body is not None and not isinstance(body, (bytes, str)):
        body = json.dumps(body)
        headers.append(("Content-Type", "application/json"))
    data = body.encode() if isinstance(body, str) else body
    connection.putrequest(method, path, skip_accept_encoding=True)
    if data is not None:
        connection.putheader("Content-Length", str(len(data)))
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(data)
    return receive(connection.getresponse())


def receive(answer):
    """An http.client answer as `send` gives it."""
    status, headers, body = answer.status, answer.getheaders(), answer.read()
    check_cookies(headers, body)
    return status, headers, body


def clean_environment(**extra):
    """This process's environment without anything that would set a setting; `extra` is added."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SESSGATE_")}
    kept.pop("STATE_DIRECTORY", None)
    return kept | extra


def flags_of(settings):
    """`{"session.active_period": "1s"}` as `--session-active-period=1s`."""
    def text(value):
        return str(value).lower() if isinstance(value, bool) else str(value)

    return [f"--{key.replace('.', '-').replace('_', '-')}={text(value)}" for key, value in settings.items()]


def run_program(arguments, settings=None, **more):
    """The built program run to its end with these arguments: the finished process, with its output as text. `more`: as
    subprocess.run takes it."""
    done = subprocess.run([os.environ["SESSGATE_BINARY"], *arguments], capture_output=True, text=True, **more)
    secrets_in_logs.check(done.stderr, settings)
    return done


class Program:
    """`sessgate serve` while the `with` block runs.

    store: "memory:", "lmdb" (in a new folder) or a whole store URL. settings: keys as in a settings file.
    environment: variables to add. observer: the command, with its arguments, that runs and watches the program, as
    valgrind does; may be set anew between two starts. folder: the temporary folder; all that the program writes is in there.
    listen, control: addresses as the program says them; port: the data port's number, None on a unix socket.
    """

    def __init__(self, store="memory:", settings=None, environment=None, observer=()):
        self.binary = os.environ["SESSGATE_BINARY"]
        self.observer = observer
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sessgate-"))
        self.data_folder = self.folder / "data"
        self.ports_file = self.folder / "ports.json"
        self.log_file = self.folder / "log"
        self.settings = {
            "store.url": f"lmdb:{self.data_folder}" if store == "lmdb" else store,
            "listen": "127.0.0.1:0",
            "ports_file": self.ports_file,
        } | (settings or {})
        self.environment = clean_environment(STATE_DIRECTORY=str(self.data_folder), **(environment or {}))
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.remove()
            raise

    def __exit__(self, error_type, error, trace):
        try:
            if self.process is not None:
                self.kill() if error_type else self.stop()
        finally:
            self.remove()

    def start(self):
        """Starts the program, again if need be, and waits until it is ready."""
        self.spawn()
        return self.wait_until_ready()

    def spawn(self):
        """Starts the program and waits for nothing."""
        self.ports_file.unlink(missing_ok=True)
        # The leak sanitizer watches by ptrace, which an observer may be doing already.
        watched = {"ASAN_OPTIONS": "detect_leaks=0"} if self.observer else {}
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [*self.observer, self.binary, "serve", *flags_of(self.settings)], cwd=self.folder,
                env=self.environment | watched, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_until_ready(self):
        try:
            ports = self._wait_for_ports()
        except BaseException:
            self.kill()
            raise
        self.listen, self.control = ports["listen"], ports["control"]
        self.port = None if self.listen.startswith("unix:") else int(self.listen.rsplit(":", 1)[1])
        return self

    def _wait_for_ports(self):
        seconds = OBSERVED_START_SECONDS if self.observer else START_SECONDS
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                return json.loads(self.ports_file.read_text())
            except (FileNotFoundError, json.JSONDecodeError):
                pass
            if self.process.poll() is not None:
                raise AssertionError(f"sessgate ended with {self.process.returncode} at its start:\n{self.log()}")
            time.sleep(0.005)
        raise AssertionError(f"sessgate was not ready within {seconds} s:\n{self.log()}")

    def stop(self):
        """Ends the program as a service manager does, and holds it to a clean end."""
        self.process.send_signal(signal.SIGTERM)
        self.wait_for_end()

    def wait_for_end(self):
        """For a program that was told to stop: holds it to a clean end."""
        process, self.process = self.process, None
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"sessgate did not stop within {STOP_SECONDS} s:\n{self.log()}") from None
        assert code == 0, f"sessgate ended with {code}:\n{self.log()}"

    def kill(self):
        """Ends the program at once (SIGKILL); what it acknowledged must survive this."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def remove(self):
        try:
            secrets_in_logs.check(self.log(), self.settings)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def connection(self, port="data", timeout=60):
        """A kept-alive http.client connection to the "data" or the "control" port."""
        return connect(self.listen if port == "data" else self.control, timeout)

    def request(self, method, path, headers=None, body=None, port="data"):
        """One request on a connection of its own, as `send` takes and gives it."""
        connection = self.connection(port)
        try:
            return send(connection, method, path, headers, body)
        finally:
            connection.close()

    def command(self, *arguments, input=None):
        """Runs another command of the program beside this one: the finished process, with its output as text."""
        own = [f"--control-listen={self.control}"] if arguments[0] in CLIENTS else []
        return run_program([*arguments, *own], self.settings, cwd=self.folder, env=self.environment, input=input,
                           timeout=120)
