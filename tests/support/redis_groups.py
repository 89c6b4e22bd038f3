"""Several redis-servers that belong together: a primary with replicas and sentinels, and a cluster."""

import time
from contextlib import ExitStack

from redis_server import Redis, RedisError, free_ports


def wait_for(condition, seconds=60):
    """How long it took; servers that are not there yet are waited for."""
    start = time.monotonic()
    while True:
        try:
            if condition():
                return time.monotonic() - start
        except (OSError, RedisError):
            pass
        assert time.monotonic() - start < seconds, "it did not come"
        time.sleep(0.01)


# A replica that takes over before it has been synchronised the first time has nothing.
SYNC_AT_ONCE = {"repl-diskless-sync-delay": 0}


def is_synchronised(server):
    told = server.ask("INFO", "replication")
    return "role:master" in told or "master_link_status:up" in told


DOWN_AFTER_MS = 800


class Sentinel(Redis):
    """One sentinel; its configuration is a file, because it rewrites it."""

    def __init__(self, primary, name="main", quorum=2):
        super().__init__(port=free_ports(1)[0])
        self.config = self.folder / "sentinel.conf"
        self.config.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\n"
            f"sentinel monitor {name} 127.0.0.1 {primary} {quorum}\n"
            f"sentinel down-after-milliseconds {name} {DOWN_AFTER_MS}\nsentinel failover-timeout {name} 3000\n"
            f"sentinel parallel-syncs {name} 2\n")

    def arguments(self):
        return [str(self.config), "--sentinel"]


class SentinelGroup:
    """A primary, two replicas and three sentinels while the `with` block runs."""

    def __init__(self):
        self.stack = ExitStack()

    def __enter__(self):
        try:
            primary = self.stack.enter_context(Redis(SYNC_AT_ONCE))
            options = SYNC_AT_ONCE | {"replicaof": f"127.0.0.1 {primary.port}"}
            replicas = [self.stack.enter_context(Redis(options)) for _ in range(2)]
            self.servers = [primary, *replicas]
            wait_for(lambda: all(is_synchronised(each) for each in replicas))
            self.sentinels = [self.stack.enter_context(Sentinel(primary.port)) for _ in range(3)]
            wait_for(lambda: all(self.is_complete(each) for each in self.sentinels))
            return self
        except BaseException:
            self.stack.close()
            raise

    def __exit__(self, *_):
        self.stack.close()

    @staticmethod
    def master(sentinel):
        """What one sentinel knows of the primary."""
        told = sentinel.ask("SENTINEL", "MASTER", "main")
        return dict(zip(told[::2], told[1::2]))

    def is_complete(self, sentinel):
        master = self.master(sentinel)
        return master["num-other-sentinels"] == "2" and master["num-slaves"] == "2"

    def wait_until_settled(self):
        """Waits until no failover is under way, and sentinels have agreed on a primary for long enough: on a busy
        machine they may lose sight of the one that they have just chosen, and choose another one."""
        agreed, since = None, 0.0

        def is_settled():
            nonlocal agreed, since
            masters = [self.master(each) for each in self.sentinels]
            told = {(each["flags"], each["port"], each["config-epoch"]) for each in masters}
            if told != agreed:
                agreed, since = told, time.monotonic()
            is_agreement = len(told) == 1 and masters[0]["flags"] == "master"
            return is_agreement and time.monotonic() - since > 1.5 * DOWN_AFTER_MS / 1000

        return wait_for(is_settled)

    @property
    def url(self):
        return self.url_as("")

    def url_as(self, user):
        """user: as it stands in a URL, with its `@`."""
        return f"redis+sentinel://{user}" + ",".join(f"127.0.0.1:{each.port}" for each in self.sentinels) + "/main"

    def primary(self):
        """The server that most sentinels name."""
        ports = [int(each.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main")[1]) for each in self.sentinels]
        port = max(set(ports), key=ports.count)
        return next(each for each in self.servers if each.port == port)

    def fail_over(self):
        """Kills the primary and waits until another one is named: the old one, how long that took."""
        old = self.primary()
        old.kill()
        return old, wait_for(lambda: self.primary() is not old)


SLOTS = 16384
SWITCH_SECONDS = 6  # Redis gives a switch up after five


class Cluster:
    """Primaries, three when no number is given, with a replica each while the `with` block runs. They know each other
    from their first moment, as after a restart."""

    PRIMARIES = 3

    def __init__(self, primary_count=PRIMARIES):
        self.stack = ExitStack()
        self.primary_count = primary_count
        count = 2 * primary_count
        ports = free_ports(2 * count)
        self.bus_ports = ports[count:]
        self.options = SYNC_AT_ONCE | {"cluster-enabled": "yes", "cluster-node-timeout": "1500",
                                       "cluster-config-file": "nodes.conf"}
        self.servers = [Redis(self.options | {"cluster-port": bus}, port) for port, bus in zip(ports, self.bus_ports)]
        for server in self.servers:
            (server.folder / "nodes.conf").write_text(self.view_of(server))

    def view_of(self, asked):
        """nodes.conf as that server would have written it."""
        lines = []
        for number, (server, bus) in enumerate(zip(self.servers, self.bus_ports)):
            primary, is_primary = number % self.primary_count, number < self.primary_count
            flags = ("myself," if server is asked else "") + ("master -" if is_primary else f"slave {primary:040x}")
            first, last = (SLOTS * each // self.primary_count for each in (primary, primary + 1))
            slots = f" {first}-{last - 1}" if is_primary else ""
            lines.append(f"{number:040x} 127.0.0.1:{server.port}@{bus} {flags} 0 0 {primary + 1} connected{slots}")
        return "\n".join([*lines, f"vars currentEpoch {self.primary_count} lastVoteEpoch 0", ""])

    def __enter__(self):
        try:
            for server in self.servers:
                self.stack.enter_context(server)
            wait_for(lambda: all("cluster_state:ok" in each.ask("CLUSTER", "INFO") for each in self.servers))
            wait_for(lambda: all(is_synchronised(each) for each in self.servers))
            return self
        except BaseException:
            self.stack.close()
            raise

    def __exit__(self, *_):
        self.stack.close()

    @property
    def url(self):
        return self.url_as("")

    def url_as(self, user):
        """user: as it stands in a URL, with its `@`."""
        return f"redis+cluster://{user}" + ",".join(f"127.0.0.1:{each.port}" for each in self.servers[:2])

    def primaries(self, asked):
        """Port: node id, of those with slots, as one node sees them."""
        found = {}
        for line in asked.ask("CLUSTER", "NODES").splitlines():
            fields = line.split()
            if "master" in fields[2] and "fail" not in fields[2] and len(fields) > 8:
                found[int(fields[1].split("@")[0].split(":")[1])] = fields[0]
        return found

    def server(self, port):
        return next(each for each in self.servers if each.port == port)

    def replica_of(self, primary):
        """Waits for one: after a failover the one that it had may still be on its way to another."""
        node = self.primaries(primary)[primary.port]
        wait_for(lambda: primary.ask("CLUSTER", "REPLICAS", node))
        line = primary.ask("CLUSTER", "REPLICAS", node)[0]
        return self.server(int(line.split()[1].split("@")[0].split(":")[1]))

    def owner(self, slot):
        for first, last, (_, port, *_), *_ in self.servers[-1].ask("CLUSTER", "SLOTS"):
            if first <= slot <= last:
                return self.server(port)
        raise AssertionError(f"nobody has slot {slot}")

    def is_replaced(self, lost):
        """Whether every other server knows another primary in the place of `lost`, and all slots are held."""

        def knows_another(asked):
            primaries = self.primaries(asked)
            return (len(primaries) == self.primary_count and lost.port not in primaries
                    and "cluster_state:ok" in asked.ask("CLUSTER", "INFO"))

        return all(knows_another(each) for each in self.servers if each is not lost)

    def wait_until_replaced(self, lost):
        return wait_for(lambda: self.is_replaced(lost))

    def switch(self, old):
        """Lets a replica take the place of `old`. Redis gives that up silently where it takes longer than five seconds,
        so it is asked again then."""
        asked_at = -SWITCH_SECONDS

        def is_done():
            nonlocal asked_at
            if time.monotonic() - asked_at >= SWITCH_SECONDS and not self.is_replaced(old):
                asked_at = time.monotonic()
                self.replica_of(old).ask("CLUSTER", "FAILOVER")
            return self.is_replaced(old)

        return wait_for(is_done)

    def wait_until_whole(self):
        """Waits until every server is a primary or follows one."""
        return wait_for(lambda: all(is_synchronised(each) for each in self.servers))

    def move_slot(self, slot, pause=0.0):
        """Moves one slot with its keys to another primary, as redis-cli does, with a pause in the middle."""
        move = self.begin_move(slot)
        for key in move.keys():
            move.take(key)
            time.sleep(pause)
        move.end()
        return move.source, move.target

    def begin_move(self, slot, target=None):
        """target: a primary, also one without slots; None: any other one."""
        source = self.owner(slot)
        others = (port for port in self.primaries(source) if port != source.port)
        return Move(slot, source, target or self.server(next(others)))

    def add_empty(self):
        """Another primary, without slots and without a replica."""
        port, bus = free_ports(2)
        server = self.stack.enter_context(Redis(self.options | {"cluster-port": bus}, port))
        self.servers[0].ask("CLUSTER", "MEET", "127.0.0.1", port, bus)
        own_id = server.ask("CLUSTER", "MYID")
        wait_for(lambda: all(f"{own_id} 127.0.0.1:{port}@{bus} master" in each.ask("CLUSTER", "NODES")
                             for each in self.servers))
        wait_for(lambda: "cluster_state:ok" in server.ask("CLUSTER", "INFO"))
        self.servers.append(server)
        return server


class Move:
    """One slot on its way between two primaries."""

    def __init__(self, slot, source, target):
        self.slot, self.source, self.target = slot, source, target
        self.ids = [each.ask("CLUSTER", "MYID") for each in (source, target)]
        target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", self.ids[0])
        source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", self.ids[1])

    def keys(self):
        """Those that are still where they were, up to 1,000."""
        return self.source.ask("CLUSTER", "GETKEYSINSLOT", self.slot, 1000)

    def take(self, key):
        self.source.ask("MIGRATE", "127.0.0.1", self.target.port, key, 0, 5000)

    def end(self):
        for key in self.keys():
            self.take(key)
        for server in (self.target, self.source):
            server.ask("CLUSTER", "SETSLOT", self.slot, "NODE", self.ids[1])
