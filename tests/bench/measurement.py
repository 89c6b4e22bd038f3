"""One round of one case: the load, and what it cost the server as the kernel counts it."""

import dataclasses
import time
from pathlib import Path

import cores
import load_tool

OTHERS_MAX = 0.05
STOLEN_MAX = 0.02


@dataclasses.dataclass
class Round:
    """cpu_us, redis_us: CPU time of the server, and of its Redis, for each request. connections: opened by anybody for
    each 1,000 requests. marks: what disturbed it, in words."""

    requests: int
    failed: int
    rate: float
    cpu_us: float
    redis_us: float
    connections: float
    latency_us: dict
    is_limit: bool
    marks: list


def measure(surroundings, subject, request, seconds, rate=0):
    """Loads the subject and counts what that cost it."""
    load_cores = surroundings.cores_of(subject) if subject.cores > 1 else surroundings.load_cores
    used = sorted(surroundings.cores_of(subject) | load_cores)
    before, begun = [cores.CoreTimes(core) for core in used], time.monotonic()
    connections, cpu, redis = passive_opens(), cpu_seconds(subject.pids), cpu_seconds(subject.redis_pids)
    load = load_tool.run(subject, request, seconds, load_cores, rate)
    cpu, redis = cpu_seconds(subject.pids) - cpu, cpu_seconds(subject.redis_pids) - redis
    connections, wall = passive_opens() - connections, time.monotonic() - begun
    after = [cores.CoreTimes(core) for core in used]
    marks = [mark for core, *times in zip(used, before, after) for mark in stolen(core, *times)]
    if subject.cores == 1:
        index = used.index(*surroundings.server_cores)
        marks += others(before[index], after[index], cpu, wall)
    each = 1e6 / max(1, load.requests)
    return Round(load.requests, load.failed, load.rate, cpu * each, redis * each, connections * each / 1000,
                 load.latency_us, load.is_limit, marks)


def cpu_seconds(pids):
    return sum(map(cores.process_seconds, pids))


def passive_opens():
    """TCP connections that anybody on this machine has accepted since its start (proc_net_snmp, PassiveOpens)."""
    names, values = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Tcp:"))
    return int(dict(zip(names, values))["PassiveOpens"])


def others(before, after, cpu, wall):
    """Whether others were at work on the server's core."""
    share = (after.work - before.work - cpu) / wall
    return [f"others {share:.0%}"] if share > OTHERS_MAX else []


def stolen(core, before, after):
    total = sum(getattr(after, name) - getattr(before, name) for name in ("work", "interrupts", "idle", "stolen"))
    share = (after.stolen - before.stolen) / max(total, 1e-9)
    return [f"core {core} stolen {share:.0%}"] if share > STOLEN_MAX else []
