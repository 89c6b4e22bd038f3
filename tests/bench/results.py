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

    per_core: requests that one core's time is enough for; capacity: the same for all cores that it may use.
    """
    row = {name: statistics.median(getattr(each, name) for each in rounds) for name in COLUMNS}
    row |= {name: statistics.median(each.latency_us[name] for each in rounds) for name in PERCENTILES}
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
    """Lines of a table in Markdown: the cases that were measured, and CPU time as a multiple of the reference's."""
    lines = ["| case | CPU µs a request | times the first | requests of one core a second | requests a second | p50 µs | "
             "p99 µs | Redis's CPU µs |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for name in cases:
        row = results[name]
        ratio = row["cpu_us"] / results[reference]["cpu_us"] if results[reference]["cpu_us"] else 0
        limit = " (the load's limit)" if row["load_is_limit"] else ""
        redis = f"{row['redis_us']:.2f}" if row["redis_us"] else ""
        lines.append(f"| `{name}`: {notes[name]} | {row['cpu_us']:.2f} | {ratio:.2f} | {row['per_core']:,.0f} | "
                     f"{row['rate']:,.0f}{limit} | {row['p50']:,.0f} | {row['p99']:,.0f} | {redis} |")
    return lines
