"""Cores and the CPU time spent on them, as the kernel counts both."""

import os
import pathlib

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def pin(pid, cores):
    """Lets every thread of a process run on these cores only."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), cores)


def process_seconds(pid):
    """User and system time of a process with all its threads (proc(5), utime and stime)."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


class CoreTimes:
    """What one core did, in seconds since boot: `work` is all processes, `stolen` went to other machines."""

    def __init__(self, core):
        lines = pathlib.Path("/proc/stat").read_text().splitlines()
        ticks = next(line for line in lines if line.startswith(f"cpu{core} ")).split()[1:9]
        user, nice, system, idle, iowait, irq, softirq, steal = (int(tick) / TICKS_PER_SECOND for tick in ticks)
        self.work = user + nice + system
        self.interrupts = irq + softirq
        self.idle = idle + iowait
        self.stolen = steal
