"""Medians over the rounds, as tables and as JSON."""

import os
import platform
import statistics
import subprocess
from pathlib import Path

COLUMNS = ("cpu_us", "redis_us", "rate", "connections")
PERCENTILES = ("p50", "p99", "p999")


def medians(rounds, cores=1):
    """One case's row: medians of its columns, and what follows from them.

    per_core: requests that one core's time is enough for; capacity: the same for all cores that it may use. A percentile
    that the load does not tell is not in it.
    """
    row = {name: statistics.median(getattr(each, name) for each in rounds) for name in COLUMNS}
    told = [name for name in PERCENTILES if all(name in each.latency_us for each in rounds)]
    row |= {name: statistics.median(each.latency_us[name] for each in rounds) for name in told}
    row["per_core"] = 1e6 / row["cpu_us"] if row["cpu_us"] else 0
    row["capacity"] = cores * row["per_core"]
    return row | {"disturbed": sum(bool(each.marks) for each in rounds), "rounds": len(rounds),
                  "failed": sum(each.failed for each in rounds), "load_is_limit": any(each.is_limit for each in rounds)}


def machine():
    """What it was measured on."""
    text = Path("/proc/cpuinfo").read_text()
    models = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    return {"processor": models[0] if models else platform.machine(), "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release(), "commit": commit}


def table(cases, results, notes, reference):
    """Lines of a table in Markdown: the cases that were measured, and CPU time as a multiple of the reference's. Where there
    is no server, or no Redis, its cells are blank."""
    lines = ["| case | CPU µs a request | times the first | requests of one core a second | requests a second | p50 µs | "
             "p99 µs | Redis's CPU µs |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for name in cases:
        row = results[name]
        cpu, per_core = (f"{row['cpu_us']:.2f}", f"{row['per_core']:,.0f}") if row["cpu_us"] else ("", "")
        ratio = f"{row['cpu_us'] / results[reference]['cpu_us']:.2f}" if cpu and results[reference]["cpu_us"] else ""
        limit = " (the load's limit)" if row["load_is_limit"] else ""
        redis = f"{row['redis_us']:.2f}" if row["redis_us"] else ""
        lines.append(f"| `{name}`: {notes[name]} | {cpu} | {ratio} | {per_core} | "
                     f"{row['rate']:,.0f}{limit} | {row['p50']:,.0f} | {row['p99']:,.0f} | {redis} |")
    return lines
