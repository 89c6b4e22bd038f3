"""The load: `sessgate bench`, pinned to its cores."""

import dataclasses
import json
import os
import subprocess

CONNECTIONS = 64


@dataclasses.dataclass(frozen=True)
class Request:
    """What is sent for each session in turn. fields: further field lines. pipeline: requests under way on a connection."""

    path: str = "/session"
    fields: tuple = ()
    pipeline: int = 1


@dataclasses.dataclass
class Load:
    """What came of it. rate: answers a second. latency_us: by percentile, such as `p99`. is_limit: the load tool had no
    time left, so more could have been answered. failed: requests that were not answered with 200, or one, when the load
    could not be put on at all; unanswered: those that the server was too late for."""

    requests: int
    seconds: float
    rate: float
    latency_us: dict
    histogram: list
    is_limit: bool
    failed: int
    unanswered: int


def run(subject, request, seconds, cores, rate=0, connections=CONNECTIONS):
    """Loads the subject: in a closed loop, or with so many requests a second whether it answers or not."""
    address = subject.address + ":" if subject.address.startswith("unix:") else "http://" + subject.address
    command = ["taskset", "-c", ",".join(map(str, sorted(cores))), os.environ["SESSGATE_BINARY"], "bench",
               address + request.path, "--json", "--warmup=0s", f"--duration={round(1000 * seconds)}ms",
               f"--connections={connections}", f"--pipeline={request.pipeline}",
               f"--threads={len(cores)}", f"--tokens={subject.tokens_file}", f"--cookie-name={subject.cookie_name}",
               *([f"--rate={rate}"] if rate else []), *(f"--header={name}: {value}" for name, value in request.fields)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return no_load(subject, seconds, done.stderr)
    told = json.loads(done.stdout)
    unanswered = told["errors"].pop("unanswered")
    failed = sum(told["errors"].values()) + sum(count for status, count in told["statuses"].items() if status != "200")
    return Load(told["requests"], told["seconds"], told["rate"], told["latencyUs"], told["histogram"],
                told["clientCpu"] > 0.97, failed, unanswered)


def no_load(subject, seconds, reason):
    """What came of a load that could not be put on."""
    print(f"{subject.name}: {reason.strip()}", flush=True)
    return Load(0, seconds, 0, {"p50": 0, "p99": 0, "p999": 0}, [], False, 1, 0)
