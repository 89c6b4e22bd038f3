"""What scrapes cost: requests each second while /metrics is asked many times a second, beside none, in turns. One scrape
is a small thing beside the noise of a machine, so there are many, and their cost is shared out among them.

Exit code 1: a request failed, or one scrape each second would cost 1 % of the throughput or more. 3: the rounds differ
by more than that, so that this machine cannot tell. What a scrape takes of processor time is told in any case.
"""

import argparse
import re
import statistics
import subprocess
import sys
import threading
import time

from cores import process_seconds
from program import Program, connect, send

CONNECTIONS = 64
LOSS_MAX = 0.01
UNDECIDED = 3
SCRAPES = 300


class Scraping:
    """Asks for /metrics `rate` times a second while the `with` block runs. count: how often it did."""

    def __init__(self, program, rate):
        self.program, self.rate, self.count, self.ends = program, rate, 0, threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        if self.rate:
            self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        if self.rate:
            self.thread.join()

    def _run(self):
        connection = connect(self.program.control)
        due = time.monotonic()
        while not self.ends.wait(max(0, due - time.monotonic())):
            status, _, _ = send(connection, "GET", "/metrics")
            assert status == 200, status
            self.count += 1
            due += 1 / self.rate
        connection.close()


def throughput(program, token, seconds):
    """Requests each second, by wrk."""
    done = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", f"Cookie: __Host-session={token}",
                           f"http://{program.listen}/session"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        sys.exit(f"requests failed:\n{done}")
    return float(re.search(r"Requests/sec: *([\d.]+)", done)[1])


def processor_seconds(program):
    """Of one scrape, while nothing else is asked."""
    connection = connect(program.control)
    before = process_seconds(program.process.pid)
    for _ in range(SCRAPES):
        send(connection, "GET", "/metrics")
    connection.close()
    return (process_seconds(program.process.pid) - before) / SCRAPES


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rate", type=float, default=20, help="scrapes each second")
    options = parser.parse_args()
    losses = []
    with Program("lmdb") as program:
        token = re.search(r"[a-z2-7]{20}\.[\w-]{43}", program.command("session", "create", "ada").stdout)[0]
        throughput(program, token, 1)
        for _ in range(options.rounds):
            without = throughput(program, token, options.seconds)
            with Scraping(program, options.rate) as scraping:
                begun = time.monotonic()
                beside = throughput(program, token, options.seconds)
                rate = scraping.count / (time.monotonic() - begun)
            losses.append((1 - beside / without) / rate)
            print(f"{without:9,.0f}/s  with {rate:4.1f} scrapes a second {beside:9,.0f}/s", flush=True)
        seconds = processor_seconds(program)
    low, loss, high = statistics.quantiles(losses, n=4)
    print(f"one scrape each second costs {100 * loss:.3f} % of the throughput (median of {options.rounds}, half of them "
          f"between {100 * low:.3f} and {100 * high:.3f}; to stay under: {100 * LOSS_MAX:g} %), one each 15 seconds "
          f"{100 * loss / 15:.4f} %")
    print(f"a scrape takes {1000 * seconds:.2f} ms of processor time: one each second is {100 * seconds:.3f} % of a core")
    if high - low > LOSS_MAX:
        print("the machine is too busy: the rounds differ by more than what is looked for")
        sys.exit(UNDECIDED)
    sys.exit(loss >= LOSS_MAX)


if __name__ == "__main__":
    main()
