"""Server CPU for each `GET /session` whose session is read from Redis, by sessgate and by others, in one run.

Each server runs on one core; the load (wrk, 64 kept-alive connections, another token each time) and Redis run on the
other. Rounds go round all servers. Prints each round, then medians, and how many times sessgate's they are. A round that
something else disturbed is marked; when there are marks, measure again on a quiet machine. Exit code 1: a request failed.

A further server is a further class (see subject.py) in `subjects`.
"""

import argparse
import os
import statistics
import sys

import cores
import redis_limit
from live_sessions import create_sessions
from redis_server import Redis
from session_cpu import Measurement, probe
from subject import NotHere
from subject_fastify import Fastify
from subject_nginx import CannedNginx
from subject_nginx_lua import NginxLua
from subject_sessgate import Sessgate

OF_NGINX_MAX = 1.4
OF_FASTIFY_MIN = 4


def subjects(redis, cookie, canned_answer):
    return [CannedNginx(*canned_answer), Fastify(redis.port, cookie), NginxLua(redis.port, cookie)]


class Run:
    """One run over all servers. costs: CPU µs for each request, by server, with Redis's own beside it."""

    def __init__(self, options, redis, tokens_file, cookie, cookie_line):
        self.options, self.redis = options, redis
        self.cookie_line = cookie_line
        self.measurement = Measurement(1, tokens_file, cookie)
        self.subjects, self.costs, self.redis_costs = [], {}, {}
        self.failed = self.marks = 0
        cores.pin(redis.process.pid, self.measurement.load_cores)

    def add(self, subject, stack):
        """Starts it, unless this machine cannot run it; `stack` ends it."""
        try:
            stack.enter_context(subject)
            subject.wait_until_it_answers(self.cookie_line)
        except NotHere as reason:
            return print(f"{subject.name} is left out: {reason}")
        self.take(subject)

    def take(self, subject):
        for pid in subject.pids:
            cores.pin(pid, self.measurement.server_cores)
        self.measurement.round(subject.pids, subject.port, 1)  # warm
        self.subjects.append(subject)

    def measure(self):
        print("\nround  server      requests         /s  CPU µs  Redis µs", flush=True)
        for number in range(self.options.rounds):
            for subject in self.subjects[:: 1 if number % 2 == 0 else -1]:
                self.round(number + 1, subject)

    def round(self, number, subject):
        before = cores.process_seconds(self.redis.process.pid)
        done = self.measurement.round(subject.pids, subject.port, self.options.seconds)
        redis_us = 1e6 * (cores.process_seconds(self.redis.process.pid) - before) / done.requests
        self.costs.setdefault(subject.name, []).append(done.cpu_us)
        self.redis_costs.setdefault(subject.name, []).append(redis_us)
        self.failed += done.failed
        # Whose core is idle waits for Redis, which shares a core with the load: that says nothing of its CPU time.
        marks = [mark for mark in done.marks if not mark.startswith("idle")]
        self.marks += bool(marks)
        print(f"{number:>5}  {subject.name:<9} {done.requests:>10,} {done.requests / done.wall_seconds:>10,.0f} "
              f"{done.cpu_us:>7.2f} {redis_us:>9.2f}  {', '.join(marks)}", flush=True)

    def report(self):
        medians = {name: statistics.median(costs) for name, costs in self.costs.items()}
        own = medians["sessgate"]
        print(f"\nserver CPU for each GET /session read from Redis, {self.options.sessions:,} live sessions, median of "
              f"{self.options.rounds}:")
        for subject in self.subjects:
            redis_us = statistics.median(self.redis_costs[subject.name])
            print(f"{subject.name:<10} {medians[subject.name]:>7.2f} µs, {medians[subject.name] / own:>6.2f} times "
                  f"sessgate's; Redis {redis_us:>5.2f} µs   {subject.note}")
        print(f"sessgate is {own / medians['nginx']:.2f} times nginx (to reach: at most {OF_NGINX_MAX})")
        if "fastify" in medians:
            print(f"fastify is {medians['fastify'] / own:.1f} times sessgate (to reach: at least {OF_FASTIFY_MIN})")
        print(f"disturbed rounds: {self.marks}; failed requests: {self.failed}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="load in each round")
    parser.add_argument("--sessions", type=int, default=32768)
    options = parser.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("two cores are needed: one for the server, one for the load and Redis")

    with Redis() as redis, Sessgate(redis) as sessgate:
        tokens, cookie = create_sessions(sessgate.program, options.sessions)
        tokens_file = sessgate.program.folder / "tokens"
        tokens_file.write_text("\n".join(tokens) + "\n")
        run = Run(options, redis, tokens_file, cookie, f"{cookie}={tokens[0]}")
        run.take(sessgate)
        canned_answer = probe(sessgate.program, cookie, tokens)
        for subject in subjects(redis, cookie, canned_answer):
            run.add(subject, sessgate)
        run.measure()
        run.report()
        limits = [redis_limit.gets_per_second(redis.port, run.measurement.server_cores, pipeline)
                  for pipeline in (1, redis_limit.PIPELINE)]
    print(f"redis-benchmark's limit: {limits[0]:,.0f} GET/s, {limits[1]:,.0f} with {redis_limit.PIPELINE} in one write")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
