"""Cost by the number of sessions in LMDB."""

import contextlib
import subprocess
import time
from statistics import median

import cores
from measurement import measure
from program import Program
from load_tool import Request
from results import medians
from subject import Subject, begin, own_program

STARTS = 5
SMALLEST = 1000
ASKED_MAX = 1_000_000  # distinct sessions, spread evenly over all
ASKED_A_SECOND = 60_000  # at least
KEPT_BY_DEFAULT = 131_072


class Filled(Subject):
    """One shard as it is configured by default, on a data folder that holds `count` sessions already."""

    name, cookie_name = "sessgate", "__Host-session"

    def __init__(self, count):
        super().__init__()
        self.count = count
        self.program = Program("lmdb", {"threads": 1})

    def __enter__(self):
        self.callback(self.program.remove)
        self.tokens_file = self.program.folder / "tokens"
        filled = subprocess.run(
            [own_program("fill_lmdb", "fill_lmdb"), self.program.data_folder, str(self.count),
             str(max(1, self.count // ASKED_MAX)), self.tokens_file], check=True, stdout=subprocess.PIPE, text=True)
        self.program.settings["store.lmdb_map_size"] = filled.stdout.strip()
        self.ready_ms = 1000 * self.start()
        self.callback(self.program.stop)
        self.ready_again_ms = 1000 * median(self.start_again() for _ in range(STARTS))
        return self

    def keep(self, sessions):
        """Starts again, with room for so many in the near-cache."""
        self.program.settings["store.near_cache_max_sessions"] = sessions
        self.start_again()

    def start_again(self):
        """After an orderly end: the file need not be read through."""
        self.program.stop()
        return self.start()

    def start(self):
        """Seconds from exec until it says that it is ready."""
        begun = time.monotonic()
        self.program.spawn()
        while not self.program.ports_file.exists():
            if self.program.process.poll() is not None:
                raise RuntimeError(self.program.log())
        ready = time.monotonic() - begun
        self.program.wait_until_ready()
        self.address, self.pids = self.program.listen, [self.program.process.pid]
        return ready


def measured(options, surroundings, subject, smallest, asked):
    """Medians of rounds after each of the sessions was asked for once, at least, and how many times the CPU time of the
    smallest it is: that one's rounds are in between, since a machine may be slower than it was minutes ago."""
    for each in (subject, smallest):
        cores.pin(each.pids[0], surroundings.server_cores)
    measure(surroundings, subject, Request(), max(options.seconds, asked / ASKED_A_SECOND))
    rounds, small_rounds = [], []
    for _ in range(options.rounds):
        small_rounds.append(measure(surroundings, smallest, Request(), options.seconds))
        rounds.append(measure(surroundings, subject, Request(), options.seconds))
    done = medians(rounds)
    return done, done["cpu_us"] / medians(small_rounds)["cpu_us"]


def sessions(options, surroundings):
    """A million of them at most are asked, evenly spread, each in its turn. The near-cache has room for 131,072 by default,
    and is of use for that share of them; store.near_cache_max_sessions makes room for all. "Times": of 1,000 sessions with
    the defaults, measured in turn. The file is packed as closely as can be; one that has grown session by session is half
    as large again."""
    rows, failed = [], 0
    with contextlib.ExitStack() as all_sizes:
        smallest = begin(all_sizes, Filled(SMALLEST))
        count = SMALLEST
        while count <= options.sessions_max:
            with contextlib.ExitStack() as stack:
                subject = begin(stack, Filled(count))
                asked = min(count, ASKED_MAX)
                default, times = measured(options, surroundings, subject, smallest, asked)
                subject.keep(max(asked, KEPT_BY_DEFAULT))
                roomy, roomy_times = measured(options, surroundings, subject, smallest, asked)
                rows.append({"sessions": f"{count:,}", "CPU µs a request": f"{default['cpu_us']:.2f}",
                             "times": f"{times:.2f}", "p99 µs": f"{default['p99']:,.0f}",
                             "with room for all in use, µs": f"{roomy['cpu_us']:.2f}", "then times": f"{roomy_times:.2f}",
                             "ready after exec, ms": f"{subject.ready_again_ms:.0f}",
                             "where the file is checked, ms": f"{subject.ready_ms:.0f}"})
                failed += default["failed"] + roomy["failed"]
            count *= 10
    return rows, failed
