"""What nginx's auth_request costs with sessgate, beside the same location without it and with an nginx stub that answers
200 to everything. One nginx in front, from deploy/nginx/nginx.conf, has all three locations; rounds alternate between
them, so that what disturbs the machine disturbs all alike. Prints requests each second, and the ratios.

Exit code 1: a request failed.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from program import Program

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "proxy"))

from proxies import Nginx, command, free_port  # noqa: E402

CONNECTIONS = 64
RATIO_TO_REACH = 0.95
COOKIE = "__Host-session"

STUB = """
worker_processes 1;
daemon off;
pid {folder}/stub.pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{application}; location / {{ return 200 'hello'; }} }}
    server {{
        listen 127.0.0.1:{auth};
        location / {{
            add_header X-Session-User ada; add_header X-Session-Id aaaaaaaaaaaaaaaaaaaa; add_header X-Session-State active;
            add_header X-Session-Expires 1799999999999; add_header Cache-Control no-store;
            return 200;
        }}
    }}
}}
"""


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


def measure(port, path, token, seconds):
    """Requests each second; wrk's own words when one of them failed."""
    done = subprocess.run([command("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H",
                           f"Cookie: {COOKIE}={token}", f"http://127.0.0.1:{port}{path}"],
                          capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        sys.exit(f"{path}: requests failed:\n{done}")
    return float(re.search(r"Requests/sec: *([\d.]+)", done)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="sessgate-stub-")
    application, auth = free_port(), free_port()
    config = pathlib.Path(folder.name) / "stub.conf"
    config.write_text(STUB.format(folder=folder.name, application=application, auth=auth))
    stub = subprocess.Popen([command("nginx"), "-p", folder.name, "-c", config, "-e", "stderr"])
    ways = {"plain": "/plain", "stub": "/stub", "sessgate": "/page"}
    rates = {name: [] for name in ways}
    try:
        with Program("lmdb") as program, ThreeWays(program.port, application, auth) as front:
            made = program.command("session", "create", "ada")
            token = re.search(r"[a-z2-7]{20}\.[\w-]{43}", made.stdout)[0]
            for path in ways.values():
                measure(front.port, path, token, 1)
            for _ in range(options.rounds):
                for name, path in ways.items():
                    rates[name].append(measure(front.port, path, token, options.seconds))
                print("  ".join(f"{name} {values[-1]:9,.0f}/s" for name, values in rates.items()), flush=True)
    finally:
        stub.terminate()
        stub.wait()
        folder.cleanup()
    for other in ("plain", "stub"):
        ratio = statistics.median(a / b for a, b in zip(rates["sessgate"], rates[other]))
        goal = f" (to reach: {RATIO_TO_REACH})" if other == "stub" else ""
        print(f"with sessgate, {ratio:.2f} times the throughput of {other}{goal}")


if __name__ == "__main__":
    main()
