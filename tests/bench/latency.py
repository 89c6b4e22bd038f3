"""Latency at fixed rates: requests come when they are due, whether or not those before them are answered, and the time
that they wait counts."""

import statistics

from load_tool import Request
from measurement import measure
from results import PERCENTILES

SUBJECTS = ("sessgate", "nginx", "epoll-table")
PARTS = tuple(tenth / 10 for tenth in range(1, 10))


def run(surroundings, capacities, rounds, seconds):
    """capacities: requests a second that each subject answered in a closed loop.

    {subject: [{"part": of its capacity, "rate": as answered, "p50": µs, …}]}, medians over the rounds; without rounds none.
    """
    if rounds == 0:
        return {}
    points = [(name, part) for part in PARTS for name in SUBJECTS if name in capacities]
    measured = {point: [] for point in points}
    for number in range(rounds):
        for name, part in points[:: 1 if number % 2 == 0 else -1]:
            done = measure(surroundings, surroundings.subject(name), Request(), seconds, max(1, round(part * capacities[name])))
            measured[name, part].append(done)
            print(f"latency {number + 1}  {name:<12} {part:4.0%} {done.rate:>9,.0f}/s  p50 {done.latency_us['p50']:7,.0f} µs  "
                  f"p99 {done.latency_us['p99']:7,.0f} µs  {', '.join(done.marks)}", flush=True)
    return {name: [point_of(part, measured[name, part]) for part in PARTS] for name in SUBJECTS if name in capacities}


def point_of(part, rounds):
    percentiles = {name: statistics.median(each.latency_us[name] for each in rounds) for name in PERCENTILES}
    return {"part": part, "rate": statistics.median(each.rate for each in rounds), **percentiles,
            "cpu_us": statistics.median(each.cpu_us for each in rounds), "failed": sum(each.failed for each in rounds),
            "disturbed": sum(bool(each.marks) for each in rounds)}
