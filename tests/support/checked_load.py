"""Clients that know what each answer must be (checked_client), on a store that is disturbed all the time."""

import collections
import random
import time
from contextlib import ExitStack

from checked_client import CheckedClient, WriteGate

CLIENTS = 6
QUIET_SECONDS = 0.5  # between two disturbances
SETTINGS = {"session.active_period": "500ms", "session.idle_period": "1h", "session.rotation_grace": "10ms",
            "session.rotation_grace_max": "1h",
            # Full in a moment: whatever grows after that is a leak.
            "store.near_cache_max_sessions": 256,
            # Clients rest while writes wait for a failover, and a connection that is closed meanwhile is no answer lost.
            "http.idle_timeout": "1h", "http.head_timeout": "1m", "http.write_timeout": "1m"}


class CheckedLoad:
    """The load on one kind of store (redis_disturbances, program_disturbances) while the `with` block runs.

    sidecars: who is asked. faults: [(seconds since the start, kind)…]. counts: answers, over all clients.
    """

    def __init__(self, kind_of_store):
        self.gate, self.stack = WriteGate(), ExitStack()
        self.store = kind_of_store(self.gate)
        self.faults = []

    def __enter__(self):
        try:
            self.stack.enter_context(self.store)
            self.sidecars = [self.stack.enter_context(each) for each in self.store.make_sidecars(SETTINGS)]
            for sidecar in self.sidecars:
                sidecar.wait_until_store_answers()
            self.clients = [CheckedClient(self.sidecars, self.gate, seed, self.store.may_lose_answers)
                            for seed in range(CLIENTS)]
            self.began = time.monotonic()
            for client in self.clients:
                client.start()
            self.stack.callback(self.stop)
            return self
        except BaseException:
            self.stack.close()
            raise

    def __exit__(self, *_):
        self.stack.close()

    def stop(self):
        for client in self.clients:
            client.stopped.set()
        for client in self.clients:
            client.join()

    def disturb_for(self, seconds, is_enough=lambda: True):
        """One kind of disturbance after the other, for longer on a slow machine, until `is_enough()`. Ends early when an
        answer was wrong."""
        choices = random.Random(7)
        while (self.seconds < seconds or not is_enough()) and not self.wrong:
            time.sleep(QUIET_SECONDS)
            kinds = self.store.kinds_after(self.seconds / seconds)
            kind = kinds[len(self.faults) % len(kinds)]
            self.faults.append((self.seconds, kind))
            self.store.disturb(kind, choices)

    @property
    def seconds(self):
        return time.monotonic() - self.began

    @property
    def wrong(self):
        return [wrong for client in self.clients for wrong in client.wrong]

    @property
    def counts(self):
        return sum((client.counts.copy() for client in self.clients), collections.Counter())

    def kinds_of_faults(self):
        return dict(collections.Counter(kind for _, kind in self.faults))
