"""One round of one case: the load, and what it cost the server as the kernel counts it."""

import dataclasses
import time
from pathlib import Path

import cores
import load_tool

OTHERS_MAX = 0.05
STOLEN_MAX = 0.02

# Rounds of a case are minutes apart: until then servers have closed connections that nobody used, and forgotten what
# they keep for a minute.
WARM_SECONDS = 1


@dataclasses.dataclass
class Round:
    """cpu_us, redis_us: CPU time of the server, and of its Redis, for each request. connections: opened by anybody but the
    load for each 1,000 requests. marks: what disturbed it, in words."""

    requests: int
    failed: int
    rate: float
    cpu_us: float
    redis_us: float
    connections: float
    latency_us: dict
    is_limit: bool
    marks: list


class Account:
    """What the kernel has counted so far: for the cores in use, for the server and its Redis, and in connections."""

    def __init__(self, subject, used):
        self.cores = {core: cores.CoreTimes(core) for core in used}
        self.cpu, self.redis = cpu_seconds(subject.pids), cpu_seconds(subject.redis_pids)
        self.opened, self.time = passive_opens(), time.monotonic()


def measure(surroundings, subject, request, seconds, rate=0, connections=load_tool.CONNECTIONS):
    """Loads the subject and counts what that cost it, once it is warm."""
    server_cores = surroundings.cores_of(subject)
    load_cores = surroundings.load_cores if subject.cores == 1 else server_cores
    subject.load(request, min(seconds, WARM_SECONDS), load_cores, rate, connections)
    before = Account(subject, server_cores | load_cores)
    load = subject.load(request, seconds, load_cores, rate, connections)
    after = Account(subject, server_cores | load_cores)
    each = 1e6 / max(1, load.requests)
    late = [f"{load.unanswered} unanswered"] if load.unanswered else []
    return Round(load.requests, load.failed, load.rate, (after.cpu - before.cpu) * each,
                 (after.redis - before.redis) * each, max(0, after.opened - before.opened - connections) * each / 1000, load.latency_us,
                 load.is_limit, marks(before, after, server_cores if subject.cores == 1 else ()) + late)


def marks(before, after, own_cores):
    """What disturbed the round, in words. own_cores: where the server ought to be alone."""
    stolen_ones = [stolen(core, before.cores[core], after.cores[core]) for core in sorted(before.cores)]
    other_ones = [others(before.cores[core], after.cores[core], after.cpu - before.cpu, after.time - before.time)
                  for core in own_cores]
    return [mark for mark in stolen_ones + other_ones if mark]


def cpu_seconds(pids):
    return sum(map(cores.process_seconds, pids))


def passive_opens():
    """TCP connections that anybody on this machine has accepted since its start (proc_net_snmp, PassiveOpens)."""
    names, values = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Tcp:"))
    return int(dict(zip(names, values))["PassiveOpens"])


def others(before, after, cpu, wall):
    """Whether others were at work on the server's core; None: hardly."""
    share = (after.work - before.work - cpu) / wall
    return f"others {share:.0%}" if share > OTHERS_MAX else None


def stolen(core, before, after):
    """Whether the machine itself was without this core for a while; None: hardly."""
    total = sum(getattr(after, name) - getattr(before, name) for name in ("work", "interrupts", "idle", "stolen"))
    share = (after.stolen - before.stolen) / max(total, 1e-9)
    return f"core {core} stolen {share:.0%}" if share > STOLEN_MAX else None
