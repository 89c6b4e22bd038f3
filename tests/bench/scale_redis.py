"""Cost by the number of sidecars on one Redis, and by the number of primaries of a Redis Cluster."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import cores
from load_tool import Request
from measurement import cpu_seconds, measure
from program import Program
from redis_groups import Cluster
from results import medians
from subject import Subject, begin
from subject_sessgate import Sessgate

SETTINGS = {"threads": 1, "store.near_cache": "false", "store.deadline": "10s"}


class Beside(Subject):
    """One more sidecar on the Redis of another, which answers for the sessions of that one."""

    name = "sidecar"

    def __init__(self, surroundings, first):
        super().__init__()
        self.take_sessions_of(first)
        self.program = Program(surroundings.redis.url, SETTINGS)
        self.redis_pids = first.redis_pids

    def __enter__(self):
        self.enter_context(self.program)
        self.address, self.pids = self.program.listen, [self.program.process.pid]
        return self


def sidecars(options, surroundings):
    """Every session read from one Redis for each request. Sidecars share one core, Redis and the load the other."""
    first = surroundings.subject("sessgate-redis")
    group, rows, failed = [first], [], 0
    for size in (1, 2, 4):
        while len(group) < size:
            group.append(surroundings.enter_context(Beside(surroundings, first)))
            cores.pin(group[-1].pids[0], surroundings.server_cores)
        rounds = [together(surroundings, group, options.seconds) for _ in range(options.rounds + 1)][1:]
        rate, cpu, redis, failures = zip(*rounds)
        failed += sum(failures)
        rows.append({"sidecars": str(size), "requests a second": f"{median(rate):,.0f}",
                     "their CPU µs a request": f"{median(cpu):.2f}", "Redis's CPU µs a request": f"{median(redis):.2f}"})
    return rows, failed


def together(surroundings, group, seconds):
    """All are asked at once: (requests a second, CPU µs a request, Redis's CPU µs a request, failed)."""
    redis = cpu_seconds(group[0].redis_pids)
    with ThreadPoolExecutor(len(group)) as pool:
        rounds = list(pool.map(lambda each: measure(surroundings, each, Request(), seconds), group))
    redis = cpu_seconds(group[0].redis_pids) - redis
    requests = max(1, sum(done.requests for done in rounds))
    return (sum(done.rate for done in rounds), sum(done.cpu_us * done.requests for done in rounds) / requests,
            1e6 * redis / requests, sum(done.failed for done in rounds))


class OnCluster(Sessgate):
    """One sidecar on a cluster of its own; redis_pids: its primaries."""

    def __init__(self, surroundings, primary_count):
        super().__init__(surroundings, "sessgate-cluster", "", settings=SETTINGS)
        self.primary_count = primary_count

    def __enter__(self):
        servers = self.enter_context(Cluster(self.primary_count))
        self.program.settings["store.url"] = servers.url
        for server in servers.servers:
            cores.pin(server.process.pid, self.surroundings.load_cores)
        self.redis_pids = [server.process.pid for server in servers.servers[:self.primary_count]]
        return super().__enter__()


def cluster(options, surroundings):
    """Every session read for each request; each primary has one replica. A primary's share is what bounds the whole: its
    CPU time for each request that the sidecar answers."""
    rows, failed = [], 0
    for size in (1, 2, 3):
        with contextlib.ExitStack() as stack:
            subject = begin(stack, OnCluster(surroundings, size))
            cores.pin(subject.pids[0], surroundings.server_cores)
            rounds = [measure(surroundings, subject, Request(), options.seconds) for _ in range(options.rounds + 1)][1:]
        done = medians(rounds)
        failed += done["failed"]
        share = done["redis_us"] / size
        rows.append({"primaries": str(size), "CPU µs a request": f"{done['cpu_us']:.2f}",
                     "all primaries' CPU µs a request": f"{done['redis_us']:.2f}", "of each": f"{share:.2f}",
                     "requests a second that they bear": f"{1e6 / share:,.0f}" if share else ""})
    return rows, failed
