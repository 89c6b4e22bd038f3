"""Server CPU for each `GET /session` with many live sessions on LMDB, beside nginx `return 200` with the same answer.

Measured twice: one shard against one worker, with the server on one core and the load (wrk, 64 kept-alive connections,
another token each time) on the other; then two of each, with server and load on both cores. Rounds alternate between
the two servers. Prints each round, then medians and their ratio. A round that something else
disturbed is marked; when there are marks, measure again on a quiet machine. Exit code 1: a request failed.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

import cores
from live_sessions import create_sessions
from nginx import Nginx
from program import Program

CONNECTIONS = 64
PROBES = 64
RATIO_TO_REACH = 1.1
SCRIPT = pathlib.Path(__file__).with_name("rotate_tokens.lua")


@dataclasses.dataclass
class Round:
    requests: int
    failed: int
    wall_seconds: float
    cpu_seconds: float
    marks: list

    @property
    def cpu_us(self):
        return 1e6 * self.cpu_seconds / self.requests


class Measurement:
    def __init__(self, shards, tokens_file, cookie):
        first, second = sorted(os.sched_getaffinity(0))[:2]
        self.threads = shards
        self.server_cores = {first} if shards == 1 else {first, second}
        self.load_cores = {second} if shards == 1 else {first, second}
        self.environment = os.environ | {"TOKENS": str(tokens_file), "COOKIE": cookie}

    def round(self, pids, port, seconds):
        """Loads the server with these processes on `port`, and counts what that cost it."""
        used = self.server_cores | self.load_cores
        before = {core: cores.CoreTimes(core) for core in used}
        cpu_before, started = sum(map(cores.process_seconds, pids)), time.monotonic()
        requests, failed = self.load(port, seconds)
        cpu, wall = sum(map(cores.process_seconds, pids)) - cpu_before, time.monotonic() - started
        after = {core: cores.CoreTimes(core) for core in used}
        marks = [mark for core in sorted(used) for mark in stolen(core, before[core], after[core])]
        if self.server_cores.isdisjoint(self.load_cores):
            core, = self.server_cores
            marks += disturbances(before[core], after[core], cpu)
        return Round(requests, failed, wall, cpu, marks)

    def load(self, port, seconds):
        wrk = ["taskset", "-c", ",".join(map(str, self.load_cores)), "wrk", f"-t{self.threads}", f"-c{CONNECTIONS}",
               f"-d{seconds}s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}"]
        output = subprocess.run(wrk, env=self.environment, capture_output=True, text=True, check=True).stdout
        result = re.search(r"RESULT (\d+) requests (\d+) failed", output)
        return int(result[1]), int(result[2])


def disturbances(before, after, cpu):
    """What makes a round doubtful, in words: others on the server's core, time stolen, a server that was not busy."""
    total = sum(getattr(after, name) - getattr(before, name) for name in ("work", "interrupts", "idle", "stolen"))
    others = (after.work - before.work - cpu) / total
    marks = [f"others {others:.0%}"] if others > 0.05 else []
    idle = (after.idle - before.idle) / total
    if idle > 0.2:  # wrk's own start is in here
        marks.append(f"idle {idle:.0%}")
    return marks


def stolen(core, before, after):
    total = sum(getattr(after, name) - getattr(before, name) for name in ("work", "interrupts", "idle", "stolen"))
    share = (after.stolen - before.stolen) / total
    return [f"core {core} stolen {share:.0%}"] if share > 0.02 else []


def probe(program, cookie, tokens):
    """Asks for some of the sessions; all must be live. The last answer's headers and body."""
    for token in tokens[:: max(1, len(tokens) // PROBES)]:
        status, headers, body = program.request("GET", "/session", {"Cookie": f"{cookie}={token}"})
        if status != 200 or not body.startswith(b'{"session":{'):
            sys.exit(f"not a live session: {status} {body.decode()}")
    return headers, body


def measure(options, program, shards):
    tokens, cookie = create_sessions(program, options.sessions)
    tokens_file = program.folder / "tokens"
    tokens_file.write_text("\n".join(tokens) + "\n")
    measurement = Measurement(shards, tokens_file, cookie)
    headers, body = probe(program, cookie, tokens)

    with Nginx(headers, body, shards) as nginx:
        servers = {"sessgate": ([program.process.pid], program.port), "nginx": (nginx.workers, nginx.port)}
        for pids, port in servers.values():
            for pid in pids:
                cores.pin(pid, measurement.server_cores)
            measurement.round(pids, port, 1)  # warm: caches, connections, branch predictors
        rounds = run_rounds(measurement, servers, options)
    probe(program, cookie, tokens)
    return rounds, len(body)


def run_rounds(measurement, servers, options):
    rounds = {name: [] for name in servers}
    for number in range(options.rounds):
        # Turned round each time, so that a drift of the machine's speed does not favour one.
        for name in list(servers)[:: 1 if number % 2 == 0 else -1]:
            done = measurement.round(*servers[name], options.seconds)
            rounds[name].append(done)
            rate = done.requests / done.wall_seconds
            print(f"{number + 1:>5}  {name:<9} {done.requests:>9,} {rate:>10,.0f} {done.cpu_us:>8.2f}  "
                  f"{', '.join(done.marks)}", flush=True)
    return rounds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="load in each round")
    parser.add_argument("--sessions", type=int, default=32768)
    options = parser.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("two cores are needed: one for the server, one for the load")

    failed = [report(options, shards) for shards in (1, 2)]
    return 1 if any(failed) else 0


def report(options, shards):
    """Measures with so many shards, prints rounds and medians; how many requests failed."""
    print(f"\nshards: {shards}\nround  server     requests          /s  CPU µs")
    with Program("lmdb", {"threads": shards}) as program:
        rounds, length = measure(options, program, shards)

    medians = {name: statistics.median(r.cpu_us for r in done) for name, done in rounds.items()}
    ratio = medians["sessgate"] / medians["nginx"]
    marks = sum(bool(r.marks) for done in rounds.values() for r in done)
    print(f"\nserver CPU for each GET /session, {options.sessions:,} live sessions on LMDB, answers of {length} bytes, "
          f"shards {shards}:\nmedian sessgate {medians['sessgate']:.2f} µs, nginx {medians['nginx']:.2f} µs, "
          f"ratio {ratio:.2f} (to reach: at most {RATIO_TO_REACH}); disturbed rounds: {marks}", flush=True)
    return sum(r.failed for done in rounds.values() for r in done)


if __name__ == "__main__":
    sys.exit(main())
