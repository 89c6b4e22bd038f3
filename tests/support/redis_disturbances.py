"""Each kind of Redis while it is disturbed: killed, stopped, garbled, failed over, resharded.

Each is a context manager. urls: one for each sidecar that is to use it. settings: what those need. kinds: names of
disturbances; `disturb(kind, choices)` is one of them from its beginning to its end. `gate` (checked_client) is closed
where writes that were acknowledged could else be lost. may_lose_answers: whether connections to sidecars may break.
"""

import time
from contextlib import ExitStack

from fault_proxy import FaultProxy
from redis_groups import SLOTS, Cluster, SentinelGroup, wait_for
from redis_server import Redis
from redis_sidecar import Sidecar


class Disturbed:
    settings = {}
    may_lose_answers = False

    def __init__(self, gate):
        self.gate, self.stack = gate, ExitStack()

    def __exit__(self, *_):
        self.stack.close()

    def make_sidecars(self, settings):
        return [Sidecar(url, settings | self.settings) for url in self.urls]

    def kinds_after(self, share):
        """What may happen after this share of the time."""
        return self.kinds

    def disturb(self, kind, choices):
        getattr(self, kind)(choices)


class DisturbedRedis(Disturbed):
    """One server, reached directly by the first sidecar, and by the second one through a gate that does harm."""

    kinds = ["kill", "stop", "unplug", "stall", "garble", "swap", "delay", "cut"]

    def __enter__(self):
        self.redis = self.stack.enter_context(Redis({"appendonly": "yes", "appendfsync": "always"}))
        self.proxy = self.stack.enter_context(FaultProxy(self.redis.port))
        self.urls = [self.redis.url, self.proxy.url]
        return self

    def kill(self, _):
        self.redis.kill()
        time.sleep(0.2)
        self.redis.start()

    def stop(self, _):
        self.redis.pause()
        time.sleep(0.4)
        self.redis.resume()

    def unplug(self, _):
        self.proxy.break_all()

    def disturb(self, kind, choices):
        values = {"stall": True, "garble": 0.0005, "swap": 0.1, "delay": 0.1, "cut": 2000}
        if kind not in values:
            return super().disturb(kind, choices)
        setattr(self.proxy, kind, values[kind])
        time.sleep(0.5)
        self.proxy.heal()


class DisturbedSentinels(Disturbed):
    """Servers that sentinels watch. All replicas have to have a rotation: a switch that somebody asks for, unlike a
    lost primary, may be made to the one that lacks it."""

    settings = {"store.rotation_wait_replicas": "2"}
    kinds = ["kill", "stop", "switch"]

    def __enter__(self):
        self.group = self.stack.enter_context(SentinelGroup())
        self.urls = [self.group.url] * 2
        return self

    def kill(self, _):
        self.lose(Redis.kill, Redis.start)

    def stop(self, _):
        self.lose(Redis.pause, Redis.resume)

    def lose(self, lose, bring_back):
        old = self.group.primary()
        # Until all is over: sentinels may choose twice, and what the first choice acknowledged is then lost.
        with self.gate.closed():
            old.wait_for_replicas(2)
            lose(old)
            wait_for(lambda: self.group.primary() is not old)
            self.group.wait_until_settled()
            bring_back(old)
            self.follow(self.group.primary())

    def switch(self, _):
        old = self.group.primary()
        with self.gate.closed():
            old.wait_for_replicas(2)
            self.group.sentinels[0].ask("SENTINEL", "FAILOVER", "main")
            wait_for(lambda: self.group.primary() is not old)
            self.group.wait_until_settled()
            self.follow(self.group.primary())

    def follow(self, primary):
        """Sentinels would see to it too, some ten seconds later."""
        for server in self.group.servers:
            if server is not primary:
                server.ask("REPLICAOF", "127.0.0.1", primary.port)
        wait_for(lambda: primary.ask("INFO", "replication").count("state=online") == 2)


class DisturbedCluster(Disturbed):
    kinds = ["kill", "stop", "switch", "reshard", "reshard"]

    def __enter__(self):
        self.cluster = self.stack.enter_context(Cluster())
        self.urls = [self.cluster.url] * 2
        return self

    def kill(self, choices):
        self.lose(choices, Redis.kill, Redis.start)

    def stop(self, choices):
        self.lose(choices, Redis.pause, Redis.resume)

    def lose(self, choices, lose, bring_back):
        old = self.cluster.owner(choices.randrange(SLOTS))
        with self.gate.closed():
            old.wait_for_replicas(1)
            lose(old)
        self.cluster.wait_until_replaced(old)
        bring_back(old)
        self.cluster.wait_until_whole()

    def switch(self, choices):
        """A replica takes over when it has everything: that loses no write."""
        self.cluster.switch(self.cluster.owner(choices.randrange(SLOTS)))
        self.cluster.wait_until_whole()

    def reshard(self, choices):
        primaries = [self.cluster.server(port) for port in self.cluster.primaries(self.cluster.servers[0])]
        keys = [key for each in primaries for key in each.ask("KEYS", "sessgate:s:*")]
        for key in choices.sample(keys, min(8, len(keys))):
            self.cluster.move_slot(self.cluster.servers[0].ask("CLUSTER", "KEYSLOT", key), 0.005)
