"""Cost by the number of shards."""

from load_tool import Request
from measurement import measure
from results import medians


def shards(options, surroundings):
    """Capacity is what the cores' time would be enough for, by the CPU time of a request: with two shards the load runs
    on the same two cores."""
    subjects = [surroundings.subject(name) for name in ("sessgate", "sessgate-shards")]
    measured = [[] for _ in subjects]
    for _ in range(options.rounds + 1):
        for subject, rounds in zip(subjects, measured):
            rounds.append(measure(surroundings, subject, Request(), options.seconds))
    rows = [medians(rounds[1:], subject.cores) for subject, rounds in zip(subjects, measured)]  # the first one warms
    table = [{"shards": str(subject.cores), "CPU µs a request": f"{row['cpu_us']:.2f}",
              "capacity, requests a second": f"{row['capacity']:,.0f}",
              "times one shard's": f"{row['capacity'] / rows[0]['capacity']:.2f}"} for subject, row in zip(subjects, rows)]
    return table, sum(row["failed"] for row in rows)
