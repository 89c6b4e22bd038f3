"""The proxies, each from its file in deploy/, with the addresses of a test in the place of those in the file."""

import http.client
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
START_SECONDS = 10

# As the files in deploy/ have them.
SESSGATE_ADDRESS = "127.0.0.1:8080"
APPLICATION_ADDRESS = "127.0.0.1:3000"


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def with_addresses(text, replacements):
    """`text` with each replacement made; each must be there, or the file and the tests have parted."""
    for old, new in replacements.items():
        assert old in text, f"{old!r} does not stand in the configuration"
        text = text.replace(old, new)
    return text


def command(name):
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")


class Proxy:
    """A proxy of its own process while the `with` block runs, in front of `application` (a port), asking `sessgate` (a
    port). path: its endpoint there; port: where it listens."""

    relays_cookie = True

    def __init__(self, sessgate, application, path=None):
        self.sessgate = f"127.0.0.1:{sessgate}"
        self.application = f"127.0.0.1:{application}"
        self.port = free_port()
        self.path = path
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"sessgate-{self.name}-"))

    def __enter__(self):
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(self.start(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, env=os.environ | {"HOME": str(self.folder)})
        try:
            self.wait_until_it_listens()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until_it_listens(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"{self.name} does not start:\n{self.words()}") from None
                time.sleep(0.01)

    def words(self):
        return (self.folder / "log").read_text(errors="replace")

    def configuration(self, file, replacements):
        own = {SESSGATE_ADDRESS: self.sessgate, APPLICATION_ADDRESS: self.application} | replacements
        if self.path:
            own[f"/authz/{self.name}"] = self.path
        path = self.folder / pathlib.Path(file).name
        path.write_text(with_addresses((DEPLOY / file).read_text(), own))
        return path

    def connection(self, timeout=10):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)


class Nginx(Proxy):
    name = "nginx"
    extra = ""  # further lines of the http block

    def start(self):
        folders = "".join(f"    {kind}_temp_path {self.folder}/{kind};\n"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = self.configuration("nginx/nginx.conf", {
            "listen 80;": f"listen 127.0.0.1:{self.port};",
            "worker_processes auto;": "worker_processes 1;\n",
            "http {\n": f"http {{\n    access_log off;\n{folders}{self.extra}",
        })
        return [command("nginx"), "-p", self.folder, "-c", path, "-e", "stderr",
                "-g", f"daemon off; pid {self.folder}/pid;"]


class Caddy(Proxy):
    name = "caddy"

    def start(self):
        sites = f"http://127.0.0.1:{self.port}, http://localhost:{self.port} {{"
        path = self.configuration("caddy/Caddyfile", {":80 {": sites})
        return [command("caddy"), "run", "--config", path, "--adapter", "caddyfile"]


class Haproxy(Proxy):
    name = "haproxy"

    def start(self):
        shutil.copy(DEPLOY / "haproxy/sessgate.lua", self.folder)
        path = self.configuration("haproxy/haproxy.cfg", {
            "bind :80\n": f"bind 127.0.0.1:{self.port}\n",
            "/etc/haproxy/sessgate.lua": f"{self.folder}/sessgate.lua",
        })
        return [command("haproxy"), "-db", "-f", path]


REAL = (Nginx, Caddy, Haproxy)
