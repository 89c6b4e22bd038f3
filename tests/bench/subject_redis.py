"""Redis by itself, asked by its own redis-benchmark: what it answers when each client has a connection of its own."""

import csv
import subprocess

from load_tool import CONNECTIONS, Load, Request, no_load
from subject import Subject, command
from subject_epoll import KEY_PREFIX

CALIBRATION_REQUESTS = 10_000


class RedisBenchmark(Subject):
    """There is no server but Redis, so `pids` stays empty. Every request is for the same one of the sessions in it."""

    name, note = "redis-benchmark", "Redis itself, asked by redis-benchmark for one session over 64 connections"

    def __init__(self, surroundings):
        super().__init__()
        self.surroundings, self.redis = surroundings, surroundings.redis
        source = surroundings.subject("sessgate-redis")
        self.redis_pids = source.redis_pids
        session_id = source.tokens[0].split(".")[0]
        self.key = f"{KEY_PREFIX}s:{{{session_id[:3]}}}:{session_id}"

    def __enter__(self):
        self.program = command("redis-benchmark")
        if self.redis.ask("GET", self.key) is None:
            raise RuntimeError(f"Redis holds no session under {self.key}")
        self.rate = CALIBRATION_REQUESTS
        self.load(Request(), 1, self.surroundings.load_cores)
        return self

    def load(self, request, seconds, cores, rate=0, connections=CONNECTIONS):
        """It takes a number of requests and no time: as many as fill that at the rate of the load before. What is asked, and
        how fast, is always the same."""
        count = max(connections, round(self.rate * seconds))
        done = subprocess.run(["taskset", "-c", ",".join(map(str, sorted(cores))), self.program, "-p", str(self.redis.port),
                               "-c", str(connections), "-n", str(count), "--csv", "GET", self.key],
                              capture_output=True, text=True)
        if done.returncode != 0:
            return no_load(self, seconds, done.stderr)
        told = list(csv.DictReader(done.stdout.splitlines()))[-1]
        self.rate = float(told["rps"])
        latency_us = {name: 1000 * float(told[f"{name}_latency_ms"]) for name in ("p50", "p99")}
        return Load(count, count / self.rate, self.rate, latency_us, [], False, 0, 0)
