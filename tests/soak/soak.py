"""A long load whose every answer is checked, on each kind of store in turn, while that is disturbed all the time.

Exit code 1: an answer was wrong, or memory or descriptors grow. SESSGATE_SOAK_SECONDS: how long all of it takes (3600).
What was seen stays in the folder: <kind>.svg to look at and <kind>.json.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import sys
import time

from checked_load import CheckedLoad
from plot import picture
from program_disturbances import DisturbedProgram, HoardedProgram
from redis_disturbances import DisturbedCluster, DisturbedRedis, DisturbedSentinels
from trend import Trend
from watch import Watch

KINDS = {"lmdb": DisturbedProgram, "redis": DisturbedRedis, "sentinels": DisturbedSentinels,
         "cluster": DisturbedCluster}
ON_REQUEST = {"hoard": HoardedProgram}  # has to fail

# The address sanitizer keeps what was freed, which looks like growth.
os.environ.setdefault("ASAN_OPTIONS", "quarantine_size_mb=1")


def soak(name, seconds, folder):
    """[what is wrong…] after `seconds` of one kind, and how many answers there were."""
    with CheckedLoad((KINDS | ON_REQUEST)[name]) as load:
        watch = Watch(name, load, seconds)
        try:
            with watch:
                load.disturb_for(seconds, watch.has_enough)
        finally:
            load.stop()
            counts, wrong, took = load.counts, load.wrong, load.seconds
            keep(folder, name, watch.series, load.faults, counts)
    trends = [Trend(series) for series in watch.series]
    print(f"{name}: {dict(counts)} in {took:.0f} s, {len(wrong)} wrong; {load.kinds_of_faults()}")
    for number, trend in enumerate(trends):
        print(f"{name}: sidecar {number}: {trend}")
    complaints = [f"wrong: {each}" for each in wrong]
    complaints += [complaint for trend in trends for complaint in trend.complaints()]
    if counts["rotations"] <= 10:
        complaints.append("hardly anything was done")
    return [f"{name}: {each}" for each in complaints], counts["answered"]


def keep(folder, name, series, faults, counts):
    folder.mkdir(parents=True, exist_ok=True)
    seen = {"series": [[dataclasses.asdict(each) for each in one] for one in series], "faults": faults, "counts": counts}
    (folder / f"{name}.json").write_text(json.dumps(seen))
    (folder / f"{name}.svg").write_text(picture(f"sessgate, {name}: {counts['answered']:,} answers, "
                                                f"{len(faults)} faults", series, faults))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(KINDS), help=f"of {', '.join(KINDS | ON_REQUEST)}")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("build/soak"))
    options = parser.parse_args()
    seconds = float(os.environ.get("SESSGATE_SOAK_SECONDS", "3600"))
    started, complaints, answered = time.monotonic(), [], 0
    for name in options.kinds:
        found, count = soak(name, seconds / len(options.kinds), options.folder)
        complaints += found
        answered += count
    print(f"{answered:,} answers checked in {time.monotonic() - started:,.0f} s; pictures in {options.folder}")
    sys.exit("\n".join(complaints) or 0)


if __name__ == "__main__":
    main()
