"""What one request costs the program in user-space instructions and in system calls: counts and not times, so they
repeat, whatever else the machine does. One shard at saturation: wrk with 64 kept-alive connections is faster than any
program under callgrind, so that one request is always there. Live sessions from the near-cache, and from Redis, where
each is read for each request.

Each kind is counted as the difference of two runs that differ in how long they lasted. Prints a table, with what is to be
reached where that is less. Exit code 1: a kind takes over 3 % more instructions than it is known to (`KINDS`), or more
than 2.25 system calls where memory answers, or a request failed.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys

from cores import pin
from live_sessions import create_sessions, put_users
from program import Program
from redis_server import Redis
from scrape import Scrape

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
    """One kind of request. fields: further field lines. known: instructions, as counted on 2026-11-27; bring it up to
    date with every change that lowers it. to_reach: instructions. is_on_redis: each session is read from there."""
    name: str
    path: str
    known: int
    fields: dict = dataclasses.field(default_factory=dict)
    to_reach: int | None = None
    is_on_redis: bool = False


KINDS = [
    Kind("/session", "/session", 3410, to_reach=3500),
    Kind("/session-user", "/session-user", 3440),
    Kind("/session, 13 browser fields", "/session", 7600, BROWSER_FIELDS),
    Kind("/session, new scope each time", "/session", 4110, {"X-Request-Id": "random"}),
    Kind("/authz/nginx", "/authz/nginx", 5310),
    # Nearly half of it is SHA-256, for which valgrind has none of the processor's instructions.
    Kind("/session, from Redis", "/session", 34100, to_reach=6000, is_on_redis=True),
]
GROWTH_MAX = 1.03
CALLS_MAX = 2.25


class Loaded:
    """The program, on sessions that are there already, with wrk on another core."""

    def __init__(self, program, cookie, tokens):
        self.program = program
        self.tokens = program.folder / "tokens"
        self.tokens.write_text("\n".join(tokens) + "\n")
        self.cookie = cookie
        self.server_core, self.load_core = sorted(os.sched_getaffinity(0))[:2]

    def wrk(self, kind, seconds):
        return ["taskset", "-c", str(self.load_core), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT),
                f"http://127.0.0.1:{self.program.port}{kind.path}"]

    def environment_of(self, kind):
        return os.environ | {"TOKENS": str(self.tokens), "COOKIE": self.cookie, "REQUEST_PATH": kind.path,
                             "FIELDS": lines_of(kind.fields)}


class Instructions(Loaded):
    """Under callgrind."""

    def run(self, kind, seconds):
        """(requests, instructions) from start to end."""
        output = self.program.folder / "callgrind.out"
        self.program.observer = ["taskset", "-c", str(self.server_core), "valgrind", "--quiet", "--tool=callgrind",
                                 f"--callgrind-out-file={output}"]
        self.program.start()
        requests = self.load(kind, seconds)
        self.program.stop()
        return requests, int(re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE)[1])

    def load(self, kind, seconds):
        wrk = subprocess.run(self.wrk(kind, seconds), env=self.environment_of(kind), capture_output=True, text=True,
                             check=True)
        result = re.search(r"RESULT (\d+) requests (\d+) failed", wrk.stdout)
        if int(result[2]) > 0:
            sys.exit(f"{kind.name}: {result[2]} requests failed")
        return int(result[1])

    def for_each_request(self, kind):
        few, many = (self.run(kind, seconds) for seconds in SECONDS)
        requests, instructions = (more - less for less, more in zip(few, many))
        return instructions / requests


class SystemCalls(Loaded):
    """The program as it is, while wrk asks: what it calls in a second, for each answer that it sends in that second."""

    def for_each_request(self, kind):
        self.program.observer = ()
        self.program.start()
        pin(self.program.process.pid, {self.server_core})
        with subprocess.Popen(self.wrk(kind, 3), env=self.environment_of(kind), stdout=subprocess.DEVNULL):
            self.wait_until_all_are_at_work()
            strace = subprocess.run(["timeout", "1", "strace", "-f", "-c", "-U", "name,calls", "-p",
                                     str(self.program.process.pid)], capture_output=True, text=True)
        self.program.stop()
        calls = {name: int(count) for name, count in re.findall(r"^(\w+)\s+(\d+)$", strace.stderr, re.MULTILINE)}
        return calls["total"] / calls["sendto"]

    def wait_until_all_are_at_work(self):
        """The second that is counted has no beginning."""
        while Scrape(self.program).of("sessgate_requests_total") < 100 * CONNECTIONS:
            pass


def lines_of(fields):
    """As rotate_tokens.lua reads them."""
    return "\n".join(f"{name}: {value}" for name, value in fields.items())


def report(kind, instructions, calls):
    grown = instructions > GROWTH_MAX * kind.known or (calls > CALLS_MAX and not kind.is_on_redis)
    marks = [f"over {kind.known:,}, or {CALLS_MAX} calls"] if grown else []
    if kind.to_reach and instructions > kind.to_reach:
        marks.append(f"to reach: {kind.to_reach:,}")
    print(f"{kind.name:<30} {instructions:>10,.0f} {calls:>10.2f}  {'; '.join(marks)}", flush=True)
    return not grown


def count(kinds, store, settings=None):
    """Counts and reports these kinds. False: one takes too much."""
    good = True
    with Program(store, {"threads": 1} | (settings or {})) as program:
        tokens, cookie = create_sessions(program, CONNECTIONS)
        put_users(program, len(tokens))
        program.stop()
        counters = [counter(program, cookie, tokens) for counter in (Instructions, SystemCalls)]
        for kind in kinds:
            good &= report(kind, *(counter.for_each_request(kind) for counter in counters))
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="only the kind with this name")
    options = parser.parse_args()

    print(f"{'request':<30} {'instr.':>10} {'calls':>10}")
    kinds = [kind for kind in KINDS if options.only in (None, kind.name)]
    good = count([kind for kind in kinds if not kind.is_on_redis], "lmdb")
    from_redis = [kind for kind in kinds if kind.is_on_redis]
    if from_redis:
        with Redis() as redis:
            pin(redis.process.pid, {sorted(os.sched_getaffinity(0))[1]})
            good &= count(from_redis, redis.url, {"store.near_cache": False, "store.deadline": "10s"})
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
