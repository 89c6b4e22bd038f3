"""Server CPU, throughput and latency of a session check by sessgate and by others, all in one run.

Each server runs on one core, the load (`sessgate bench`, 64 kept-alive connections, another session each time) and Redis on
the other; Redis itself is asked by redis-benchmark. Rounds go round all cases, so that what disturbs the machine disturbs
all alike. Prints each round, then tables of medians, and a verdict for each ratio that is to be reached. A round that
something else disturbed is marked; when there are marks, measure again on a quiet machine. Exit code 1: a request failed.

A further server is a further class (see subject.py) in subjects.py, and its cases in cases.py.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import latency
import results
from cases import CASES
from goals import GOALS, verdict
from measurement import measure
from subject import NotHere
from surroundings import Surroundings

WARM_SECONDS = 1


class Suite:
    """One run. rounds: {case: its rounds}; left_out: {case: why this machine cannot run it}."""

    def __init__(self, options, surroundings):
        self.options, self.surroundings = options, surroundings
        self.cases = [case for case in CASES if not options.only or case.name in options.only]
        self.rounds, self.left_out, self.notes, self.cores = {}, {}, {}, {}

    def start(self):
        for case in self.cases:
            try:
                subject = self.surroundings.subject(case.subject)
            except NotHere as reason:
                self.left_out[case.name] = str(reason)
                print(f"{case.name} is left out: {reason}", flush=True)
                continue
            measure(self.surroundings, subject, case.request, min(WARM_SECONDS, self.options.seconds))
            self.rounds[case.name] = []
            self.cores[case.name] = subject.cores
            self.notes[case.name] = subject.note + (f"; {case.note}" if case.note else "")
        self.cases = [case for case in self.cases if case.name in self.rounds]

    def measure(self):
        print(f"\nround  {'case':<20} {'requests':>10} {'/s':>10} {'CPU µs':>8} {'Redis µs':>9} {'p99 µs':>8}", flush=True)
        for number in range(self.options.rounds):
            for case in self.cases[:: 1 if number % 2 == 0 else -1]:
                self.round(number + 1, case)

    def round(self, number, case):
        done = measure(self.surroundings, self.surroundings.subject(case.subject), case.request, self.options.seconds)
        self.rounds[case.name].append(done)
        marks = done.marks + (["load at its limit"] if done.is_limit else []) + (
            [f"{done.failed} failed"] if done.failed else [])
        print(f"{number:>5}  {case.name:<20} {done.requests:>10,} {done.rate:>10,.0f} {done.cpu_us:>8.2f} "
              f"{done.redis_us:>9.2f} {done.latency_us['p99']:>8,.0f}  {', '.join(marks)}", flush=True)

    def report(self):
        """Everything as one JSON value; prints tables and verdicts."""
        rows = {name: results.medians(rounds, self.cores[name]) for name, rounds in self.rounds.items()}
        capacities = {name: rows[name]["rate"] for name in latency.SUBJECTS if name in rows}
        points = latency.run(self.surroundings, capacities, self.options.latency_rounds, self.options.latency_seconds)
        for name, measured in points.items():
            rows[name]["p99_at_half"] = next(point["p99"] for point in measured if point["part"] == 0.5)
        tables = {title: self.table(title, rows) for title in dict.fromkeys(case.table for case in self.cases)}
        verdicts = [verdict(goal, rows) for goal in GOALS]
        for title, lines in tables.items():
            print(f"\n{title}\n" + "\n".join(lines))
        print("\n" + "\n".join(verdicts))
        return {"machine": results.machine(), "date": time.strftime("%Y-%m-%d"), "options": vars(self.options),
                "cases": rows, "notes": self.notes, "tables": tables, "latency": points, "verdicts": verdicts,
                "left_out": self.left_out}

    def table(self, title, rows):
        names = [case.name for case in self.cases if case.table == title]
        return results.table(names, rows, self.notes, names[0])

    def failed(self, report):
        return sum(each["failed"] for each in report["cases"].values()) + sum(
            point["failed"] for points in report["latency"].values() for point in points)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="CASE", choices=[case.name for case in CASES],
                        help="only these, of " + ", ".join(case.name for case in CASES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="load in each round")
    parser.add_argument("--sessions", type=int, default=32768, help="live sessions of each subject")
    parser.add_argument("--latency-rounds", type=int, default=5, help="0: no latency at fixed rates")
    parser.add_argument("--latency-seconds", type=float, default=2, help="load at each rate in each round")
    parser.add_argument("--output", default="build/bench/suite.json", help="where the results go, as JSON")
    return parser.parse_args()


def main():
    chosen = options()
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 2:
        sys.exit("two cores are needed: one for the server, one for the load and Redis")
    with Surroundings(chosen.sessions, {available[0]}, {available[1]}) as surroundings:
        suite = Suite(chosen, surroundings)
        suite.start()
        suite.measure()
        report = suite.report()
    output = Path(chosen.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, indent=1) + "\n")
    disturbed = sum(row["disturbed"] for row in report["cases"].values())
    failed = suite.failed(report)
    print(f"\ndisturbed rounds: {disturbed}; failed requests: {failed}; all of it is in {output}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
