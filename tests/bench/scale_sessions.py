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
ASKED_MAX = 1_000_000  # distinct sessions, spread evenly over all


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


def sessions(options, surroundings):
    """With the store's defaults: LMDB, and a near-cache that holds 131,072 sessions at most. All are asked in turn. The
    file is packed as closely as can be; one that has grown session by session is half as large again."""
    rows, failed, first = [], 0, None
    count = 1000
    while count <= options.sessions_max:
        with contextlib.ExitStack() as stack:
            subject = begin(stack, Filled(count))
            cores.pin(subject.pids[0], surroundings.server_cores)
            measure(surroundings, subject, Request(), options.seconds)
            done = medians([measure(surroundings, subject, Request(), options.seconds) for _ in range(options.rounds)])
            first = first or done["cpu_us"]
            rows.append({"sessions": f"{count:,}", "CPU µs a request": f"{done['cpu_us']:.2f}",
                         "times the first": f"{done['cpu_us'] / first:.2f}", "p99 µs": f"{done['p99']:,.0f}",
                         "ready after exec, ms": f"{subject.ready_again_ms:.0f}",
                         "where the file is checked, ms": f"{subject.ready_ms:.0f}"})
            failed += done["failed"]
        count *= 10
    return rows, failed
