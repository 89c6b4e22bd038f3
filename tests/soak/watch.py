"""What a running program takes while it is loaded: memory and descriptors over time, and a line that tells of it."""

import dataclasses
import os
import pathlib
import re
import sys
import threading
import time

from trend import SAMPLES_MIN, longest_life

LINE_SECONDS = 30  # where no terminal shows the line in place


@dataclasses.dataclass
class Sample:
    """memory: the process's own, in bytes; what is mapped from files is the kernel's to keep or to drop. answered: by
    all sidecars together since the load began."""

    seconds: float
    process: int
    memory: int
    descriptors: int
    answered: int


def look_at(process, seconds, answered):
    """None when the process is gone."""
    folder = pathlib.Path(f"/proc/{process}")
    try:
        own = re.search(r"^RssAnon:\s+(\d+) kB", (folder / "status").read_text(), re.MULTILINE)
        return own and Sample(seconds, process, int(own[1]) * 1024, len(os.listdir(folder / "fd")), answered)
    except (FileNotFoundError, ProcessLookupError):
        return None


class Watch:
    """Looks at the sidecars of a CheckedLoad while the `with` block runs. series: for each of them, [Sample…]."""

    def __init__(self, name, load, seconds):
        self.name, self.load, self.whole = name, load, seconds
        self.period = max(0.1, min(1, seconds / 200))
        self.series = [[] for _ in load.sidecars]
        self.ended, self.told_at = threading.Event(), -LINE_SECONDS
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        if sys.stdout.isatty():
            print()

    def run(self):
        while not self.ended.wait(self.period):
            self.look()
            self.tell()

    def has_enough(self):
        """For a trend, and whether something was done meanwhile."""
        lives = [longest_life(series) for series in self.series]
        return min(map(len, lives)) >= 2 * SAMPLES_MIN and self.load.counts["rotations"] > 10

    def look(self):
        seconds, answered = self.load.seconds, self.load.counts["answered"]
        for series, sidecar in zip(self.series, self.load.sidecars):
            process = sidecar.process
            sample = process and look_at(process.pid, seconds, answered)
            if sample:
                series.append(sample)

    def tell(self):
        is_terminal = sys.stdout.isatty()
        if not is_terminal and time.monotonic() - self.told_at < LINE_SECONDS:
            return
        self.told_at = time.monotonic()
        print(("\r" if is_terminal else "") + self.line() + ("\033[K" if is_terminal else "\n"), end="", flush=True)

    def line(self):
        last = [series[-1] for series in self.series if series]
        memory = " ".join(f"{each.memory / 2**20:.1f}" for each in last)
        descriptors = " ".join(str(each.descriptors) for each in last)
        return (f"{min(100, 100 * self.load.seconds / self.whole):3.0f} %  {self.name}: {self.rate():,.0f}/s, "
                f"{self.load.counts['answered']:,} answered, {len(self.load.wrong)} wrong, {len(self.load.faults)} faults, "
                f"{memory} MiB, {descriptors} descriptors")

    def rate(self):
        recent = self.series[0][-10:]
        passed = recent[-1].seconds - recent[0].seconds if recent else 0
        return (recent[-1].answered - recent[0].answered) / passed if passed else 0
