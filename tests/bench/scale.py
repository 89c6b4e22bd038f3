"""How the cost of a session check grows: with sessions, connections, shards, sidecars, and the servers of a Redis Cluster.
Every part is a table with one row for each size, medians of its rounds. Exit code 1: a request failed.

Ten million sessions in LMDB (--sessions-max 10000000) are written within a minute and take 5 GB of disk.
"""

import argparse
import inspect
import json
import os
import sys
import time
from pathlib import Path

import results
from scale_connections import connections
from scale_redis import cluster, sidecars
from scale_sessions import sessions
from scale_shards import shards
from surroundings import Surroundings

PARTS = (sessions, connections, shards, sidecars, cluster)


def table(rows):
    """Lines in Markdown; each row is {title: text}, and all have the same titles."""
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---:|" * len(rows[0])]
    return lines + ["| " + " | ".join(row.values()) + " |" for row in rows]


def options():
    names = [part.__name__ for part in PARTS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="load in each round")
    parser.add_argument("--sessions", type=int, default=32768, help="where their number is not what grows")
    parser.add_argument("--sessions-max", type=int, default=1_000_000)
    parser.add_argument("--connections-max", type=int, default=50_000)
    parser.add_argument("--output", default="build/bench/scale.json", help="where the results go, as JSON")
    return parser.parse_args()


def main():
    chosen = options()
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 2:
        sys.exit("two cores are needed: one for the server, one for the load and Redis")
    parts, failed = {}, 0
    for part in PARTS:
        if part.__name__ in chosen.only:
            note = inspect.getdoc(part).replace("\n", " ")
            print(f"\n{part.__name__}: {note}", flush=True)
            with Surroundings(chosen.sessions, {available[0]}, {available[1]}) as surroundings:
                rows, failures = part(chosen, surroundings)
            parts[part.__name__] = {"note": note, "table": table(rows)}
            failed += failures
            print("\n".join(table(rows)), flush=True)
    output = Path(chosen.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    report = {"machine": results.machine(), "date": time.strftime("%Y-%m-%d"), "options": vars(chosen), "parts": parts}
    output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nfailed requests: {failed}; all of it is in {output}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
