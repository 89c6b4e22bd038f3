"""A network of this process's own, in which it may drop what it likes."""

import os
import shutil
import subprocess
import sys

CTEST_SKIP = 77
ENTERED = "SESSGATE_TEST_OWN_NETWORK"
RULES = "iptables"


def enter():
    """Starts this script again in a network namespace of its own; ctest skips it where that is not allowed."""
    if os.environ.get(ENTERED):
        return
    trial = ["unshare", "-n", "sh", "-c", f"ip link set lo up && {RULES} -w -A OUTPUT -p tcp --dport 1 -j DROP"]
    tried = subprocess.run(trial, capture_output=True, text=True) if shutil.which(RULES) else None
    if tried is None or tried.returncode != 0:
        print(f"skipped: no network namespace can be made here: {tried.stderr if tried else f'no {RULES}'}")
        sys.exit(CTEST_SKIP)
    os.environ[ENTERED] = "yes"
    os.execvp("unshare", ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, *sys.argv])


def drop(one_port, other_port):
    """From now on nothing comes through between these two ports, either way, and nobody is told."""
    for source, target in ((one_port, other_port), (other_port, one_port)):
        subprocess.run([RULES, "-w", "-A", "OUTPUT", "-p", "tcp", "--sport", str(source), "--dport", str(target),
                        "-j", "DROP"], check=True)


def drop_nothing():
    subprocess.run([RULES, "-w", "-F", "OUTPUT"], check=True)
