"""What one request costs the program in user-space instructions and in system calls: counts and not times, so they
repeat, whatever else the machine does. One shard at saturation: wrk with 64 kept-alive connections is faster than any
program under callgrind, so that one request is always there. Live sessions from the near-cache.

Each kind is counted as the difference of two runs that differ in how long they lasted. Prints a table. Exit code 1: a
count is over its limit, or a request failed.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from live_sessions import create_sessions
from program import Program

CONNECTIONS = 64
SECONDS = (1, 4)
SCRIPT = pathlib.Path(__file__).with_name("rotate_tokens.lua")

BROWSER_FIELDS = {
    "Connection": "keep-alive", "Cache-Control": "max-age=0", "Upgrade-Insecure-Requests": "1",
    "sec-ch-ua": '"Chromium";v="130", "Not?A_Brand";v="99"', "sec-ch-ua-mobile": "?0", "sec-ch-ua-platform": '"Linux"',
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
                  "Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
    "Accept-Encoding": "gzip, deflate, br, zstd", "Accept-Language": "en-GB,en;q=0.9",
}


@dataclasses.dataclass
class Kind:
    """One kind of request. `fields`: further field lines. The limits are what the documents promise."""
    name: str
    path: str
    fields: dict = dataclasses.field(default_factory=dict)
    instructions_max: int | None = None
    calls_max: float | None = None


KINDS = [
    Kind("/session", "/session", instructions_max=3500, calls_max=2.25),
    Kind("/session-user", "/session-user", instructions_max=3850, calls_max=2.25),
    Kind("/session, 13 browser fields", "/session", BROWSER_FIELDS),
    Kind("/session, new scope each time", "/session", {"X-Request-Id": "random"}),
    Kind("/authz/nginx", "/authz/nginx"),
]


class Counted:
    """The program, on sessions that are there already, under callgrind while wrk asks."""

    def __init__(self, program, cookie, tokens):
        self.program = program
        self.tokens = program.folder / "tokens"
        self.tokens.write_text("\n".join(tokens) + "\n")
        self.environment = os.environ | {"TOKENS": str(self.tokens), "COOKIE": cookie}
        self.output = program.folder / "callgrind.out"
        self.load_core, server_core = sorted(os.sched_getaffinity(0))[:2]
        program.observer = ["taskset", "-c", str(server_core), "valgrind", "--quiet", "--tool=callgrind", "--collect-systime=yes",
                            f"--callgrind-out-file={self.output}"]

    def run(self, kind, seconds):
        """(requests, instructions, system calls) from start to end."""
        self.program.start()
        requests = self.load(kind, seconds)
        self.program.stop()
        counts = re.search(r"^(?:totals|summary): (\d+) (\d+)", self.output.read_text(), re.MULTILINE)
        return requests, int(counts[1]), int(counts[2])

    def load(self, kind, seconds):
        wrk = ["taskset", "-c", str(self.load_core), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT),
               f"http://127.0.0.1:{self.program.port}"]
        environment = self.environment | {"REQUEST_PATH": kind.path, "FIELDS": lines_of(kind.fields)}
        output = subprocess.run(wrk, env=environment, capture_output=True, text=True, check=True).stdout
        result = re.search(r"RESULT (\d+) requests (\d+) failed", output)
        if int(result[2]) > 0:
            sys.exit(f"{kind.name}: {result[2]} requests failed")
        return int(result[1])

    def for_each_request(self, kind):
        few, many = (self.run(kind, seconds) for seconds in SECONDS)
        requests, instructions, calls = (more - less for less, more in zip(few, many))
        return instructions / requests, calls / requests


def lines_of(fields):
    """As rotate_tokens.lua reads them."""
    return "\n".join(f"{name}: {value}" for name, value in fields.items())


def report(kind, instructions, calls):
    over = [f"over {limit:,}" for value, limit in ((instructions, kind.instructions_max), (calls, kind.calls_max))
            if limit is not None and value > limit]
    print(f"{kind.name:<30} {instructions:>10,.0f} {calls:>10.2f}  {', '.join(over)}", flush=True)
    return not over


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="only the kind with this name")
    parser.add_argument("--profile", type=pathlib.Path, help="keep callgrind's file of the last run here")
    options = parser.parse_args()

    print(f"{'request':<30} {'instr.':>10} {'calls':>10}")
    good = True
    with Program("lmdb", {"threads": 1}) as program:
        tokens, cookie = create_sessions(program, CONNECTIONS)
        put_users(program, len(tokens))
        program.stop()
        counted = Counted(program, cookie, tokens)
        for kind in KINDS:
            if options.only in (None, kind.name):
                good &= report(kind, *counted.for_each_request(kind))
        if options.profile:
            shutil.copy(counted.output, options.profile)
    return 0 if good else 1


def put_users(program, count):
    for number in range(count):
        body = json.dumps({"attributes": {"name": f"User {number}"}})
        status, _, answer = program.request("PUT", f"/users/user-{number}", {"Content-Type": "application/json"}, body,
                                            port="control")
        if status >= 300:
            sys.exit(f"a user could not be put: {status} {answer.decode()}")


if __name__ == "__main__":
    sys.exit(main())
