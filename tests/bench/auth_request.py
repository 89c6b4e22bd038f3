"""What nginx's auth_request costs with sessgate, beside the same location without it and with an nginx stub that says
200 to everything. One nginx in front, from deploy/nginx/nginx.conf, has all three locations; rounds alternate between
them, so that what disturbs the machine disturbs all alike. Prints requests each second and the CPU time of all servers
for each request, which a busy machine changes less, and the ratios.

Exit code 1: a request failed.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import cores
from program import Program

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "proxy"))

from proxies import Nginx, command, free_port  # noqa: E402

CONNECTIONS = 64
RATIO_TO_REACH = 0.95
COOKIE = "__Host-session"

SERVER = """
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port}; location / {{ {answer} }} }}
}}
"""
APPLICATION = "return 200 'hello';"
STUB = """
    add_header X-Session-User ada; add_header X-Session-Id aaaaaaaaaaaaaaaaaaaa; add_header X-Session-State active;
    add_header X-Session-Expires 1799999999999; add_header Cache-Control no-store; return 200;"""


class Answering:
    """An nginx of its own that answers everything alike, while the `with` block runs."""

    def __init__(self, answer):
        self.answer, self.port = answer, free_port()

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sessgate-bench-")
        config = pathlib.Path(self.folder.name) / "nginx.conf"
        config.write_text(SERVER.format(folder=self.folder.name, port=self.port, answer=self.answer))
        self.process = subprocess.Popen([command("nginx"), "-p", self.folder.name, "-c", config, "-e", "stderr"])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def block(text, head):
    """The block that begins with this line, which is indented by eight."""
    return re.search(rf"^        {re.escape(head)}\n.*?^        \}}\n", text, re.MULTILINE | re.DOTALL)[0]


class ThreeWays(Nginx):
    """The configuration, and its location twice more: without auth_request, and with the stub behind it."""

    def __init__(self, sessgate, application, stub):
        super().__init__(sessgate, application)
        self.stub = stub

    def configuration(self, file, replacements):
        path = super().configuration(file, replacements)
        text = path.read_text()
        checked, asking = block(text, "location / {"), block(text, "location = /_sessgate {")
        plain = re.sub(r"^ *(auth_request|error_page|add_header|proxy_set_header X-Session).*\n", "", checked,
                       flags=re.MULTILINE)
        by_stub = asking.replace("/_sessgate", "/_stub").replace("http://sessgate", "http://stub")
        text = text.replace(checked, checked + plain.replace("location /", "location /plain") +
                            checked.replace("location /", "location /stub").replace("/_sessgate", "/_stub") + by_stub)
        upstream = f"upstream stub {{ server 127.0.0.1:{self.stub}; keepalive 64; keepalive_requests 1000000; }}\n"
        path.write_text(text.replace("    upstream app {", f"    {upstream}    upstream app {{")
                        .replace("access_log off;", "access_log off; keepalive_requests 1000000000;", 1))
        return path


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def measure(servers, port, path, token, seconds):
    """Requests each second, and microseconds of the servers' CPU time for each."""
    before = sum(cores.process_seconds(pid) for pid in servers)
    done = subprocess.run([command("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H",
                           f"Cookie: {COOKIE}={token}", f"http://127.0.0.1:{port}{path}"],
                          capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        sys.exit(f"{path}: requests failed:\n{done}")
    spent = sum(cores.process_seconds(pid) for pid in servers) - before
    count = int(re.search(r"(\d+) requests in", done)[1])
    return float(re.search(r"Requests/sec: *([\d.]+)", done)[1]), 1e6 * spent / count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    ways = {"plain": "/plain", "stub": "/stub", "sessgate": "/page"}
    rates, costs = {name: [] for name in ways}, {name: [] for name in ways}
    with Program("lmdb") as program, Answering(APPLICATION) as application, Answering(STUB) as stub, \
            ThreeWays(program.port, application.port, stub.port) as front:
        token = re.search(r"[a-z2-7]{20}\.[\w-]{43}", program.command("session", "create", "ada").stdout)[0]
        workers = [pid for each in (application, stub, front) for pid in children(each.process.pid)]
        servers = [program.process.pid, *workers]
        for path in ways.values():
            measure(servers, front.port, path, token, 1)
        for _ in range(options.rounds):
            for name, path in ways.items():
                rate, cost = measure(servers, front.port, path, token, options.seconds)
                rates[name].append(rate)
                costs[name].append(cost)
            lines = (f"{name} {rates[name][-1]:7,.0f}/s {costs[name][-1]:5.1f} µs" for name in ways)
            print("  ".join(lines), flush=True)
    for other in ("plain", "stub"):
        ratio = statistics.median(a / b for a, b in zip(rates["sessgate"], rates[other]))
        goal = f" (to reach: {RATIO_TO_REACH})" if other == "stub" else ""
        print(f"with sessgate, {ratio:.2f} times the throughput of {other}{goal}, "
              f"{statistics.median(costs['sessgate']) / statistics.median(costs[other]):.2f} times the CPU time")


if __name__ == "__main__":
    main()
