"""nginx that answers everything with one canned answer: the yardstick."""

import http.client
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

START_SECONDS = 5

# Written by nginx itself for every answer.
ITS_OWN_HEADERS = {"date", "server", "content-type", "content-length", "connection", "keep-alive"}

CONFIG = """
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_timeout 75s 75s;
    keepalive_requests 1000000000;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port};
        default_type {content_type};
{headers}
        location / {{ return 200 '{body}'; }}
    }}
}}
"""


class Nginx:
    """`return 200` with the body and the headers of another server's answer, while the `with` block runs.

    workers: the process ids of the workers, whose CPU time counts.
    """

    def __init__(self, headers, body, workers=1):
        self.worker_count = workers
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sessgate-nginx-"))
        self.port = free_port()
        self.headers = headers
        self.body = body

    def __enter__(self):
        config = self.folder / "nginx.conf"
        config.write_text(CONFIG.format(
            folder=self.folder, port=self.port, workers=self.worker_count, body=self.body.decode(),
            content_type=dict(self.headers).get("Content-Type", "application/json"),
            headers="\n".join(f"        add_header {name} '{value}';" for name, value in self.headers
                              if name.lower() not in ITS_OWN_HEADERS)))
        binary = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
        self.process = subprocess.Popen([binary, "-p", self.folder, "-c", config], stderr=subprocess.DEVNULL)
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        self.workers = [int(child) for child in children]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
            try:
                connection.request("GET", "/session")
                if connection.getresponse().read() == self.body:
                    return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError(f"nginx does not answer: {(self.folder / 'error.log').read_text()}") from None
                time.sleep(0.01)
            finally:
                connection.close()


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
